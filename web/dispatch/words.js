/**
 * Texts that the page uses in several places, or that contain counts.
 */
import { shortDay } from "./dates.js";
import { cents, money } from "./money.js";
import { fold } from "./names.js";

export const STATES = { unpaid: "Not paid", partial: "Partly paid", paid: "Paid", overpaid: "Overpaid" };

export const NEW_LINK = "Type /dispatch in Slack for a new link.";

export const GATES = {
  none: ["This page opens from Slack", "It needs your own link, which says who you are:"],
  ended: ["Your link has ended", "Get a new one, and go on where you were:"],
  forbidden: ["This page is for the office", "Your link does not carry that role. If it should, ask an admin, then:"],
};

/** `1 patron`, `7 patrons`. */
export function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

/** The signatures of a party: `signed 3 of 6`. */
export function signedWords({ party, signed_people }) {
  return `signed ${signed_people} of ${party}`;
}

/** True for a patron who still has to pay. */
export function owes({ balance }) {
  return cents(balance) > 0;
}

/** A balance in words: `$65.00 to pay`, `$5.00 too much`, `paid in full`. */
export function balanceWords(balance, currency) {
  const owed = cents(balance);
  if (owed > 0) return `${money(owed, currency)} to pay`;
  return owed < 0 ? `${money(-owed, currency)} too much` : "paid in full";
}

/** A balance of a no-show or a removed patron: what they paid beyond their due is to give back. */
export function leftWords(balance, currency) {
  const owed = cents(balance);
  return owed < 0 ? `${money(-owed, currency)} to give back` : balanceWords(balance, currency);
}

/** The patrons' names by their ids, with the id behind a name that looks like another patron's. */
export function namesOf(patrons) {
  const times = new Map();
  for (const { name } of patrons) times.set(fold(name), (times.get(fold(name)) ?? 0) + 1);
  const alike = (name) => fold(name) && times.get(fold(name)) > 1;
  return new Map(patrons.map(({ patron_id, name }) => [patron_id, alike(name) ? `${name} (${patron_id})` : name]));
}

/** The amount to give back for a cancelled event: `$65.00 to give back`, `nothing to give back`. */
export function returnWords(paid, currency) {
  const count = cents(paid);
  return count > 0 ? `${money(count, currency)} to give back` : "nothing to give back";
}

/** An event's sums in cents: due, paid, owed, overpaid. One patron's overpayment does not reduce another's debt. */
export function sums({ patrons }) {
  const all = (count) => patrons.reduce((sum, patron) => sum + count(patron), 0);
  return {
    due: all(({ due }) => cents(due)),
    paid: all(({ paid }) => cents(paid)),
    owed: all(({ balance }) => Math.max(0, cents(balance))),
    over: all(({ balance }) => Math.max(0, -cents(balance))),
  };
}

/** `$1,575.00 paid of $1,500.00 due · $310.00 still to pay · $385.00 too much`; if cancelled, the sum to give back. */
export function sumWords(event) {
  const { due, paid, owed, over } = sums(event);
  const said = (count) => money(count, event.currency);
  if (event.status === "cancelled") return paid > 0 ? `${said(paid)} paid must be given back` : "Nothing to give back";
  const parts = [`${said(paid)} paid of ${said(due)} due`];
  if (owed > 0) parts.push(`${said(owed)} still to pay`);
  if (over > 0) parts.push(`${said(over)} too much`);
  return parts.join(" · ");
}

/** `Cash`, of the method `cash`. */
export function methodWords(method) {
  return method.charAt(0).toUpperCase() + method.slice(1);
}

/** The message after a payment was logged. */
export function loggedWords(item, answer) {
  const sum = money(cents(answer.amount), answer.currency);
  const balance = balanceWords(answer.balance, answer.currency);
  const done = answer.replayed ? `Already logged, and counted once: ${sum}` : `Logged ${sum}`;
  return `${done} from ${item.patron}. ${balance.charAt(0).toUpperCase()}${balance.slice(1)}.`;
}

/** `just now`, `5 min ago`, `2 h ago`, `3 days ago`. */
export function ago(ms, now = Date.now()) {
  const minutes = Math.floor((now - ms) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `${Math.floor(minutes / 1440)} days ago`;
}

/** What a search found, on which days: `2 events fit “owen” from Sep 1, 2026 to Nov 28, 2027.` */
export function foundWords({ text, results, spans, from, until }) {
  const { size } = results;
  if (spans.length > 0) return `${count(size, "event fits", "events fit")} “${text}” so far.`;
  const days = `from ${shortDay(from)} to ${shortDay(until)}`;
  if (size === 0) return `No event and no patron fits “${text}” ${days}.`;
  return `${count(size, "event fits", "events fit")} “${text}” ${days}.`;
}
