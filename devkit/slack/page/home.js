/**
 * The app's Home tab: the blocks that the bot has published for this person.
 */
import { BlockList } from "./blocklist.js";
import { h, icon, say } from "./dom.js";
import { Memory } from "./memory.js";
import { Surface } from "./surface.js";

export class Home {
  constructor() {
    this.empty = h("p", { class: "home-empty" });
    this.banner = h("div", { class: "modal-banner", hidden: true });
    this.body = h("div", { class: "home-body" });
    this.root = h(
      "div",
      { class: "home", role: "region", "aria-label": "Home", tabindex: "0", hidden: true },
      this.banner,
      this.empty,
      this.body,
    );
    this.blocks = new BlockList(this.body);
    this.place = null; // user and view id on screen
  }

  /** Shows the Home tab as this person sees it. `home` is null until the bot has published one. */
  draw({ home, app, user, scene }) {
    const place = `${user}/${home?.view.id}`;
    if (this.place !== place) this.enter(place, home, user);
    this.empty.hidden = Boolean(home);
    this.empty.textContent = home ? "" : `${app.name} has not published a Home tab for you yet.`;
    if (!home) return;
    this.surface.scene = scene;
    const changed = this.memory.adopt(this.surface, home, this.body);
    this.blocks.draw(home.view.blocks, this.surface, changed);
    this.report(home.trouble);
  }

  enter(place, home, user) {
    this.place = place;
    this.blocks.clear();
    this.report(null);
    this.memory = new Memory();
    const onTrouble = (words) => this.report(words);
    this.surface = home && new Surface({ where: { view: home.view.id }, user, scene: null, onTrouble });
  }

  /** Shows a failure above the blocks; null removes it. */
  report(words) {
    if (this.banner.textContent === (words || "")) return;
    this.banner.hidden = !words;
    this.banner.replaceChildren(...(words ? [icon("warn"), h("span", {}, words)] : []));
    if (words) say(words, { urgent: true });
  }
}
