/**
 * Requests to the server: JSON over POST, and the live state over server-sent events.
 */

/** The server refused or did not answer; `message` is a sentence for people. */
export class NetTrouble extends Error {}

async function answerOf(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // An answer without JSON is judged by its status below.
  }
  if (!response.ok) throw new NetTrouble(body.error || `The local Slack answered ${response.status}.`);
  return body;
}

async function reach(path, init) {
  try {
    return await fetch(path, init);
  } catch {
    throw new NetTrouble("The local Slack does not answer. Is it still running?");
  }
}

/** Sends `body` as JSON. Resolves to the parsed answer. Throws NetTrouble. */
export async function post(path, body) {
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return answerOf(await reach(path, init));
}

/** Resolves to the workspace as `user` sees it; without one, as the first person does. Throws NetTrouble. */
export async function fetchState(user) {
  const query = user ? `?user=${encodeURIComponent(user)}` : "";
  return answerOf(await reach(`/ui/state${query}`));
}

/**
 * Follows the workspace as `user` sees it, until the returned function is called.
 * Calls `onState(state)` at each connection and after every change, and `onLink("live" | "lost")` when the connection changes.
 * Reconnects after 0.5 s, then after up to 5 s. Each connection begins with the whole state.
 */
export function follow(user, { onState, onLink }) {
  let source = null;
  let timer = 0;
  let wait = 500;
  let stopped = false;

  const connect = () => {
    source = new EventSource(`/ui/events?user=${encodeURIComponent(user)}`);
    source.addEventListener("open", () => {
      wait = 500;
      onLink("live");
    });
    source.addEventListener("state", (event) => {
      if (!stopped) onState(JSON.parse(event.data));
    });
    source.addEventListener("error", () => {
      source.close();
      if (stopped) return;
      onLink("lost");
      timer = setTimeout(connect, wait);
      wait = Math.min(wait * 2, 5000);
    });
  };

  connect();
  return () => {
    stopped = true;
    clearTimeout(timer);
    source?.close();
  };
}
