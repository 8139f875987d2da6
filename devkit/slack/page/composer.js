/**
 * The field for messages and slash commands, with completion of commands. Enter sends; Shift+Enter starts a new line.
 */
import { h, iconButton, newId, say } from "./dom.js";
import { closePopup, menuKeys, moveMark, openPopup } from "./popup.js";

const MARKS = [
  ["bold", "Bold", "*"],
  ["italic", "Italic", "_"],
  ["strike", "Strikethrough", "~"],
  ["code", "Code", "`"],
];

/** Keeps the focus in the field during a click elsewhere, so that typing can continue. */
const keepFocus = (event) => event.preventDefault();

export class Composer {
  /**
   * `onMessage(text)`, `onCommand(command, text)` and `onShortcut(id)` send; they reject when sending failed.
   * `onLeave()` ends a reply in a thread.
   */
  constructor({ onMessage, onCommand, onShortcut, onLeave }) {
    Object.assign(this, { onMessage, onCommand, onShortcut });
    this.commands = [];
    this.shortcuts = [];
    this.shown = [];
    this.mark = 0;
    this.open = false;
    this.refused = ""; // the text for which Escape closed the completion, until it changes
    this.drafts = new Map(); // place → its draft
    this.list = h("div", {
      class: "listbox commands",
      role: "listbox",
      id: newId("commands"),
      "aria-label": "Commands",
      onmousedown: keepFocus,
    });
    this.hint = h("div", { class: "composer-hint", id: newId("hint") });
    this.field = this.buildField();
    this.shortcutsButton = this.buildShortcuts();
    this.sendButton = iconButton("send", "Send now", () => this.send(), { class: "send", disabled: true });
    this.threadWords = h("span", { class: "thread-words" });
    this.threadBar = h(
      "div",
      { class: "thread-bar", hidden: true },
      this.threadWords,
      iconButton("close", "Leave the thread", onLeave, { class: "tool", title: "Leave the thread" }),
    );
    this.box = h(
      "div",
      { class: "composer-box" },
      this.threadBar,
      h("div", { class: "composer-marks", role: "toolbar", "aria-label": "Formatting" }, this.buildMarks()),
      this.field,
      h(
        "div",
        { class: "composer-tools" },
        iconButton("slash", "Run a command", () => this.startCommand(), { class: "tool", title: "Run a command" }),
        this.shortcutsButton,
        this.hint,
        this.sendButton,
      ),
    );
    this.root = h("div", { class: "composer" }, this.box);
  }

  buildField() {
    return h("textarea", {
      class: "composer-field",
      rows: "1",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
      "aria-describedby": this.hint.id,
      autocomplete: "off",
      maxlength: "12000",
      oninput: () => this.changed(),
      onkeydown: (event) => this.key(event),
      onblur: () => document.hasFocus() && this.open && closePopup(),
    });
  }

  buildMarks() {
    return MARKS.map(([name, words, sign]) =>
      iconButton(name, words, () => this.wrap(sign), { class: "tool", title: words, onmousedown: keepFocus }),
    );
  }

  /** Builds the menu of the app's global shortcuts. */
  buildShortcuts() {
    const list = h("div", { class: "listbox menu", role: "menu", id: newId("shortcuts"), "aria-label": "Shortcuts" });
    const choose = (each) => {
      closePopup();
      this.onShortcut(each.callback_id).catch(() => {}); // the failure is shown in the channel
    };
    const entry = (each) =>
      h(
        "button",
        { type: "button", class: "option", role: "menuitem", tabindex: "-1", onclick: () => choose(each) },
        h("span", { class: "option-text" }, h("b", {}, each.name)),
        h("span", { class: "option-more" }, each.description),
      );
    const show = () => {
      if (node.getAttribute("aria-expanded") === "true") {
        closePopup();
        return;
      }
      list.replaceChildren(...this.shortcuts.map(entry));
      node.setAttribute("aria-expanded", "true");
      openPopup(this.box, list, { prefer: "above", onClose: () => node.setAttribute("aria-expanded", "false") });
      list.firstChild.focus();
    };
    const node = iconButton("plus", "Shortcuts", show, {
      class: "tool",
      title: "Shortcuts",
      hidden: true,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    });
    menuKeys(list, node);
    return node;
  }

  /** Sets the channel, the commands and the shortcuts; `thread` is the message that is replied to, or null. Each place keeps its draft. */
  draw({ place, channel, app, commands, shortcuts, thread }) {
    this.app = app;
    this.thread = thread;
    this.threadBar.hidden = !thread;
    this.threadWords.textContent = thread ? `Replying to ${thread.name}: ${thread.words}` : "";
    this.commands = commands;
    this.shortcuts = shortcuts;
    this.shortcutsButton.hidden = shortcuts.length === 0;
    this.field.placeholder = thread ? "Reply…" : `Message ${channel.title}`;
    this.field.setAttribute("aria-label", thread ? "Reply in the thread" : `Message to ${channel.title}`);
    if (this.place === place) return;
    if (this.place) this.drafts.set(this.place, this.field.value);
    this.place = place;
    this.put(this.drafts.get(place) || "");
  }

