/**
 * Registers the service worker, which opens this page without a network (docs/adr/0055). The page works without it too.
 */
import { button, h } from "./dom.js";

const CHECKED_MS = 60 * 60_000; // a page that stays open asks for a newer version once an hour

/** Registers the worker for this page's own addresses. `notices` shows when a newer version is there. */
export async function keepOffline(notices) {
  if (!("serviceWorker" in navigator)) return;
  const root = location.pathname.startsWith("/_staging/") ? "/_staging/dispatch" : "/dispatch";
  const had = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => had && offer(notices));
  try {
    const worker = await navigator.serviceWorker.register(`${root}/sw.js`, { scope: root, updateViaCache: "none" });
    if (worker) setInterval(() => worker.update().catch(() => {}), CHECKED_MS);
  } catch {
    // The browser forbids it, as in private windows, or there is no network: the page is opened as without a worker.
  }
}

function offer(notices) {
  if (document.getElementById("newer")) return;
  const again = button("Open it", () => location.reload());
  const words = "A newer version of this page is there. What you typed in an open form is lost when you open it.";
  notices.after(h("p", { class: "note note-wait", role: "status", id: "newer" }, words, again));
}
