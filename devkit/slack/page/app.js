/**
 * The workspace page. It receives one person's state and draws the sidebar, the messages and the composer or the Home tab, and the modal.
 */
import { Composer } from "./composer.js";
import { h, icon, say } from "./dom.js";
import { Home } from "./home.js";
import { Messages } from "./messages.js";
import { Modal } from "./modal.js";
import { wordsOf } from "./mrkdwn.js";
import { fetchState, follow, post } from "./net.js";
import { Notes } from "./notes.js";
import { closePopup } from "./popup.js";
import { Sidebar } from "./sidebar.js";
import { Unread } from "./unread.js";

const REMEMBERED = "workspace-person";
const HOME = "home"; // names the Home tab where a channel's id is expected

class Workspace {
  constructor() {
    const asked = new URLSearchParams(location.search);
    this.user = asked.get("user") || sessionStorage.getItem(REMEMBERED);
    this.channelId = asked.get("channel"); // or HOME
    this.thread = null; // {ts, name, words}: the message that the composer replies to
    this.wanted = asked.get("message"); // the ts of a message to scroll to
    this.state = null;
    this.unread = new Unread();
    this.notes = new Notes();
    this.build();
    this.start();
  }

  build() {
    const onTrouble = (words) => this.note(words);
    this.sidebar = new Sidebar({
      onChannel: (id) => this.go(id),
      onHome: () => this.goHome(),
      onPerson: (id) => this.become(id),
    });
    this.messages = new Messages({
      onTrouble,
      onReply: (message) => this.reply(message),
      onShortcut: ({ ts }, id) => this.send("/ui/message_shortcut", { ts, callback_id: id }).catch(() => {}), // shown as a note
    });
    this.home = new Home();
    this.composer = new Composer({
      onMessage: (text) => this.send("/ui/message", { text, thread_ts: this.thread?.ts }),
      onCommand: (command, text) => this.send("/ui/command", { command, text, thread_ts: this.thread?.ts }),
      onShortcut: (id) => this.send("/ui/shortcut", { callback_id: id }),
      onLeave: () => this.reply(null),
    });
    this.modal = new Modal({ home: () => (this.channelId === HOME ? this.home.root : this.composer.field) });
    this.menu = h(
      "button",
      {
        type: "button",
        class: "menu-button",
        "aria-label": "Channels and people",
        "aria-expanded": "false",
        "aria-controls": this.sidebar.root.id,
        onclick: () => this.sidebar.reveal(true),
      },
      icon("menu"),
    );
    this.sidebar.toggleButton = this.menu;
    this.heading = h("h1", { class: "channel-heading" });
    this.topic = h("p", { class: "topic" });
    this.link = h("div", { class: "link-banner", role: "status", hidden: true });
    this.room = [
      this.messages.root,
      h("div", { class: "newer-place" }, this.messages.newer),
      this.composer.root,
    ];
    const main = h(
      "main",
      { class: "main" },
      h("header", { class: "main-head" }, this.menu, h("div", { class: "main-titles" }, this.heading, this.topic)),
      this.link,
      this.home.root,
      this.room,
    );
    main.addEventListener("click", (event) => this.openPermalink(event));
    this.app = h("div", { class: "app", hidden: true }, this.sidebar.root, this.sidebar.shade, main);
    document.body.prepend(this.app);
  }

  /** Fetches the state and retries until the server answers. Without a person in the address, the server picks the first. */
  async start() {
    const loading = document.getElementById("loading");
    try {
      const state = await fetchState(this.user);
      this.user = state.me.id;
      loading?.remove();
      this.app.hidden = false;
      this.show(state);
      this.listen();
      if (this.channelId === HOME) this.openHome();
      else if (matchMedia("(pointer: fine)").matches && !state.modal) this.composer.focus();
    } catch (trouble) {
      if (loading) loading.textContent = `${trouble.message} Trying again…`;
      setTimeout(() => this.start(), 1000);
    }
  }

  listen() {
    this.stop?.();
    this.stop = follow(this.user, { onState: (state) => this.show(state), onLink: (link) => this.drawLink(link) });
  }

  drawLink(link) {
    const lost = link === "lost";
    if (this.link.hidden === !lost) return;
    this.link.hidden = !lost;
    this.link.textContent = lost ? "Connection lost. Reconnecting…" : "";
    if (!lost) say("Connected again.");
  }

  /** Puts the person and the channel into the address, so that it can be shared and reloaded. */
  remember() {
    sessionStorage.setItem(REMEMBERED, this.user);
    const query = `?user=${encodeURIComponent(this.user)}&channel=${encodeURIComponent(this.channelId)}`;
    if (location.search !== query) history.replaceState(null, "", query);
  }

  show(state) {
    this.state = state;
    state.channels = state.channels.map((channel) => titled(channel, state.app));
    const { channels } = state;
    if (this.channelId !== HOME || !state.app.has_home) {
      const channel = channels.find((each) => each.id === this.channelId) || channels[0];
      if (!channel) return;
      this.channelId = channel.id;
    }
    this.remember();
    this.noteTroubles(state);
    this.unread.note(this.user, channels, this.channelId);
    this.draw();
    if (this.wanted && this.messages.reveal(this.wanted)) this.wanted = null;
  }

