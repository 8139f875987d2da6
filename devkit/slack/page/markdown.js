/**
 * Draws markdown blocks: headings, lists, links, code, quotes, rules, tables. Raw HTML is shown as text.
 */
import { h } from "./dom.js";
import { link, plain } from "./mrkdwn.js";

const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/;
const FENCE = /^\s*```(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Returns standard markdown as nodes. */
export function markdown(text) {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const out = [];
  let at = 0;
  while (at < lines.length) {
    const taken = READERS.map((read) => read(lines, at)).find(Boolean);
    if (taken.node) out.push(taken.node);
    at = taken.next;
  }
  return out;
}

/** Returns the lines from `at` while `keep(line)` is true. */
function run(lines, at, keep) {
  let next = at;
  while (next < lines.length && keep(lines[next])) next += 1;
  return { taken: lines.slice(at, next), next };
}

function blank(lines, at) {
  return lines[at].trim() ? null : { node: null, next: at + 1 };
}

function fence(lines, at) {
  if (!FENCE.test(lines[at])) return null;
  const { taken, next } = run(lines, at + 1, (line) => !FENCE.test(line));
  return { node: h("pre", {}, taken.join("\n")), next: next + 1 };
}

function heading(lines, at) {
  const found = /^(#{1,6})\s+(.*?)\s*#*$/.exec(lines[at]);
  if (!found) return null;
  // Headings in messages are below the page's own headings.
  const level = Math.min(found[1].length + 2, 6);
  return { node: h(`h${level}`, { class: `md-h md-h${found[1].length}` }, spans(found[2])), next: at + 1 };
}

function rule(lines, at) {
  return RULE.test(lines[at]) ? { node: h("hr"), next: at + 1 } : null;
}

function quote(lines, at) {
  if (!/^\s*>/.test(lines[at])) return null;
  const { taken, next } = run(lines, at, (line) => /^\s*>/.test(line));
  return { node: h("blockquote", {}, markdown(taken.map((line) => line.replace(/^\s*> ?/, "")).join("\n"))), next };
}

function list(lines, at) {
  const first = ITEM.exec(lines[at]);
  if (!first) return null;
  const depth = first[1].length;
  const ordered = /\d/.test(first[2]);
  const items = [];
  let next = at;
  while (next < lines.length) {
    const item = ITEM.exec(lines[next]);
    if (item && item[1].length <= depth + 1) {
      if (item[1].length < depth || /\d/.test(item[2]) !== ordered) break;
      items.push(h("li", {}, taskMark(item[3]), spans(item[3].replace(/^\[[ xX]\]\s+/, ""))));
      next += 1;
    } else if (item) {
      const inner = list(lines, next);
      items.at(-1).append(inner.node);
      next = inner.next;
    } else break;
  }
  const start = ordered ? Number.parseInt(first[2], 10) : 1;
  return { node: h(ordered ? "ol" : "ul", { class: "md-list", start: ordered && start !== 1 && start }, items), next };
}

function taskMark(words) {
  const found = /^\[([ xX])\]\s/.exec(words);
  return found && (found[1] === " " ? "☐ " : "☑ ");
}

function table(lines, at) {
  if (!lines[at].includes("|") || !TABLE_RULE.test(lines[at + 1] || "") || !lines[at + 1].includes("-")) return null;
  const cells = (line) =>
    line
      .trim()
      .replace(/^\||\|$/g, "")
      .split("|")
      .map((cell) => cell.trim());
  const right = cells(lines[at + 1]).map((cell) => /^:?-+:$/.test(cell));
  const { taken, next } = run(lines, at + 2, (line) => line.includes("|"));
  const row = (tag) => (line) =>
    h(
      "tr",
      {},
      cells(line).map((cell, column) => h(tag, { class: right[column] && "right" }, spans(cell))),
    );
  const head = h("thead", {}, row("th")(lines[at]));
  return {
    node: h("div", { class: "table-wrap", tabindex: "0" }, h("table", {}, head, h("tbody", {}, taken.map(row("td"))))),
    next,
  };
}

function paragraph(lines, at) {
  const starts = [blank, fence, heading, rule, quote, list];
  const { taken, next } = run(lines, at + 1, (line) => !starts.some((read) => read([line], 0)));
  const nodes = [lines[at], ...taken].flatMap((line, number) => (number ? [h("br"), ...spans(line)] : spans(line)));
  return { node: h("p", {}, nodes), next };
}

const READERS = [blank, fence, heading, rule, quote, list, table, paragraph];

const SPANS = [
  [/`([^`]+)`/, (m) => h("code", {}, m[1])],
  [/!?\[([^\]]*)\]\(([^()\s]+)\)/, (m) => link(m[2], m[1])],
  [/<((?:https?|mailto):[^<>\s]+)>/, (m) => link(m[1], m[1])],
  [/\*\*(?=\S)(.+?)(?<=\S)\*\*/, (m) => h("strong", {}, spans(m[1]))],
  [/(?<![\w])__(?=\S)(.+?)(?<=\S)__(?!\w)/, (m) => h("strong", {}, spans(m[1]))],
  [/~~(?=\S)(.+?)(?<=\S)~~/, (m) => h("s", {}, spans(m[1]))],
  [/\*(?=\S)([^*]+?)(?<=\S)\*/, (m) => h("em", {}, spans(m[1]))],
  [/(?<![\w])_(?=\S)([^_]+?)(?<=\S)_(?!\w)/, (m) => h("em", {}, spans(m[1]))],
  [/\\([\\`*_{}[\]()#+\-.!~>|])/, (m) => m[1]],
  [/https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/, (m) => link(m[0], m[0])],
];

/** Returns the content of a line as nodes. The earliest mark wins; in a tie, the one listed first. */
function spans(text) {
  const out = [];
  let rest = text;
  for (let first = earliest(rest); first; first = earliest(rest)) {
    out.push(...plain(rest.slice(0, first.found.index)), first.build(first.found));
    rest = rest.slice(first.found.index + first.found[0].length);
  }
  return [...out, ...plain(rest)];
}

function earliest(text) {
  let best = null;
  for (const [pattern, build] of SPANS) {
    const found = pattern.exec(text);
    if (found && (!best || found.index < best.found.index)) best = { found, build };
  }
  return best;
}
