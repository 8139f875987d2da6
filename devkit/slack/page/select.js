/**
 * Slack's select menus as comboboxes: fixed options, options from the bot, people and channels; one or several choices.
 */
import { sourceOf } from "./choices.js";
import { h, debounce, icon, iconButton, newId, say } from "./dom.js";
import { optionWords, textObject, wordsOf } from "./mrkdwn.js";
import { closePopup, moveMark, openPopup, replacePopup } from "./popup.js";
import { heldIn, stateOf } from "./values.js";

const QUIET = 200; // ms without typing before the bot is asked

/**
 * Returns the element as a node. `surface` reads and writes its value and asks the bot. `id` connects the input with its label;
 * `label` is for screen readers where no label is visible. A `clearable` select may be emptied.
 */
export function selectMenu(block, element, surface, options) {
  return new Select(block, element, surface, options).box;
}

class Select {
  constructor(block, element, surface, { id, label, describedBy, clearable }) {
    Object.assign(this, { block, element, surface, clearable });
    this.source = sourceOf(block, element, surface);
    this.several = element.type.startsWith("multi_");
    this.shown = []; // the options on screen, in order
    this.mark = -1; // the index of the marked option
    this.open = false;
    this.asked = 0; // number of requests, so that a late answer to an old one is ignored
    this.askLater = debounce((query) => this.ask(query), this.source.slow ? QUIET : 0);
    this.list = h("div", {
      class: "listbox",
      role: "listbox",
      id: newId("listbox"),
      "aria-label": "Choices",
      "aria-multiselectable": this.several && "true",
      // The field keeps the focus, so that typing can continue.
      onmousedown: (event) => event.preventDefault(),
    });
    this.input = this.buildInput({ id, label, describedBy });
    this.chips = h("span", { class: "chips" });
    this.clear = iconButton("close", "Clear the choice", () => this.pick(null), { class: "select-clear" });
    this.box = h(
      "div",
      { class: this.several ? "select select-several" : "select" },
      this.chips,
      this.input,
      this.clear,
      icon("down"),
    );
    this.rest();
  }

  buildInput({ id, label, describedBy }) {
    return h("input", {
      id,
      type: "text",
      class: "select-input",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": label,
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
      "aria-describedby": describedBy,
      "data-block-id": this.block.block_id,
      "data-action-id": this.element.action_id,
      onclick: () => this.show(),
      oninput: () => {
        this.show();
        this.askLater(this.input.value.trim());
      },
      onkeydown: (event) => this.key(event),
      onblur: () => {
        if (this.open && document.hasFocus()) closePopup();
      },
    });
  }

  /** Returns the chosen options as a list. */
  chosen() {
    return [this.source.toOptions(heldIn(this.element, this.surface.read(this.block, this.element)))]
      .flat()
      .filter(Boolean);
  }

  words(option) {
    return wordsOf(option.text, this.surface.scene);
  }

  /** Shows the chosen options, when the person is not typing. */
  rest() {
    const options = this.chosen();
    this.input.value = this.several || options.length === 0 ? "" : this.words(options[0]);
    this.input.placeholder = this.several && options.length ? "" : this.element.placeholder?.text || "Select an item";
    this.clear.hidden = this.several || !this.clearable || options.length === 0;
    this.chips.replaceChildren(...(this.several ? options.map((option) => this.chip(option)) : []));
  }

  chip(option) {
    const drop = iconButton("close", `Remove ${this.words(option)}`, () => this.toggle(option));
    return h("span", { class: "chip" }, textObject(option.text, this.surface.scene), drop);
  }

  store(held) {
    this.surface.write(this.block, this.element, stateOf(this.element, held)).then(() => this.open || this.rest());
    this.rest();
  }

  toggle(option) {
    const now = this.chosen();
    const without = now.filter((one) => one.value !== option.value);
    const adds = without.length === now.length;
    if (adds && now.length >= (this.element.max_selected_items ?? Infinity)) {
      say(`At most ${this.element.max_selected_items} choices.`, { urgent: true });
      return;
    }
    this.store((adds ? [...now, option] : without).map(this.source.toHeld));
  }

  pick(option) {
    if (this.several && option) {
      this.toggle(option);
      this.ask("");
    } else {
      closePopup();
      this.store(option && this.source.toHeld(option));
    }
    this.input.focus();
  }

