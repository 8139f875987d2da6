/**
 * Which values of a modal stay, and which start anew, when the bot changes its view.
 */
import { elementsOf, holdsValue, keyOf } from "./values.js";

export class Memory {
  constructor() {
    this.types = new Map(); // key → the element's type when the view was last drawn
    this.seen = new Map(); // key → what the local Slack held then, as JSON
  }

  /**
   * What stays and what starts anew when a view changes: a field whose block_id, action_id and type stay keeps what was put in; any
   * other starts with what the local Slack says it holds. A value that changed there and is not being typed here is taken over.
   * `body` holds the fields as they are drawn. Returns the ids of blocks to be drawn anew.
   */
  adopt(surface, { view, values }, body) {
    const changed = new Set();
    const present = new Map();
    for (const block of view.blocks) {
      for (const element of elementsOf(block).filter(holdsValue)) {
        const key = keyOf(block, element);
        present.set(key, element.type);
        const theirs = values[block.block_id]?.[element.action_id];
        const sign = JSON.stringify(theirs);
        const fresh = this.types.get(key) !== element.type;
        const returned = this.types.size === 0 && surface.values.has(key); // to a view that was pushed over
        const news = sign !== this.seen.get(key) && sign !== JSON.stringify(surface.values.get(key));
        const free = !surface.busyWith(key) && !isFocused(body, block, element);
        this.seen.set(key, sign);
        if (!theirs || !(fresh ? !returned : news && free)) continue;
        surface.values.set(key, theirs);
        changed.add(block.block_id);
      }
    }
    for (const key of surface.values.keys()) if (!present.has(key)) surface.values.delete(key);
    this.types = present;
    return changed;
  }
}

function isFocused(root, block, element) {
  const at = document.activeElement;
  return root.contains(at) && at.dataset.blockId === block.block_id && at.dataset.actionId === element.action_id;
}
