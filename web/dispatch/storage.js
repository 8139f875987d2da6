/**
 * The page's storage: localStorage and sessionStorage, or memory if the browser forbids them.
 */

/** Texts by name; `lasting` is false if they do not outlive the page. */
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

  /** Stores `text`, in memory only if the browser's quota is used up. */
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
