/**
 * The question in the form whether its payment is another one than one that looks the same: `#log-payment-again`.
 */
import { $, mark, write } from "./dom.js";

export class Again {
  constructor() {
    this.root = $("log-payment-again");
    this.tick = $("log-payment-confirm");
    this.tick.addEventListener("input", () => this.complain(""));
    this.clear();
  }

  /** Asks about a payment, in the API's words. The tick answers for its patron, amount and method alone. */
  ask(words, payment) {
    this.clear();
    this.about = aboutOf(payment);
    write($("log-payment-again-words"), words);
    this.root.hidden = false;
    this.tick.focus();
  }

  clear() {
    this.about = null;
    this.root.hidden = true;
    this.tick.checked = false;
    this.complain("");
  }

  /** Whether the payment is confirmed; null, with an error at the tick, if it was asked about and has no answer. */
  answer(payment) {
    if (this.about !== aboutOf(payment)) {
      this.clear();
      return false;
    }
    if (this.tick.checked) return true;
    this.complain("Tick this if it is another payment. If it is the same one, press Cancel.");
    this.tick.focus();
    return null;
  }

  complain(words) {
    mark(this.tick, "aria-invalid", words ? "true" : null);
    write($("confirm-error"), words);
  }
}

function aboutOf({ patron_id, amount, method }) {
  return JSON.stringify([patron_id, amount, method]);
}
