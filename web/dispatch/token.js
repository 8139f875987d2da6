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

/** Takes the token out of the address, or what this tab kept of it. True when the address brought one. */
export function takeToken() {
  const brought = new URLSearchParams(location.hash.slice(1)).get("token");
  if (brought !== null) history.replaceState(history.state, "", location.pathname + location.search);
  if (brought) adopt(brought);
  else window.adminToken ??= untilClosed.get(KEPT) ?? "";
  if (brought) between?.postMessage(brought);
  return Boolean(brought);
}

function adopt(token) {
  window.adminToken = token;
  untilClosed.set(KEPT, token);
}

/**
 * Calls `onToken()` when a new link is opened: in this tab, or in another one by the same person, so that what they
 * typed here before their token ended can go on.
 */
export function followTokens(onToken) {
  window.addEventListener("hashchange", () => {
    if (takeToken()) onToken();
  });
  between?.addEventListener("message", ({ data }) => {
    if (typeof data !== "string" || data === window.adminToken) return;
    if (window.adminToken && holder(data).sub !== holder().sub) return;
    adopt(data);
    onToken();
  });
}
