/**
 * The tray at the foot of the page: every payment that is not sent yet, the reason, and its buttons.
 */
import { $, button, fill, h, icon } from "./dom.js";
import { cents, money } from "./money.js";
import { ago, count, methodWords } from "./words.js";

const REDRAWN_MS = 30_000; // so that "5 min ago" is updated

export class Tray {
  /** `onEdit(item)` opens the form with a refused payment. */
  constructor({ outbox, onEdit }) {
    this.outbox = outbox;
    this.onEdit = onEdit;
    this.opened = false;
    this.asking = null; // the key of the payment whose discarding is to be confirmed
    this.root = $("tray");
    outbox.addEventListener("change", () => this.draw());
    outbox.addEventListener("refused", () => $("page").inert || this.turn(true)); // an open form reports its own
    setInterval(() => this.opened && this.draw(), REDRAWN_MS);
    this.draw();
  }

  turn(open) {
    this.opened = open;
    this.asking = null;
    this.draw();
  }

  draw() {
    const { items, others } = this.outbox;
    const held = document.activeElement?.closest?.("#tray [data-does]")?.dataset;
    const place = held && { ...held };
    this.root.hidden = items.length + others.length === 0;
    document.body.classList.toggle("has-tray", !this.root.hidden);
    if (this.root.hidden) return;
    fill(this.root, this.head(items, others), this.opened && this.list(items, others));
    if (place) this.giveFocusBack(place);
  }

  giveFocusBack({ does, key = "" }) {
    const all = [...this.root.querySelectorAll("[data-does]")];
    const same = all.find((node) => node.dataset.does === does && (node.dataset.key ?? "") === key);
    (same ?? all.find((node) => (node.dataset.key ?? "") === key) ?? all[0])?.focus();
  }

  head(items, others) {
    const refused = items.filter(({ state }) => state === "refused").length;
    const words =
      items.length > 0
        ? `${count(items.length, "payment")} not sent yet`
        : `${count(others.length, "payment")} of others not sent yet`;
    const toggle = h(
      "button",
      {
        type: "button",
        class: "tray-toggle",
        "aria-expanded": String(this.opened),
        "aria-controls": "tray-list",
        "data-does": "turn",
        onclick: () => this.turn(!this.opened),
      },
      icon("clock"),
      h("span", {}, words, refused > 0 && h("b", { class: "tray-refused" }, ` · ${refused} refused`)),
      icon("down"),
    );
    const waits = items.some(({ state }) => state === "waiting");
    const send = waits && button("Send now", () => this.outbox.flush({ now: true }), { "data-does": "send" });
    return h("div", { class: "tray-head" }, toggle, send);
  }

  list(items, others) {
    const names = [...new Set(others)].join(", ");
    return h(
      "div",
      { class: "tray-list", id: "tray-list" },
      !this.outbox.lasts &&
        h("p", { class: "note note-bad" }, "Keep this page open: this browser keeps nothing when it closes."),
      h(
        "ul",
        {},
        items.map((item) => this.line(item)),
      ),
      others.length > 0 &&
        h(
          "p",
          { class: "soft" },
          `${count(others.length, "payment")} of ${names} ${others.length === 1 ? "waits" : "wait"} here until they open their own link.`,
        ),
    );
  }

  line(item) {
    return h(
      "li",
      { class: `unsent is-${item.state}`, "data-key": item.key },
      h(
        "div",
        { class: "unsent-words" },
        h(
          "p",
          {},
          h("b", {}, money(cents(item.amount), item.currency)),
          ` ${methodWords(item.method)} from ${item.patron}`,
        ),
        h("p", { class: "soft" }, `${item.title} · ${ago(item.at)}`),
        h("p", { class: "unsent-why" }, this.why(item)),
      ),
      h("div", { class: "unsent-deeds" }, this.asking === item.key ? this.question(item) : this.deeds(item)),
    );
  }

  why(item) {
    if (this.outbox.sending.has(item.key)) return "Sending …";
    if (item.state === "refused") return item.repeated ? item.reason : `Refused: ${item.reason}`;
    if (this.outbox.ended) return "Waits for your new link.";
    return item.reason ? `${item.reason} It goes out by itself.` : "Waits for its turn.";
  }

  deeds(item) {
    const named = { "data-key": item.key, class: "btn btn-small" };
    const whose = `${money(cents(item.amount), item.currency)} from ${item.patron}`;
    const edit = () => this.onEdit(item);
    const discard = () => {
      this.asking = item.key;
      this.draw();
      this.giveFocusBack({ does: "keep", key: item.key });
    };
    const label = item.repeated ? "Answer" : item.status === 409 ? "Log anew" : "Edit";
    return [
      item.state === "refused" &&
        button(label, edit, { ...named, "data-does": "edit", "aria-label": `${label} ${whose}` }),
      button("Discard", discard, { ...named, "data-does": "discard", "aria-label": `Discard ${whose}` }),
    ];
  }

  question(item) {
    const named = { "data-key": item.key };
    const mayBeThere = item.state === "waiting" && item.tries > 0;
    return [
      h("p", {}, mayBeThere ? "It may have reached the ledger already. Discard it here?" : "Discard this payment?"),
      button("Keep", () => this.turn(true), { ...named, class: "btn btn-small", "data-does": "keep" }),
      button("Yes, discard", () => this.outbox.discard(item.key), {
        ...named,
        class: "btn btn-small btn-bad",
        "data-does": "sure",
      }),
    ];
  }
}
