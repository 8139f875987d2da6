/**
 * Slack's mrkdwn and plain_text as DOM nodes. HTML is never parsed, so a typed `<script>` is shown as text.
 *
 * `scene` contains the names: `{people: Map, channels: Map, me: id, openChannel(id)}`.
 */
import { h } from "./dom.js";
import { slackDate } from "./dates.js";
import { emojiFor } from "./emoji.js";

const EMOJI = /:([a-z0-9_+-]+(?:::skin-tone-[2-6])?):/y;
const ANGLE = /<([^<>\n]+)>/y;
const CODE = /`([^`\n]+)`/y;
const BARE_URL = /https?:\/\/[^\s<>|"]+/y;
const STYLES = { "*": "strong", _: "em", "~": "s" };
// A style is within one line, from one word boundary to another. The content of <…> or `…` is one piece. A single < or ` is a letter
// only where no piece begins: each line has one reading, so that the pattern does not backtrack.
const STYLED = Object.fromEntries(
  Object.keys(STYLES).map((mark) => {
    const m = mark === "*" ? "\\*" : mark;
    const inside = `(?:<[^<>\\n]*>|\`[^\`\\n]*\`|<(?![^<>\\n]*>)|\`(?![^\`\\n]*\`)|[^<\`${m}\\n])+?`;
    return [mark, new RegExp(`${m}(?=\\S)(${inside})(?<=\\S)${m}(?![\\p{L}\\p{N}${m}])`, "uy")];
  }),
);
const WORD = /[\p{L}\p{N}]/u;

/** Returns the text with Slack's three entities replaced once. */
export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Returns the URL of an allowed link (http, https, mailto or tel), else null. */
export function safeUrl(url) {
  try {
    const parsed = new URL(url);
    return ["http:", "https:", "mailto:", "tel:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/** Returns a link that opens in a new tab. For a URL that is not allowed, returns its label. */
export function link(url, label, attributes = {}) {
  const href = safeUrl(url);
  if (!href) return h("span", {}, label);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer", ...attributes }, label);
}

/** Returns plain text as nodes, with emoji (unless `emoji` is false) and line breaks. */
export function plain(text, { emoji = true } = {}) {
  const out = [];
  let from = 0;
  for (const match of emoji ? text.matchAll(new RegExp(EMOJI, "g")) : []) {
    const character = emojiFor(match[1]);
    if (!character) continue;
    out.push(text.slice(from, match.index), emojiNode(match[0], character));
    from = match.index + match[0].length;
  }
  out.push(text.slice(from));
  return out.filter((piece) => piece !== "");
}

function emojiNode(code, character) {
  return h(
    "span",
    { class: "emoji", role: "img", "aria-label": code.replaceAll(":", "").replaceAll("_", " "), title: code },
    character,
  );
}

/** Returns a text object of Block Kit as nodes. */
export function textObject(text, scene) {
  if (!text) return [];
  return text.type === "mrkdwn" ? mrkdwn(text.text, scene) : plain(text.text, { emoji: text.emoji !== false });
}

/** Returns an option's text and, below it, its description. */
export function optionWords(option, scene) {
  return [
    h("span", { class: "option-text" }, textObject(option.text, scene)),
    option.description && h("span", { class: "option-more" }, textObject(option.description, scene)),
  ];
}

/** Returns the text of a text object without marks, for labels, titles and live regions. */
export function wordsOf(text, scene) {
  return h("span", {}, textObject(text, scene)).textContent;
}

/** Returns mrkdwn as nodes: ```preformatted```, > quotes, lines, and everything inside a line. */
export function mrkdwn(text, scene) {
  const out = [];
  text.split(/```/).forEach((part, at, parts) => {
    const closed = at % 2 === 1 && at < parts.length - 1;
    if (closed) out.push(h("pre", {}, angles(part.replace(/^\n/, "").replace(/\n$/, ""), scene)));
    else out.push(...paragraphs(at % 2 === 1 ? `\`\`\`${part}` : part, scene));
  });
  return out;
}

