/**
 * What a message or a modal holds while a person works in it, and how that reaches the local Slack.
 *
 * Values are kept per (block_id, action_id), so what was typed outlives every redrawing of the blocks around it. Letters are sent when
 * the typing pauses; whatever else happens first sends them ahead, so that the bot never sees an older text than the person does.
 */
import { confirmed } from "./dialog.js";
import { post } from "./net.js";
import { initialState, keyOf } from "./values.js";

const PAUSE = 300; // ms without a letter before it is sent

export class Surface {
  /**
   * @param where `{modal: view_id}` or `{channel, ts}`: how the local Slack knows this surface
   * @param user whose hands these are
   * @param scene for names, see mrkdwn.js
   * @param onTrouble called with a sentence when the local Slack says no
   */
  constructor({ where, user, scene, onTrouble, onEdit = () => {}, submit = undefined }) {
    Object.assign(this, { where, user, scene, onTrouble, onEdit, submit });
    this.values = new Map(); // key → state value
    this.unsent = new Map(); // key → {timer, send}
    this.sending = new Map(); // key → how many of its values are on their way
    this.typed = Promise.resolve(); // what was typed and is on its way
  }

  /** The state value of an element: what was put in, else what the view started it with. */
  read(block, element) {
    const kept = this.values.get(keyOf(block, element));
    return kept?.type === element.type ? kept : initialState(element);
  }

  /**
   * Keeps a new value and sends it: when the typing pauses, or at once for a choice, which may first need a yes.
   * Resolves when it was sent or taken back.
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

  /** Sends what is typed but unsent. */
  async flush() {
    const waiting = [...this.unsent.values()];
    for (const each of waiting) clearTimeout(each.timer);
    await Promise.all(waiting.map((each) => each.send()));
  }

  /** Forgets what is typed but unsent, as a submit carries it anyway; resolves when nothing older can still overtake it. */
  async forget() {
    for (const each of this.unsent.values()) clearTimeout(each.timer);
    this.unsent.clear();
    await this.typed;
  }

  /** Takes over what the local Slack says the elements hold (`{block_id: {action_id: state}}`), except what is still on its way there. */
  learn(values = {}) {
    for (const [blockId, held] of Object.entries(values)) {
      for (const [actionId, state] of Object.entries(held)) {
        const key = keyOf({ block_id: blockId }, { action_id: actionId });
        if (!this.busyWith(key)) this.values.set(key, state);
      }
    }
  }

  /** Is a value of this key on its way, or about to be? */
  busyWith(key) {
    return this.unsent.has(key) || this.sending.has(key);
  }

  /** Tells the local Slack what was done to an element, after everything typed before it. */
  async act(block, element, payload) {
    const key = keyOf(block, element);
    clearTimeout(this.unsent.get(key)?.timer);
    this.unsent.delete(key);
    await this.flush();
    await this.deliver(block, element, payload);
  }

  async deliver(block, element, payload) {
    const key = keyOf(block, element);
    this.sending.set(key, (this.sending.get(key) || 0) + 1);
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

  /** The bot's choices for what was typed: `{options}` or `{option_groups}`. Throws NetTrouble. */
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
