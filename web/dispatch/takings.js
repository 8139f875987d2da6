/**
 * The sections of a month's books: the sums, by method, by hand, by event, tips by crew, and what is open.
 */
import { barTable, number, rowHead, table } from "./bars.js";
import { h } from "./dom.js";
import { cents, money, plain } from "./money.js";
import { count, methodWords } from "./words.js";

const ROWS = [
  ["Net", "net"],
  ["Payments", "payments"],
  ["Refunds", "refunds"],
  ["Voids", "voids"],
  ["Bounced or charged back", "returned"],
  ["Tips, not in the net", "tips"],
];
const SLACK = /^(?:slack|web):([UW][A-Z0-9]{4,})$/;
const EVENT = /^(\d{4}-\d{2}-\d{2})-([a-z0-9-]+)$/;
const PERIODS = new Set(["sunrise", "morning", "midday", "noon", "afternoon", "sunset", "evening", "night"]);

/** The sections of one currency. `months` are the names of the month and of the one before; `nameOf(who)` a person's. */
export function currencySections(currency, sums, { months, nameOf }) {
  const bars = (title, first, named, words) =>
    barTable(title, [first, "Net", "Tips", "Entries"], rows(named, words, currency), currency);
  return [
    headline(currency, sums, months),
    totals(currency, sums, months),
    sums.total.entries > 0 && [
      bars("By method", "Method", sums.by_method, methodWords),
      bars("By hand: who took it", "Person", byPerson(sums.by_hand), nameOf),
      bars("By event", "Event", sums.by_event, eventName),
      takenBack(currency, sums),
    ],
    adjustments(currency, sums),
  ];
}

function headline(currency, { total, before }, [, last]) {
  const change = cents(total.net) - cents(before.net);
  const against = change === 0 ? `the same as in ${last}` : `${signed(change, currency)} against ${last}`;
  return h(
    "p",
    { class: "headline" },
    h("strong", {}, money(cents(total.net), currency)),
    `net, ${count(total.entries, "entry", "entries")} · `,
    h("span", { class: "together" }, against),
  );
}

function totals(currency, sums, months) {
  const lines = ROWS.map(([words, field]) => line(words, cents(sums.total[field]), cents(sums.before[field]), currency));
  const dues = [sums.adjusted, sums.adjusted_before].map(({ amount }) => cents(amount));
  lines.push(line("Dues adjusted", ...dues, currency));
  const many = [sums.total.entries, sums.before.entries];
  lines.push([rowHead("Entries"), many.map((each) => number(String(each))), number(whole(many[0] - many[1]))]);
  const names = months.map((month) => month.split(" ")[0]);
  return table(`Sums in ${currency}`, ["Sum", names[0], names[1], `Against ${names[1]}`], lines, { compared: true });
}

function line(words, now, before, currency) {
  const difference = now === before ? "–" : signed(now - before, currency);
  const cells = [money(now, currency), money(before, currency), difference];
  return [rowHead(words), cells.map((each) => number(each))];
}

/** Rows for `barTable`, the largest net first. */
function rows(named, words, currency) {
  const list = Object.entries(named).map(([name, { net, tips, entries: many }]) => ({
    name: words(name) || "–",
    amount: cents(net),
    cells: [cents(tips) === 0 ? "–" : money(cents(tips), currency), String(many)],
  }));
  return list.sort((one, other) => other.amount - one.amount || one.name.localeCompare(other.name));
}

/** Sums by person: somebody who logs in Slack and on the dispatch page is one person. */
function byPerson(byHand) {
  const people = {};
  for (const [who, sum] of Object.entries(byHand)) {
    const person = SLACK.exec(who) ? `slack:${SLACK.exec(who)[1]}` : who;
    const known = people[person];
    people[person] = known
      ? {
          net: plain(cents(known.net) + cents(sum.net)),
          tips: plain(cents(known.tips) + cents(sum.tips)),
          entries: known.entries + sum.entries,
        }
      : sum;
  }
  return people;
}

function takenBack(currency, { by_method: byMethod }) {
  const fields = ["refunds", "voids", "returned"];
  const touched = Object.entries(byMethod).filter(([, sum]) => fields.some((field) => cents(sum[field]) !== 0));
  if (touched.length === 0) return h("p", { class: "soft" }, "Nothing was refunded, voided, bounced or charged back.");
  const lines = touched.map(([method, sum]) => [
    rowHead(methodWords(method)),
    ...fields.map((field) => number(cents(sum[field]) === 0 ? "–" : money(cents(sum[field]), currency))),
  ]);
  return table("Taken back", ["Method", "Refunds", "Voids", "Bounced or charged back"], lines);
}

