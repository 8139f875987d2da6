/**
 * The events of a view, or those that a search found, as cards. Each state of the list has its words.
 */
import { $, button, fill, h, mark, write } from "./dom.js";
import { Card } from "./card.js";
import { longDay } from "./dates.js";
import { Finder } from "./finder.js";
import { LinkEnded } from "./net.js";
import { count, foundWords } from "./words.js";

const SLOW_MS = 4_000;
const FIRST = ["today", "week", "coming"]; // the first of them that has events is shown when the page opens

/** The end of the sentence that counts a view's events. */
const OF = { today: "today", week: "in the next 7 days", coming: "coming", unpaid: "with open money" };

export class Board {
  constructor({ ledger, outbox, onLog }) {
    this.ledger = ledger;
    this.outbox = outbox;
    this.onLog = onLog;
    this.cards = new Map(); // eid → Card
    this.slow = 0;
    this.place = $("events");
    this.views = [...$("views").querySelectorAll("[data-view]")];
    this.finder = new Finder(ledger);
    $("tools").addEventListener("submit", (event) => {
      event.preventDefault();
      this.finder.seek($("search").value, { now: true });
    });
    $("search").addEventListener("input", () => this.finder.seek($("search").value));
    $("day").addEventListener("change", () => this.goTo($("day").value ? "day" : "coming", $("day").value));
    for (const each of this.views) each.addEventListener("click", () => this.goTo(each.dataset.view));
    $("refresh").addEventListener("click", () => this.refresh());
    $("more").addEventListener("click", () => (this.searching ? this.finder.further() : ledger.more()));
    this.finder.addEventListener("change", () => this.draw());
    ledger.addEventListener("list", () => this.draw());
    ledger.addEventListener("event", ({ detail }) => this.drawCard(detail));
    outbox.addEventListener("change", () => this.drawCards());
  }

  get searching() {
    return this.finder.text !== "";
  }

  /** The events to show. */
  get events() {
    if (!this.searching) return this.ledger.list;
    return this.finder.trouble ? mixed(this.finder.events, this.finder.here()) : this.finder.events;
  }

  /** Shows the first view that has events, so that nobody is met by an empty page. */
  async enter() {
    for (const view of FIRST) {
      await this.ledger.load({ view });
      if (this.ledger.view !== view || this.ledger.state !== "ready" || this.ledger.list.length > 0) return;
    }
  }

  /** Reads the list, the open events and the search's results again. */
  refresh() {
    for (const [eid, card] of this.cards) if (card.opened && card.root.isConnected) this.ledger.open(eid);
    if (this.searching) this.finder.begin();
    return this.ledger.load();
  }

  /** Shows a view, and ends the search. */
  goTo(view, day = "") {
    $("day").value = day;
    $("search").value = "";
    this.finder.clear();
    return this.ledger.load({ view, day });
  }

  draw() {
    const { state } = this.ledger;
    const busy = this.searching ? this.finder.going : state === "loading";
    for (const each of this.views)
      mark(each, "aria-pressed", String(!this.searching && each.dataset.view === this.ledger.view));
    clearTimeout(this.slow);
    mark(this.place, "aria-busy", busy ? "true" : null);
    mark($("refresh"), "aria-disabled", state === "loading" ? "true" : null);
    this.drawMore(busy);
    if (busy) this.slow = setTimeout(() => this.report("Still reading: the connection is slow."), SLOW_MS);
    const { events } = this;
    if (busy && events.length === 0) {
      this.report(this.searching ? "Searching …" : "Reading the events …");
      fill(this.place, [1, 2, 3].map(ghost));
      return;
    }
    const roots = events.map(({ eid }) => this.cardOf(eid).root);
    if (roots.length !== this.place.children.length || roots.some((root, at) => root !== this.place.children[at]))
      fill(this.place, roots);
    this.drawCards();
    this.reportState();
  }

  drawMore(busy) {
    const { finder, ledger } = this;
    const searched = this.searching && finder.today !== "" && !finder.trouble;
    $("more-place").hidden = this.searching ? !searched || finder.going : !ledger.next;
    const left = finder.spans.length > 0 ? "Show more" : "Search earlier months";
    write($("more"), this.searching ? left : "Show later events");
    mark($("more"), "aria-disabled", busy ? "true" : null);
  }

  cardOf(eid) {
    const known = this.cards.get(eid);
    if (known) return known;
    const card = new Card(eid, { onOpen: (opened) => this.ledger.open(opened), onLog: this.onLog });
    this.cards.set(eid, card);
    return card;
  }

  drawCards() {
    for (const { eid } of this.events) this.drawCard(eid);
  }

  drawCard(eid) {
    const card = this.ledger.card(eid);
    if (!card) return;
    const unsent = this.outbox.items.filter((item) => item.eid === eid);
    const found = this.searching ? this.finder.results.get(eid) : null;
    this.cardOf(eid).update(card, this.ledger.pages.get(eid), unsent, found);
  }

  reportState() {
    if (this.searching) this.reportSearch();
    else if (this.ledger.state === "failed") this.reportFailure();
    else if (this.ledger.state === "ready") this.report(this.counted());
  }

  reportSearch() {
    const { finder } = this;
    if (!finder.trouble) {
      if (!finder.going) this.report(foundWords(finder));
      return;
    }
    const words = `Only what this page has read was searched: ${count(this.events.length, "event")} for “${finder.text}”.`;
    this.reportTrouble(`${words} ${finder.trouble.message}`, () => finder.begin());
  }

  counted() {
    const { view, day, list } = this.ledger;
    if (view === "day") return list.length === 0 ? `No events on ${longDay(day)}.` : `${count(list.length, "event")} on ${longDay(day)}`;
    if (view === "coming") return list.length === 0 ? "No events are coming." : count(list.length, "coming event");
    if (list.length === 0) return `No events ${OF[view]}.`;
    return `${count(list.length, "event")} ${OF[view]}${view === "unpaid" ? ", the oldest first" : ""}`;
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
    this.reportTrouble(`${words} ${this.ledger.why}`, () => this.refresh());
  }

  reportTrouble(words, onAgain) {
    $("status").className = "status note note-bad";
    fill($("status"), h("span", {}, words), button("Try again", onAgain));
  }
}

/** The events of both lists, each once. */
function mixed(one, other) {
  return [...new Map([...one, ...other].map((event) => [event.eid, event])).values()];
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
