/**
 * Helpers that build the page. Text from people or from the API always becomes a text node, never markup.
 */

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  check: ["m4.500 10.500 3.500 3.500 7.500-8"],
  down: ["m5 7.500 5 5 5-5"],
  clock: ["M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14z", "M10 6v4.500l3 1.800"],
  pen: ["M4 16c2-3 3-9 6-9s-1 7 1.500 7 2-3 4.500-3"],
  warn: ["M10 3 2 17h16z", "M10 8v4M10 14.500h.01"],
};

/**
 * An element with its attributes, listeners (`onclick: fn`) and children.
 * `null`, `undefined` and `false` leave an attribute or a child out; `true` sets an empty attribute.
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  return fill(node, ...children);
}

/** Replaces the children of `node`. Nested lists are flattened; `null`, `undefined` and `false` are left out. */
export function fill(node, ...children) {
  node.replaceChildren(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

/** A button with words on it. */
export function button(words, onclick, props = {}) {
  return h("button", { type: "button", class: "btn", onclick, ...props }, words);
}

/** An icon, hidden from screen readers: the words beside it have the same meaning. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

export const $ = (id) => document.getElementById(id);

/** Sets an attribute, or removes it for `false` and `null`. */
export function mark(node, name, value) {
  if (value === false || value === null) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : value);
}

/** Sets the text of `node`. The same text is not set again, so that no screen reader repeats it. */
export function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

let fading = 0;

/** Shows `words` over the page, and to screen readers. */
export function say(words, { bad = false } = {}) {
  const toast = $("toast");
  clearTimeout(fading);
  toast.textContent = "";
  toast.className = bad ? "toast toast-bad" : "toast";
  // A region that is emptied and filled in one step is not read again by every screen reader.
  setTimeout(() => {
    toast.textContent = words;
    toast.classList.add("shown");
  }, 30);
  fading = setTimeout(hush, 7000);
}

/** Hides the message of `say`. */
export function hush() {
  $("toast").classList.remove("shown");
}
