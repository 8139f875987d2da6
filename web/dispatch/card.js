/**
 * One event as a card that opens to its patrons. It is drawn once and then updated in place, so that the focus stays.
 */
import { button, fill, h, icon, mark, write } from "./dom.js";
import { boatTime, leaf, when } from "./dates.js";
import { cents, money } from "./money.js";
import { Patrons } from "./patrons.js";
import { printButtons } from "./printing.js";
import { Row } from "./row.js";
import { count, namesOf } from "./words.js";

export class Card {
  /** `onOpen(eid)` requests the patrons; `onLog(eid, patronId)` opens the form. */
  constructor(eid, { onOpen, onLog }) {
    this.eid = eid;
    this.onOpen = onOpen;
    this.onLog = onLog;
    this.opened = false;
    this.patrons = null;
    this.hits = new Map(); // patron_id → Row of a patron whom the search found
    const body = `patrons-${eid}`;
    this.title = h("span", { class: "card-name" });
    this.toggle = h(
      "button",
      {
        type: "button",
        class: "card-toggle",
        "aria-expanded": "false",
        "aria-controls": body,
        onclick: () => this.turn(),
      },
      this.title,
      icon("down"),
    );
    this.leaf = h("div", { class: "leaf", "aria-hidden": "true" });
    this.when = h("p", { class: "card-when" });
    this.chips = h("p", { class: "chips" });
    this.figures = h("ul", { class: "figures" });
    this.facts = h("p", { class: "card-facts" });
    this.found = h("ul", { class: "patrons found", "aria-label": "Patrons found", hidden: true });
    this.foundMore = h("p", { class: "soft found-more", hidden: true });
    this.body = h("div", { class: "card-body", id: body, hidden: true });
    this.log = button("Log a payment", () => onLog(eid, null));
    this.deeds = h(
      "div",
      { class: "prints" },
      this.log,
      h("span", { class: "prints-of" }, "Passenger list"),
      printButtons(() => eid, "of the passenger list"),
    );
    this.root = h(
      "article",
      { class: "card", "data-eid": eid },
      h(
        "div",
        { class: "card-head" },
        this.leaf,
        h("div", { class: "card-main" }, h("h2", {}, this.toggle), this.when, this.chips, this.facts),
        this.figures,
      ),
      this.found,
      this.foundMore,
      this.body,
    );
  }

  /** Opens or closes the card. Opening it requests the patrons. */
  turn(open = !this.opened) {
    this.opened = open;
    this.toggle.setAttribute("aria-expanded", String(open));
    this.root.classList.toggle("is-open", open);
    this.body.hidden = !open;
    this.showFound();
    if (open) this.onOpen(this.eid);
  }

  /**
   * `card` is the list's entry, `page` the event with its patrons, `unsent` the event's items in the outbox, `found` the
   * search's result or null.
   */
  update(card, page, unsent, found = null) {
    write(this.title, card.title);
    write(this.when, [when(card.starts_at, card.day_only), ...boatWords(card), ...bookedWords(card)].join(" · "));
    this.updateLeaf(card);
    this.updateChips(card, unsent);
    this.updateFigures(card);
    this.updateFacts(card);
    this.log.setAttribute("aria-label", `Log a payment for ${card.title}, ${when(card.starts_at, card.day_only)}`);
    this.root.classList.toggle("is-off", card.status === "cancelled");
    this.updateFound(card, page, unsent, found);
    if (this.opened) this.updateBody(card, page, unsent);
  }

  updateLeaf({ starts_at }) {
    const { weekday, day, month } = leaf(starts_at);
    if (this.leaf.dataset.of === starts_at) return;
    this.leaf.dataset.of = starts_at;
    fill(this.leaf, h("span", {}, weekday), h("b", {}, day), h("span", {}, month));
  }

  updateChips({ eid, status, warnings, cast_off: done, starts_at }, unsent) {
    fill(
      this.chips,
      done &&
        h("span", { class: "chip" }, `⚓ Cast off ${boatTime(done.at, starts_at)} with ${count(done.souls, "soul")}`),
      status === "cancelled" && h("span", { class: "chip chip-bad" }, "Cancelled"),
      unsent.length > 0 &&
        h("span", { class: "chip chip-wait" }, icon("clock"), `${count(unsent.length, "payment")} not sent yet`),
      warnings.map((warning) =>
        h("span", { class: "chip chip-warn" }, icon("warn"), h("span", {}, `The id “${eid}” ${warning}`)),
      ),
    );
  }

