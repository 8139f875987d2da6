/**
 * Decides which values of a modal are kept when the bot changes its view.
 */
import { elementsOf, holdsValue, keyOf } from "./values.js";

export class Memory {
  constructor() {
    this.types = new Map(); // key → the element's type when the view was last drawn
    this.seen = new Map(); // key → the server's value at that time, as JSON
  }

  /**
   * Merges the server's values into the surface. A field with the same block_id, action_id and type keeps its value; any other field
   * gets the server's value. A value that changed on the server replaces the local one unless the person is typing in the field.
   * `body` contains the drawn fields. Returns the ids of the blocks to redraw.
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
        const returned = this.types.size === 0 && surface.values.has(key); // to a view that was covered by a pushed one
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
