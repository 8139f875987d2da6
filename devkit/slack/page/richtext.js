/**
 * Draws rich_text blocks: sections, lists, quotes and preformatted text.
 */
import { h } from "./dom.js";
import { slackDate } from "./dates.js";
import { emojiFor } from "./emoji.js";
import { broadcast, channelMention, link, userMention } from "./mrkdwn.js";

const TAGS = { code: "code", strike: "s", italic: "em", bold: "strong", underline: "u" };

/** Returns the elements of a rich_text block or cell as nodes. */
export function richText(elements, scene) {
  return elements.map((element) => richElement(element, scene));
}

function richElement(element, scene) {
  const inside = () => (element.elements || []).flatMap((piece) => richPiece(piece, scene));
  if (element.type === "rich_text_list") return richList(element, scene);
  if (element.type === "rich_text_quote") return h("blockquote", {}, inside());
  if (element.type === "rich_text_preformatted") return h("pre", {}, inside());
  return h("div", { class: "rich-section" }, inside());
}

function richList(element, scene) {
  const items = element.elements.map((item) =>
    h(
      "li",
      {},
      (item.elements || []).flatMap((piece) => richPiece(piece, scene)),
    ),
  );
  const depth = Math.min(element.indent || 0, 8);
  const list = h(element.style === "ordered" ? "ol" : "ul", { class: `rich-list depth-${depth}` }, items);
  if (element.style === "ordered" && element.offset) list.setAttribute("start", element.offset + 1);
  return list;
}

function richPiece(piece, scene) {
  return styled(bare(piece, scene), piece.style || {});
}

function bare(piece, scene) {
  switch (piece.type) {
    case "text":
      return lines(piece.text);
    case "link":
      return [link(piece.url, piece.text || piece.url)];
    case "emoji":
      return [
        h(
          "span",
          { class: "emoji", title: `:${piece.name}:` },
          emojiFor(piece.name) || fromUnicode(piece.unicode) || `:${piece.name}:`,
        ),
      ];
    case "user":
      return [userMention(piece.user_id, scene)];
    case "channel":
      return [channelMention(piece.channel_id, scene)];
    case "usergroup":
      return [h("span", { class: "mention" }, "@group")];
    case "broadcast":
      return [broadcast(piece.range)];
    case "date":
      return [h("time", {}, slackDate(piece.timestamp, piece.format || "") || piece.fallback || "")];
    case "color":
      return [h("code", {}, piece.value)];
    default:
      return [piece.text || ""];
  }
}

function lines(text) {
  return text.split("\n").flatMap((line, at) => (at ? [h("br"), line] : [line]));
}

function fromUnicode(codes) {
  if (!/^[0-9a-f]+(-[0-9a-f]+)*$/i.test(codes || "")) return null;
  return String.fromCodePoint(...codes.split("-").map((code) => Number.parseInt(code, 16)));
}

function styled(nodes, style) {
  return Object.entries(TAGS).reduce((inner, [name, tag]) => (style[name] ? [h(tag, {}, inner)] : inner), nodes);
}
