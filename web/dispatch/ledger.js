/**
 * The events that this page has read: the list as cards, and the patrons of opened events.
 */
import { NoAnswer, ask } from "./net.js";
import { cents, plain } from "./money.js";
import { dayOf, daysAhead } from "./dates.js";

const PAGE = 20;
const MOST = 100;
// The fields that a card has of its event, beside the counts.
const SHARED = ["title", "starts_at", "day_only", "status", "warnings", "outstanding", "to_give_back"].concat(
  ["boat", "capacity", "aboard", "cast_off"],
);

const WEEK = 7;

/** What each view asks for, and what belongs to it on its further pages. `size` is the number of events of a page. */
const VIEWS = {
  today: { query: "&days=1", size: MOST, keeps: ({ starts_at }) => daysAhead(starts_at) < 1 },
  week: { query: `&days=${WEEK}`, size: MOST, keeps: ({ starts_at }) => daysAhead(starts_at) < WEEK },
  coming: { query: "", size: PAGE },
  unpaid: { query: "&open=true", size: PAGE },
  day: { query: "&days=1", size: MOST },
};

/** Dispatches "list" when the list changed, "event" (detail eid) when an event changed, "line" when an answer came. */
export class Ledger extends EventTarget {
  constructor() {
    super();
    this.cards = new Map(); // eid → the card's fields and counts, in order
    this.pages = new Map(); // eid → {state: "loading" | "ready" | "failed", event, trouble}
    this.state = "loading"; // of the list: also "ready", "failed"
    this.trouble = null;
    this.view = "today"; // a name in VIEWS
    this.day = ""; // of the view "day": `"2026-05-23"`
    this.found = new Map(); // eid → the fields and counts of events that a search found
    this.next = null;
    this.asked = 0;
    this.logged = new Map(); // eid → number of payments applied here; an answer to an earlier request is out of date
    this.read = 0; // when the list was read last, in ms
  }

  get list() {
    return [...this.cards.values()];
  }

  /** The event with its patrons, or null if they are not read yet. */
  event(eid) {
    return this.pages.get(eid)?.event ?? null;
  }

  /** The fields and counts of an event, from the list or from a search. */
  card(eid) {
    return this.cards.get(eid) ?? this.found.get(eid);
  }

  /** Reads the list of a view from the start. */
  async load({ view = this.view, day = this.day } = {}) {
    if (view !== this.view || day !== this.day) this.cards.clear();
    this.view = view;
    this.day = view === "day" ? day : "";
    const { query, size } = VIEWS[view];
    const limit = Math.min(MOST, Math.max(size, this.cards.size)); // keep further pages that were read
    await this.turn(`limit=${limit}${query}${this.day && `&from=${this.day}`}`, (cards) => {
      this.cards = new Map(cards.map((card) => [card.eid, card]));
    });
  }

  /** Reads the events after those of the list. */
  async more() {
    if (!this.next) return;
    const { query, size, keeps = () => true } = VIEWS[this.view];
    await this.turn(`limit=${size}${query}&from=${encodeURIComponent(this.next)}`, (cards) => {
      const [day, kept] = [this.day, cards.filter(keeps)];
      for (const card of kept) if (!day || dayOf(card.starts_at) === day) this.cards.set(card.eid, card);
      if (kept.length < cards.length) this.next = null; // what follows belongs to another view
    });
  }

  async turn(query, take) {
    this.asked += 1;
    const mine = this.asked;
    const before = new Map(this.logged);
    this.state = "loading";
    this.emit("list");
    try {
      const said = await ask(`/api/events?${query}`);
      if (mine !== this.asked) return; // a later request was sent meanwhile
      this.next = said.next;
      take(said.events);
      for (const [eid, times] of this.logged) if (times !== before.get(eid)) this.open(eid);
      this.state = "ready";
      this.read = Date.now();
      this.emit("line");
    } catch (trouble) {
      if (mine !== this.asked) return;
      this.state = "failed";
      this.trouble = trouble;
    }
    this.emit("list");
  }

  /** Reads one event with its patrons. Those read before stay visible until then. */
  async open(eid) {
    const before = this.pages.get(eid);
    if (before?.state === "loading") return before.coming;
    const page = { state: "loading", event: before?.event ?? null, trouble: null };
    page.coming = this.turnTo(eid, page);
    this.pages.set(eid, page);
    this.emit("event", eid);
    return page.coming;
  }

  async turnTo(eid, page) {
    try {
      let before;
      do {
        before = this.logged.get(eid);
        page.event = await ask(`/api/events/${encodeURIComponent(eid)}`);
      } while (before !== this.logged.get(eid));
      page.state = "ready";
      this.count(eid, page.event.counts, page.event);
      this.emit("line");
    } catch (trouble) {
      page.state = "failed";
      page.trouble = trouble;
    }
    this.emit("event", eid);
  }

  /** Applies the ledger's answer to a payment to the patron, the counts and the outstanding amount. */
  apply(answer) {
    this.logged.set(answer.eid, (this.logged.get(answer.eid) ?? 0) + 1);
    const page = this.pages.get(answer.eid);
    const patron = page?.event?.patrons.find((each) => each.patron_id === answer.patron_id);
    if (!patron) {
      if (this.card(answer.eid)) this.open(answer.eid);
      return;
    }
    const paidBefore = Math.max(0, cents(patron.paid));
    for (const field of ["due", "paid", "balance", "state", "cleared", "method"]) patron[field] = answer[field];
    const comes = page.event.status !== "cancelled" && patron.roster_state === null;
    patron.clear_to_board = comes && patron.cleared && patron.signed;
    page.event.counts = counted(page.event);
    page.event.outstanding = outstanding(page.event);
    page.event.to_give_back = toGiveBack(page.event, Math.max(0, cents(patron.paid)) - paidBefore);
    this.count(answer.eid, page.event.counts, page.event);
    this.emit("event", answer.eid);
  }

  count(eid, counts, event) {
    for (const card of [this.cards.get(eid), this.found.get(eid)])
      if (card) Object.assign(card, counts, Object.fromEntries(SHARED.map((field) => [field, event[field]])));
  }

  /** The reason why the list could not be read. */
  get why() {
    return this.trouble instanceof NoAnswer && this.trouble.status === null
      ? "The ledger cannot be reached right now."
      : (this.trouble?.message ?? "");
  }

  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function counted({ patrons, unmatched }) {
  const counts = { patrons: patrons.length, people: 0, paid: 0, partial: 0, unpaid: 0, overpaid: 0, signed: 0 };
  for (const { state, party, signed_people: signed, roster_state: left } of patrons) {
    counts[state] += 1;
    if (left) continue; // a no-show may owe, and is not expected
    counts.people += party;
    counts.signed += signed;
  }
  return { ...counts, unmatched: unmatched.length };
}

/** The sum of all amounts owed; overpayments do not reduce it. It is 0 for a cancelled event. */
function outstanding({ status, patrons }) {
  const owed = patrons.reduce((sum, { balance }) => sum + Math.max(0, cents(balance)), 0);
  return plain(status === "cancelled" ? 0 : owed);
}

/**
 * The sum that no-shows and removed patrons paid beyond their due. For a cancelled event it is what the API said and the
 * `more` that was paid since: credits, which need not go back, are not in the lines of the patrons.
 */
function toGiveBack({ status, patrons, removed, to_give_back: before }, more) {
  if (status === "cancelled") return plain(cents(before) + more);
  const left = [...patrons, ...removed].filter((patron) => patron.roster_state);
  return plain(left.reduce((sum, { balance }) => sum + Math.max(0, -cents(balance)), 0));
}
