/**
 * Avatars: a person's initials on a colour, and marks for the bot and Slackbot.
 */
import { h } from "./dom.js";

const COLOURS = 8;

/** Returns the avatar for `{user or id, name, is_bot}`. */
export function avatar({ user, id, name, is_bot: isBot }, looks = "") {
  const who = user || id || "";
  if (who === "USLACKBOT") return h("span", { class: `avatar avatar-slackbot ${looks}`, "aria-hidden": "true" }, "♥");
  if (isBot) return h("span", { class: `avatar avatar-bot ${looks}`, "aria-hidden": "true" }, "⚓");
  return h(
    "span",
    { class: `avatar avatar-${hash(who) % COLOURS} ${looks}`, "aria-hidden": "true" },
    initials(name || who),
  );
}

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : ""]
    .map((word) => [...word][0] || "")
    .join("")
    .toUpperCase();
}

function hash(text) {
  return [...text].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7);
}
