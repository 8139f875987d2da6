/**
 * What an opened row shows: how much is paid, each entry of the patron's ledger, and where entries are taken back.
 */
import { boatDay, boatTime } from "./dates.js";
import { button, fill, h, write } from "./dom.js";
import { meter } from "./meter.js";
import { cents, money } from "./money.js";
import { ask } from "./net.js";
import { STATES, methodWords, owes } from "./words.js";

const KINDS = {
  payment: "Payment",
  refund: "Refund",
  void: "Void",
  bounced: "Bounced check",
  chargeback: "Chargeback",
  transfer: "Transfer",
};

export class PatronLedger {
  constructor(eid, patronId, { onLog }) {
    this.path = `/api/events/${encodeURIComponent(eid)}/payment-cleared?patron_id=${encodeURIComponent(patronId)}`;
    this.read = ""; // the sum paid when the entries were read
    this.asked = 0;
    this.pill = h("span", { class: "pill" });
    this.paid = h("span", { class: "patron-paid" });
    this.bar = meter("patron-bar");
    this.list = h("ol", { class: "entries", "aria-label": "Ledger" });
    this.trouble = h("p", { class: "soft", role: "status" });
    this.log = button("Log payment", onLog);
    this.hint = h("p", { class: "soft patron-hint" });
    this.root = h(
      "div",
      {},
      h("p", { class: "patron-sum" }, this.pill, this.paid),
      this.bar,
      this.list,
      this.trouble,
      h("div", { class: "patron-deeds" }, this.log, this.hint),
    );
  }

  update(patron, event) {
    const [paid, due] = [cents(patron.paid), cents(patron.due)];
    const off = event.status === "cancelled";
    write(this.pill, patron.roster_state === "no_show" ? `No-show, ${STATES[patron.state].toLowerCase()}` : STATES[patron.state]);
    this.pill.className = `pill pill-${patron.state}`;
    write(this.paid, `${money(paid, event.currency)} paid of ${money(due, event.currency)}`);
    this.bar.show(paid, due);
    this.bar.hidden = off; // nobody owes for a cancelled event
    this.log.hidden = !off && owes(patron); // the row has its own
    this.log.setAttribute("aria-label", `Log payment for ${patron.name}`);
    write(this.hint, `To void, refund, adjust or edit, type /payment-status ${patron.name} in Slack.`);
    if (this.read !== patron.paid) this.load(patron.paid, event);
  }

  /** Reads the entries. Those read before stay until then. */
  async load(paid, event) {
    this.read = paid;
    this.asked += 1;
    const mine = this.asked;
    if (!this.list.firstChild) write(this.trouble, "Reading the ledger …");
    try {
      const { payments, currency } = await ask(this.path);
      if (mine !== this.asked) return;
      fill(this.list, payments.map((entry) => line(entry, currency, event.starts_at)));
      write(this.trouble, payments.length === 0 ? "Nothing was paid yet." : "");
    } catch (trouble) {
      if (mine !== this.asked) return;
      this.read = "";
      write(this.trouble, `The ledger could not be read. ${trouble.message} Close and open the row to try again.`);
    }
  }
}

function line({ kind, amount, method, timestamp, notes, reason, tip, logged_by: by }, currency, startsAt) {
  const count = cents(amount);
  const words = [`${KINDS[kind] ?? kind} by ${methodWords(method).toLowerCase()}`, tip && `tip ${money(cents(tip), currency)}`];
  return h(
    "li",
    {},
    h("span", { class: "entry-when" }, `${boatDay(timestamp, startsAt)}, ${boatTime(timestamp, startsAt)}`),
    h("span", { class: "entry-what" }, words.filter(Boolean).join(", "), said(notes), said(reason)),
    h("span", { class: "entry-by soft" }, by.replace(/^(slack|web):/, "")),
    h("span", { class: `entry-amount${count < 0 ? " is-back" : ""}` }, money(count, currency)),
  );
}

/** What people wrote, as text of its own direction. */
function said(text) {
  return text ? [": ", h("bdi", {}, text)] : null;
}
