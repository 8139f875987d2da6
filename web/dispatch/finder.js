/**
 * The search over everything: the API looks through the rosters of coming and past events, whether this page has read
 * them or not. It reads a bounded number of them at a time, so a search is a few requests, one after another.
 *
 * It says which days it searched, and never that nothing fits on days that it did not search.
 */
import { dayBeside, monthBeside } from "./dates.js";
import { contains } from "./names.js";
import { ask } from "./net.js";

const WAIT_MS = 300; // after the last keystroke
const ENOUGH = 20; // events; more are read when somebody asks for them
const MONTHS_BACK = 2;
const EARLIER = 12; // months that a press searches further back
const LONGEST = 100; // letters that the API takes

/** Dispatches "change". */
export class Finder extends EventTarget {
  constructor(ledger) {
    super();
    this.ledger = ledger;
    this.timer = 0;
    this.asked = 0;
    this.clear();
  }

  clear() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.text = "";
    this.going = false;
    this.trouble = null;
    this.today = ""; // the day on the boat's clock
    this.spans = []; // {from, until} still to be searched, the first one next; `from` may be a place within it
    this.from = ""; // the first and the last day that were searched or are
    this.until = "";
    this.results = new Map(); // eid → the event, with its `found` patrons
    this.ledger.found = this.results;
  }

  /** Searches for `text` once nobody has typed for a moment, or at once. A keystroke itself draws nothing. */
  seek(text, { now = false } = {}) {
    const words = [...text.trim()].slice(0, LONGEST).join("");
    clearTimeout(this.timer);
    if (words === this.text && !(now && this.trouble)) return;
    if (words) this.timer = setTimeout(() => this.begin(words), now ? 0 : WAIT_MS);
    else {
      this.clear();
      this.changed();
    }
  }

  /** Searches for `words` anew. */
  begin(words = this.text) {
    this.clear();
    this.text = words;
    this.spans = [{ from: "", until: "" }];
    return this.run();
  }

  /** Searches what is left, or the months before those that were searched. */
  further() {
    if (this.spans.length === 0 && !this.trouble)
      this.spans.push({ from: monthBeside(this.from, -EARLIER), until: dayBeside(this.from, -1) });
    return this.run();
  }

  async run() {
    this.asked += 1;
    const mine = this.asked;
    const before = this.results.size;
    [this.going, this.trouble] = [true, null];
    this.changed();
    try {
      while (this.spans.length > 0 && this.results.size - before < ENOUGH) {
        const answer = await this.read(this.spans[0]);
        if (mine !== this.asked) return;
        this.take(answer);
        this.changed();
      }
    } catch (trouble) {
      if (mine !== this.asked) return;
      this.trouble = trouble;
    }
    this.going = false;
    this.changed();
  }

  read({ from, until }) {
    const days = [from && `&from=${encodeURIComponent(from)}`, until && `&until=${until}`].filter(Boolean).join("");
    return ask(`/api/search?q=${encodeURIComponent(this.text)}${days}`);
  }

  take({ events, from, until, next }) {
    for (const event of events) this.results.set(event.eid, event);
    if (!this.today) {
      [this.today, this.from, this.until] = [from, from, until];
      this.spans.push({ from: monthBeside(from, -MONTHS_BACK), until: dayBeside(from, -1) });
    }
    if (from < this.from) this.from = from;
    if (next) this.spans[0] = { from: next, until };
    else this.spans.shift();
  }

  /** The results: coming events, the next first, then past ones, the latest first. */
  get events() {
    const all = [...this.results.values()];
    const isPast = ({ starts_at }) => starts_at.slice(0, 10) < this.today;
    const order = (one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at);
    const past = all.filter(isPast).sort((one, other) => order(other, one));
    return [...all.filter((each) => !isPast(each)).sort(order), ...past];
  }

  /** The events of this page that fit, for when the API cannot be reached. */
  here() {
    const known = [...this.ledger.cards.values()];
    return known.filter(({ eid, title }) => {
      const names = this.ledger.event(eid)?.patrons.map(({ name, patron_id }) => `${name} ${patron_id}`) ?? [];
      return [`${title} ${eid}`, ...names].some((text) => contains(this.text, text));
    });
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }
}
