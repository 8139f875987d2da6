/**
 * The messages of one channel: days, authors, "Only visible to you", threads below their first message.
 */
import { avatar } from "./avatar.js";
import { blockNode, textNode } from "./blocks.js";
import { clock, dayHeading, fromTs } from "./dates.js";
import { giveFocusBack, h, heldFocus, icon, say } from "./dom.js";
import { messageMenu } from "./messagemenu.js";
import { Surface } from "./surface.js";

const TOGETHER = 5 * 60; // seconds within which one author's messages share a heading
const NEAR_END = 80; // px from the end within which the newest message counts as visible

export class Messages {
  /** `onReply(message)` starts a reply; `onShortcut(message, id)` chooses a message shortcut; `onTrouble(words)` shows a failure. */
  constructor({ onTrouble, onReply, onShortcut }) {
    Object.assign(this, { onTrouble, onReply, onShortcut });
    this.list = h("div", { class: "messages-list", role: "list", "aria-label": "Messages" });
    this.intro = h("div", { class: "intro" });
    this.root = h(
      "div",
      { class: "messages", role: "region", "aria-label": "Channel", tabindex: "0", onscroll: () => this.scrolled() },
      h("div", { class: "messages-fill" }),
      this.intro,
      this.list,
    );
    this.newer = h(
      "button",
      { type: "button", class: "newer", hidden: true, onclick: () => this.toEnd({ smooth: true }) },
      "New messages",
      icon("down"),
    );
    this.drawn = new Map(); // key → {sign, node}
    this.surfaces = new Map(); // channel and ts → Surface
    this.shown = null; // user and channel on screen
  }

  /** Draws `channel` as `user` sees it. Unchanged messages are not redrawn. */
  draw({ channel, messages, user, scene, app, shortcuts }) {
    Object.assign(this, { app, shortcuts });
    const place = `${user}/${channel.id}`;
    const moved = place !== this.shown;
    if (moved) this.clear(place);
    const atEnd = moved || this.isAtEnd();
    const known = new Set(this.drawn.keys());
    const rows = this.rows(threaded(messages), { channel, user, scene });
    this.patch(rows);
    if (moved) this.drawIntro(channel);
    const fresh = rows.filter((row) => row.message && !known.has(row.key));
    if (!moved)
      announce(
        fresh.map((row) => row.message),
        user,
      );
    if (atEnd) this.toEnd();
    else if (fresh.length > 0) this.newer.hidden = false;
  }

  clear(place) {
    this.shown = place;
    this.drawn.clear();
    this.list.replaceChildren();
    this.newer.hidden = true;
  }

  drawIntro(channel) {
    this.intro.replaceChildren(
      h("div", { class: "intro-mark", "aria-hidden": "true" }, icon("hash")),
      h("p", { class: "intro-title" }, `This is the very beginning of ${channel.title}`),
      h("p", { class: "intro-words" }, channel.topic ? `${channel.topic}. ` : "", "Type / to see what the bot can do."),
    );
  }

  /** Returns day headings and messages, each with a key, a sign that changes with its content, and a draw function. */
  rows(messages, place) {
    const rows = [];
    let before = null;
    for (const message of messages) {
      const day = dayHeading(fromTs(message.ts));
      if (!message.reply && (!before || dayHeading(fromTs(before.ts)) !== day)) {
        rows.push({
          key: `day ${message.ts}`,
          sign: day,
          draw: () => h("div", { class: "day", role: "separator", "aria-label": day }, h("span", {}, day)),
        });
        before = null;
      }
      const joined = Boolean(before) && sharesHeading(before, message);
      rows.push({
        key: message.ts,
        message,
        sign: JSON.stringify([{ ...message, values: null }, joined]),
        draw: () => this.message(message, joined, place),
      });
      before = message;
    }
    return rows;
  }

