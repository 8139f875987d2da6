/**
 * The form that logs a payment: `#log-payment-modal`, shown by its class `active`.
 */
import { Again } from "./again.js";
import { choices } from "./choices.js";
import { $, button, fill, h, hush, mark, say, write } from "./dom.js";
import { when } from "./dates.js";
import { cents, money, plain, readAmount } from "./money.js";
import { LinkEnded, NoAnswer, Refused } from "./net.js";
import { SENT_ELSEWHERE } from "./outbox.js";
import { openOver } from "./over.js";
import { holder } from "./token.js";
import { GATES, NEW_LINK, balanceWords, methodWords, namesOf, returnWords } from "./words.js";

const FIELDS = ["patron_id", "amount", "method", "notes"];

export class LogForm {
  /** `onKept(outbox)` is called when a payment could not be sent and is kept. */
  constructor({ ledger, outbox, onKept }) {
    this.ledger = ledger;
    this.outbox = outbox;
    this.onKept = onKept;
    this.modal = $("log-payment-modal");
    this.form = $("log-payment-form");
    this.fields = Object.fromEntries(FIELDS.map((name) => [name, this.form.elements[name]]));
    this.again = new Again();
    this.key = null; // of the open form's payment
    this.running = null; // {key, end}: the payment being sent, and the promise of its end
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      window.submitPaymentLog();
    });
    for (const id of ["log-payment-close", "log-payment-cancel"]) $(id).addEventListener("click", () => this.close());
    this.fields.patron_id.addEventListener("change", () => this.turnToPatron());
    this.fields.amount.addEventListener("input", () => {
      this.typed = true;
    });
    this.form.addEventListener("input", ({ target }) => this.clearError(target.name));
    ledger.addEventListener("event", ({ detail }) => detail === this.eid && this.key && this.drawChoices());
    outbox.addEventListener("sent", ({ detail }) => this.isIdleWith(detail.item) && this.leaveTo(detail.answer));
    outbox.addEventListener("refused", ({ detail }) => this.isIdleWith(detail.item) && this.showRefusal(detail.item));
  }

  isIdleWith({ key }) {
    return key === this.key && !this.running;
  }

  /** Closes the form when its payment was sent or discarded elsewhere. */
  leaveTo(answer) {
    this.close();
    if (!answer) say("Another tab took care of this payment.");
  }

  /**
   * Opens for an event and perhaps a patron, or with an `item` of the outbox to correct. A payment whose key the ledger
   * has for another payment gets a new key. Any other keeps its key, also after failed tries.
   */
  open({ eid, patronId = null, item = null }) {
    const anew = item?.status === 409 && !item.repeated;
    this.eid = eid;
    this.key = item && !anew ? item.key : crypto.randomUUID();
    this.replaces = anew ? item.key : null;
    this.known = Boolean(item) && !anew;
    this.item = item;
    this.typed = Boolean(item);
    this.wanted = item?.patron_id ?? patronId ?? "";
    this.form.reset();
    this.again.clear();
    this.clearErrors();
    this.rest();
    this.drawHead();
    this.fields.amount.value = item?.amount ?? "";
    this.fields.notes.value = item?.notes ?? "";
    this.form.elements.logged_by.value = holder().name;
    this.drawChoices({ method: item?.method });
    hush();
    this.shut = openOver(this.modal, { first: this.firstField(), onEscape: () => this.close() });
    if (item?.reason) this.showRefusal(item);
    if (!this.ledger.event(eid)) this.ledger.open(eid);
  }

  firstField() {
    const { patron_id: patron, amount } = this.fields;
    return patron.value || this.wanted ? amount : patron;
  }

  close() {
    if (!this.key) return;
    this.key = null;
    this.shut();
  }

  drawHead() {
    const known = this.ledger.card(this.eid) ?? this.ledger.event(this.eid);
    const title = known?.title ?? this.item?.title ?? this.eid;
    write($("log-payment-event"), known ? `${title} · ${when(known.starts_at, known.day_only)}` : title);
  }

  /** Fills in the patrons and methods once they are read. A choice already made stays. */
  drawChoices({ method = this.fields.method.value } = {}) {
    const page = this.ledger.pages.get(this.eid);
    const event = page?.event;
    const chosen = this.fields.patron_id.value || this.wanted;
    const currency = event?.currency ?? this.item?.currency ?? this.ledger.card(this.eid)?.currency ?? "USD";
    this.currency = currency;
    write($("log-payment-currency"), `in ${currency}`);
    const patrons = event?.patrons ?? this.stopgap();
    const names = namesOf(patrons);
    const loading = !event && page?.state !== "failed";
    fill(
      this.fields.patron_id,
      h("option", { value: "" }, loading ? "Reading the patrons …" : "Choose a patron"),
      choices(patrons, (patron) => `${names.get(patron.patron_id)} · ${this.statusWords(patron)}`, this.off),
    );
    this.fields.patron_id.value = patrons.some(({ patron_id }) => patron_id === chosen) ? chosen : "";
    const methods = event?.methods ?? [this.item?.method].filter(Boolean);
    fill(
      this.fields.method,
      h("option", { value: "" }, "Choose"),
      methods.map((each) => h("option", { value: each }, methodWords(each))),
    );
    this.fields.method.value = methods.includes(method) ? method : "";
    if (!event && page?.state === "failed") this.showFailure(page.trouble);
    else if (event && this.failed) this.clearErrors();
    this.turnToPatron();
  }

  get off() {
    return this.ledger.event(this.eid)?.status === "cancelled";
  }

  statusWords({ paid, balance }) {
    return this.off ? returnWords(paid, this.currency) : balanceWords(balance, this.currency);
  }

  /** Until the roster is read, the only choice is the patron of the payment being corrected. */
  stopgap() {
    return this.item
      ? [{ patron_id: this.item.patron_id, name: this.item.patron, balance: "0.01", stopgap: true }]
      : [];
  }

  patron() {
    return this.ledger.event(this.eid)?.patrons.find(({ patron_id }) => patron_id === this.fields.patron_id.value);
  }

  /** Shows the chosen patron's balance, and fills in the amount due unless an amount was typed. */
  turnToPatron() {
    const patron = this.patron();
    write($("patron_id-hint"), "");
    if (!patron) return;
    const unsent = this.outbox.items
      .filter((each) => each.eid === this.eid && each.patron_id === patron.patron_id && each.key !== this.key)
      .reduce((sum, each) => sum + cents(each.amount), 0);
    const status = `${money(cents(patron.paid), this.currency)} paid of ${money(cents(patron.due), this.currency)}, ${this.statusWords(patron)}`;
    const waits = unsent > 0 ? `; ${money(unsent, this.currency)} not sent yet` : "";
    write($("patron_id-hint"), `${status}${waits}.`);
    const owed = this.off ? 0 : cents(patron.balance) - unsent;
    if (!this.typed) this.fields.amount.value = owed > 0 ? plain(owed) : "";
  }

  /** The form's values, or null if some are not valid; the errors are then shown. */
  read() {
    const [patron_id, method] = [this.fields.patron_id.value, this.fields.method.value];
    const amount = readAmount(this.fields.amount.value, this.currency);
    const notes = this.fields.notes.value.trim();
    const errors = [
      !patron_id && { field: "patron_id", message: "Pick the patron from the list." },
      amount.trouble && { field: "amount", message: amount.trouble },
      !method && { field: "method", message: "Choose how it was paid." },
      [...notes].length > 500 && { field: "notes", message: "Keep the notes to 500 letters." },
    ].filter(Boolean);
    if (errors.length > 0) {
      this.showErrors(errors);
      return null;
    }
    const confirm = this.again.answer({ patron_id, amount: amount.text, method });
    if (confirm === null) return null;
    const title = this.ledger.card(this.eid)?.title ?? this.item?.title ?? this.eid;
    const patron = this.patron()?.name ?? this.item?.patron ?? patron_id;
    const { eid, key, currency } = this;
    return { key, eid, title, patron_id, patron, currency, amount: amount.text, method, notes, confirm };
  }

  /** Logs the payment. A second press while it is being sent has no effect. */
  submit() {
    if (this.running && this.running.key === this.key) return this.running.end;
    const running = { key: this.key };
    this.running = running;
    running.end = this.run().finally(() => this.running === running && this.rest());
    return running.end;
  }

  /** Shows that the form's payment is not being sent. */
  rest() {
    this.running = null;
    this.busy(false);
  }

  async run() {
    if (!this.key) return;
    this.clearErrors();
    const payment = this.read();
    if (!payment) return;
    const { known, replaces } = this;
    const shown = () => this.key === payment.key;
    this.busy(true);
    try {
      const answer = await this.outbox.log(payment, { known, shown });
      if (answer === SENT_ELSEWHERE) {
        this.ledger.open(payment.eid);
        say("Another tab took care of this payment.");
      }
    } catch (trouble) {
      if (replaces && !(trouble instanceof Refused)) this.outbox.discard(replaces);
      this.failedWith(trouble, shown, payment);
      return;
    }
    if (replaces) this.outbox.discard(replaces);
    if (shown()) this.close();
  }

  failedWith(trouble, shown, payment) {
    if (trouble instanceof NoAnswer) {
      if (shown()) this.close();
      this.onKept(trouble);
    } else if (trouble instanceof LinkEnded) {
      this.known = true;
      const [title] = GATES[trouble.status === 403 ? "forbidden" : "ended"];
      if (shown())
        this.showNote(
          `${title}. This payment is kept as not sent yet, and goes out once you open a new link. ${NEW_LINK}`,
        );
    } else if (trouble instanceof Refused) {
      const { message: reason, errors, repeated } = trouble;
      if (shown()) this.showRefusal({ ...payment, reason, errors, repeated });
    } else throw trouble;
  }

  busy(busy) {
    const submit = $("log-payment-submit");
    mark(submit, "aria-disabled", busy ? "true" : null);
    mark(this.form, "aria-busy", busy ? "true" : null);
    write(submit, busy ? "Logging …" : "Log payment");
  }

  /** Shows each error at its field, and the others on top of the form; for a payment that seems repeated, the question. */
  showRefusal({ reason, errors, repeated, ...payment }) {
    if (repeated) {
      this.again.ask(reason, payment);
      return;
    }
    const placed = errors.filter(({ field }) => FIELDS.includes(field));
    if (placed.length < Math.max(1, errors.length)) this.showNote(reason);
    this.showErrors(placed);
  }

  showErrors(errors) {
    for (const { field, message } of errors) {
      this.fields[field].setAttribute("aria-invalid", "true");
      write($(`${field}-error`), message);
    }
    const first = FIELDS.find((name) => errors.some(({ field }) => field === name));
    if (first) this.fields[first].focus();
  }

  showNote(words) {
    const note = $("log-payment-note");
    note.hidden = false;
    fill(note, h("p", {}, words));
    note.scrollIntoView({ block: "nearest" });
  }

  showFailure(trouble) {
    this.failed = true;
    this.showNote(`The patrons could not be read. ${trouble.message}`);
    $("log-payment-note").append(button("Try again", () => this.ledger.open(this.eid)));
  }

  clearError(name) {
    if (!FIELDS.includes(name)) return;
    this.fields[name].removeAttribute("aria-invalid");
    write($(`${name}-error`), "");
  }

  clearErrors() {
    this.failed = false;
    $("log-payment-note").hidden = true;
    for (const name of FIELDS) this.clearError(name);
  }
}
