/**
 * Payments to send: each is stored before it is sent and removed once the ledger has it, so that neither a lost
 * connection nor a closed tab loses one. Every try has the key made when the form opened: the ledger writes it once.
 *
 * An item: {key, sub, name, eid, title, patron_id, patron, currency, amount, method, notes, confirm, at, tries, state,
 * reason, errors, repeated}. `state` is "waiting" or "refused"; a refused one stays until the user edits or discards it.
 * `confirm` comes from the form's tick alone: a `repeated` one, which looks like another payment, waits for it. Each has its own entry in
 * localStorage, so that two tabs never overwrite each other's items.
 */
import { alone, aloneIfFree } from "./locks.js";
import { LinkEnded, NoAnswer, Refused, logPayment } from "./net.js";
import { lasting } from "./storage.js";
import { holder } from "./token.js";

const PREFIX = "dispatch.unsent.";
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

/** Another open tab has sent the payment already. */
export const SENT_ELSEWHERE = Symbol("sent elsewhere");

export class Outbox extends EventTarget {
  /**
   * Dispatches "change", "sent" (detail {item, answer}; answer is null when another tab sent it), "refused" (detail
   * {item}), and "ended" (detail the LinkEnded).
   */
  constructor() {
    super();
    this.wait = FIRST_WAIT_MS;
    this.timer = 0;
    this.ended = false;
    this.sending = new Set();
    this.firstTries = new Set(); // keys whose open form reports the result, so that the tray does not
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.flush();
    });
    addEventListener("storage", (change) => this.heard(change));
  }

  /** This user's items, oldest first. */
  get items() {
    return this.all().filter((item) => item.sub === holder().sub && !this.firstTries.has(item.key));
  }

  /** Names of other users whose payments are in this browser. */
  get others() {
    return this.all()
      .filter((item) => item.sub !== holder().sub)
      .map((item) => item.name);
  }

  get waiting() {
    return this.items.filter((item) => item.state === "waiting");
  }

  /** True if the items outlive the page. */
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
   * Logs the payment of a form: stores it, then sends it. Resolves with the ledger's answer, or with SENT_ELSEWHERE if the
   * item was `known` but is gone. Throws NoAnswer or LinkEnded, and keeps the item; or Refused, and keeps the item unless
   * it is new and `shown()` returns true because its form still has it.
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

  /** Sends the waiting items, oldest first, until the connection or the token fails. `now`: do not wait first. */
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

  /** Sends an item once, holding its lock. */
  async send(key) {
    const item = this.find(key);
    this.sending.add(key);
    this.changed();
    try {
      const answer = await logPayment(item);
      this.wait = FIRST_WAIT_MS;
      this.ended = false;
      this.strike(key);
      this.emit("sent", { item, answer });
      return answer;
    } catch (trouble) {
      this.note(item, trouble);
      throw trouble;
    } finally {
      this.sending.delete(key);
      this.changed();
    }
  }

  /** Records a failed try, unless the item was discarded meanwhile. */
  note(item, trouble) {
    if (trouble instanceof LinkEnded) {
      this.ended = true;
      this.emit("ended", trouble);
    }
    if (!this.find(item.key)) return;
    if (trouble instanceof Refused) {
      const { status, message: reason, errors, repeated } = trouble;
      const refused = { ...item, state: "refused", status, reason, errors, repeated };
      this.keep(refused);
      this.emit("refused", { item: refused });
    } else this.keep({ ...item, tries: item.tries + 1, reason: trouble.message });
  }

  schedule(retryAfter) {
    clearTimeout(this.timer);
    if (this.ended || this.waiting.length === 0) return;
    const wait = Math.max(this.wait, retryAfter * 1000) * (0.9 + Math.random() * 0.2);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    this.timer = setTimeout(() => this.flush(), wait);
  }

  /** Sends the waiting items after a new token came. */
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

  /** Handles an item that another tab wrote or removed. */
  heard({ key, oldValue, newValue }) {
    if (!key?.startsWith(PREFIX)) return;
    if (newValue === null) this.emit("sent", { item: JSON.parse(oldValue), answer: null });
    this.changed();
    if (this.waiting.length > 0) this.schedule(0);
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  emit(name, detail) {
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