function paragraphs(text, scene) {
  const out = [];
  let run = [];
  let quoted = false;
  const flush = () => {
    if (run.length === 0) return;
    const nodes = run.flatMap((line, at) => (at ? [h("br"), ...inline(line, scene)] : inline(line, scene)));
    if (quoted) out.push(h("blockquote", {}, nodes));
    else out.push(...nodes);
    run = [];
  };
  text.split("\n").forEach((line) => {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (Boolean(quote) !== quoted) {
      flush();
      quoted = Boolean(quote);
    }
    run.push(quote ? quote[1] : line);
  });
  flush();
  return out;
}

/** Returns one line of mrkdwn as nodes. */
function inline(text, scene) {
  const out = [];
  let words = "";
  let at = 0;
  const flush = () => {
    if (words) out.push(unescape(words));
    words = "";
  };
  while (at < text.length) {
    const found = match(text, at, scene);
    if (found) {
      flush();
      out.push(found.node);
      at += found.length;
    } else {
      words += text[at];
      at += 1;
    }
  }
  flush();
  return out;
}

/** Returns the piece of markup that starts at `at`, or null for ordinary letters. */
function match(text, at, scene) {
  const sign = text[at];
  const atEdge = at === 0 || !WORD.test(text[at - 1]);
  const take = (pattern) => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  let found = null;
  if (sign === "<" && (found = take(ANGLE))) return piece(found, angle(found[1], scene));
  if (sign === "`" && (found = take(CODE))) return piece(found, h("code", {}, angles(found[1], scene)));
  if (sign in STYLES && atEdge && (found = take(STYLED[sign])))
    return piece(found, h(STYLES[sign], {}, inline(found[1], scene)));
  if (sign === ":" && (found = take(EMOJI)) && emojiFor(found[1]))
    return piece(found, emojiNode(found[0], emojiFor(found[1])));
  if (sign === "h" && atEdge && (found = take(BARE_URL))) {
    const url = found[0].replace(/[.,;:!?)\]'*_~]+$/, "");
    return { node: link(unescape(url), unescape(url)), length: url.length };
  }
  return null;
}

function piece(found, node) {
  return { node, length: found[0].length };
}

/** Returns text with links and mentions only, as inside code. */
function angles(text, scene) {
  return text
    .split(/(<[^<>\n]+>)/)
    .filter(Boolean)
    .map((part) => (/^<[^<>\n]+>$/.test(part) ? angle(part.slice(1, -1), scene) : unescape(part)));
}

/** Returns the node for a mention, broadcast, date or link between < and >; anything else is shown as text. */
function angle(body, scene) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? "" : unescape(body.slice(bar + 1));
  if (/^@[UW][A-Z0-9]+$/.test(target)) return userMention(target.slice(1), scene, label);
  if (/^#[CG][A-Z0-9]+$/.test(target)) return channelMention(target.slice(1), scene, label);
  if (/^!(here|channel|everyone)$/.test(target)) return broadcast(target.slice(1));
  if (/^!subteam\^/.test(target)) return h("span", { class: "mention" }, label || "@group");
  if (/^!date\^/.test(target)) return dateMention(target, label);
  if (/^(https?:|mailto:|tel:)/i.test(target))
    return link(unescape(target), label ? plain(label) : unescape(target).replace(/^(mailto|tel):/, ""));
  return document.createTextNode(unescape(`<${body}>`));
}

export function userMention(id, scene, label = "") {
  const name = scene.people.get(id)?.name || label || id;
  return h(
    "span",
    { class: id === scene.me ? "mention mention-me" : "mention", "data-user": id },
    `@${name.replace(/^@/, "")}`,
  );
}

export function channelMention(id, scene, label = "") {
  const name = scene.channels.get(id)?.name || label.replace(/^#/, "");
  if (!name) return h("span", { class: "mention" }, "#private-channel");
  return h(
    "a",
    {
      class: "mention",
      href: `#${id}`,
      onclick: (event) => {
        event.preventDefault();
        scene.openChannel(id);
      },
    },
    `#${name}`,
  );
}

export function broadcast(range) {
  return h("span", { class: "mention mention-me" }, `@${range}`);
}

function dateMention(target, fallback) {
  const [, timestamp, format, url] = target.split("^");
  const words = slackDate(Number(timestamp), format || "") || fallback;
  return url ? link(unescape(url), words) : h("time", { title: fallback }, words);
}
