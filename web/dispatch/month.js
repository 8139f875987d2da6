/**
 * The page *Money*: a month's books, compared with the month before, its tips by crew, and its entries as files.
 */
import { $, button, fill, h, mark, write } from "./dom.js";
import { clock } from "./dates.js";
import { LinkEnded, ask } from "./net.js";
import { saveFile } from "./printing.js";
import { watchBars } from "./sticky.js";
import { followTokens, holder, takeToken, tokenIsGood } from "./token.js";
import { currencySections, openSection, sinceWords, tipSection } from "./takings.js";

const MONTH = /^[1-9]\d{3}-(0[1-9]|1[0-2])$/;
const ENDINGS = { csv: "csv", json: "json", hledger: "journal", beancount: "beancount" };
const SLACK = "Type /dispatch in Slack, press its link, and then Money.";
const INCOMPLETE = "Payments from before the books may be missing: the operator runs ";

let month = "";
let shown = ""; // the month that is on the page
let asked = 0;

/** The month of the address, else this month. */
function wanted() {
  const given = new URLSearchParams(location.search).get("month") ?? "";
  if (MONTH.test(given)) return given;
  const now = new Date();
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}`;
}

/** The month so many steps later, or an empty text outside the calendar. */
function beside(key, steps) {
  const [year, number] = key.split("-").map(Number);
  const months = year * 12 + number - 1 + steps;
  const found = `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
  return MONTH.test(found) ? found : "";
}

/** `November 2026`. */
function nameOf(key) {
  const date = new Date(`${key}-01T00:00:00Z`);
  return new Intl.DateTimeFormat("en-US", { month: "long", year: "numeric", timeZone: "UTC" }).format(date);
}

function turnTo(key) {
  if (!MONTH.test(key)) {
    notice("Write a month, like 2026-11.", { bad: true });
    return;
  }
  month = key;
  history.replaceState(history.state, "", `${location.pathname}?month=${key}`);
  load();
}

async function load() {
  write($("who"), [holder().name, nameOf(month)].filter(Boolean).join(" · "));
  $("month").value = month;
  if (!window.adminToken) {
    notice(`This page opens from Slack. ${SLACK}`);
    return;
  }
  $("turns").hidden = false;
  $("refresh").hidden = false;
  asked += 1;
  const mine = asked;
  if (shown !== month) {
    fill($("books"));
    $("files").hidden = true;
    notice("Reading the books …");
  }
  mark($("books"), "aria-busy", "true");
  try {
    const books = await ask(`/api/books/${month}`);
    if (mine !== asked) return;
    tokenIsGood();
    const crew = await crewOf(books);
    if (mine !== asked) return;
    show(books, crew);
    notice("");
  } catch (trouble) {
    if (mine !== asked) return;
    notice(sentence(trouble), { bad: true });
  }
  mark($("books"), "aria-busy", null);
}

/** Tips by crew, and names. Without them the page has its sums all the same, and says what is missing. */
async function crewOf({ currencies }) {
  if (Object.keys(currencies).length === 0) return { currencies: {}, names: {} };
  try {
    return await ask(`/api/books/${month}/crew`);
  } catch (trouble) {
    if (trouble instanceof LinkEnded) throw trouble;
    return { currencies: {}, names: {}, trouble };
  }
}

function sentence(trouble) {
  if (trouble instanceof LinkEnded) return withReference(trouble.message, trouble);
  const before = shown === month ? "This may be out of date. " : "";
  const what = navigator.onLine ? trouble.message : "You are offline.";
  return withReference(`${before}${what} Press Refresh.`, trouble);
}

function withReference(words, { reference }) {
  return reference ? `${words} Reference: ${reference}.` : words;
}

function notice(words, { bad = false } = {}) {
  fill($("notices"), words && h("p", { class: `note ${bad ? "note-bad" : "note-wait"}` }, words));
}

function show(books, crew) {
  shown = books.month;
  document.title = `Money, ${nameOf(shown)} · Ship Captain Crew`;
  const months = [nameOf(shown), nameOf(beside(shown, -1) || shown)];
  const known = (who) => personName(who, crew.names);
  const currencies = Object.entries(books.currencies).sort(([, one], [, other]) => other.total.entries - one.total.entries);
  fill(
    $("books"),
    h("h2", { class: "month-name" }, months[0]),
    !books.compared && note("note-wait", INCOMPLETE, h("kbd", {}, "python -m roster rebuild"), " once."),
    books.closed && closedNote(books.closed, known),
    currencies.length === 0 && h("p", { class: "headline" }, `Nothing was logged in ${months[0]} or ${months[1]}.`),
    currencies.map(([currency, sums]) =>
      h(
        "section",
        { class: "part", "data-currency": currency, "aria-label": currency },
        currencies.length > 1 && h("h2", {}, currency),
        currencySections(currency, sums, { months, nameOf: known }),
        crew.currencies[currency] && tipSection(currency, crew.currencies[currency]),
        !crew.trouble && !crew.currencies[currency] && h("p", { class: "soft" }, "No tips were logged."),
      ),
    ),
    crew.trouble && note("note-bad", withReference(`No tips by crew, and no names: ${crew.trouble.message}`, crew.trouble)),
    openSection(books.open),
    h("p", { class: "soft" }, "By the day on which it was logged, on the boat's clock, a second or two behind the ledgers."),
  );
  $("files").hidden = false;
}

/** `Closed by Olivia Park on December 2, 2026, 1:30 PM; nothing changed since then.` */
function closedNote({ by, at, since }, known) {
  const date = new Intl.DateTimeFormat("en-US", { month: "long", day: "numeric", year: "numeric" }).format(new Date(at));
  const said = `Closed by ${known(by)} on ${date}, ${clock(Date.parse(at))}`;
  if (since === null) {
    const command = h("kbd", {}, "python -m roster verify");
    return note("note-bad", `${said}, but its summary is not readable: the operator runs `, command, ".");
  }
  const changes = sinceWords(since);
  if (changes.length === 0) return note("closed", `${said}; nothing changed since then.`);
  return note("closed", `${said}; since then: `, changes.map((each, at) => [at > 0 && "; ", h("span", { class: "together" }, each)]), ".");
}

function note(kind, ...words) {
  return h("p", { class: `note ${kind}` }, h("span", {}, words));
}

/** The name of `slack:U0DANA` from crew rows, or of this page's user; else the id as it is. */
function personName(who, names) {
  const own = who.slice(who.indexOf(":") + 1);
  if (own === holder().sub) return holder().name;
  return names[who] ?? names[`slack:${own}`] ?? names[`web:${own}`] ?? own;
}

fill(
  $("file-buttons"),
  Object.entries(ENDINGS).map(([form, ending]) => {
    const words = ending === form && form !== "beancount" ? form.toUpperCase() : form;
    const own = button(words, () =>
      saveFile(own, `/api/exports/payments?logged=${month}&format=${form}`, {
        name: `payments-logged-${month}.${ending}`,
        sorry: "No file:",
      }),
    );
    return own;
  }),
);
$("turns").addEventListener("submit", (event) => {
  event.preventDefault();
  turnTo($("month").value);
});
$("month").addEventListener("change", () => turnTo($("month").value));
$("earlier").addEventListener("click", () => turnTo(beside(month, -1)));
$("later").addEventListener("click", () => turnTo(beside(month, 1)));
$("refresh").addEventListener("click", load);
addEventListener("online", load);
takeToken(load);
followTokens(load);
month = wanted();
watchBars();
load();
