/**
 * The service worker of the dispatch page, Money and the passenger list: it opens them without a network.
 *
 * FILES has the name and the SHA-256 of every file of this release; infra/page/site.py writes it when the page is
 * uploaded, so this file changes with each release and browsers fetch it anew. A release is kept only whole: files that
 * do not fit are of another one, as in the second in which a promotion copies them. A page that began with one release
 * goes on with it. Answers of the API and addresses with tokens are never kept: what is here are the files of the page.
 */
const FILES = {};

const ROOT = new URL(".", self.location.href).pathname.slice(0, -1); // `/dispatch`, or `/_staging/dispatch`
const PREFIX = `${ROOT}#`; // of the names of caches; another root's never begin so
const RELEASE = `${PREFIX}${FILES["index.html"] ?? ""}-${Object.values(FILES).map((hash) => hash.slice(0, 8)).join("")}`;
const PAGES = `${PREFIX}pages`; // which window has which release
const KEPT = 2; // releases: the newest, and the one that open windows may have

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const name = nameOf(event.request);
  if (name) event.respondWith(answer(event, name));
});

/** Keeps every file of this release, or nothing. */
async function install() {
  const names = Object.keys(FILES);
  if (names.length === 0) throw new Error("The list of files is missing.");
  const files = await Promise.all(names.map(async (name) => [name, await fetched(name)]));
  const cache = await caches.open(RELEASE);
  await Promise.all(files.map(([name, file]) => cache.put(keyOf(name), file)));
  await self.skipWaiting(); // open windows go on with the release that they began with
}

/** A file of this release. Throws for other bytes. */
async function fetched(name) {
  const response = await fetch(`${ROOT}/${name}`, { cache: "no-cache", credentials: "omit" });
  const bytes = await response.arrayBuffer();
  const digest = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))];
  const hash = digest.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (!response.ok || hash !== FILES[name]) throw new Error(`${name} is of another release.`);
  const headers = new Headers(response.headers);
  for (const each of ["content-encoding", "content-length"]) headers.delete(each);
  return new Response(bytes, { headers }); // without an address of its own: it has that of the request
}

/** Removes releases of this root that no window needs any more. */
async function tidy() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== PAGES);
  const old = names.filter((name) => name !== RELEASE).reverse();
  await Promise.all(old.slice(KEPT - 1).map((name) => caches.delete(name)));
  const pages = await caches.open(PAGES);
  for (const page of await pages.keys()) {
    const window = await self.clients.get(new URL(page.url).searchParams.get("window"));
    if (!window) await pages.delete(page);
  }
}

/** The name of the file that a request is for; none where it is not for one of the page's. */
function nameOf({ method, url }) {
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return "";
  if (pathname !== ROOT && !pathname.startsWith(`${ROOT}/`)) return "";
  const name = pathname.slice(pathname.lastIndexOf("/dispatch/") + "/dispatch/".length);
  if (pathname === ROOT || !pathname.slice(pathname.lastIndexOf("/")).includes(".")) return "index.html";
  return Object.hasOwn(FILES, name) ? name : "";
}

/** A file of the release of the request's window; of this release for a window that opens. */
async function answer(event, name) {
  const opens = event.request.mode === "navigate";
  const release = opens ? RELEASE : await releaseOf(event.clientId);
  const file = release && (await caches.match(keyOf(name), { cacheName: release }));
  if (!file) return fetch(event.request);
  if (opens) await remember(event.resultingClientId);
  return file;
}

async function remember(windowId) {
  const pages = await caches.open(PAGES);
  await pages.put(windowKey(windowId), new Response(RELEASE));
}

/** The release with which a window began; none for one that began without a worker. */
async function releaseOf(windowId) {
  const known = await caches.match(windowKey(windowId), { cacheName: PAGES });
  return known ? known.text() : "";
}

function windowKey(windowId) {
  return `${self.location.origin}${ROOT}/?window=${encodeURIComponent(windowId)}`;
}

function keyOf(name) {
  return `${self.location.origin}${ROOT}/${name}`;
}
