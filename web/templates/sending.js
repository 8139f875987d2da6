// Sends a signing until there is an answer. Every try has the same id, so the signing counts once.
const WAITS = [2, 4, 8, 15, 30]; // seconds
const PATIENCE = 20; // seconds for one try

async function sha256(bytes) {
  // CloudFront signs requests to the function and needs the body's hash. Without https there is no WebCrypto.
  if (!globalThis.crypto?.subtle) return null;
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

async function post(signing) {
  const bytes = new TextEncoder().encode(JSON.stringify(signing));
  const hash = await sha256(bytes);
  const headers = { "content-type": "application/json", ...(hash && { "x-amz-content-sha256": hash }) };
  const response = await fetch(inThisLanguage(location.pathname), {
    method: "POST", headers, body: bytes, cache: "no-store", signal: AbortSignal.timeout(PATIENCE * 1000),
  });
  const kind = response.headers.get("content-type") ?? "";
  return { status: response.status, after: Number(response.headers.get("retry-after")), said: kind.includes("json") ? await response.json() : null };
}

// Calls `say(state, seconds, reference)` with "sending", "waiting" (no answer) or "busy" (an outage, with the reference under
// which our log has it), and at last `answered({status, said})`.
function makeSender({ say, answered }) {
  let tries = 0;
  let timer = 0;
  let busy = false;
  let signing = null;

  function wait(state, seconds, reference) {
    const until = Date.now() + seconds * 1000;
    clearInterval(timer);
    say(state, seconds, reference);
    timer = setInterval(() => {
      const left = Math.ceil((until - Date.now()) / 1000);
      if (left > 0) say(state, left, reference);
      else attempt();
    }, 1000);
  }

  async function attempt() {
    if (busy || !signing) return;
    busy = true;
    clearInterval(timer);
    say("sending");
    const mine = signing;
    let answer = null;
    try {
      answer = await post(mine);
    } catch {
      // No signal, or a lost connection. The request may have arrived; because of the id it is safe to send it again.
    }
    busy = false;
    if (signing !== mine) return attempt();
    // A 2xx answer without a signature_id comes from a hotel's Wi-Fi or the like, not from our server.
    if (answer?.status < 300 && !answer.said?.signature_id) answer = null;
    // A 429 without a sentence comes from AWS: too many requests at once.
    if (answer && answer.status < 500 && (answer.status !== 429 || answer.said?.detail)) {
      signing = null;
      answered(answer);
      return;
    }
    const seconds = Math.max(WAITS[Math.min(tries++, WAITS.length - 1)], answer?.after || 0);
    wait(answer ? "busy" : "waiting", seconds, answer?.said?.reference);
  }

  addEventListener("online", attempt);
  return {
    send(given) {
      signing = given;
      tries = 0;
      attempt();
    },
    again: attempt,
    stop() {
      signing = null;
      clearInterval(timer);
    },
  };
}
