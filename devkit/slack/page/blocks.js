/**
 * Block Kit's blocks as nodes. Elements are drawn by elements.js and select.js.
 */
import { h, newId } from "./dom.js";
import { elementNode, image as imageElement } from "./elements.js";
import { mrkdwn, plain, textObject, wordsOf } from "./mrkdwn.js";
import { richText } from "./richtext.js";

/** Returns a block as a node; `data-block` is its block_id. For an unknown type, the node names the type. */
export function blockNode(block, surface) {
  const node = (BUILDERS[block.type] || unknown)(block, surface);
  node.classList.add("block", `block-${block.type}`);
  node.dataset.block = block.block_id || "";
  return node;
}

function unknown(block) {
  return h("div", { class: "unknown" }, `This page does not draw “${block.type}” blocks.`);
}

function section(block, surface) {
  const words = block.text && h("div", { class: "words" }, textObject(block.text, surface.scene));
  const fields =
    block.fields &&
    h(
      "div",
      { class: "fields" },
      block.fields.map((field) => h("div", { class: "words" }, textObject(field, surface.scene))),
    );
  const label = block.text ? wordsOf(block.text, surface.scene).slice(0, 100) : undefined;
  const named = block.accessory && ["button", "overflow", "image"].includes(block.accessory.type) ? {} : { label };
  const accessory =
    block.accessory &&
    h(
      "div",
      { class: `accessory accessory-${block.accessory.type}` },
      elementNode(block, block.accessory, surface, named),
    );
  return h("div", {}, h("div", { class: "section-main" }, words, fields), accessory);
}

function header(block, surface) {
  return h("div", { role: "heading", "aria-level": "3" }, textObject(block.text, surface.scene));
}

function context(block, surface) {
  const piece = (element) =>
    element.type === "image"
      ? imageElement(block, element)
      : h("div", { class: "words" }, textObject(element, surface.scene));
  return h("div", {}, block.elements.map(piece));
}

function divider() {
  return h("div", { role: "separator" }, h("hr"));
}

function image(block, surface) {
  const title = block.title && h("div", { class: "image-title" }, textObject(block.title, surface.scene));
  return h("div", {}, title, imageElement(block, block));
}

function actions(block, surface) {
  return h(
    "div",
    {},
    block.elements.map((element) => elementNode(block, element, surface)),
  );
}

function input(block, surface) {
  const [field, label, hint, error] = ["field", "label", "hint", "error"].map(newId);
  const grouped = ["radio_buttons", "checkboxes"].includes(block.element.type);
  const words = [
    textObject(block.label, surface.scene),
    block.optional && h("span", { class: "optional" }, " (optional)"),
  ];
  const shown = grouped
    ? h("div", { class: "input-label", id: label }, words)
    : h("label", { class: "input-label", id: label, for: field }, words);
  const describedBy = block.hint ? `${error} ${hint}` : error;
  return h(
    "div",
    {},
    shown,
    elementNode(block, block.element, surface, {
      id: field,
      labelledBy: grouped ? label : null,
      describedBy,
      clearable: Boolean(block.optional),
    }),
    h("div", { class: "field-error", id: error }),
    block.hint && h("div", { class: "hint", id: hint }, textObject(block.hint, surface.scene)),
  );
}

/** Shows `words` as the error of an input block; null removes the error. */
export function showError(node, words) {
  const slot = node.querySelector(".field-error");
  if (!slot || slot.textContent === (words || "")) return;
  slot.textContent = words || "";
  node.classList.toggle("has-error", Boolean(words));
  for (const field of node.querySelectorAll("input, textarea, [role=radiogroup], .choices")) {
    if (words) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}

function richTextBlock(block, surface) {
  return h("div", {}, h("div", { class: "words" }, richText(block.elements, surface.scene)));
}

function table(block, surface) {
  const settings = (column) => block.column_settings?.[column] || {};
  const looks = (column) =>
    [settings(column).align || "left", settings(column).is_wrapped && "wrap"].filter(Boolean).join(" ");
  const row = (tag) => (cells) =>
    h(
      "tr",
      {},
      cells.map((cell, column) =>
        h(tag, { class: looks(column), scope: tag === "th" && "col" }, cellNodes(cell, surface.scene)),
      ),
    );
  const [first, ...rest] = block.rows;
  const whole = h("table", {}, h("thead", {}, row("th")(first)), h("tbody", {}, rest.map(row("td"))));
  return h("div", {}, h("div", { class: "table-wrap", tabindex: "0", role: "region", "aria-label": "Table" }, whole));
}

function cellNodes(cell, scene) {
  if (!cell) return [];
  if (cell.type === "rich_text") return richText(cell.elements, scene);
  return plain(String(cell.text ?? cell.value ?? ""), { emoji: true });
}

const BUILDERS = {
  section,
  header,
  context,
  divider,
  image,
  actions,
  input,
  table,
  rich_text: richTextBlock,
};

/** Returns the text of a message without blocks. */
export function textNode(text, scene) {
  return h("div", { class: "block block-text words" }, mrkdwn(text || "", scene));
}
