/**
 * The workspace page. It receives one person's state and draws the sidebar, the messages, the composer and the modal.
 */
import { Composer } from "./composer.js";
import { h, icon, say } from "./dom.js";
import { Messages } from "./messages.js";
import { Modal } from "./modal.js";
import { fetchState, follow, post } from "./net.js";
import { Notes } from "./notes.js";
import { closePopup } from "./popup.js";
import { Sidebar } from "./sidebar.js";
import { Unread } from "./unread.js";

const REMEMBERED = "workspace-person";

class Workspace {
  constructor() {
    const asked = new URLSearchParams(location.search);
    this.user = asked.get("user") || sessionStorage.getItem(REMEMBERED);
    this.channelId = asked.get("channel");
    this.state = null;
    this.unread = new Unread();
    this.notes = new Notes();
    this.build();
    this.start();
  }

  build() {
    const onTrouble = (words) => this.note(words);
    this.sidebar = new Sidebar({ onChannel: (id) => this.go(id), onPerson: (id) => this.become(id) });
    this.messages = new Messages({ onTrouble });
    this.composer = new Composer({
      onMessage: (text) => this.send("/ui/message", { text }),
      onCommand: (command, text) => this.send("/ui/command", { command, text }),
      onShortcut: (id) => this.send("/ui/shortcut", { callback_id: id }),
    });
    this.modal = new Modal({ home: () => this.composer.field });
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
    const main = h(
      "main",
      { class: "main" },
      h("header", { class: "main-head" }, this.menu, h("div", { class: "main-titles" }, this.heading, this.topic)),
      this.link,
      this.messages.root,
      h("div", { class: "newer-place" }, this.messages.newer),
      this.composer.root,
    );
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
      if (matchMedia("(pointer: fine)").matches && !state.modal) this.composer.focus();
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
    const channel = channels.find((each) => each.id === this.channelId) || channels[0];
    if (!channel) return;
    this.channelId = channel.id;
    this.remember();
    this.noteTroubles(state);
    this.unread.note(this.user, channels, channel.id);
    this.draw();
  }

  /** Shows troubles that are new since the last state as messages of Slackbot, unless a modal shows them. */
  noteTroubles({ troubles, modal }) {
    const known = this.notes.known(this.user, troubles.length);
    for (const trouble of troubles.slice(known)) {
      if (trouble.text !== modal?.trouble) this.note(trouble.text, { draw: false });
    }
  }

  draw() {
    const { team, app, me, people, channels, modal, depth, commands, shortcuts, links } = this.state;
    const channel = channels.find((each) => each.id === this.channelId);
    const authors = channels.flatMap(({ messages }) => messages.map(({ user, name }) => ({ id: user, name })));
    const scene = {
      people: index([...authors, ...people]),
      channels: index(channels),
      me: this.user,
      openChannel: (id) => this.go(id),
    };
    const unread = this.unread.counts(this.user, channels);
    this.sidebar.draw({ team: team.name, me, people, channels, channel, unread, links });
    this.heading.replaceChildren(
      icon(channel.is_direct ? "bot" : "hash"),
      h("span", {}, channel.is_direct ? channel.title : channel.name),
    );
    this.topic.textContent = [channel.is_ext_shared && "Shared with another workspace", channel.topic]
      .filter(Boolean)
      .join(" · ");
    const messages = [...channel.messages, ...this.notes.in(this.user, channel.id)].sort(
      (a, b) => Number(a.ts) - Number(b.ts),
    );
    this.messages.draw({ channel, messages, user: this.user, scene });
    this.composer.draw({ place: `${this.user}/${channel.id}`, channel, app, commands, shortcuts });
    this.modal.draw({ modal, depth, user: this.user, scene });
    const waiting = [...unread.values()].some((count) => count > 0);
    document.title = `${waiting ? "* " : ""}${channel.name} – ${team.name}`;
  }

  /** Adds a message of Slackbot, which only this person sees, to the open channel. */
  note(words, { draw = true } = {}) {
    this.notes.add(this.user, this.channelId, words);
    if (draw && this.state) this.draw();
  }

  go(channelId) {
    if (!this.state.channels.some((each) => each.id === channelId)) return;
    this.channelId = channelId;
    closePopup();
    this.show(this.state);
    if (matchMedia("(pointer: fine)").matches) this.composer.focus();
  }

  /** Shows the workspace as another person sees it. */
  async become(user) {
    this.stop?.();
    this.modal.close();
    this.user = user;
    if (document.body.classList.contains("sidebar-open")) this.sidebar.reveal(false);
    try {
      const state = await fetchState(user);
      if (this.user !== user) return;
      this.show(state);
      say(`You are ${state.me.name} now.`);
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
