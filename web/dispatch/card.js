/**
 * One event as a card that opens to its patrons. It is drawn once and then updated in place, so that the focus stays.
 */
import { button, fill, h, icon, mark, write } from "./dom.js";
import { boatTime, leaf, when } from "./dates.js";
import { cents, money } from "./money.js";
import { Patrons } from "./patrons.js";
import { printButtons } from "./printing.js";
import { STATES, count, sums } from "./words.js";

const ORDER = ["paid", "overpaid", "partial", "unpaid"];
const COUNTED = { paid: "paid", overpaid: "overpaid", partial: "partly paid", unpaid: "not paid" };

export class Card {
  /** `onOpen(eid)` requests the patrons; `onLog(eid, patronId)` opens the form. */
  constructor(eid, { onOpen, onLog }) {
    this.eid = eid;
    this.onOpen = onOpen;
    this.onLog = onLog;
    this.opened = false;
    this.patrons = null;
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
    this.bar = h("div", { class: "shares", "aria-hidden": "true" });
    this.counts = h("ul", { class: "counts" });
    this.owed = h("p", { class: "owed" });
    this.log = button("Log payment", () => onLog(eid, null), { class: "btn btn-main" });
    this.body = h("div", { class: "card-body", id: body, hidden: true });
    this.prints = h(
      "p",
      { class: "prints" },
      "Passenger list: ",
      printButtons(() => eid, "of the passenger list"),
    );
    this.root = h(
      "article",
      { class: "card", "data-eid": eid },
      h(
        "div",
        { class: "card-head" },
        this.leaf,
        h("div", { class: "card-main" }, h("h2", {}, this.toggle), this.when, this.chips, this.bar, this.counts),
        h("div", { class: "card-side" }, this.owed, this.log),
      ),
      this.body,
    );
  }

  /** Opens or closes the card. Opening it requests the patrons. */
  turn(open = !this.opened) {
    this.opened = open;
    this.toggle.setAttribute("aria-expanded", String(open));
    this.root.classList.toggle("is-open", open);
    this.body.hidden = !open;
    if (open) this.onOpen(this.eid);
  }

  /** `card` is the list's entry, `page` the event with its patrons, `unsent` the event's items in the outbox. */
  update(card, page, unsent) {
    write(this.title, card.title);
    write(this.when, [when(card.starts_at), ...boatWords(card), ...bookedWords(card)].join(" · "));
    this.updateLeaf(card);
    this.updateChips(card, unsent);
    this.updateCounts(card);
    this.updateOwed(card, page?.event);
    this.log.setAttribute("aria-label", `Log payment for ${card.title}, ${when(card.starts_at)}`);
    this.root.classList.toggle("is-off", card.status === "cancelled");
    if (this.opened) this.updateBody(card, page, unsent);
  }

  /** Shows the outstanding amount. For a cancelled event it is the amount to give back, which needs the patrons. */
  updateOwed(card, event) {
    const off = card.status === "cancelled";
    const some = off && event ? sums(event).paid : 0;
    const owed = off ? some : cents(card.outstanding);
    const unread = off && !event && card.paid + card.partial + card.overpaid > 0;
    const nothing = off ? "Nothing to give back" : card.patrons === 0 ? "Nobody booked yet" : "Nothing outstanding";
    const words = off ? " must be given back" : " outstanding";
    const amount = owed > 0 ? [h("strong", {}, money(owed, card.currency)), words] : nothing;
    const back = off ? 0 : cents(card.to_give_back); // of no-shows and removed patrons
    const also = back > 0 && h("span", { class: "give-back" }, `${money(back, card.currency)} to give back`);
    fill(this.owed, unread ? "Open to see what must be given back" : [amount, also]);
    this.owed.classList.toggle("is-clear", owed === 0 && !unread);
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

  updateCounts(card) {
    const there = ORDER.filter((state) => card[state] > 0);
    fill(
      this.bar,
      there.map((state) => {
        const share = h("span", { class: `share share-${state}` });
        share.style.flexGrow = String(card[state]);
        return share;
      }),
    );
    this.bar.hidden = there.length === 0 || card.status === "cancelled"; // nobody owes for a cancelled event
    const some = ["paid", "unpaid", ...there];
    const shown = card.patrons === 0 ? [] : ORDER.filter((state) => some.includes(state));
    fill(
      this.counts,
      shown.map((state) =>
        h("li", { title: STATES[state] }, h("i", { class: `dot dot-${state}` }), `${card[state]} ${COUNTED[state]}`),
      ),
      card.people > 0 &&
        h(
          "li",
          { class: "signed-count" },
          icon("pen"),
          `${card.signed} of ${count(card.people, "person", "people")} signed`,
        ),
      card.status !== "cancelled" &&
        (card.aboard > 0 || card.capacity !== null) &&
        h("li", { class: "aboard-count" }, aboardWords(card)),
      card.unmatched > 0 &&
        h("li", { class: "unmatched-count" }, icon("warn"), `${count(card.unmatched, "signature")} not matched`),
    );
  }

  updateBody(card, page, unsent) {
    mark(this.body, "aria-busy", page?.state === "loading" ? "true" : null);
    if (page?.event) {
      if (!this.patrons) {
        this.patrons = new Patrons({ onLog: (patronId) => this.onLog(this.eid, patronId) });
        fill(this.body, this.patrons.root, this.prints);
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

function boatWords({ boat }) {
  return boat ? [boat] : [];
}

/** `3 aboard of 12 expected`, and what the boat takes where that is known. */
function aboardWords({ aboard, people, capacity }) {
  const most = capacity === null ? "" : `, the boat takes ${capacity}`;
  return `${aboard} aboard of ${people} expected${most}`;
}

/** `7 patrons`, and the number of people if some patrons bring others. */
function bookedWords({ patrons, people }) {
  const booked = count(patrons, "patron");
  return people === patrons ? [booked] : [booked, count(people, "person", "people")];
}

function ghosts(lines) {
  return h(
    "div",
    { class: "ghosts" },
    h("p", { class: "soft" }, "Reading the patrons …"),
    Array.from({ length: lines }, () => h("div", { class: "ghost ghost-line", "aria-hidden": "true" })),
  );
}
