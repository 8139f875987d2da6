/**
 * The admin token: from the link's fragment into `window.adminToken`, and out of the address at once.
 *
 * It is kept in sessionStorage: a reload must not send people back to Slack, but a closed tab must forget them. In
 * localStorage it would lie for 12 hours on a computer that the whole office uses, and a cookie would travel with
 * requests that the page did not make. The fragment never reaches a server, nor its logs.
 */
import { untilClosed } from "./storage.js";

const KEPT = "dispatch.token";
const between = "BroadcastChannel" in window ? new BroadcastChannel("dispatch.token") : null;

let announced = "";

/** What the token says of its holder, decoded and not trusted: `{sub, name, exp}`, `exp` in ms or null. */
export function holder(token = window.adminToken) {
  const said = claims(token);
  const text = (value) => (typeof value === "string" ? value : "");
  return {
    sub: text(said.sub) || "somebody",
    name: text(said.name) || text(said.sub),
    exp: typeof said.exp === "number" ? said.exp * 1000 : null,
  };
}

function claims(token) {
  try {
    const part = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(part), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) ?? {};
  } catch {
    return {};
  }
}

/**
 * Takes the token out of the address, or what this tab kept of it. True when the address brought one that counts now.
 *
 * Anybody can write a link with any token in it. So where this tab has a token that is still good, a link's token is
 * tried first, and counts only once the API took it: `onToken()` is called then.
 */
export function takeToken(onToken = () => {}) {
  window.adminToken ??= untilClosed.get(KEPT) ?? "";
  const brought = new URLSearchParams(location.hash.slice(1)).get("token");
  if (brought === null) return false;
  history.replaceState(history.state, "", location.pathname + location.search);
  if (!brought || brought === window.adminToken) return Boolean(brought);
  if (isStillGood(window.adminToken)) {
    tryOut(brought, onToken);
    return false;
  }
  adopt(brought);
  return true;
}

/** Whether a token has not ended by its own words: one that has ended is no loss. */
function isStillGood(token) {
  const { exp } = holder(token);
  return exp !== null && exp > Date.now();
}

/** Adopts a token that the API takes. Without a line it waits for the next one. */
async function tryOut(token, onToken) {
  let response;
  try {
    const headers = { Authorization: `Bearer ${token}` };
    response = await fetch("/api/events?limit=1", { cache: "no-store", credentials: "omit", headers });
  } catch {
    if (!navigator.onLine) addEventListener("online", () => tryOut(token, onToken), { once: true });
    return;
  }
  if (!response.ok || !Array.isArray((await response.json().catch(() => null))?.events)) return;
  adopt(token);
  onToken();
}

function adopt(token) {
  window.adminToken = token;
  untilClosed.set(KEPT, token);
}

/** The API took this tab's token, so the same person's other tabs may go on with it. */
export function tokenIsGood() {
  if (window.adminToken === announced) return;
  announced = window.adminToken;
  between?.postMessage(announced);
}

/**
 * Calls `onToken()` when a new link is opened: in this tab, or in another one by the same person, so that what they
 * typed here before their token ended can go on.
 */
export function followTokens(onToken) {
  window.addEventListener("hashchange", () => {
    if (takeToken(onToken)) onToken();
  });
  between?.addEventListener("message", ({ data }) => {
    if (typeof data !== "string" || data === window.adminToken) return;
    if (window.adminToken && holder(data).sub !== holder().sub) return;
    announced = data;
    adopt(data);
    onToken();
  });
}
