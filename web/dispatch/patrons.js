/**
 * The roster of one event: a row for each patron, owing first, then unsigned, then the others by name.
 *
 * The order is that of the last reading. A payment that is logged meanwhile changes its row and leaves it in its place, so
 * that nobody who works down the list loses it.
 */
import { button, fill, h, write } from "./dom.js";
import { meter } from "./meter.js";
import { cents } from "./money.js";
import { folded, searched } from "./names.js";
import { LinkEnded } from "./net.js";
import { Row } from "./row.js";
import { UnmatchedNote } from "./unmatched.js";
import { leftWords, namesOf, owes, sumWords, sums } from "./words.js";

const SEARCHED_FROM = 9; // patrons; a shorter list needs no search

const KINDS = {
  all: ["All", () => true],
  owing: ["To pay", owes],
  unsigned: ["To sign", unsigned],
};

/** The same choices for a cancelled event. */
const KINDS_OFF = { owing: ["To give back", ({ paid }) => cents(paid) > 0] };

const isOff = ({ status }) => status === "cancelled";

export class Patrons {
  constructor({ eid, onLog }) {
    this.eid = eid;
    this.onLog = onLog;
    this.kind = "all";
    this.text = "";
    this.event = null;
    this.rows = new Map(); // patron_id → Row
    this.texts = new Map(); // patron_id → name and id as they are searched
    this.picked = new Set(); // the ids of those who belong to the kind
    this.sum = h("p", { class: "sum" });
    this.bar = meter("sum-bar");
    this.search = h("input", {
      type: "search",
      placeholder: "Find a patron",
      "aria-label": "Find a patron",
      oninput: () => {
        this.text = this.search.value.trim();
        this.narrow();
      },
    });
    this.kinds = Object.entries(KINDS).map(([kind]) =>
      button("", () => this.pick(kind), { class: "pick", "data-kind": kind, "aria-pressed": String(kind === "all") }),
    );
    this.list = h("ul", { class: "patrons", "aria-label": "Patrons" });
    this.none = h("p", { class: "soft none", role: "status" });
    this.trouble = h("p", { class: "note note-bad", hidden: true });
    this.unmatched = new UnmatchedNote();
    this.removed = h("ul", { class: "removed", "aria-label": "Taken off the roster" });
    this.root = h(
      "div",
      {},
      this.trouble,
      this.unmatched.root,
      h("div", { class: "sum-line" }, this.sum, this.bar),
      h("div", { class: "picks", role: "group", "aria-label": "Which patrons" }, this.kinds, this.search),
      this.list,
      this.none,
      this.removed,
    );
  }

  pick(kind) {
    this.kind = kind;
    for (const each of this.kinds) each.setAttribute("aria-pressed", String(each.dataset.kind === kind));
    this.settle();
    this.narrow();
  }

  update(event, unsent, trouble) {
    const fresh = event !== this.event; // it was read again; a payment changes the one that is here
    this.event = event;
    this.trouble.hidden = !trouble || trouble instanceof LinkEnded; // the page reports it on top
    if (trouble) write(this.trouble, `These may be out of date. ${trouble.message}`);
    const { due, owed } = sums(event);
    write(this.sum, sumWords(event));
    this.bar.show(due - owed, due); // overpayments do not reduce the amounts owed
    this.bar.hidden = isOff(event); // nobody owes for a cancelled event
    for (const each of this.kinds) {
      const [words, belongs] = this.kindOf(each.dataset.kind);
      write(each, `${words} ${event.patrons.filter(belongs).length}`);
    }
    this.unmatched.update(event.unmatched);
    this.search.hidden = event.patrons.length < SEARCHED_FROM;
    const names = namesOf(event.patrons);
    for (const patron of event.patrons) this.updateRow(patron, unsent, names.get(patron.patron_id));
    if (!fresh) return;
    fill(this.removed, event.removed.map((patron) => removedLine(patron, event.currency)));
    this.arrange();
    this.settle();
    this.narrow();
  }

  updateRow(patron, unsent, name) {
    const { patron_id: patronId } = patron;
    let row = this.rows.get(patronId);
    if (!row) {
      row = new Row(patronId, { eid: this.eid, onLog: () => this.onLog(patronId) });
      this.rows.set(patronId, row);
    }
    this.texts.set(patronId, folded(`${patron.name} ${patronId}`));
    row.update(patron, this.event, unsent.filter((item) => item.patron_id === patronId), name);
  }

  /** Brings the rows into their order, and removes those of patrons who are gone. A row in its place is not moved. */
  arrange() {
    const ids = new Set(this.event.patrons.map(({ patron_id }) => patron_id));
    for (const [patronId, row] of this.rows) {
      if (ids.has(patronId)) continue;
      row.root.remove();
      this.rows.delete(patronId);
    }
    const held = document.activeElement;
    const ranked = this.event.patrons.map((patron, place) => [rank(patron, this.event), place, patron]);
    ranked.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
    for (const [place, [, , { patron_id }]] of ranked.entries()) {
      const { root } = this.rows.get(patron_id);
      if (this.list.children[place] !== root) this.list.insertBefore(root, this.list.children[place] ?? null);
    }
    if (held !== document.activeElement && this.list.contains(held)) held.focus({ preventScroll: true });
  }

  kindOf(kind) {
    return (isOff(this.event) && KINDS_OFF[kind]) || KINDS[kind];
  }

  /** Decides who belongs to the kind. Somebody who pays afterwards stays in sight. */
  settle() {
    const [, belongs] = this.kindOf(this.kind);
    this.picked = new Set(this.event.patrons.filter(belongs).map(({ patron_id }) => patron_id));
  }

  /** Shows the rows that fit. Only those are written whose sight changes. */
  narrow() {
    const fits = searched(this.text);
    let shown = 0;
    for (const [patronId, { root }] of this.rows) {
      const hidden = !this.picked.has(patronId) || !fits(this.texts.get(patronId));
      if (root.hidden !== hidden) root.hidden = hidden;
      if (!hidden) shown += 1;
    }
    const empty = this.event.patrons.length === 0 ? "Nobody is booked on this event yet." : "Nobody fits that.";
    write(this.none, shown === 0 ? empty : "");
  }
}

function unsigned({ signed, roster_state: left }) {
  return !signed && !left;
}

/** Owing first, then unsigned, then the others. Of a cancelled event, those come first who get something back. */
function rank(patron, event) {
  if (isOff(event)) return cents(patron.paid) > 0 ? 0 : 1;
  return owes(patron) ? 0 : unsigned(patron) ? 1 : 2;
}

/** `Eve Ruiz · taken off the roster · $50.00 to give back` */
function removedLine(patron, currency) {
  const money = leftWords(patron.balance, currency);
  return h("li", { "data-patron-id": patron.patron_id }, h("bdi", {}, patron.name), ` · taken off the roster · ${money}`);
}
