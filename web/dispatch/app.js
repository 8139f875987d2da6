/**
 * The dispatch page: connects the token, the events, the form and the payments that are not sent yet.
 *
 * `window.adminToken`, `window.apiFetch()` and `window.submitPaymentLog()` are the page's public names.
 */
import { Board } from "./board.js";
import { $, fill, h, say, write } from "./dom.js";
import { clock, when } from "./dates.js";
import { LogForm } from "./form.js";
import { Ledger } from "./ledger.js";
import { LinkEnded, apiFetch } from "./net.js";
import { keepOffline } from "./offline.js";
import { Outbox } from "./outbox.js";
import { watchBars } from "./sticky.js";
import { followTokens, holder, takeToken, tokenIsGood } from "./token.js";
import { Tray } from "./tray.js";
import { GATES, NEW_LINK, loggedWords } from "./words.js";

const STALE_MS = 60_000;
const READ_AHEAD = 3; // of today's events, so that their form opens without a connection too
const SOON_MS = 15 * 60_000;

takeToken(() => start());

const outbox = new Outbox();
const ledger = new Ledger();
const form = new LogForm({ ledger, outbox, onKept: kept });
const board = new Board({ ledger, outbox, onLog: (eid, patronId) => form.open({ eid, patronId }) });
new Tray({ outbox, onEdit: (item) => form.open({ eid: item.eid, item }) });

window.apiFetch = apiFetch;
window.submitPaymentLog = () => form.submit();

ledger.addEventListener("list", () => heed(ledger.state === "failed" && ledger.trouble));
ledger.addEventListener("event", ({ detail }) => {
  const trouble = ledger.pages.get(detail)?.trouble;
  if (isPast(trouble)) ledger.open(detail);
  else heed(trouble);
});
ledger.addEventListener("line", () => {
  tokenIsGood();
  outbox.ended = false;
  letIn();
  outbox.flush();
});
board.finder.addEventListener("change", () => heed(board.finder.trouble));
outbox.addEventListener("ended", ({ detail }) => (isPast(detail) ? setTimeout(() => outbox.resume()) : heed(detail)));
outbox.addEventListener("sent", ({ detail: { item, answer } }) => {
  if (answer) {
    letIn();
    ledger.apply({ ...answer, eid: item.eid }); // a renamed event is still here under its old id
    say(loggedWords(item, answer));
  } else if (ledger.card(item.eid)) ledger.open(item.eid);
});
outbox.addEventListener("refused", ({ detail: { item } }) => {
  if (!form.running) say(`Not logged: ${item.patron}. ${item.reason}`, { bad: true });
});
document.addEventListener("visibilitychange", () => {
  const stale = Date.now() - ledger.read > STALE_MS;
  if (document.visibilityState === "visible" && stale && ledger.read > 0 && !outbox.ended) board.refresh();
});
for (const change of ["online", "offline"]) addEventListener(change, notice);
setInterval(notice, STALE_MS);
followTokens(start);
watchBars();
keepOffline($("notices"));
start();

/** Shows the events or, without a token, how to get a link. */
async function start() {
  if (!window.adminToken) {
    gate("none");
    return;
  }
  letIn();
  outbox.resume();
  if (location.search === "?unpaid") {
    history.replaceState(history.state, "", location.pathname); // once: the next link shows what is coming
    await board.goTo("unpaid");
  } else if (ledger.read === 0) await board.enter();
  else await board.refresh();
  const today = ledger.list.filter(({ starts_at }) => when(starts_at).startsWith("Today"));
  for (const { eid } of today.slice(0, READ_AHEAD)) if (!ledger.event(eid)) await ledger.open(eid);
}

function letIn() {
  $("gate").hidden = true;
  $("board").hidden = false;
  $("refresh").hidden = false;
  notice();
}

/** True for the end of a link that another one has replaced meanwhile. */
function isPast(trouble) {
  return trouble instanceof LinkEnded && "token" in trouble && trouble.token !== window.adminToken;
}

/** Explains how to get a new link, above the events that are already here. */
function heed(trouble) {
  if (!(trouble instanceof LinkEnded) || isPast(trouble)) return;
  outbox.ended = true;
  outbox.changed();
  gate(trouble.status === 403 ? "forbidden" : "ended");
}

function gate(kind) {
  const [title, words] = GATES[kind];
  const fresh = $("gate").hidden;
  write($("gate-title"), title);
  write($("gate-words"), words);
  $("gate").hidden = false;
  $("board").hidden = ledger.read === 0;
  $("refresh").hidden = ledger.read === 0;
  if (fresh && kind === "ended" && ledger.read > 0 && scrollY > 0)
    say(`${title}. ${NEW_LINK} Nothing is lost.`, { bad: true });
  notice();
}

/** Shows the user's name, the end of the link's time, and whether the browser is offline. */
function notice() {
  const { name, exp } = holder();
  const good = exp ? `link until ${clock(exp)}` : "";
  const ended = !$("gate").hidden;
  write(
    $("who"),
    window.adminToken ? [name, ended ? "link ended" : good].filter(Boolean).join(" · ") : "Ship Captain Crew",
  );
  const soon = exp && !ended && exp - Date.now() < SOON_MS;
  fill(
    $("notices"),
    !navigator.onLine &&
      h(
        "p",
        { class: "note note-wait", role: "status" },
        "You are offline. Payments that you log wait here and go out by themselves.",
      ),
    soon &&
      h(
        "p",
        { class: "note note-wait", role: "status" },
        `Your link ends at ${clock(exp)}. ${NEW_LINK} What you typed stays.`,
      ),
  );
}

function kept(trouble) {
  const stay = outbox.lasts ? "" : " Keep this page open: this browser keeps nothing when it closes.";
  say(`Not sent yet: ${trouble.message} It is kept here and goes out by itself.${stay}`, { bad: true });
  outbox.schedule(trouble.retryAfter);
}
