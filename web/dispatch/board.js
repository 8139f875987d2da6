/**
 * The cards of all events, with the search and the day above them. Each state of the list has its words.
 */
import { $, button, fill, h, mark, write } from "./dom.js";
import { Card } from "./card.js";
import { longDay } from "./dates.js";
import { contains } from "./names.js";
import { LinkEnded } from "./net.js";
import { count } from "./words.js";

const SLOW_MS = 4_000;

export class Board {
  constructor({ ledger, outbox, onLog }) {
    this.ledger = ledger;
    this.outbox = outbox;
    this.onLog = onLog;
    this.cards = new Map(); // eid → Card
    this.text = "";
    this.slow = 0;
    this.place = $("events");
    $("tools").addEventListener("submit", (event) => event.preventDefault());
    $("search").addEventListener("input", () => this.seek($("search").value));
    $("day").addEventListener("change", () => this.goTo($("day").value));
    $("all-days").addEventListener("click", () => this.goTo(""));
    $("unpaid").addEventListener("click", () => this.goTo("", { unpaid: true }));
    $("refresh").addEventListener("click", () => this.refresh());
    $("more").addEventListener("click", () => this.ledger.more());
    ledger.addEventListener("list", () => this.drawList());
    ledger.addEventListener("event", ({ detail }) => this.drawCard(detail));
    outbox.addEventListener("change", () => this.drawCards());
  }

  /** Reads the list and the open events again. */
  refresh() {
    for (const [eid, card] of this.cards) if (card.opened && card.root.isConnected) this.ledger.open(eid);
    return this.ledger.load();
  }

  goTo(day, { unpaid = false } = {}) {
    $("day").value = day;
    $("all-days").hidden = day === "" && !unpaid;
    mark($("unpaid"), "aria-pressed", String(unpaid));
    return this.ledger.load({ day, unpaid });
  }

  seek(text) {
    this.text = text.trim();
    this.narrow();
  }

  drawList() {
    const { state, list } = this.ledger;
    clearTimeout(this.slow);
    mark(this.place, "aria-busy", state === "loading" ? "true" : null);
    mark($("refresh"), "aria-disabled", state === "loading" ? "true" : null);
    $("more-place").hidden = !this.ledger.next;
    mark($("more"), "aria-disabled", state === "loading" ? "true" : null);
    if (state === "loading") this.slow = setTimeout(() => this.report("Still reading: the connection is slow."), SLOW_MS);
    if (state === "loading" && list.length === 0) {
      this.report("Reading the events …");
      fill(this.place, [1, 2, 3].map(ghost));
      return;
    }
    const cards = list.map((card) => this.cardOf(card.eid).root);
    if (cards.length !== this.place.children.length || cards.some((root, at) => root !== this.place.children[at])) {
      fill(this.place, cards);
    }
    this.drawCards();
    this.narrow();
  }

  cardOf(eid) {
    const known = this.cards.get(eid);
    if (known) return known;
    const card = new Card(eid, { onOpen: (opened) => this.ledger.open(opened), onLog: this.onLog });
    this.cards.set(eid, card);
    return card;
  }

  drawCards() {
    for (const { eid } of this.ledger.list) this.drawCard(eid);
  }

  drawCard(eid) {
    const known = this.ledger.cards.get(eid);
    if (!known) return;
    const unsent = this.outbox.items.filter((item) => item.eid === eid);
    this.cardOf(eid).update(known, this.ledger.pages.get(eid), unsent);
  }

  /** Shows the cards that match the search, and their number. */
  narrow() {
    let shown = 0;
    for (const card of this.ledger.list) {
      const names = this.ledger.event(card.eid)?.patrons.map(({ name }) => name) ?? [];
      const fits = [`${card.title} ${card.eid}`, ...names].some((each) => contains(this.text, each));
      this.cardOf(card.eid).root.hidden = !fits;
      if (fits) shown += 1;
    }
    if (this.ledger.state === "failed") this.reportFailure();
    else if (this.ledger.state === "ready") this.report(this.found(shown));
  }

  found(shown) {
    const { day, unpaid, list, next } = this.ledger;
    const of = unpaid ? "with open money" : day ? `on ${longDay(day)}` : "coming";
    if (list.length === 0) return day || unpaid ? `No events ${of}.` : "No events are coming.";
    if (!this.text && unpaid) return `${count(shown, "event")} ${of}, the oldest first`;
    if (!this.text) return day ? `${count(shown, "event")} ${of}` : `${count(shown, "coming event")}`;
    const words =
      shown === 0 ? `Nothing ${of} fits “${this.text}”.` : `${count(shown, "event")} ${of} fit “${this.text}”`;
    return next && shown === 0 ? `${words} There are later events below.` : words;
  }

  report(words) {
    $("status").className = "status";
    write($("status"), words);
  }

  reportFailure() {
    if (this.ledger.trouble instanceof LinkEnded) {
      this.report("These are from before your link ended."); // the instructions are above
      return;
    }
    const words = this.ledger.list.length > 0 ? "This may be out of date." : "The events could not be read.";
    $("status").className = "status note note-bad";
    fill(
      $("status"),
      h("span", {}, `${words} ${this.ledger.why}`),
      button("Try again", () => this.refresh()),
    );
  }
}

function ghost() {
  return h(
    "div",
    { class: "card ghost-card", "aria-hidden": "true" },
    h("div", { class: "ghost ghost-leaf" }),
    h(
      "div",
      { class: "ghost-lines" },
      h("div", { class: "ghost" }),
      h("div", { class: "ghost" }),
      h("div", { class: "ghost" }),
    ),
  );
}
