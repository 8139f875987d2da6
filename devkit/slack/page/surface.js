/**
 * The values of the elements of a message, a modal or a Home tab, and their delivery to the server.
 *
 * Values are kept by (block_id, action_id), so that typed text survives a redraw. Typed text is sent when typing pauses, and before any
 * other action, so that the bot never receives an older text than the person sees.
 */
import { confirmed } from "./dialog.js";
import { post } from "./net.js";
import { holdsValue, initialState, keyOf } from "./values.js";

const PAUSE = 300; // ms without typing before the text is sent

export class Surface {
  /**
   * @param where `{view: view_id}` or `{channel, ts}`: the place of this surface
   * @param user the id of the person
   * @param scene for names, see mrkdwn.js
   * @param onTrouble called with a sentence when the server refuses
   */
  constructor({ where, user, scene, onTrouble, onEdit = () => {}, submit = undefined }) {
    Object.assign(this, { where, user, scene, onTrouble, onEdit, submit });
    this.values = new Map(); // key → state value
    this.unsent = new Map(); // key → {timer, send}
    this.sending = new Map(); // key → number of its requests in progress
    this.last = new Map(); // key → the delivery of its last value
    this.typed = Promise.resolve(); // the delivery of typed text
  }

  /** Returns the state value of an element: the person's input, else its initial value. */
  read(block, element) {
    const kept = this.values.get(keyOf(block, element));
    return kept?.type === element.type ? kept : initialState(element);
  }

  /**
   * Keeps a new value and sends it: when typing pauses, or for a choice at once, after its confirmation.
   * Resolves when the value was sent or discarded.
   */
  async write(block, element, state, { typing = false } = {}) {
    const key = keyOf(block, element);
    const before = this.values.get(key);
    this.values.set(key, state);
    this.onEdit(block);
    if (typing) {
      this.sendLater(block, element, key);
      return;
    }
    if (!(await confirmed(element, this.scene))) {
      if (before) this.values.set(key, before);
      else this.values.delete(key);
      return;
    }
    const { type, ...held } = state;
    await this.act(block, element, held);
  }

  sendLater(block, element, key) {
    clearTimeout(this.unsent.get(key)?.timer);
    const send = () => {
      this.unsent.delete(key);
      const { type, ...held } = this.values.get(key);
      this.typed = Promise.all([
        this.typed,
        this.deliver(block, element, { ...held, trigger: "on_character_entered" }),
      ]);
      return this.typed;
    };
    this.unsent.set(key, { send, timer: setTimeout(send, PAUSE) });
  }

  /** Sends unsent text. */
  async flush() {
    const waiting = [...this.unsent.values()];
    for (const each of waiting) clearTimeout(each.timer);
    await Promise.all(waiting.map((each) => each.send()));
  }

  /** Drops unsent text, because a submit contains it. Resolves when earlier deliveries are finished. */
  async forget() {
    for (const each of this.unsent.values()) clearTimeout(each.timer);
    this.unsent.clear();
    await this.typed;
  }

  /** Takes the server's values (`{block_id: {action_id: state}}`), except for elements with unsent text. */
  learn(values = {}) {
    for (const [blockId, held] of Object.entries(values)) {
      for (const [actionId, state] of Object.entries(held)) {
        const key = keyOf({ block_id: blockId }, { action_id: actionId });
        if (!this.busyWith(key)) this.values.set(key, state);
      }
    }
  }

  /** Returns true if a value of this key is unsent or being sent. */
  busyWith(key) {
    return this.unsent.has(key) || this.sending.has(key);
  }

  /** Sends an action on an element, after all text typed before it. */
  async act(block, element, payload) {
    const key = keyOf(block, element);
    clearTimeout(this.unsent.get(key)?.timer);
    this.unsent.delete(key);
    await this.flush();
    await this.deliver(block, element, payload);
  }

  /** Sends an action. A value waits for the element's value before it, or the older one might arrive last and stay. */
  deliver(block, element, payload) {
    const key = keyOf(block, element);
    this.sending.set(key, (this.sending.get(key) || 0) + 1);
    if (!holdsValue(element)) return this.send(key, block, element, payload);
    const before = this.last.get(key) || Promise.resolve();
    const sent = before.then(() => this.send(key, block, element, payload));
    this.last.set(key, sent);
    return sent;
  }

  async send(key, block, element, payload) {
    try {
      await post("/ui/action", {
        user: this.user,
        where: this.where,
        block_id: block.block_id,
        action_id: element.action_id,
        ...payload,
      });
    } catch (trouble) {
      this.onTrouble(trouble.message);
    } finally {
      const left = this.sending.get(key) - 1;
      if (left > 0) this.sending.set(key, left);
      else this.sending.delete(key);
    }
  }

  /** Resolves to the bot's options for the typed text: `{options}` or `{option_groups}`. Throws NetTrouble. */
  async options(block, element, query) {
    await this.flush();
    return post("/ui/options", {
      user: this.user,
      where: this.where,
      block_id: block.block_id,
      action_id: element.action_id,
      query,
    });
  }
}
