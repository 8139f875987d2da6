/**
 * The way to the API, and the three kinds of no that it can come back with.
 */

const PATIENCE_MS = 15_000;

/** No answer, or none of use: the line is dead or slow, the server is out of breath. The same may be asked again. */
export class NoAnswer extends Error {
  constructor(words, { status = null, retryAfter = 0 } = {}) {
    super(words);
    this.status = status;
    this.retryAfter = retryAfter; // seconds
  }
}

/** The token is missing, has ended, or is not an admin's: a new link helps. */
export class LinkEnded extends Error {
  constructor(words, status) {
    super(words);
    this.status = status;
  }
}

/** The API read it and said no; `errors` holds `{field, message}`. */
export class Refused extends Error {
  constructor(words, { status, errors }) {
    super(words);
    this.status = status;
    this.errors = errors;
  }
}

/**
 * `fetch` as the API wants it: the Bearer token from `window.adminToken`, the SHA-256 of the body (CloudFront signs it
 * on to the function), and an end after 15 s. Resolves with the Response, whatever its status; rejects as fetch does.
 */
export async function apiFetch(path, { headers = {}, body = null, ...init } = {}) {
  const sent = new Headers(headers);
  if (window.adminToken) sent.set("Authorization", `Bearer ${window.adminToken}`);
  if (body !== null) {
    sent.set("x-amz-content-sha256", await sha256(body));
    if (!sent.has("Content-Type")) sent.set("Content-Type", "application/json");
  }
  const ending = new AbortController();
  setTimeout(() => ending.abort(), PATIENCE_MS);
  return fetch(path, { cache: "no-store", credentials: "omit", signal: ending.signal, ...init, headers: sent, body });
}

async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The JSON of a good answer. Throws NoAnswer, LinkEnded or Refused. */
export async function ask(path, init) {
  let response;
  let content;
  try {
    response = await apiFetch(path, init);
    content = await response.text();
  } catch {
    throw new NoAnswer("There is no line to the ledger.");
  }
  const said = parsed(content);
  if (response.ok && said) return said;
  throw no(response, said ?? {});
}

function no(response, { detail, errors }) {
  const { status } = response;
  const words = typeof detail === "string" && detail;
  if (status === 401 || (status === 403 && words)) return new LinkEnded(words || "Your link is not good any more.", status);
  // A 403 without the API's own words is CloudFront's, a firewall's or a hotel's.
  if (status === 403 || status === 408 || status === 429 || status >= 500 || response.ok) {
    const retryAfter = Number(response.headers.get("Retry-After")) || 0;
    return new NoAnswer(words || "The ledger did not answer.", { status, retryAfter });
  }
  const told = Array.isArray(errors) ? errors.filter((error) => typeof error?.message === "string") : [];
  return new Refused(words || `The ledger refused it (${status}).`, { status, errors: told });
}

function parsed(content) {
  try {
    const said = JSON.parse(content);
    return typeof said === "object" ? said : null;
  } catch {
    return null;
  }
}

/** Logs one payment under its key: the same key again is the same payment. Throws as `ask`. */
export function logPayment({ key, eid, patron_id, amount, method, notes }) {
  return ask(`/api/events/${encodeURIComponent(eid)}/payment-log`, {
    method: "POST",
    headers: { "Idempotency-Key": key },
    body: JSON.stringify({ patron_id, amount, method, ...(notes ? { notes } : {}) }),
  });
}
