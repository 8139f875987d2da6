/**
 * The blocks of a view, redrawn one by one: the focus and unfinished typing are kept.
 */
import { blockNode } from "./blocks.js";
import { giveFocusBack, heldFocus } from "./dom.js";

export class BlockList {
  /** @param body the node that contains the blocks and nothing else */
  constructor(body) {
    this.body = body;
    this.drawn = new Map(); // block_id → {sign, node}
  }

  clear() {
    this.drawn.clear();
    this.body.replaceChildren();
  }

  /** Returns the node of a block, or undefined. */
  node(blockId) {
    return this.drawn.get(blockId)?.node;
  }

  /** Draws the blocks with the values of `surface`. Redraws only those that differ and those in `changed`, a set of block ids. */
  draw(blocks, surface, changed) {
    const held = heldFocus(this.body);
    const rows = blocks.map((block, at) => ({
      block,
      key: block.block_id || `at ${at}`,
      sign: JSON.stringify(block),
    }));
    const keys = new Set(rows.map((row) => row.key));
    for (const [key, { node }] of this.drawn) {
      if (keys.has(key)) continue;
      node.remove();
      this.drawn.delete(key);
    }
    let cursor = this.body.firstChild;
    for (const { block, key, sign } of rows) {
      const old = this.drawn.get(key);
      const same = old?.sign === sign && !changed.has(block.block_id);
      const node = same ? old.node : blockNode(block, surface);
      if (old && !same) {
        if (cursor === old.node) cursor = cursor.nextSibling;
        old.node.remove();
      }
      if (node === cursor) cursor = cursor.nextSibling;
      else this.body.insertBefore(node, cursor);
      this.drawn.set(key, { sign, node });
    }
    giveFocusBack(this.body, held);
  }
}