  focus() {
    this.field.focus();
  }

  put(text) {
    this.field.value = text;
    this.changed({ complete: false });
  }

  changed({ complete = true } = {}) {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 240)}px`;
    this.sendButton.disabled = this.field.value.trim() === "";
    const command = this.commands.find(
      (each) => this.field.value.startsWith(`${each.command} `) || this.field.value === each.command,
    );
    this.hint.replaceChildren(...(command ? [h("b", {}, command.command), ` ${command.usage_hint || ""}`] : []));
    const typed = this.field.value.trimStart();
    if (typed !== this.refused) this.refused = "";
    const matches = /^\/\S*$/.test(typed)
      ? this.commands.filter((each) => each.command.startsWith(typed.toLowerCase()))
      : [];
    if (complete && matches.length > 0 && !this.refused) this.complete(matches);
    else if (this.open) closePopup();
  }

  complete(matches) {
    this.shown = matches;
    this.list.replaceChildren(
      h("div", { class: "listbox-heading", role: "presentation" }, this.app.name),
      ...matches.map((each) => this.option(each)),
    );
    if (!this.open) {
      this.open = true;
      this.field.setAttribute("aria-expanded", "true");
      say(`${matches.length} commands`);
    }
    openPopup(this.box, this.list, { prefer: "above", onClose: () => this.shut() });
    this.open = true;
    this.field.setAttribute("aria-expanded", "true");
    this.setMark(0);
  }

  shut() {
    this.open = false;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  option(each) {
    return h(
      "div",
      {
        class: "option command",
        role: "option",
        id: newId("option"),
        "aria-selected": "false",
        "data-value": each.command,
        onclick: () => this.take(each),
      },
      h(
        "span",
        { class: "option-text" },
        h("b", {}, each.command),
        each.usage_hint && h("span", { class: "usage" }, ` ${each.usage_hint}`),
      ),
      h("span", { class: "option-more" }, each.description),
    );
  }

  setMark(at) {
    this.mark = at;
    this.list.querySelectorAll("[role=option]").forEach((node, number) => {
      node.classList.toggle("option-mark", number === at);
      node.setAttribute("aria-selected", String(number === at));
      if (number !== at) return;
      this.field.setAttribute("aria-activedescendant", node.id);
      node.scrollIntoView({ block: "nearest" });
    });
  }

  take(each) {
    this.put(`${each.command} `);
    this.field.focus();
  }

  key(event) {
    if (event.isComposing) return;
    const moved =
      this.open && ["ArrowDown", "ArrowUp"].includes(event.key) ? moveMark(event, this.mark, this.shown.length) : null;
    if (moved !== null) {
      event.preventDefault();
      this.setMark(moved);
    } else if (this.open && event.key === "Tab") {
      event.preventDefault();
      this.take(this.shown[this.mark]);
    } else if (this.open && event.key === "Escape") {
      event.preventDefault();
      this.refused = this.field.value.trimStart();
      closePopup();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      // A complete command is sent; a part of one is completed first.
      const whole = this.commands.some((each) => each.command === this.field.value.trim());
      if (this.open && !whole) this.take(this.shown[this.mark]);
      else this.send();
    }
  }

  startCommand() {
    if (!this.field.value.startsWith("/")) this.field.value = `/${this.field.value}`;
    this.refused = "";
    this.field.focus();
    this.changed();
  }

  /** Adds `sign` around the selection, or removes it. */
  wrap(sign) {
    const { selectionStart: from, selectionEnd: to, value } = this.field;
    const wrapped = value[from - 1] === sign && value[to] === sign;
    if (wrapped) {
      this.field.setRangeText(value.slice(from, to), from - 1, to + 1, "select");
    } else {
      this.field.setRangeText(sign + value.slice(from, to) + sign, from, to, "end");
      this.field.setSelectionRange(from + 1, to + 1);
    }
    this.field.focus();
    this.changed();
  }

  async send() {
    const text = this.field.value.trim();
    if (!text) return;
    const [, name, rest] = /^(\/\S*)\s*([\s\S]*)$/.exec(text) || [];
    const command = name?.toLowerCase();
    const { place } = this;
    // An unknown command is refused, and any command in a thread. Its text stays, to be corrected.
    const known = !this.thread && this.commands.some((each) => each.command === command);
    if (!command || known) this.put("");
    if (this.open) closePopup();
    try {
      await (command ? this.onCommand(command, rest) : this.onMessage(text));
    } catch {
      // Nothing was sent: the text is restored, unless the person has typed something new.
      if (this.place === place && this.field.value === "") this.put(text);
    }
  }
}
