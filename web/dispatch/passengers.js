/**
 * The passenger list on a phone, for the captain and the crew. The link carries the token and the event.
 */
import { boatTime, when } from "./dates.js";
import { $, fill, h, mark, write } from "./dom.js";
import { LinkEnded, ask } from "./net.js";
import { printButtons } from "./printing.js";
import { watchBars } from "./sticky.js";
import { untilClosed } from "./storage.js";
import { count } from "./words.js";

const KEPT = "passengers.link";
const STALE_MS = 60_000;

let eid = "";
let shown = null; // the list that is on the page
let read = 0; // when it was read, in ms
let asked = 0;

/** Moves the token from the address to this tab's storage. A reload must not send people back to Slack. */
function takeLink() {
  const brought = new URLSearchParams(location.hash.slice(1));
  if (brought.get("token") && brought.get("eid")) {
    history.replaceState(history.state, "", location.pathname + location.search);
    untilClosed.set(KEPT, JSON.stringify([brought.get("token"), brought.get("eid")]));
  }
  [window.adminToken, eid] = JSON.parse(untilClosed.get(KEPT) ?? '["", ""]');
}

async function load() {
  if (!window.adminToken) {
    notice("This page opens from Slack. Type /board there and press its link to the passenger list.");
    mark($("list"), "aria-busy", null);
    return;
  }
  asked += 1;
  const mine = asked;
  $("refresh").hidden = false;
  try {
    const list = await ask(`/api/events/${encodeURIComponent(eid)}/manifest`);
    if (mine !== asked) return;
    [shown, read] = [list, Date.now()];
    show(list);
    notice(navigator.onLine ? "" : OFFLINE());
  } catch (trouble) {
    if (mine !== asked) return;
    notice(sentence(trouble), { bad: true });
  }
  mark($("list"), "aria-busy", null);
}

const OFFLINE = () =>
  shown ? `You are offline. This is the list of ${time(read)}.` : "You are offline. The list comes with the connection.";

function sentence(trouble) {
  if (trouble instanceof LinkEnded) return trouble.message;
  if (!navigator.onLine) return OFFLINE();
  return shown ? `This is the list of ${time(read)}. ${trouble.message} Press Refresh.` : `${trouble.message} Press Refresh.`;
}

function notice(words, { bad = false } = {}) {
  fill($("notices"), words && h("p", { class: `note ${bad ? "note-bad" : "note-wait"}` }, words));
}

/** `13:05`, by this phone's clock. */
function time(ms) {
  return new Date(ms).toTimeString().slice(0, 5);
}

function show(list) {
  document.title = `${list.title} · passenger list`;
  write($("title"), list.title);
  write($("when"), [when(list.starts_at, list.day_only), list.boat].filter(Boolean).join(" · "));
  const { cast_off: done } = list;
  fill(
    $("list"),
    h("p", { class: "souls" }, h("strong", {}, `${list.souls} aboard`), ` of ${list.expected} expected`, places(list)),
    list.status === "cancelled" && h("p", { class: "note note-bad" }, "This event is cancelled: nobody boards."),
    done &&
      h("p", { class: "cast-off" }, `Cast off ${boatTime(done.at, list.starts_at)}, `, count(done.souls, "soul"), ", by ", done.by),
    h("p", { class: "soft" }, "Captain: ", list.captain ?? "not known", " · Crew: ", crew(list)),
    h("ul", { class: "parties" }, list.parties.map(partyLine)),
    list.parties.length === 0 && h("p", { class: "soft" }, "Nobody is expected yet."),
    list.unmatched.length > 0 &&
      section("Signed, but their party is not known", list.unmatched.map(personLine), "They may be aboard under another name."),
    section("Not expected", list.absent.map(partyLine)),
    section("For the captain only", list.private.map(privateLine), unread(list)),
  );
  $("print").hidden = false;
}

function places({ capacity }) {
  return capacity === null ? "" : `, the boat takes ${capacity}`;
}

function crew({ crew: members }) {
  return members.filter(({ role }) => role !== "captain").map(({ name }) => name).join(", ") || "nobody else";
}

/** A heading with its lines; nothing where there is neither a line nor a remark. */
function section(title, lines, remark = "") {
  if (lines.length === 0 && !remark) return null;
  return h("section", {}, h("h2", {}, title), remark && h("p", { class: "soft" }, remark), h("ul", { class: "parties" }, lines));
}

function unread({ private_unread: missing }) {
  if (missing === 0) return "";
  return `The details of ${count(missing, "signature")} could not be read now. Press Refresh before you cast off.`;
}

function partyLine(party) {
  const { aboard, people, state } = party;
  const words = { no_show: "No-show", removed: "Off the roster" }[state] ?? aboardWords(party);
  return h(
    "li",
    { class: `party ${aboard ? "is-aboard" : ""}`, "data-patron-id": party.patron_id },
    h("p", { class: "party-head" }, h("bdi", { class: "party-name" }, party.name), h("span", { class: "party-state" }, words)),
    h("p", { class: "soft" }, people > 1 && `party of ${people} `, party.phone && phoneLink(party.phone)),
    !state && party.missing.length > 0 && h("p", { class: "missing" }, `Missing: ${party.missing.join(", ")}`),
    aboard?.reason && h("p", { class: "soft" }, "Let aboard by ", aboard.by, ": ", h("bdi", {}, aboard.reason)),
    h(
      "ul",
      { class: "people" },
      party.passengers.map(personLine),
      party.unnamed > 0 && h("li", {}, `${count(party.unnamed, "person", "people")} whose name is unknown`),
    ),
  );
}

function aboardWords({ aboard, people }) {
  if (!aboard) return "□ not yet";
  return aboard.count === people ? "■ aboard" : `◪ ${aboard.count} of ${people} aboard`;
}

function personLine({ name, guardian, signed }) {
  const age = guardian ? ["minor, with ", h("bdi", {}, guardian)] : signed ? "adult" : "";
  const words = signed ? h("span", { class: "soft" }, "signed") : h("strong", {}, "NOT SIGNED");
  return h("li", {}, h("bdi", {}, name), " ", h("span", { class: "soft" }, age, age && " · "), words);
}

function phoneLink(phone) {
  return h("a", { href: `tel:${phone.replace(/[^+\d]/g, "")}` }, phone);
}

function privateLine({ name, minors, emergency_contact: contact, medical_note: note }) {
  return h(
    "li",
    { class: "party" },
    h("p", { class: "party-head" }, h("bdi", { class: "party-name" }, [name, ...minors].join(", "))),
    contact && h("p", {}, "Emergency contact: ", h("bdi", {}, contact)),
    note && h("p", {}, "Medical note: ", h("bdi", {}, note)),
  );
}

fill($("print"), ...printButtons(() => eid));
$("refresh").addEventListener("click", load);
addEventListener("online", load);
addEventListener("offline", () => notice(OFFLINE()));
addEventListener("hashchange", () => {
  takeLink();
  load();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && Date.now() - read > STALE_MS) load();
});
takeLink();
watchBars();
load();
