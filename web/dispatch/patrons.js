/**
 * The patrons of one event: balances, signatures, and payments not sent yet. Lines are updated in place.
 */
import { button, fill, h, icon, mark, write } from "./dom.js";
import { cents, money } from "./money.js";
import { contains } from "./names.js";
import { LinkEnded } from "./net.js";
import { UnmatchedNote } from "./unmatched.js";
import { STATES, balanceWords, leftWords, returnWords, signedWords, sumWords, sums, whoWords } from "./words.js";

const SEARCHED_FROM = 9; // patrons; a shorter list needs no search

const KINDS = {
  all: ["All", () => true],
  owing: ["To pay", ({ balance }) => cents(balance) > 0],
  unsigned: ["Not signed", ({ signed }) => !signed],
};

/** The same choices for a cancelled event. */
const KINDS_OFF = { owing: ["To give back", ({ paid }) => cents(paid) > 0] };

const isOff = ({ status }) => status === "cancelled";

export class Patrons {
  constructor({ onLog }) {
    this.onLog = onLog;
    this.kind = "all";
    this.text = "";
    this.lines = new Map(); // patron_id → Line
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
    this.list = h("ul", { class: "patrons" });
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
    this.narrow();
  }

  update(event, unsent, trouble) {
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
    fill(this.removed, event.removed.map((patron) => removedLine(patron, event.currency)));
    this.search.hidden = event.patrons.length < SEARCHED_FROM;
    this.updateLines(event, unsent);
    this.narrow();
  }

  kindOf(kind) {
    return (isOff(this.event) && KINDS_OFF[kind]) || KINDS[kind];
  }

  updateLines(event, unsent) {
    const gone = new Set(this.lines.keys());
    for (const [place, patron] of event.patrons.entries()) {
      gone.delete(patron.patron_id);
      let line = this.lines.get(patron.patron_id);
      if (!line) {
        line = new Line(patron.patron_id, () => this.onLog(patron.patron_id));
        this.lines.set(patron.patron_id, line);
      }
      line.update(
        patron,
        event,
        unsent.filter((item) => item.patron_id === patron.patron_id),
      );
      if (this.list.children[place] !== line.root) this.list.insertBefore(line.root, this.list.children[place] ?? null);
    }
    for (const patronId of gone) {
      this.lines.get(patronId).root.remove();
      this.lines.delete(patronId);
    }
  }

  narrow() {
    const [, belongs] = this.kindOf(this.kind);
    let shown = 0;
    for (const patron of this.event.patrons) {
      const fits = belongs(patron) && contains(this.text, `${patron.name} ${patron.patron_id}`);
      this.lines.get(patron.patron_id).root.hidden = !fits;
      if (fits) shown += 1;
    }
    const empty = this.event.patrons.length === 0 ? "Nobody is booked on this event yet." : "Nobody fits that.";
    write(this.none, shown === 0 ? empty : "");
  }
}

class Line {
  constructor(patronId, onLog) {
    this.name = h("span", { class: "patron-name" });
    this.party = h("span", { class: "soft patron-party" });
    this.pill = h("span", { class: "pill" });
    this.bar = meter("patron-bar");
    this.paid = h("p", { class: "patron-paid" });
    this.balance = h("p", { class: "patron-balance" });
    this.signed = h("p", { class: "patron-signed" });
    this.unsent = h("p", { class: "chip chip-wait", hidden: true });
    this.log = button("Log payment", onLog);
    this.root = h(
      "li",
      { class: "patron", "data-patron-id": patronId },
      h("div", { class: "patron-who" }, h("p", {}, this.name, " ", this.party), h("p", {}, this.pill)),
      h("div", { class: "patron-money" }, this.bar, this.paid),
      this.balance,
      this.signed,
      this.log,
      this.unsent,
    );
  }

  update(patron, event, unsent) {
    const { currency } = event;
    const [paid, due] = [cents(patron.paid), cents(patron.due)];
    write(this.name, whoWords(patron, event.patrons));
    write(this.party, partyWords(patron));
    write(this.pill, patron.roster_state ? `No-show, ${STATES[patron.state].toLowerCase()}` : STATES[patron.state]);
    this.pill.className = `pill pill-${patron.state}`;
    this.bar.show(paid, due);
    this.bar.hidden = isOff(event);
    write(this.paid, `${money(paid, currency)} paid of ${money(due, currency)}`);
    const balance = patron.roster_state ? leftWords : balanceWords;
    write(this.balance, isOff(event) ? returnWords(patron.paid, currency) : balance(patron.balance, currency));
    this.balance.className = `patron-balance ${isOff(event) ? "" : `is-${patron.state}`}`.trimEnd();
    mark(this.signed, "data-signed", String(patron.signed));
    const words = signedWords(patron);
    if (this.signed.textContent !== words) fill(this.signed, patron.signed && icon("check"), words);
    this.log.setAttribute("aria-label", `Log payment for ${whoWords(patron, event.patrons)}`);
    this.unsent.hidden = unsent.length === 0;
    const sum = unsent.reduce((all, item) => all + cents(item.amount), 0);
    if (unsent.length > 0) fill(this.unsent, icon("clock"), `${money(sum, currency)} not sent yet`);
  }
}

/** `party of 3, 2 aboard`; empty for one person who is not aboard. */
function partyWords({ party, aboard }) {
  const here = aboard > 0 && (party > 1 ? `${aboard} aboard` : "aboard");
  return [party > 1 && `party of ${party}`, here].filter(Boolean).join(", ");
}

/** `Eve Ruiz · taken off the roster · $50.00 to give back` */
function removedLine(patron, currency) {
  const money = leftWords(patron.balance, currency);
  return h("li", { "data-patron-id": patron.patron_id }, h("bdi", {}, patron.name), ` · taken off the roster · ${money}`);
}

/** A bar of the paid share of the amount due. The figures beside it are for screen readers too. */
function meter(look) {
  const inner = h("span", { class: "meter-in" });
  const node = h("div", { class: `meter ${look}`, "aria-hidden": "true" }, inner);
  node.show = (paid, due) => {
    const share = due > 0 ? Math.min(1, Math.max(0, paid / due)) : 1;
    // Never as wide as a full one while anything is owed.
    inner.style.width = `${Math.min(share * 100, paid >= due ? 100 : 99).toFixed(1)}%`;
    node.classList.toggle("is-full", paid >= due);
    node.classList.toggle("is-over", paid > due);
  };
  return node;
}