  patch(rows) {
    const keep = new Set(rows.map((row) => row.key));
    for (const [key, { node }] of this.drawn) {
      if (keep.has(key)) continue;
      node.remove();
      this.drawn.delete(key);
    }
    let cursor = this.list.firstChild;
    for (const row of rows) {
      const old = this.drawn.get(row.key);
      if (old?.sign === row.sign) {
        if (old.node === cursor) cursor = cursor.nextSibling;
        else this.list.insertBefore(old.node, cursor);
        continue;
      }
      const node = row.draw();
      if (old) {
        const held = heldFocus(old.node);
        if (old.node === cursor) cursor = cursor.nextSibling;
        old.node.replaceWith(node);
        giveFocusBack(node, held);
      } else this.list.insertBefore(node, cursor);
      this.drawn.set(row.key, { sign: row.sign, node });
    }
  }

  message(message, joined, { channel, user, scene }) {
    const at = fromTs(message.ts);
    const time = h("time", { class: "time", datetime: at.toISOString(), title: at.toLocaleString() }, clock(at));
    const head = h(
      "div",
      { class: "message-head" },
      h("span", { class: "author" }, message.name),
      message.is_bot && h("span", { class: "app-badge" }, "APP"),
      time,
    );
    const blocks = message.blocks?.length
      ? message.blocks.map((block) => blockNode(block, this.surface(message, channel, user, scene)))
      : [textNode(message.text, scene)];
    const edited = message.edited && h("span", { class: "edited" }, "(edited)");
    const body = h("div", { class: "message-body" }, !joined && head, h("div", { class: "blocks" }, blocks, edited));
    const looks = [
      "message",
      joined && "message-joined",
      message.ephemeral && "message-ephemeral",
      message.reply && "message-reply",
    ];
    return h(
      "div",
      { class: looks.filter(Boolean).join(" "), role: "listitem", "data-ts": message.ts },
      message.ephemeral && h("div", { class: "only-you" }, icon("eye"), "Only visible to you"),
      h("div", { class: "message-row" }, joined ? h("div", { class: "gutter" }, time) : avatar(message), body),
      !message.ephemeral && this.menu(message), // Slack offers no replies to ephemeral messages and no shortcuts on them
    );
  }

  menu(message) {
    return messageMenu({
      app: this.app,
      shortcuts: this.shortcuts,
      onReply: () => this.onReply(message),
      onShortcut: (id) => this.onShortcut(message, id),
    });
  }

  /** Scrolls to a message and marks it. Returns false if it is not shown. */
  reveal(ts) {
    const node = this.drawn.get(ts)?.node;
    if (!node) return false;
    for (const old of this.list.querySelectorAll(".message-found")) old.classList.remove("message-found");
    node.classList.add("message-found");
    node.scrollIntoView({ block: "center" });
    return true;
  }

  /** Returns the surface of a message. It is kept for the life of the page, so that choices in it are kept. */
  surface(message, channel, user, scene) {
    const key = `${user}/${channel.id}/${message.ts}`;
    const kept =
      this.surfaces.get(key) ||
      new Surface({ where: { channel: channel.id, ts: message.ts }, user, scene, onTrouble: this.onTrouble });
    kept.scene = scene;
    kept.learn(message.values);
    this.surfaces.set(key, kept);
    return kept;
  }

  isAtEnd() {
    return this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < NEAR_END;
  }

  scrolled() {
    if (this.isAtEnd()) this.newer.hidden = true;
  }

  toEnd({ smooth = false } = {}) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.root.scrollTo({ top: this.root.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
    this.newer.hidden = true;
  }
}

/** Returns the messages with replies, marked `reply`, moved below the message they answer. */
function threaded(messages) {
  const known = new Set(messages.map((message) => message.ts));
  const replies = new Map();
  const firsts = [];
  for (const message of messages) {
    if (isReply(message) && known.has(message.thread_ts)) {
      replies.set(message.thread_ts, [...(replies.get(message.thread_ts) || []), { ...message, reply: true }]);
    } else firsts.push(message);
  }
  return firsts.flatMap((message) => [message, ...(replies.get(message.ts) || [])]);
}

function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}

function sharesHeading(before, message) {
  const alike = before.user === message.user && before.name === message.name && !before.ephemeral && !message.ephemeral;
  return alike && Boolean(before.reply) === Boolean(message.reply) && Number(message.ts) - Number(before.ts) < TOGETHER;
}

function announce(messages, user) {
  const news = messages.filter((message) => message.user !== user);
  if (news.length > 0) say(news.map((message) => `${message.name}: ${message.text || "sent a message"}`).join(". "));
}