function adjustments(currency, { adjustments: kinds }) {
  const lines = Object.entries(kinds).map(([kind, { amount, number: many }]) => [
    rowHead(methodWords(kind)),
    number(signed(cents(amount), currency)),
    number(String(many)),
  ]);
  if (lines.length === 0) return h("p", { class: "soft" }, "No due was adjusted.");
  return table("Dues adjusted: no money moved", ["Kind", "Change of the dues", "Number"], lines);
}

/** Tips by crew in one currency; `tips` is the API's answer for it. */
export function tipSection(currency, tips) {
  const list = tips.shares.map(({ name, amount }) => ({ name, amount: cents(amount) }));
  for (const [words, field] of [["Not split: nobody is assigned", "not_split"], ["Not split: too many trips", "not_read"]])
    if (cents(tips[field]) !== 0) list.push({ name: words, amount: cents(tips[field]) });
  return [
    barTable(`Tips by crew: ${money(cents(tips.total), currency)} in all`, ["Person", "Share"], list, currency),
    h("p", { class: "soft" }, "Equal shares for everybody who is assigned to the trip, to the cent."),
    cents(tips.not_read) !== 0 &&
      h("p", { class: "soft" }, "This page splits 120 trips a month. In Slack, /payment-status month has the others."),
  ];
}

/** The money that is still open over all events, with the way to *Past unpaid*. */
export function openSection(open) {
  const kept = Object.values(open).some(({ credit = {} }) => Object.keys(credit).length > 0);
  const columns = ["Currency", "To get", "To give back", ...(kept ? ["Kept as credit"] : [])];
  const lines = Object.entries(open).map(([currency, { owed, back, credit = {} }]) => [
    rowHead(currency),
    ...[owed, back, ...(kept ? [credit] : [])].map((each) => number(openWords(each, currency))),
  ]);
  return h(
    "section",
    { class: "part", "aria-labelledby": "open-title" },
    h("h2", { id: "open-title" }, "Still open, all events"),
    lines.length === 0
      ? h("p", {}, "Nobody owes, and nothing must be given back.")
      : table("Open now, whatever the month", columns, lines),
    h("p", {}, h("a", { href: "../dispatch?unpaid" }, "Past unpaid: every event with open money")),
  );
}

function openWords(byEvent, currency) {
  const amounts = Object.values(byEvent).map(cents);
  if (amounts.length === 0) return "–";
  return `${money(amounts.reduce((sum, each) => sum + each, 0), currency)} on ${count(amounts.length, "event")}`;
}

/** The changes since a month was closed: by currency `+1 entry, -$25.00`. */
export function sinceWords(since) {
  return Object.entries(since).map(([currency, byMethod]) => {
    const all = Object.values(byMethod);
    const sum = (field) => all.reduce((total, each) => total + cents(each[field]), 0);
    const many = all.reduce((total, each) => total + each.entries, 0);
    const tips = sum("tips") === 0 ? "" : `, tips ${signed(sum("tips"), currency)}`;
    return `${whole(many)} ${Math.abs(many) === 1 ? "entry" : "entries"}, ${signed(sum("net"), currency)}${tips}`;
  });
}

/** `May 23 · Captain Cory, afternoon`, made from an event's id; the id itself where it breaks the rule. */
export function eventName(eid) {
  const [, day, name] = EVENT.exec(eid) ?? [];
  const date = new Date(`${day}T00:00:00Z`);
  if (!day || Number.isNaN(date.getTime())) return eid;
  const words = name.split("-").filter(Boolean);
  const period = words.length > 1 && PERIODS.has(words.at(-1)) ? `, ${words.pop()}` : "";
  const title = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ");
  const short = new Intl.DateTimeFormat("en-US", { month: "short", day: "numeric", timeZone: "UTC" }).format(date);
  return `${short} · ${title}${period}`;
}

function signed(amount, currency) {
  return `${amount < 0 ? "" : "+"}${money(amount, currency)}`;
}

function whole(many) {
  return many === 0 ? "–" : `${many < 0 ? "" : "+"}${many}`;
}
