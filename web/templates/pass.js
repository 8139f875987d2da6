// The pass: who signed, with which minors, for which trip. It is read at arm's length, also after a reload.
const isolated = (text) => Object.assign(document.createElement("bdi"), { textContent: text });

// Fills one line of the pass, or hides it if there is nothing to say.
function say(pass, part, ...content) {
  const line = pass.querySelector(`.pass-${part}`);
  line.replaceChildren(...content);
  line.hidden = content.length === 0;
}

function progress({ signed, people }) {
  const left = people - signed;
  if (left <= 0) return word("everybody");
  return word(signed === 1 || people === 1 ? "progress_one" : "progress", { signed, people, left: counted("left", left) });
}

function withMinors(names) {
  const before = (at) => (at === 0 ? "" : at === names.length - 1 ? words.and : ", ");
  const listed = names.flatMap((name, at) => [before(at), isolated(name)]);
  return names.length ? wordNodes("with", { names: listed }) : [];
}

// `trip`: { title, starts, boat }. `minors`: nodes and texts. `party`: { name, progress } or null.
function fillPass(pass, { name, minors = [], trip, party = null, at, sentence = "" }) {
  const title = document.createElement("strong");
  title.append(isolated(trip.title));
  const boat = trip.boat ? [document.createElement("br"), ...wordNodes("boat", { boat: isolated(trip.boat) })] : [];
  pass.querySelector(".pass-name").textContent = name;
  say(pass, "minors", ...minors);
  say(pass, "sentence", ...(sentence ? [sentence] : []));
  say(pass, "trip", title, document.createElement("br"), trip.starts, ...boat);
  say(pass, "party", ...(party ? wordNodes("party", { name: isolated(party.name), progress: party.progress }) : []));
  say(pass, "at", word("signed_at", { at }));
  pass.hidden = false;
}

// The pass of a signature that this phone remembers and the server could not confirm just now: not green.
function uncheckedPass(empty, facts) {
  const pass = empty.cloneNode(true);
  pass.removeAttribute("id");
  pass.className = "pass plain";
  fillPass(pass, { ...facts, sentence: word("unchecked") });
  return pass;
}

// Shows several passes, each a screen of its own, or none.
function showPasses(place, passes) {
  if (passes.length > 1) {
    passes.forEach((pass, at) => { pass.querySelector(".pass-of").textContent = word("pass_of_several", { number: at + 1, count: passes.length }); });
  }
  place.replaceChildren(...passes);
  place.hidden = passes.length === 0;
  document.body.classList.toggle("passed", passes.length > 0);
}
