/**
 * The elements of Block Kit that are not selects: buttons, overflow menus, choices and inputs.
 *
 * Each takes `(block, element, surface, {id, label, describedBy, clearable})`. A surface is a message or a modal: it has `scene`,
 * `read(block, element)`, `write(block, element, state, {typing})`, `act(block, element, payload)` and `options(block, element, query)`.
 */
import { h, icon, iconButton, newId } from "./dom.js";
import { confirmed } from "./dialog.js";
import { optionWords, plain, safeUrl, textObject } from "./mrkdwn.js";
import { closePopup, menuKeys, openPopup } from "./popup.js";
import { selectMenu } from "./select.js";
import { heldIn, stateOf } from "./values.js";

/** Returns an element as a node. For an unknown type, the node names the type. */
export function elementNode(block, element, surface, options = {}) {
  const build = BUILDERS[element.type] || (/select$/.test(element.type) ? selectMenu : unknown);
  const label = options.id ? undefined : labelOf(element);
  return build(block, element, surface, { id: newId("field"), label, ...options });
}

/** Returns the label for screen readers of an element without a visible label. */
function labelOf(element) {
  return element.accessibility_label || element.placeholder?.text || element.type.replaceAll("_", " ");
}

function hooks(block, element) {
  return { "data-block-id": block.block_id, "data-action-id": element.action_id };
}

function unknown(block, element) {
  return h("span", { class: "unknown" }, `This page does not draw “${element.type}”.`);
}

function button(block, element, surface) {
  const looks = { primary: "btn btn-primary", danger: "btn btn-danger" }[element.style] || "btn";
  const press = async (event) => {
    const node = event.currentTarget;
    if (element.url && !element.confirm) surface.act(block, element, { value: element.value });
    if (element.url && !element.confirm) return;
    event.preventDefault();
    if (node.getAttribute("aria-busy") === "true" || !(await confirmed(element, surface.scene))) return;
    if (element.url) window.open(safeUrl(element.url), "_blank", "noopener");
    node.setAttribute("aria-busy", "true");
    await surface.act(block, element, { value: element.value });
    node.removeAttribute("aria-busy");
  };
  const attributes = {
    class: looks,
    "aria-label": element.accessibility_label,
    onclick: press,
    ...hooks(block, element),
  };
  const words = h("span", { class: "btn-words" }, textObject(element.text, surface.scene));
  if (!element.url) return h("button", { type: "button", ...attributes }, words);
  return h(
    "a",
    { ...attributes, href: safeUrl(element.url), target: "_blank", rel: "noopener noreferrer", role: "link" },
    words,
    icon("link"),
  );
}

function overflow(block, element, surface) {
  const list = h("div", { class: "listbox menu", role: "menu", id: newId("menu") });
  const choose = async (option) => {
    closePopup();
    node.focus();
    if (option.url) window.open(safeUrl(option.url), "_blank", "noopener");
    if (await confirmed(element, surface.scene)) await surface.act(block, element, { selected_option: option });
  };
  const entry = (option) => {
    const looks = { type: "button", class: "option", role: "menuitem", tabindex: "-1", onclick: () => choose(option) };
    return h("button", looks, optionWords(option, surface.scene));
  };
  const show = () => {
    if (node.getAttribute("aria-expanded") === "true") {
      closePopup();
      return;
    }
    list.replaceChildren(...element.options.map(entry));
    node.setAttribute("aria-expanded", "true");
    openPopup(node, list, { width: "right", onClose: () => node.setAttribute("aria-expanded", "false") });
    list.firstChild.focus();
  };
  const node = iconButton("more", element.accessibility_label || "More actions", show, {
    class: "btn btn-overflow",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    ...hooks(block, element),
  });
  menuKeys(list, node);
  return node;
}

