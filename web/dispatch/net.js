/**
 * Requests to the API, and its three kinds of errors.
 */

const PATIENCE_MS = 15_000;

/** There was no usable answer: the connection failed, or the server is busy. The request may be repeated. */
export class NoAnswer extends Error {
  constructor(words, { status = null, retryAfter = 0 } = {}) {
    super(words);
    this.status = status;
    this.retryAfter = retryAfter; // seconds
  }
}

/** The token is missing, has expired, or is not an admin's. A new link helps. `token` is the one that was sent. */
export class LinkEnded extends Error {
  constructor(words, status) {
    super(words);
    this.status = status;
  }
}

/**
 * The API refused the request; `errors` is a list of `{field, message}`. `repeated`: the payment looks like one of the
 * last minutes, and is logged once somebody confirms it.
 */
export class Refused extends Error {
  constructor(words, { status, errors, repeated }) {
    super(words);
    this.status = status;
    this.errors = errors;
    this.repeated = repeated;
  }
}

/**
 * `fetch` with the Bearer token from `window.adminToken`, the body's SHA-256 (CloudFront signs it for the function), and
 * a time-out of 15 s. Resolves with the Response of any status; rejects as fetch does.
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

/** The JSON of a successful answer. Throws NoAnswer, LinkEnded or Refused. */
export async function ask(path, init) {
  let response;
  let content;
  const token = window.adminToken;
  try {
    response = await apiFetch(path, init);
    content = await response.text();
  } catch {
    throw new NoAnswer("The ledger cannot be reached.");
  }
  const said = parsed(content);
  if (response.ok && said) return said;
  throw Object.assign(no(response, said ?? {}), { token });
}

/** The error of a refused or failed request, with the reference under which the log has it. */
function no(response, said) {
  return Object.assign(errorOf(response, said), { reference: typeof said.reference === "string" ? said.reference : "" });
}

function errorOf(response, { type, detail, errors }) {
  const { status } = response;
  const words = typeof detail === "string" && detail;
  if (status === 401 || (status === 403 && words)) return new LinkEnded(words || "Your link is not valid any more.", status);
  // A 403 without the API's sentence comes from CloudFront, a firewall or a hotel's Wi-Fi.
  if (status === 403 || status === 408 || status === 429 || status >= 500 || response.ok) {
    const retryAfter = Number(response.headers.get("Retry-After")) || 0;
    return new NoAnswer(words || "The ledger did not answer.", { status, retryAfter });
  }
  const listed = Array.isArray(errors) ? errors.filter((error) => typeof error?.message === "string") : [];
  const repeated = typeof type === "string" && type.endsWith("#possible_duplicate");
  return new Refused(words || `The ledger refused it (${status}).`, { status, errors: listed, repeated });
}

function parsed(content) {
  try {
    const said = JSON.parse(content);
    return typeof said === "object" ? said : null;
  } catch {
    return null;
  }
}

/** The file of a successful answer, as a Blob. Throws as `ask` does. */
export async function askFile(path) {
  let response;
  let file;
  try {
    response = await apiFetch(path);
    file = await response.blob();
  } catch {
    throw new NoAnswer("The ledger cannot be reached.");
  }
  if (response.ok) return file;
  throw no(response, parsed(await file.text()) ?? {});
}

/**
 * Logs one payment under its key; a repeated key is the same payment. `confirm`: a person said that it is another payment
 * than one that looks the same. Throws as `ask` does.
 */
export function logPayment({ key, eid, patron_id, amount, method, notes, confirm }) {
  return ask(`/api/events/${encodeURIComponent(eid)}/payment-log`, {
    method: "POST",
    headers: { "Idempotency-Key": key, Prefer: "handling=strict" },
    body: JSON.stringify({ patron_id, amount, method, ...(notes && { notes }), ...(confirm && { confirm }) }),
  });
}
