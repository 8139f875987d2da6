/**
 * The events that this page has read: the list as cards, and the patrons of opened events.
 */
import { NoAnswer, ask } from "./net.js";
import { cents, plain } from "./money.js";
import { dayOf } from "./dates.js";

const PAGE = 20;
const MOST = 100;
// The fields that a card has of its event, beside the counts.
const SHARED = ["title", "starts_at", "status", "warnings", "outstanding", "to_give_back"].concat(
  ["boat", "capacity", "aboard", "cast_off"],
);

/** Dispatches "list" when the list changed, "event" (detail eid) when an event changed, "line" when an answer came. */
export class Ledger extends EventTarget {
  constructor() {
    super();
    this.cards = new Map(); // eid → the card's fields and counts, in order
    this.pages = new Map(); // eid → {state: "loading" | "ready" | "failed", event, trouble}
    this.state = "loading"; // of the list: also "ready", "failed"
    this.trouble = null;
    this.day = "";
    this.unpaid = false; // the list has the events with open money, past ones too
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

  /** Reads the list from the start: the coming events, those of one day (`"2026-05-23"`), or all `unpaid` ones. */
  async load({ day = this.day, unpaid = this.unpaid } = {}) {
    if (day !== this.day || unpaid !== this.unpaid) this.cards.clear();
    this.day = day;
    this.unpaid = unpaid;
    const from = unpaid ? "&open=true" : day ? `&from=${day}` : "";
    const limit = day ? MOST : Math.min(MOST, Math.max(PAGE, this.cards.size)); // keep further pages that were read
    await this.turn(`limit=${limit}${from}`, (cards) => {
      this.cards = new Map(cards);
    });
  }

  /** Reads the events after those of the list. */
  async more() {
    if (!this.next) return;
    const from = `&from=${encodeURIComponent(this.next)}${this.unpaid ? "&open=true" : ""}`;
    await this.turn(`limit=${PAGE}${from}`, (cards) => {
      for (const [eid, card] of cards) this.cards.set(eid, card);
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
      const wanted = said.events.filter((card) => !this.day || dayOf(card.starts_at) === this.day);
      take(wanted.map((card) => [card.eid, card]));
      for (const [eid, times] of this.logged) if (times !== before.get(eid)) this.open(eid);
      this.next = this.day ? null : said.next;
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
      if (this.cards.has(answer.eid)) this.open(answer.eid);
      return;
    }
    for (const field of ["due", "paid", "balance", "state", "cleared", "method"]) patron[field] = answer[field];
    const comes = page.event.status !== "cancelled" && patron.roster_state === null;
    patron.clear_to_board = comes && patron.cleared && patron.signed;
    page.event.counts = counted(page.event);
    page.event.outstanding = outstanding(page.event);
    page.event.to_give_back = toGiveBack(page.event);
    this.count(answer.eid, page.event.counts, page.event);
    this.emit("event", answer.eid);
  }

  count(eid, counts, event) {
    const card = this.cards.get(eid);
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

/** The sum that no-shows and removed patrons paid beyond their due; for a cancelled event, all that was paid. */
function toGiveBack({ status, patrons, removed }) {
  const off = status === "cancelled";
  const left = [...patrons, ...removed].filter((patron) => off || patron.roster_state);
  return plain(left.reduce((sum, { paid, balance }) => sum + Math.max(0, off ? cents(paid) : -cents(balance)), 0));
}
