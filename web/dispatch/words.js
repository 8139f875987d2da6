/**
 * Texts that the page uses in several places, or that contain counts.
 */
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

/** The signatures of a party: `3 of 6 signed`; of a single person: `Signed` or `Not signed`. */
export function signedWords({ party, signed, signed_people }) {
  if (party > 1) return `${signed_people} of ${party} signed`;
  return signed ? "Signed" : "Not signed";
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

/** A patron's name, with the id if another patron's name looks the same. */
export function whoWords({ patron_id, name }, patrons) {
  const folded = fold(name);
  const alike = patrons.some((other) => other.patron_id !== patron_id && fold(other.name) === folded);
  return alike && folded ? `${name} (${patron_id})` : name;
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
