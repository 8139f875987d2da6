/**
 * What the browser keeps for the page: localStorage and sessionStorage, or memory where a browser forbids them.
 */

/** A shelf of texts by name; `lasting` is false where nothing outlives the page. */
export class Shelf {
  constructor(kind) {
    this.memory = new Map();
    this.lasting = true;
    try {
      this.storage = window[kind];
      this.storage.setItem("dispatch.probe", "1");
      this.storage.removeItem("dispatch.probe");
    } catch {
      this.storage = null;
      this.lasting = false;
    }
  }

  get(name) {
    return this.memory.get(name) ?? this.storage?.getItem(name) ?? null;
  }

  /** Keeps `text`; in memory alone when the browser's room is spent. */
  set(name, text) {
    try {
      if (!this.storage) throw new Error("no storage");
      this.storage.setItem(name, text);
      this.memory.delete(name);
    } catch {
      this.lasting = false;
      this.memory.set(name, text);
    }
  }

  remove(name) {
    this.memory.delete(name);
    this.storage?.removeItem(name);
  }

  names(prefix) {
    const names = [...this.memory.keys(), ...(this.storage ? Object.keys(this.storage) : [])];
    return [...new Set(names)].filter((name) => name.startsWith(prefix));
  }
}

export const lasting = new Shelf("localStorage");
export const untilClosed = new Shelf("sessionStorage");
