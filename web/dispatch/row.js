/**
 * One patron as a row: name, party, signatures and what they owe. It opens to their ledger. It is written only when the
 * patron changed, so that a payment on one row leaves the others alone.
 */
import { PatronLedger } from "./entries.js";
import { button, fill, h, icon, mark, write } from "./dom.js";
import { cents, money } from "./money.js";
import { balanceWords, leftWords, owes, returnWords, signedWords } from "./words.js";

let rows = 0; // for ids: a patron may have a row among the search's results and one on the roster

export class Row {
  /** `onLog()` opens the form for this patron. */
  constructor(patronId, { eid, onLog }) {
    rows += 1;
    this.eid = eid;
    this.patronId = patronId;
    this.onLog = onLog;
    this.opened = false;
    this.shown = ""; // what is on the page
    const body = `patron-${rows}`;
    this.name = h("span", { class: "patron-name" });
    this.toggle = h(
      "button",
      {
        type: "button",
        class: "patron-toggle",
        "aria-expanded": "false",
        "aria-controls": body,
        onclick: () => this.turn(),
      },
      this.name,
    );
    this.party = h("span", { class: "patron-party" });
    this.signed = h("span", { class: "patron-signed" });
    this.balance = h("span", { class: "patron-balance" });
    this.unsent = h("span", { class: "chip chip-wait", hidden: true });
    this.log = button("Log payment", onLog, { class: "btn btn-main btn-row" });
    this.more = h("div", { class: "patron-more", id: body, hidden: true });
    this.root = h(
      "li",
      { class: "patron", "data-patron-id": patronId },
      h("div", { class: "patron-row" }, this.toggle, this.party, this.signed, this.balance, this.log, icon("down")),
      this.unsent,
      this.more,
    );
  }

  /** Opens or closes the row. Opening it reads the patron's ledger. */
  turn(open = !this.opened) {
    this.opened = open;
    mark(this.toggle, "aria-expanded", String(open));
    this.root.classList.toggle("is-open", open);
    this.more.hidden = !open;
    if (open) this.drawMore();
  }

  /** `unsent` are the patron's payments in the outbox; `name` has the id too if another patron's looks the same. */
  update(patron, event, unsent, name) {
    const sum = unsent.reduce((all, item) => all + cents(item.amount), 0);
    const now = JSON.stringify([patron, event.status, event.currency, sum, name]);
    if (now === this.shown) return;
    this.shown = now;
    [this.patron, this.event] = [patron, event];
    const off = event.status === "cancelled";
    const due = !off && patron.roster_state !== "removed" && owes(patron);
    write(this.name, name);
    write(this.party, partyWords(patron));
    this.drawSigned(patron);
    write(this.balance, owedWords(patron, event));
    this.root.className = `patron is-${patron.state}${due ? " is-owing" : ""}${this.opened ? " is-open" : ""}`;
    this.showLog(due, name);
    this.unsent.hidden = unsent.length === 0;
    if (unsent.length > 0) fill(this.unsent, icon("clock"), `${money(sum, event.currency)} not sent yet`);
    if (this.opened) this.drawMore();
  }

  drawSigned(patron) {
    const comes = !patron.roster_state;
    const words = comes ? signedWords(patron) : "";
    mark(this.signed, "data-signed", comes ? String(patron.signed) : null);
    if (this.signed.textContent !== words) fill(this.signed, patron.signed && comes && icon("check"), words);
  }

  /** The filled button is for those who owe. When it goes while it has the focus, the row's name gets the focus. */
  showLog(due, name) {
    if (!due && document.activeElement === this.log) this.toggle.focus();
    this.log.hidden = !due;
    mark(this.log, "aria-label", `Log payment for ${name}`);
  }

  drawMore() {
    this.ledger ??= new PatronLedger(this.eid, this.patronId, { onLog: this.onLog });
    if (!this.more.firstChild) this.more.append(this.ledger.root);
    this.ledger.update(this.patron, this.event);
  }
}

/** `party of 3, 2 aboard`; the mark of a no-show and of a removed patron. */
export function partyWords({ party, aboard, roster_state: left }) {
  if (left) return left === "removed" ? "off the roster" : "no-show";
  const here = aboard > 0 && (party > 1 ? `${aboard} aboard` : "aboard");
  return [`party of ${party}`, here].filter(Boolean).join(", ");
}

/** What the patron owes, or what they must get back: `$65.00 to pay`, `paid in full`. */
function owedWords(patron, { status, currency }) {
  if (status === "cancelled") return returnWords(patron.paid, currency);
  return patron.roster_state ? leftWords(patron.balance, currency) : balanceWords(patron.balance, currency);
}

