// Signatures made on this phone. The page shows them only after the server has confirmed them.
const REMEMBERED = "waivers-signed";
const REMEMBERED_FOR = 60 * 24 * 3600 * 1000; // milliseconds
const CHECKED_WITHIN = 5000; // milliseconds

function makeMemory(path) {
  // A private window may refuse storage; then nothing is remembered.
  const all = () => {
    try {
      return JSON.parse(localStorage.getItem(REMEMBERED)).filter(({ at }) => Date.now() - at < REMEMBERED_FOR);
    } catch {
      return [];
    }
  };
  const put = (kept) => {
    try {
      localStorage.setItem(REMEMBERED, JSON.stringify(kept));
    } catch { /* as above */ }
  };
  const others = (ids) => all().filter((each) => each.path !== path || !ids.includes(each.signature_id));

  // Returns the pass as the server has it now, `null` without an answer, or `undefined` if it is gone.
  async function passOf({ signature_id }) {
    try {
      const answer = await fetch(`?signed=${encodeURIComponent(signature_id)}&lang=${document.documentElement.lang}`, {
        cache: "no-store", signal: AbortSignal.timeout(CHECKED_WITHIN),
      });
      if (answer.status === 404) return undefined;
      const pass = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("section.pass");
      return pass && document.importNode(pass, true);
    } catch {
      return null; // no signal: the server has confirmed it before
    }
  }

  return {
    list: () => all().filter((each) => each.path === path && each.signature_id),
    // Only what a list of one's signatures needs: nothing that is for the captain.
    add({ signature_id, name, minors, signed_at }) {
      put([...others([signature_id]), { path, signature_id, name, minors: minors.length, signed_at, at: Date.now() }]);
    },
    drop(signatures) {
      put(others(signatures.map(({ signature_id }) => signature_id)));
    },
    // Returns those that the server still has, each with its `pass` or null, and forgets the others.
    async check(signatures) {
      const checked = await Promise.all(signatures.map(async (each) => ({ ...each, pass: await passOf(each) })));
      const gone = checked.filter(({ pass }) => pass === undefined);
      if (gone.length) this.drop(gone);
      return checked.filter(({ pass }) => pass !== undefined);
    },
  };
}

// What was typed and is not signed yet. A private window may refuse storage; then a reload loses it.
function makeStore(name) {
  return {
    put(value) { try { sessionStorage.setItem(name, JSON.stringify(value)); } catch { /* as above */ } },
    get() { try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; } },
    drop() { try { sessionStorage.removeItem(name); } catch { /* as above */ } },
  };
}

// One signature's line: name, number of minors, time, and links to its copies.
function remembered({ signature_id, name, minors, signed_at }, moment) {
  const link = (query, text) => Object.assign(document.createElement("a"), {
    href: inThisLanguage(`?signed=${encodeURIComponent(signature_id)}${query}`), textContent: text,
  });
  const who = Object.assign(document.createElement("bdi"), { textContent: name });
  const line = document.createElement("li");
  const key = minors === 0 ? "no_minors" : minors === 1 ? "and_minors_one" : "and_minors";
  const said = wordNodes(key, { name: who, count: String(minors), at: moment(signed_at) });
  line.append(...said, " · ", link("", word("show_signed")), " · ", link("&pdf", word("pdf_copy")));
  return line;
}
