/**
 * The modal on top of a person's view stack: its fields, their errors, and its buttons.
 */
import { BlockList } from "./blocklist.js";
import { showError } from "./blocks.js";
import { openLayer } from "./dialog.js";
import { h, icon, iconButton, newId, say } from "./dom.js";
import { Memory } from "./memory.js";
import { plain, textObject } from "./mrkdwn.js";
import { post } from "./net.js";
import { closePopup } from "./popup.js";
import { Surface } from "./surface.js";
import { elementsOf, holdsValue } from "./values.js";

export class Modal {
  /** `home()` returns the element for the focus when a modal closes and the element that opened it was removed. */
  constructor({ home }) {
    this.home = home;
    this.surfaces = new Map(); // view id → Surface; a covered view keeps its surface
    this.panel = null;
  }

  /** Shows this person's open modal, or closes it when there is none. */
  draw({ modal, depth, user, scene }) {
    if (!modal) {
      this.close();
      return;
    }
    this.user = user;
    this.depth = depth;
    const opening = !this.panel;
    if (opening) this.build();
    const other = this.view?.id !== modal.view.id;
    if (other) this.enter(modal, scene);
    const surface = this.surfaces.get(modal.view.id);
    surface.scene = scene;
    const changed = this.memory.adopt(surface, modal, this.body);
    this.view = modal.view;
    this.busy = Boolean(modal.busy);
    this.drawFrame(scene);
    this.blocks.draw(this.view.blocks, surface, changed);
    this.drawTrouble(modal.trouble || this.trouble);
    this.showErrors(modal.errors || {});
    if (opening || other) this.focusFirst({ opening });
    else if (!this.panel.contains(document.activeElement)) {
      // The element with the focus was removed by an update of the view.
      this.body.scrollTop = 0;
      this.panel.focus();
    }
  }

  build() {
    const title = newId("title");
    this.title = h("h2", { class: "modal-title", id: title });
    this.back = iconButton("back", "Back", () => this.leave(), { class: "modal-icon" });
    const cross = iconButton("close", "Close", () => this.leave({ everything: true }), { class: "modal-icon" });
    this.banner = h("div", { class: "modal-banner", hidden: true });
    this.body = h("div", { class: "modal-body" });
    this.foot = h("div", { class: "modal-foot" });
    this.panel = h(
      "div",
      {
        class: "modal",
        role: "dialog",
        "aria-modal": "true",
        "aria-labelledby": title,
        tabindex: "-1",
        onkeydown: (event) => this.key(event),
      },
      h(
        "div",
        { class: "modal-head" },
        this.back,
        h("span", { class: "modal-app", "aria-hidden": "true" }, "⚓"),
        this.title,
        cross,
      ),
      this.banner,
      this.body,
      this.foot,
    );
    this.blocks = new BlockList(this.body);
    this.shut = openLayer(this.panel, { onEscape: () => this.leave(), home: this.home });
  }

  /** Starts drawing another view, with its own values. */
  enter({ view }, scene) {
    closePopup();
    this.blocks.clear();
    this.trouble = null;
    this.memory = new Memory();
    if (this.surfaces.has(view.id)) return;
    const where = { view: view.id };
    const onTrouble = (words) => this.drawTrouble(words);
    const onEdit = (block) => this.hideError(block.block_id);
    this.surfaces.set(
      view.id,
      new Surface({ where, user: this.user, scene, onTrouble, onEdit, submit: () => this.submit() }),
    );
  }

  drawFrame(scene) {
    const { view } = this;
    this.panel.dataset.viewId = view.id;
    this.title.replaceChildren(...textObject(view.title, scene));
    this.back.hidden = this.depth < 2;
    const busy = this.busy || this.submitting;
    const sign = JSON.stringify([view.submit, view.close, view.id, busy]);
    if (sign === this.footSign) return;
    this.footSign = sign;
    const kept = document.activeElement?.dataset?.foot;
    const words = view.close ? textObject(view.close, scene) : plain(view.submit ? "Cancel" : "Close");
    const close = h(
      "button",
      { type: "button", class: "btn", "data-foot": "close", onclick: () => this.leave() },
      words,
    );
    // aria-disabled rather than disabled: a disabled button would lose the focus.
    const submit =
      view.submit &&
      h(
        "button",
        {
          type: "button",
          class: busy ? "btn btn-primary btn-busy" : "btn btn-primary",
          "data-foot": "submit",
          "aria-disabled": busy && "true",
          "aria-busy": busy && "true",
          onclick: () => this.submit(),
        },
        h("span", { class: "btn-words" }, textObject(view.submit, scene)),
      );
    this.foot.replaceChildren(...[close, submit].filter(Boolean));
    if (kept) (this.foot.querySelector(`[data-foot=${kept}]`) || close).focus();
  }

