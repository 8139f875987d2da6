/**
 * Locks across all tabs of this browser: Web Locks, or a lease in localStorage if the browser has none.
 */
import { lasting } from "./storage.js";

const LEASE_MS = 30_000; // longer than any request lives
const me = crypto.randomUUID();

/** Runs `work` holding the lock `name`, after waiting for it. */
export function alone(name, work) {
  return navigator.locks ? navigator.locks.request(name, work) : leased(name, work, { wait: true });
}

/** Runs `work` holding the lock `name`, or resolves to undefined at once if the lock is taken. */
export function aloneIfFree(name, work) {
  if (!navigator.locks) return leased(name, work, { wait: false });
  return navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : undefined));
}

const heldHere = new Set();

async function leased(name, work, { wait }) {
  const place = `dispatch.lease.${name}`;
  while (heldHere.has(name) || heldElsewhere(place)) {
    if (!wait) return undefined;
    await new Promise((done) => setTimeout(done, 200));
  }
  heldHere.add(name);
  lasting.set(place, JSON.stringify({ by: me, until: Date.now() + LEASE_MS }));
  try {
    return await work();
  } finally {
    heldHere.delete(name);
    lasting.remove(place);
  }
}

function heldElsewhere(place) {
  const lease = JSON.parse(lasting.get(place) ?? "null");
  return lease !== null && lease.by !== me && lease.until > Date.now();
}
