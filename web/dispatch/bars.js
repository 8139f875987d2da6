/**
 * Tables of amounts with a bar in each row, drawn as SVG. A screen reader reads the table; the bars repeat its numbers.
 */
import { button, h } from "./dom.js";
import { money } from "./money.js";

const SVG = "http://www.w3.org/2000/svg";
const SHOWN = 10; // rows, until somebody asks for the others
const THIN = 0.6; // percent; the least width of an amount that is not zero

/**
 * A table of `rows`, each `{name, amount, cells}`: amounts in cents beside a bar. `heads` are the titles of the columns:
 * the name's, the amount's, and those of the `cells`, which are texts.
 */
export function barTable(title, heads, rows, currency) {
  const scale = scaleOf(rows.map(({ amount }) => amount));
  const lines = rows.map(({ name, amount, cells = [] }) => [
    rowHead(name, bar(amount, scale)),
    number(money(amount, currency)),
    ...cells.map(number),
  ]);
  return table(title, heads, lines);
}

/**
 * A table with a caption in a frame that scrolls sideways, where the screen is too narrow for its columns. The third
 * column of one that is `compared` is left out there.
 */
export function table(title, heads, lines, { compared = false } = {}) {
  const rows = lines.map((cells, at) => h("tr", { hidden: at >= SHOWN }, cells));
  const titles = heads.map((head, at) => h("th", { scope: "col", class: at > 0 && "number" }, head));
  const node = h(
    "table",
    { class: compared && "compared" },
    h("caption", {}, title),
    h("thead", {}, h("tr", {}, titles)),
    h("tbody", {}, rows),
  );
  return h(
    "section",
    { class: "sums" },
    h("div", { class: "frame", tabindex: "0", role: "group", "aria-label": title }, node),
    rows.length > SHOWN && moreButton(title, rows),
  );
}

/** The button that shows the rows which are left out at first. */
function moreButton(title, rows) {
  const more = button(`Show all ${rows.length}`, () => {
    for (const row of rows) row.hidden = false;
    rows[SHOWN].tabIndex = -1; // where reading goes on
    rows[SHOWN].focus();
    more.remove();
  });
  more.setAttribute("aria-label", `Show all ${rows.length}: ${title}`);
  return more;
}

/** The head of a row, with what is below its name. */
export function rowHead(name, ...below) {
  return h("th", { scope: "row" }, h("bdi", {}, name), below);
}

/** A cell with a number. */
export function number(words) {
  return h("td", { class: "number" }, words);
}

/** The place of zero, and the percent of the width that one cent has. */
function scaleOf(amounts) {
  const [least, most] = [Math.min(0, ...amounts), Math.max(0, ...amounts)];
  const aCent = most > least ? 100 / (most - least) : 0;
  return { zero: -least * aCent, aCent };
}

function bar(amount, { zero, aCent }) {
  const width = amount === 0 ? 0 : Math.max(THIN, Math.abs(amount) * aCent);
  const svg = drawn("svg", { class: "amount-bar", width: "100%", height: "10", "aria-hidden": "true" });
  const left = amount < 0 ? zero - width : Math.min(zero, 100 - width);
  svg.append(
    drawn("rect", { class: "amount-track", width: "100%", height: "10", rx: "3" }),
    drawn("rect", {
      class: amount < 0 ? "amount-minus" : "amount-plus",
      x: `${Math.max(0, left)}%`,
      width: `${width}%`,
      height: "10",
      rx: "3",
    }),
  );
  return svg;
}

function drawn(tag, props) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, value);
  return node;
}