  show() {
    if (this.open) return;
    this.open = true;
    this.input.setAttribute("aria-expanded", "true");
    this.box.classList.add("select-open");
    const typed =
      document.activeElement === this.input && this.input.value !== this.resting() ? this.input.value : null;
    openPopup(this.box, this.list, { onClose: () => this.shut() });
    if (typed === null) {
      this.input.select();
      this.ask("");
    }
  }

  /** Returns the text of the field when the person is not typing. */
  resting() {
    const options = this.chosen();
    return this.several || options.length === 0 ? "" : this.words(options[0]);
  }

  shut() {
    this.open = false;
    this.asked += 1;
    this.askLater.cancel();
    this.list.replaceChildren();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.box.classList.remove("select-open", "select-loading");
    this.rest();
  }

  async ask(query) {
    this.asked += 1;
    const mine = this.asked;
    const hint = this.source.tooShort(query);
    if (hint) {
      this.showNote(hint);
      return;
    }
    if (this.source.slow && this.shown.length === 0) this.showNote("Loading…", { aloud: false });
    this.box.classList.toggle("select-loading", this.source.slow);
    const groups = await this.source.load(query).catch(() => null);
    if (mine !== this.asked || !this.open) return;
    this.box.classList.remove("select-loading");
    if (groups) this.fill(groups, query);
    else this.showNote("The choices could not be loaded.");
  }

  /** Shows a sentence in place of the options. */
  showNote(words, { aloud = true } = {}) {
    this.shown = [];
    this.list.replaceChildren(h("div", { class: "listbox-note", role: "presentation" }, words));
    this.setMark(-1);
    replacePopup();
    if (aloud) say(words);
  }

  fill(groups, query) {
    const picked = new Set(this.chosen().map((option) => option.value));
    const filled = groups.filter((group) => group.options.length > 0);
    if (filled.length === 0) {
      this.showNote("No results");
      return;
    }
    this.shown = filled.flatMap((group) => group.options);
    this.list.replaceChildren(...filled.map((group) => this.group(group, picked)));
    const at = query ? 0 : this.shown.findIndex((option) => picked.has(option.value));
    replacePopup();
    this.setMark(Math.max(at, 0));
    say(this.shown.length === 1 ? "1 choice" : `${this.shown.length} choices`);
  }

  group(group, picked) {
    const options = group.options.map((option) => this.option(option, picked.has(option.value)));
    if (!group.label) return h("div", { role: "presentation" }, options);
    const heading = h(
      "div",
      { class: "listbox-heading", id: newId("group") },
      textObject(group.label, this.surface.scene),
    );
    return h("div", { role: "group", "aria-labelledby": heading.id }, heading, options);
  }

  option(option, selected) {
    return h(
      "div",
      {
        class: "option",
        role: "option",
        id: newId("option"),
        "aria-selected": String(selected),
        "data-value": option.value,
        onclick: () => this.pick(option),
        onmousemove: (event) => this.setMark(this.options().indexOf(event.currentTarget), { scroll: false }),
      },
      optionWords(option, this.surface.scene),
      selected && icon("check"),
    );
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  setMark(at, { scroll = true } = {}) {
    this.mark = at;
    const nodes = this.options();
    nodes.forEach((node, number) => node.classList.toggle("option-mark", number === at));
    if (!nodes[at]) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    this.input.setAttribute("aria-activedescendant", nodes[at].id);
    if (scroll) nodes[at].scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "Enter") closePopup(); // the form is sent
      return;
    }
    const moved = this.open ? moveMark(event, this.mark, this.shown.length) : null;
    const inText = ["Home", "End"].includes(event.key) && this.input.value !== "";
    if (event.key === "Enter" || (!this.open && ["ArrowDown", "ArrowUp"].includes(event.key))) {
      event.preventDefault();
      if (!this.open) this.show();
      else if (this.shown[this.mark]) this.pick(this.shown[this.mark]);
    } else if (moved !== null && !inText) {
      event.preventDefault();
      this.setMark(moved);
    } else if (event.key === "Escape" && this.open) {
      event.preventDefault();
      event.stopPropagation();
      closePopup();
    } else if (event.key === "Tab" && this.open) {
      closePopup();
    } else if (event.key === "Backspace" && this.several && this.input.value === "" && this.chosen().length > 0) {
      this.toggle(this.chosen().at(-1));
    }
  }
}