  drawTrouble(words) {
    this.trouble = words || null;
    if (this.banner.textContent === (words || "")) return;
    this.banner.hidden = !words;
    this.banner.replaceChildren(...(words ? [icon("warn"), h("span", {}, words)] : []));
    if (words) say(words, { urgent: true });
  }

  /** Shows the errors of the last submit below their fields. The first field with an error gets the focus. */
  showErrors(errors) {
    const sign = JSON.stringify(errors);
    const fresh = sign !== this.errorSign && Object.keys(errors).length > 0;
    if (sign !== this.errorSign) this.hiddenErrors = new Set();
    this.errorSign = sign;
    this.errors = errors;
    this.drawErrors();
    if (!fresh) return;
    say(Object.values(errors).join(" "), { urgent: true });
    const first = this.view.blocks.find((block) => block.block_id in errors);
    this.blocks.node(first?.block_id)?.querySelector("input, textarea")?.focus();
  }

  drawErrors() {
    for (const [key, { node }] of this.blocks.drawn) showError(node, this.hiddenErrors?.has(key) ? null : this.errors?.[key]);
  }

  /** Hides the error of a field that the person is changing. */
  hideError(blockId) {
    this.hiddenErrors?.add(blockId);
    this.drawErrors();
  }

  /** Sets the focus in a view that was just opened. */
  focusFirst({ opening }) {
    this.body.scrollTop = 0;
    const wanted = this.view.blocks.find((block) => elementsOf(block).some((element) => element.focus_on_load));
    const field = (wanted ? this.blocks.node(wanted.block_id) : this.body).querySelector("input, textarea");
    const touch = matchMedia("(pointer: coarse)").matches;
    // On a phone, focus in the first field would open the keyboard over the form.
    if (field && (wanted || !touch)) field.focus();
    else this.panel.focus();
    if (!opening) say(this.title.textContent);
  }

  key(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
      event.preventDefault();
      this.submit();
    }
  }

  async submit() {
    if (this.submitting || this.busy || !this.view.submit) return;
    const { view } = this;
    const surface = this.surfaces.get(view.id);
    closePopup();
    this.submitting = true;
    this.hiddenErrors = new Set();
    this.drawTrouble(null);
    this.drawFrame(surface.scene);
    say("Sending");
    const values = {};
    for (const block of view.blocks) {
      for (const element of elementsOf(block).filter(holdsValue)) {
        values[block.block_id] = { ...values[block.block_id], [element.action_id]: surface.read(block, element) };
      }
    }
    let answer = {};
    try {
      await surface.forget();
      answer = await post("/ui/submit", { user: this.user, view_id: view.id, values });
    } catch (trouble) {
      answer = { trouble: trouble.message };
    }
    this.submitting = false;
    if (!this.panel || this.view.id !== view.id) return;
    this.drawFrame(surface.scene);
    this.errorSign = "";
    if (answer.errors) this.showErrors(answer.errors);
    if (answer.trouble) this.drawTrouble(answer.trouble);
  }

  /** Closes the view, or with `everything` the whole stack. */
  async leave({ everything = false } = {}) {
    this.surfaces.get(this.view.id)?.forget();
    try {
      await post("/ui/close", { user: this.user, view_id: this.view.id, everything });
    } catch (trouble) {
      this.drawTrouble(trouble.message);
    }
  }

  close() {
    this.surfaces.clear();
    if (!this.panel) return;
    const { shut } = this;
    Object.assign(this, {
      panel: null,
      view: null,
      submitting: false,
      busy: false,
      footSign: "",
      errorSign: "",
      errors: {},
      trouble: null,
    });
    shut();
  }
}