  /** Shows troubles that are new since the last state as messages of Slackbot, unless a modal or the Home tab shows them. */
  noteTroubles({ troubles, modal, home }) {
    const known = this.notes.known(this.user, troubles.length);
    for (const trouble of troubles.slice(known)) {
      if (![modal?.trouble, this.channelId === HOME && home?.trouble].includes(trouble.text)) this.note(trouble.text, { draw: false });
    }
  }

  draw() {
    const { team, app, me, people, channels, modal, depth, home, links } = this.state;
    const channel = channels.find((each) => each.id === this.channelId) || null;
    const authors = channels.flatMap(({ messages }) => messages.map(({ user, name }) => ({ id: user, name })));
    const scene = {
      people: index([...authors, ...people]),
      channels: index(channels),
      me: this.user,
      openChannel: (id) => this.go(id),
    };
    this.scene = scene;
    const unread = this.unread.counts(this.user, channels);
    this.sidebar.draw({ team: team.name, app, me, people, channels, channel, unread, links });
    this.home.root.hidden = Boolean(channel);
    for (const node of this.room) node.hidden = !channel;
    if (channel) this.drawChannel(channel, scene);
    else {
      this.drawHeading("bot", app.name, "Home");
      this.home.draw({ home, app, user: this.user, scene });
    }
    this.modal.draw({ modal, depth, user: this.user, scene });
    const waiting = [...unread.values()].some((count) => count > 0);
    document.title = `${waiting ? "* " : ""}${channel ? channel.name : app.name} – ${team.name}`;
  }

  drawHeading(sign, title, topic) {
    this.heading.replaceChildren(icon(sign), h("span", {}, title));
    this.topic.textContent = topic;
  }

  drawChannel(channel, scene) {
    const { app, commands, shortcuts, message_shortcuts } = this.state;
    const topics = [channel.is_ext_shared && "Shared with another workspace", channel.topic].filter(Boolean);
    this.drawHeading(
      channel.is_direct ? "bot" : "hash",
      channel.is_direct ? channel.title : channel.name,
      topics.join(" · "),
    );
    const messages = [...channel.messages, ...this.notes.in(this.user, channel.id)].sort(
      (a, b) => Number(a.ts) - Number(b.ts),
    );
    this.messages.draw({ channel, messages, user: this.user, scene, app, shortcuts: message_shortcuts });
    const { thread } = this;
    const place = `${this.user}/${channel.id}${thread ? `/${thread.ts}` : ""}`;
    this.composer.draw({ place, channel, app, commands, shortcuts, thread });
  }

  /** Adds a message of Slackbot, which only this person sees, to the open channel or thread. The Home tab shows it at its top. */
  note(words, { draw = true } = {}) {
    if (this.channelId === HOME) {
      this.home.report(words);
      return;
    }
    this.notes.add(this.user, this.channelId, words, this.thread?.ts);
    if (draw && this.state) this.draw();
  }

  go(channelId) {
    if (!this.state.channels.some((each) => each.id === channelId)) return;
    this.move(channelId);
    if (matchMedia("(pointer: fine)").matches) this.composer.focus();
  }

  goHome() {
    this.move(HOME);
    this.home.root.focus();
    this.openHome();
  }

  move(place) {
    this.channelId = place;
    this.thread = null;
    closePopup();
    this.show(this.state);
  }

  /** Notify the bot that the Home tab was opened. Its new content arrives with the next state. */
  openHome() {
    if (this.channelId === HOME) post("/ui/home", { user: this.user }).catch((trouble) => this.note(trouble.message));
  }

  /** Makes the composer reply in the thread of a message, or with null in the channel again. */
  reply(message) {
    this.thread = message && {
      ts: message.thread_ts || message.ts,
      name: message.name,
      words: wordsOf({ type: "mrkdwn", text: message.text }, this.scene),
    };
    const atEnd = this.messages.isAtEnd(); // the composer becomes higher or lower
    this.draw();
    if (atEnd) this.messages.toEnd();
    this.composer.focus();
  }

  /** Follows a permalink of this workspace inside the page. */
  openPermalink(event) {
    const link = event.target.closest?.("a[href]");
    const [, channel, whole, rest] = /^\/archives\/([^/]+)\/p(\d+)(\d{6})$/.exec(link?.pathname || "") || [];
    if (!channel || link.origin !== location.origin) return;
    event.preventDefault();
    this.wanted = `${whole}.${rest}`;
    this.go(channel);
  }

  /** Shows the workspace as another person sees it. */
  async become(user) {
    this.stop?.();
    this.modal.close();
    this.user = user;
    this.thread = null;
    if (document.body.classList.contains("sidebar-open")) this.sidebar.reveal(false);
    try {
      const state = await fetchState(user);
      if (this.user !== user) return;
      this.show(state);
      say(`You are ${state.me.name} now.`);
      this.openHome();
    } catch (trouble) {
      this.note(trouble.message);
    }
    this.listen();
  }

  async send(path, body) {
    try {
      await post(path, { user: this.user, channel: this.channelId, ...body });
    } catch (trouble) {
      this.note(trouble.message);
      throw trouble;
    }
  }
}

/** Adds the channel's title: #dock, or the app's name for direct messages. */
function titled(channel, app) {
  return { ...channel, title: channel.is_direct ? app.name : `#${channel.name}` };
}

function index(things) {
  return new Map(things.map((thing) => [thing.id, thing]));
}

new Workspace();
