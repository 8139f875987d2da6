/**
 * Helpers for the DOM. Text from people and from the bot is added as text nodes, never as markup.
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Returns an element with its attributes, listeners (`onclick: fn`) and children.
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
  put(node, children);
  return node;
}

/** Returns a button with an icon; `words` is its label for screen readers. */
export function iconButton(name, words, onclick, props = {}) {
  return h("button", { type: "button", "aria-label": words, onclick, ...props }, icon(name));
}

/** Appends nodes and strings; nested lists are flattened. */
export function put(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child);
  }
  return node;
}

/** Returns an icon, hidden from screen readers: the button around it has a label. */
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

const ICONS = {
  back: ["M12.5 4.5 7 10l5.5 5.5"],
  bold: ["M6 4h5a3 3 0 0 1 0 6H6zM6 10h6a3 3 0 0 1 0 6H6z"],
  bot: [
    "M10 5v12M6.500 9h7M3.500 11.500c.3 3 3 5.500 6.500 5.500s6.200-2.500 6.500-5.500",
    "M10 1.800a1.600 1.600 0 1 0 0 3.200 1.600 1.600 0 0 0 0-3.200z",
  ],
  check: ["m4.5 10.5 3.5 3.5 7.5-8"],
  close: ["m5 5 10 10M15 5 5 15"],
  code: ["m7 5.5-4 4.5 4 4.5M13 5.5l4 4.5-4 4.5"],
  down: ["m5 7.5 5 5 5-5"],
  eye: ["M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z", "M10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"],
  hash: ["M8 3 6.5 17M13.5 3 12 17M3.5 7.5h14M2.5 12.5h14"],
  italic: ["M8 4h6M6 16h6M11 4 9 16"],
  link: ["M11 4h5v5M16 4l-7 7M8 5H5a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-3"],
  menu: ["M3 5.5h14M3 10h14M3 14.5h14"],
  more: ["M4.6 10h.01M10 10h.01M15.4 10h.01"],
  plus: ["M10 4v12M4 10h12"],
  send: ["M3 3.5 17.5 10 3 16.5 5 10.8l6-.8-6-.8z"],
  slash: [
    "M4.5 3h11A1.5 1.5 0 0 1 17 4.5v11a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 15.5v-11A1.5 1.5 0 0 1 4.5 3z",
    "m12 6-4 8",
  ],
  strike: [
    "M3 10h14M13.5 6.5C13 5 11.700 4.200 10 4.200 8 4.200 6.500 5.200 6.500 6.800c0 1.200.8 2 2 2.500M6.300 13c.4 1.800 1.900 2.800 3.800 2.800 2 0 3.500-1 3.500-2.700 0-.6-.2-1.100-.5-1.500",
  ],
  warn: ["M10 3 2 17h16zM10 8v4M10 14.500h.01"],
};

let lastId = 0;

/** Returns an id that is unique in this page. */
export function newId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** Returns every element inside `root` that Tab can reach, in order. */
export function focusable(root) {
  const selector =
    "a[href],button:not([disabled]),input:not([disabled]),textarea:not([disabled]),select,[tabindex='0']";
  return [...root.querySelectorAll(selector)].filter((node) => node.offsetParent !== null && !node.closest("[inert]"));
}

/** Keeps Tab and Shift+Tab inside `root`. */
export function trapTab(root, event) {
  if (event.key !== "Tab") return;
  const stops = focusable(root);
  if (stops.length === 0) return;
  const [first, last] = [stops[0], stops.at(-1)];
  const at = document.activeElement;
  if (event.shiftKey && (at === first || !root.contains(at) || at === root)) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && (at === last || !root.contains(at))) {
    event.preventDefault();
    first.focus();
  }
}

/** Returns the focused element of Block Kit inside `root` and its selection, or null. */
export function heldFocus(root) {
  const at = document.activeElement;
  if (!root.contains(at) || !at.dataset.actionId) return null;
  const marks = at.tagName === "TEXTAREA" || at.type === "text";
  return {
    at,
    block: at.dataset.blockId,
    action: at.dataset.actionId,
    range: marks ? [at.selectionStart, at.selectionEnd] : null,
  };
}

/** Returns the focus to the same element after it was redrawn. */
export function giveFocusBack(root, held) {
  if (!held || held.at.isConnected) return;
  const field = root.querySelector(
    `[data-block-id="${CSS.escape(held.block)}"][data-action-id="${CSS.escape(held.action)}"]`,
  );
  field?.focus();
  if (field && held.range) field.setSelectionRange(...held.range);
}

/** Announces `words` to screen readers; with `urgent`, at once. */
export function say(words, { urgent = false } = {}) {
  const region = document.getElementById(urgent ? "live-urgent" : "live");
  region.textContent = "";
  // Some screen readers ignore a region that is emptied and filled in one step.
  setTimeout(() => {
    region.textContent = words;
  }, 30);
}

/** Returns a function that calls `fn` after `ms` without further calls; `.cancel()` drops the pending call. */
export function debounce(fn, ms) {
  let timer = 0;
  const later = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => fn(...args), ms);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}
