/**
 * Payments on their way: each is written down before it is sent and struck out once the ledger has it, so that neither
 * a dead line nor a closed tab loses one. Its key, made when the form opened, goes with every try: the ledger writes it once.
 *
 * An item: {key, sub, name, eid, title, patron_id, patron, currency, amount, method, notes, at, tries, state, reason, errors}.
 * `state` is "waiting" or "refused"; a refused one stays until its person edits or discards it. One localStorage entry
 * each, so two tabs never overwrite one another's.
 */
import { alone, aloneIfFree } from "./locks.js";
import { LinkEnded, NoAnswer, Refused, logPayment } from "./net.js";
import { lasting } from "./storage.js";
import { holder } from "./token.js";

const PREFIX = "dispatch.unsent.";
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

/** Somewhere else, an open tab has sent it already. */
export const SENT_ELSEWHERE = Symbol("sent elsewhere");

export class Outbox extends EventTarget {
  /**
   * Tells of itself by events: "change", "sent" (detail {item, answer}; without answer when another tab sent it), "refused"
   * (detail {item}), and "ended" (detail the LinkEnded).
   */
  constructor() {
    super();
    this.wait = FIRST_WAIT_MS;
    this.timer = 0;
    this.ended = false;
    this.sending = new Set();
    this.firstTries = new Set(); // keys whose open form tells how it goes, so the tray does not
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.flush();
    });
    addEventListener("storage", (change) => this.heard(change));
  }

  /** This person's, oldest first. */
  get items() {
    return this.all().filter((item) => item.sub === holder().sub && !this.firstTries.has(item.key));
  }

  /** Names of other people whose payments wait in this browser for their own links. */
  get others() {
    return this.all()
      .filter((item) => item.sub !== holder().sub)
      .map((item) => item.name);
  }

  get waiting() {
    return this.items.filter((item) => item.state === "waiting");
  }

  /** Whether what waits outlives the page. */
  get lasts() {
    return lasting.lasting;
  }

  all() {
    const items = lasting.names(PREFIX).map((name) => read(name));
    return items.filter(Boolean).sort((one, other) => one.at - other.at || (one.key < other.key ? -1 : 1));
  }

  find(key) {
    return read(this.place(key));
  }

  place(key) {
    return `${PREFIX}${key}`;
  }

  /**
   * Logs the payment of a form: written down, then sent. Resolves with the ledger's answer, or SENT_ELSEWHERE when `known`
   * to be in here yet gone meanwhile. Throws NoAnswer or LinkEnded, and it waits in here; or Refused, and then it stays
   * in here unless it is new and `shown()` says that its form still has it.
   */
  async log(payment, { known, shown }) {
    return alone(this.place(payment.key), async () => {
      const before = this.find(payment.key);
      if (known && !before) return SENT_ELSEWHERE;
      const { sub, name } = holder();
      const fresh = { at: Date.now(), tries: 0, sub, name };
      if (!before) this.firstTries.add(payment.key);
      this.keep({ ...fresh, ...before, ...payment, state: "waiting", reason: "", errors: [] });
      try {
        return await this.send(payment.key);
      } catch (trouble) {
        if (trouble instanceof Refused && !before && shown()) this.strike(payment.key);
        throw trouble;
      } finally {
        this.firstTries.delete(payment.key);
        this.changed();
      }
    });
  }

  /** Sends what waits, oldest first, until the line or the token says no. `now`: somebody asks for it. */
  async flush({ now = false } = {}) {
    clearTimeout(this.timer);
    if (this.ended || this.waiting.length === 0) return;
    if (now) this.wait = FIRST_WAIT_MS;
    const held = await aloneIfFree("dispatch.flush", () => this.sendAll());
    this.schedule(held?.retryAfter ?? 0);
  }

  async sendAll() {
    for (const { key } of this.waiting) {
      try {
        await alone(this.place(key), () => this.find(key)?.state === "waiting" && this.send(key));
      } catch (trouble) {
        const mayGoOn = trouble instanceof Refused || (trouble instanceof NoAnswer && trouble.status === 500);
        if (!mayGoOn) return trouble;
      }
    }
    return null;
  }

  /** One try, under the item's lock. */
  async send(key) {
    const item = this.find(key);
    this.sending.add(key);
    this.changed();
    try {
      const answer = await logPayment(item);
      this.wait = FIRST_WAIT_MS;
      this.ended = false;
      this.strike(key);
      this.tell("sent", { item, answer });
      return answer;
    } catch (trouble) {
      this.note(item, trouble);
      throw trouble;
    } finally {
      this.sending.delete(key);
      this.changed();
    }
  }

  /** What came of a try that failed; an item that was discarded meanwhile stays so. */
  note(item, trouble) {
    if (trouble instanceof LinkEnded) {
      this.ended = true;
      this.tell("ended", trouble);
    }
    if (!this.find(item.key)) return;
    if (trouble instanceof Refused) {
      const { status, message: reason, errors } = trouble;
      const refused = { ...item, state: "refused", status, reason, errors };
      this.keep(refused);
      this.tell("refused", { item: refused });
    } else this.keep({ ...item, tries: item.tries + 1, reason: trouble.message });
  }

  schedule(retryAfter) {
    clearTimeout(this.timer);
    if (this.ended || this.waiting.length === 0) return;
    const wait = Math.max(this.wait, retryAfter * 1000) * (0.9 + Math.random() * 0.2);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    this.timer = setTimeout(() => this.flush(), wait);
  }

  /** A new token came: what waits may go. */
  resume() {
    this.ended = false;
    this.wait = FIRST_WAIT_MS;
    this.changed();
    return this.flush();
  }

  discard(key) {
    this.strike(key);
    this.changed();
  }

  keep(item) {
    lasting.set(this.place(item.key), JSON.stringify(item));
    this.changed();
  }

  strike(key) {
    lasting.remove(this.place(key));
  }

  /** Another tab wrote, or struck out, an item. */
  heard({ key, oldValue, newValue }) {
    if (!key?.startsWith(PREFIX)) return;
    if (newValue === null) this.tell("sent", { item: JSON.parse(oldValue), answer: null });
    this.changed();
    if (this.waiting.length > 0) this.schedule(0);
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function read(name) {
  try {
    const item = JSON.parse(lasting.get(name) ?? "null");
    return item && typeof item.key === "string" && typeof item.eid === "string" ? item : null;
  } catch {
    return null;
  }
}
