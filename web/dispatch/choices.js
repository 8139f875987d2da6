/**
 * The patrons of an event as choices of a form.
 */
import { h } from "./dom.js";
import { cents } from "./money.js";

/** Those who owe come first. For a cancelled event, which is `off` and for which nobody owes, they are one group. */
export function choices(patrons, words, off) {
  if (off) return group("This event is cancelled", patrons, words);
  const owes = ({ balance }) => cents(balance) > 0;
  const rest = patrons.filter((patron) => !owes(patron));
  return [group("To pay", patrons.filter(owes), words), group("Paid in full", rest, words)];
}

function group(label, patrons, words) {
  if (patrons.length === 0) return null;
  const choice = (patron) => h("option", { value: patron.patron_id }, patron.stopgap ? patron.name : words(patron));
  return h("optgroup", { label }, patrons.map(choice));
}