/** Returns radio buttons or checkboxes as a list of labelled choices. */
function choices(block, element, surface, { label, labelledBy, describedBy }) {
  const one = element.type === "radio_buttons";
  const name = newId("choice");
  const held = () => [heldIn(element, surface.read(block, element))].flat().filter(Boolean);
  const rest = () => {
    const picked = new Set(held().map((option) => option.value));
    for (const box of node.querySelectorAll("input")) box.checked = picked.has(box.value);
  };
  const change = async (option, on) => {
    const others = held().filter((each) => each.value !== option.value);
    // Slack sends the chosen options in the order of the menu.
    const kept = element.options.filter((each) =>
      each.value === option.value ? on : others.some((other) => other.value === each.value),
    );
    await surface.write(block, element, stateOf(element, one ? option : kept));
    rest();
  };
  const choice = (option) => {
    const type = one ? "radio" : "checkbox";
    const onchange = (event) => change(option, event.target.checked);
    const box = h("input", { type, name, value: option.value, onchange, ...hooks(block, element) });
    return h("label", { class: "choice" }, box, h("span", {}, optionWords(option, surface.scene)));
  };
  const node = h(
    "div",
    {
      class: "choices",
      role: one ? "radiogroup" : "group",
      "aria-label": label,
      "aria-labelledby": labelledBy,
      "aria-describedby": describedBy,
    },
    element.options.map(choice),
  );
  rest();
  return node;
}

const KINDS = {
  email_text_input: "email",
  url_text_input: "url",
  datepicker: "date",
  timepicker: "time",
  datetimepicker: "datetime-local",
};

function typed(block, element, surface, { id, label, describedBy }) {
  const many = element.type === "plain_text_input" && element.multiline;
  const number = element.type === "number_input";
  const node = h(many ? "textarea" : "input", {
    id,
    class: "field",
    type: many ? null : KINDS[element.type] || "text",
    rows: many && "4",
    // As in Slack, a number is text until it is sent. Phones show the keyboard for digits.
    inputmode: number && (element.is_decimal_allowed ? "decimal" : "numeric"),
    placeholder: element.placeholder?.text,
    maxlength: element.max_length,
    autocomplete: "off",
    "aria-label": label,
    "aria-describedby": describedBy,
    oninput: () => change(),
    onkeydown: (event) => enter(event),
    ...hooks(block, element),
  });
  const held = () => {
    if (element.type === "datetimepicker") return node.value ? Math.round(new Date(node.value).getTime() / 1000) : null;
    return node.value;
  };
  const change = () => {
    counter?.replaceChildren(left(element, node.value));
    surface.write(block, element, stateOf(element, held()), { typing: element.type.endsWith("_input") });
  };
  const enter = (event) => {
    if (event.key !== "Enter" || event.isComposing || many) return;
    event.preventDefault();
    if (block.dispatch_action) surface.act(block, element, { value: node.value || null, trigger: "on_enter_pressed" });
    else surface.submit?.();
  };
  node.value = shownValue(element, heldIn(element, surface.read(block, element)));
  const counter =
    element.max_length && element.max_length < 3000
      ? h("span", { class: "counter", "aria-hidden": "true" }, left(element, node.value))
      : null;
  return counter ? h("div", { class: "counted" }, node, counter) : node;
}

function shownValue(element, held) {
  if (held === null || held === undefined) return "";
  if (element.type !== "datetimepicker") return String(held);
  const date = new Date(held * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Returns the number of remaining characters when few remain, as Slack does; else "". */
function left(element, value) {
  const rest = element.max_length - value.length;
  return rest <= Math.max(10, element.max_length / 10) ? String(rest) : "";
}

export function image(block, element) {
  const url = safeUrl(element.image_url || element.slack_file?.url || "");
  const alt = element.alt_text || "";
  if (!url || !url.startsWith("http")) return h("span", { class: "image-lost" }, plain(alt));
  const node = h("img", { src: url, alt, loading: "lazy" });
  node.addEventListener("error", () => node.replaceWith(h("span", { class: "image-lost", title: url }, plain(alt))));
  return node;
}

const BUILDERS = {
  button,
  overflow,
  radio_buttons: choices,
  checkboxes: choices,
  image,
  plain_text_input: typed,
  number_input: typed,
  email_text_input: typed,
  url_text_input: typed,
  datepicker: typed,
  timepicker: typed,
  datetimepicker: typed,
};
