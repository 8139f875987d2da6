/**
 * The channels with their unread counts, and the menu that switches to another person.
 */
import { avatar } from "./avatar.js";
import { h, icon, iconButton, newId, trapTab } from "./dom.js";
import { closePopup, menuKeys, openPopup, popupOpen } from "./popup.js";

export class Sidebar {
  constructor({ onChannel, onHome, onPerson }) {
    Object.assign(this, { onChannel, onHome, onPerson });
    this.team = h("h2", { class: "team" });
    this.channels = h("ul", { class: "channels" });
    this.list = h("div", {
      class: "listbox menu people",
      role: "menu",
      id: newId("people"),
      "aria-label": "See the workspace as",
    });
    this.me = h("button", {
      type: "button",
      class: "me",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      onclick: () => this.toggle(),
    });
    const section = h("h3", { class: "section-title", id: newId("channels") }, icon("down"), "Channels");
    this.channels.setAttribute("aria-labelledby", section.id);
    this.apps = h("ul", { class: "channels side-links", "aria-label": "Apps", hidden: true });
    this.links = h("ul", { class: "channels side-links", "aria-label": "Elsewhere", hidden: true });
    this.root = h(
      "nav",
      { class: "sidebar", "aria-label": "Workspace", id: newId("sidebar") },
      this.buildHead(),
      h("div", { class: "sidebar-scroll" }, section, this.channels, this.apps, this.links),
      h("div", { class: "sidebar-foot" }, h("div", { class: "you-are" }, "You are"), this.me),
    );
    this.shade = h("div", { class: "shade", onclick: () => this.reveal(false) });
    menuKeys(this.list, this.me);
    document.addEventListener("keydown", (event) => this.key(event));
    this.drawn = "";
  }

  buildHead() {
    const shut = iconButton("close", "Close the channel list", () => this.reveal(false), { class: "sidebar-close" });
    return h(
      "div",
      { class: "sidebar-head" },
      h("span", { class: "team-mark", "aria-hidden": "true" }, "⚓"),
      this.team,
      shut,
    );
  }

  /** Shows or hides the sidebar in a narrow window, where it covers the channel. */
  reveal(on) {
    document.body.classList.toggle("sidebar-open", on);
    this.toggleButton?.setAttribute("aria-expanded", String(on));
    if (on) this.root.querySelector("[aria-current=page]")?.focus();
    else this.toggleButton?.focus();
  }

  /** `channel` is the open one, or null while the Home tab of `app` is open. */
  draw({ team, app, me, people, channels, channel, unread, links }) {
    const sign = JSON.stringify([
      team,
      links,
      me,
      people,
      channels.map(({ id, name }) => [id, name, unread.get(id)]),
      channel?.id,
      app,
    ]);
    if (sign === this.drawn) return;
    this.drawn = sign;
    this.people = people;
    this.current = me;
    this.team.textContent = team;
    const focused = document.activeElement?.dataset?.channel;
    this.channels.replaceChildren(
      ...channels.map((each) => h("li", {}, this.channel(each, each.id === channel?.id, unread.get(each.id) || 0))),
    );
    if (focused) this.channels.querySelector(`[data-channel="${CSS.escape(focused)}"]`)?.focus();
    this.apps.hidden = !app.has_home;
    this.apps.replaceChildren(...(app.has_home ? [h("li", {}, this.home(app, !channel))] : []));
    this.links.hidden = links.length === 0;
    this.links.replaceChildren(...links.map((link) => h("li", {}, outside(link))));
    this.me.replaceChildren(avatar(me), names(me), icon("down"));
    this.me.setAttribute("aria-label", `You are ${me.name}, ${me.role}. See the workspace as someone else`);
  }

  home(app, current) {
    const go = () => this.leaveFor(() => this.onHome());
    return h(
      "button",
      { type: "button", class: "channel", "aria-current": current && "page", "data-home": true, onclick: go },
      icon("bot"),
      h("span", { class: "channel-name" }, `${app.name} Home`), // the direct messages of the app have its bare name
    );
  }

  /** Opens a channel or the Home tab, and hides the sidebar where it covers that. */
  leaveFor(open) {
    open();
    if (document.body.classList.contains("sidebar-open")) this.reveal(false);
  }

  channel(each, current, unread) {
    return h(
      "button",
      {
        type: "button",
        class: unread ? "channel channel-unread" : "channel",
        "aria-current": current && "page",
        "data-channel": each.id,
        onclick: () => this.leaveFor(() => this.onChannel(each.id)),
      },
      icon(each.is_direct ? "bot" : "hash"),
      h("span", { class: "channel-name" }, each.is_direct ? each.title : each.name),
      unread > 0 && h("span", { class: "badge" }, String(unread), h("span", { class: "hidden" }, " unread")),
    );
  }

  toggle() {
    if (this.me.getAttribute("aria-expanded") === "true") {
      closePopup();
      return;
    }
    this.list.replaceChildren(...this.people.map((person) => this.person(person)));
    this.me.setAttribute("aria-expanded", "true");
    openPopup(this.me, this.list, { prefer: "above", onClose: () => this.me.setAttribute("aria-expanded", "false") });
    this.list.querySelector("[aria-checked=true]")?.focus();
  }

  person(person) {
    const mine = person.id === this.current.id;
    const choose = () => {
      closePopup();
      this.me.focus();
      if (!mine) this.onPerson(person.id);
    };
    return h(
      "button",
      {
        type: "button",
        class: "option person",
        role: "menuitemradio",
        tabindex: "-1",
        "aria-checked": String(mine),
        "data-person": person.id,
        onclick: choose,
      },
      avatar(person),
      names(person),
      mine && icon("check"),
    );
  }

  /** Handles keys while the sidebar covers the channel. */
  key(event) {
    if (!document.body.classList.contains("sidebar-open") || popupOpen()) return;
    if (event.key === "Escape") this.reveal(false);
    trapTab(this.root, event);
  }
}

/** Returns a link to a page outside the workspace. */
function outside({ name, url }) {
  return h(
    "a",
    { class: "channel", href: url, target: "_blank", rel: "noopener" },
    icon("link"),
    h("span", { class: "channel-name" }, name),
  );
}

function names(person) {
  return h(
    "span",
    { class: "names" },
    h("span", { class: "name" }, person.name),
    h("span", { class: "role" }, person.role),
  );
}