  /** Shows how many people are expected, how many patrons must pay and how much, and how many people must sign. */
  updateFigures(card) {
    const figures = figuresOf(card);
    const now = JSON.stringify(figures);
    if (this.figures.dataset.of === now) return;
    this.figures.dataset.of = now;
    fill(
      this.figures,
      figures.map(({ kind, number, words, sum }) =>
        h(
          "li",
          { class: `figure figure-${kind}${number === 0 ? " is-nothing" : ""}` },
          h("b", {}, String(number)),
          ` ${words}`,
          sum && [" ", h("span", { class: "figure-sum" }, sum)],
        ),
      ),
    );
  }

  updateFacts(card) {
    const off = card.status === "cancelled";
    const boards = !off && (card.aboard > 0 || card.capacity !== null);
    const back = off ? 0 : cents(card.to_give_back); // of no-shows and removed patrons
    fill(
      this.facts,
      boards && h("span", { class: "aboard-count" }, aboardWords(card)),
      back > 0 && h("span", { class: "give-back" }, `${money(back, card.currency)} to give back`),
      card.unmatched > 0 &&
        h("span", { class: "unmatched-count" }, icon("warn"), `${count(card.unmatched, "signature")} not matched`),
    );
  }

  /** Shows the patrons whom a search found, as on the roster, until the card is opened. */
  updateFound(card, page, unsent, found) {
    const patrons = found?.found ?? [];
    const fresh = new Map(page?.event?.patrons.map((patron) => [patron.patron_id, patron]));
    const names = page?.event ? namesOf(page.event.patrons) : new Map();
    for (const patron of patrons) {
      const { patron_id: patronId } = patron;
      if (!this.hits.has(patronId))
        this.hits.set(patronId, new Row(patronId, { eid: this.eid, onLog: () => this.onLog(this.eid, patronId) }));
      const theirs = unsent.filter((item) => item.patron_id === patronId);
      this.hits.get(patronId).update(fresh.get(patronId) ?? patron, card, theirs, names.get(patronId) ?? patron.name);
    }
    const roots = patrons.map(({ patron_id }) => this.hits.get(patron_id).root);
    if (roots.length !== this.found.children.length || roots.some((root, at) => root !== this.found.children[at]))
      fill(this.found, roots);
    const left = (found?.found_in_all ?? 0) - patrons.length;
    write(this.foundMore, left > 0 ? `And ${count(left, "more patron")}. Open the event to see all.` : "");
    this.showFound();
  }

  showFound() {
    this.found.hidden = this.opened || this.found.children.length === 0;
    this.foundMore.hidden = this.opened || this.foundMore.textContent === "";
  }

  updateBody(card, page, unsent) {
    mark(this.body, "aria-busy", page?.state === "loading" ? "true" : null);
    if (page?.event) {
      if (!this.patrons) {
        this.patrons = new Patrons({ eid: this.eid, onLog: (patronId) => this.onLog(this.eid, patronId) });
        fill(this.body, this.patrons.root, this.deeds);
      }
      this.patrons.update(page.event, unsent, page.state === "failed" ? page.trouble : null);
    } else if (page?.state === "failed") fill(this.body, this.failure(page.trouble));
    else if (!this.body.querySelector(".ghosts")) fill(this.body, ghosts(Math.min(card.patrons, 4) || 1));
  }

  failure(trouble) {
    return h(
      "div",
      { class: "note note-bad", role: "alert" },
      h("p", {}, `The patrons could not be read. ${trouble.message}`),
      button("Try again", () => this.onOpen(this.eid)),
    );
  }
}

function figuresOf(card) {
  const souls = { kind: "souls", number: card.people, words: card.people === 1 ? "soul" : "souls" };
  if (card.status === "cancelled") {
    const back = cents(card.to_give_back);
    const sum = back > 0 ? money(back, card.currency) : "";
    return [souls, { kind: "back", number: card.paid + card.partial + card.overpaid, words: "paid", sum: sum && `${sum} to give back` }];
  }
  const owed = cents(card.outstanding);
  const sum = owed > 0 ? money(owed, card.currency) : "";
  return [
    souls,
    { kind: "pay", number: card.unpaid + card.partial, words: "to pay", sum },
    { kind: "sign", number: Math.max(0, card.people - card.signed), words: "to sign" },
  ];
}

function boatWords({ boat }) {
  return boat ? [boat] : [];
}

/** `3 aboard of 12 expected`, and what the boat takes where that is known. */
function aboardWords({ aboard, people, capacity }) {
  const most = capacity === null ? "" : `, the boat takes ${capacity}`;
  return `${aboard} aboard of ${people} expected${most}`;
}

/** `7 patrons`, or that there are none. */
function bookedWords({ patrons }) {
  return [patrons === 0 ? "nobody booked yet" : count(patrons, "patron")];
}

function ghosts(lines) {
  return h(
    "div",
    { class: "ghosts" },
    h("p", { class: "soft" }, "Reading the patrons …"),
    Array.from({ length: lines }, () => h("div", { class: "ghost ghost-line", "aria-hidden": "true" })),
  );
}
