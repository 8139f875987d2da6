/**
 * The admin token: moved from the link's fragment into `window.adminToken`, and removed from the address at once.
 *
 * It is kept in sessionStorage: a reload must not send people back to Slack, but a closed tab must forget the token. In
 * localStorage it would stay for 12 hours on a computer that the whole office uses, and a cookie would be sent with
 * requests that the page did not make. The fragment never reaches a server or its logs.
 */
import { untilClosed } from "./storage.js";

const KEPT = "dispatch.token";
const between = "BroadcastChannel" in window ? new BroadcastChannel("dispatch.token") : null;

let announced = "";

/** The token's claims, decoded but not verified: `{sub, name, exp}`, `exp` in ms or null. */
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
 * Takes the token from the address, or else this tab's stored one. Returns true if the address had one that is now used.
 *
 * Anyone can write a link with any token in it. So if this tab has a valid token, a link's token is first tried against
 * the API, and used only if the API accepts it: `onToken()` is called then.
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

/** True if a token's expiry time is in the future. */
function isStillGood(token) {
  const { exp } = holder(token);
  return exp !== null && exp > Date.now();
}

/** Uses a token once the API accepts it. Without a connection it waits for the next one. */
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

/** Passes this tab's token, which the API accepted, to the same user's other tabs. */
export function tokenIsGood() {
  if (window.adminToken === announced) return;
  announced = window.adminToken;
  between?.postMessage(announced);
}

/**
 * Calls `onToken()` when a new link is opened in this tab, or by the same user in another one, so that work begun before
 * the token expired can go on.
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
