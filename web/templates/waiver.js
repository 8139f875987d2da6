// The waiver page: reads the form, shows errors, sends the signing, and shows the result.
const find = (id) => document.getElementById(id);
const page = find("waiver");
const { mostMinors, oldestMinor, longestName, fewestDigits, startsAt, zone, width, height } = page.dataset;
const form = find("form");
const FOR_CAPTAIN = ["emergency_contact", "medical_note"]; // forgotten on this phone once they are sent

let party = page.dataset.party ?? null; // the token of the party's own link
let id = null;

const problems = makeProblems(find("summary"));
const minors = makeMinors(find("minor-list"), find("add-minor"), find("guardian"), { most: Number(mostMinors), longestName: Number(longestName) });
const pad = makePad(find("pad"), find("ink"), {
  width: Number(width),
  height: Number(height),
  changed(count) { for (const each of ["undo", "clear"]) find(each).disabled = count === 0; },
});
const sender = makeSender({ say: saySending, answered });
const memory = makeMemory(location.pathname);
const store = makeStore(`waiver:${location.pathname}`);

const kindOfMark = () => form.elements.kind.value;

function showKindOfMark() {
  find("draw").hidden = kindOfMark() !== "drawn";
  find("type").hidden = kindOfMark() !== "typed";
}

// Without the party's link, the answer to "Who booked?" identifies the party.
function dropParty() {
  party = null;
  for (const each of ["party", "i-am"]) find(each)?.remove();
  find("who-booked").hidden = false;
}

const SHORT = { month: "long", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short", timeZone: zone };
const moment = (text, more = {}) => new Date(text).toLocaleString(words.locale, { ...SHORT, ...more });
const longMoment = (text) => moment(text, { weekday: "long", year: "numeric" });
const DAY = { weekday: "long", month: "long", day: "numeric", year: "numeric", timeZone: zone };
const longDay = (text) => new Date(text).toLocaleDateString(words.locale, DAY);

function read() {
  const mark = kindOfMark() === "drawn" ? { kind: "drawn", path: pad.path() } : { kind: "typed", text: find("typed").value.trim() };
  return {
    signature_id: id,
    name: find("name").value.trim(),
    ...(party ? { party } : { booked_by: find("booked_by").value.trim() || null }),
    minors: minors.read().map(({ name, age }) => ({ name, age: /^\d+$/.test(age) ? Number(age) : age })),
    emergency_contact: find("emergency_contact").value.trim() || null,
    medical_note: find("medical_note").value.trim() || null,
    agreed: find("agreed").checked,
    version: page.dataset.version,
    signature: mark,
  };
}

function fill(signing) {
  id = signing.signature_id;
  if (party && !signing.party) dropParty();
  party = signing.party ?? null;
  find("name").value = signing.name;
  find("booked_by").value = signing.booked_by ?? "";
  minors.fill(signing.minors);
  for (const each of FOR_CAPTAIN) find(each).value = signing[each] ?? "";
  form.elements.kind.value = signing.signature.kind;
  if (signing.signature.kind === "drawn") pad.restore(signing.signature.path);
  else find("typed").value = signing.signature.text;
  find("agreed").checked = signing.agreed;
  showKindOfMark();
}

// The server checks everything; these checks need no request.
function check(signing) {
  const found = [];
  const hasLetter = (text) => /\p{L}/u.test(text);
  if (!hasLetter(signing.name)) found.push([find("name"), word("write_name")]);
  signing.minors.forEach(({ name, age }, at) => {
    if (!hasLetter(name)) found.push([minors.input(at, "name"), word("write_minor_name", { number: at + 1 })]);
    if (!Number.isInteger(age) || age > Number(oldestMinor)) {
      found.push([minors.input(at, "age"), word("write_minor_age", { number: at + 1, oldest: oldestMinor })]);
    }
  });
  const contact = signing.emergency_contact ?? "";
  if (contact && (contact.match(/\p{Nd}/gu) ?? []).length < Number(fewestDigits)) {
    found.push([find("emergency_contact"), word("write_phone")]);
  }
  const { kind, path, text } = signing.signature;
  if (kind === "drawn" && !path) found.push([find("signature"), word("sign_in_box")]);
  if (kind === "typed" && !hasLetter(text)) found.push([find("typed"), word("type_name")]);
  if (!signing.agreed) found.push([find("agreed"), word("tick")]);
  return found;
}

function inputFor(field) {
  const minor = /^minors\.(\d+)(?:\.(name|age))?$/.exec(field ?? "");
  if (minor) return minors.input(Number(minor[1]), minor[2] ?? "name");
  if (field?.startsWith("signature.")) return find("signature");
  return ["name", "booked_by", "minors", ...FOR_CAPTAIN, "agreed", "signature"].includes(field) ? find(field) : null;
}

function lock(locked) {
  find("fields").disabled = locked;
  find("sign").disabled = locked;
  form.setAttribute("aria-busy", String(locked));
}

function saySending(state, seconds, reference) {
  lock(true);
  find("waiting").hidden = state === "sending";
  const why = { waiting: word("no_signal"), busy: word("busy") }[state];
  const status = find("status");
  // A screen reader announces the waiting once, not every second.
  status.ariaLive = why && status.textContent.startsWith(why) ? "off" : "polite";
  const code = reference ? ` ${word("reference", { reference })}` : "";
  status.textContent = why ? `${word("waiting", { why, seconds })}${code}` : word("sending");
}

function unlock() {
  lock(false);
  find("waiting").hidden = true;
  find("status").textContent = "";
}

function answered({ status, said }) {
  if (status === 200 || status === 201) {
    store.drop();
    showSigned(said);
    return;
  }
  unlock();
  const errors = said?.errors ?? [];
  const fields = errors.map(({ field }) => field);
  if (fields.includes("version")) return showNewText(said.detail);
  if (fields.includes("signature_id")) {
    store.drop();
    const link = Object.assign(document.createElement("a"), { href: inThisLanguage(`?signed=${id}`), textContent: word("see_signed") });
    problems.show([[null, link]], said.detail);
    id = null;
    return;
  }
  if (fields.includes("party")) dropParty();
  store.drop();
  const found = errors.map(({ field, message }) => [inputFor(field), message]);
  if (!found.length) found.push([null, said?.detail ?? word("not_sent")]);
  // A limit, or an event that is over, is not an error in the form.
  problems.show(found, found.some(([input]) => input) ? undefined : word("not_signed"));
}

// The waiver's text has changed: show the new one, keep the typed values, and ask for consent again.
async function showNewText(sentence) {
  find("agreed").checked = false;
  store.drop();
  try {
    const fresh = new DOMParser().parseFromString(await (await fetch(location.href, { cache: "no-store" })).text(), "text/html");
    for (const part of ["text", "consent", "guardian"]) {
      find(part).replaceChildren(...document.importNode(fresh.getElementById(part), true).childNodes);
    }
    const { version } = fresh.getElementById("waiver").dataset;
    page.dataset.version = version;
    document.querySelector(".version").textContent = fresh.querySelector(".version").textContent;
    problems.show([[find("text"), word("new_text")]], sentence);
  } catch {
    problems.show([[null, word("no_new_text")]], sentence);
  }
}

// The trip as the page showed it, or as the answer says where it was changed since.
function tripOf({ title, starts_at, day_only, boat } = {}) {
  return {
    title: title ?? find("title").textContent,
    starts: (starts_at ?? startsAt) === startsAt ? find("starts").textContent : (day_only ? longDay : longMoment)(starts_at),
    boat: boat === undefined ? find("boat")?.textContent : boat,
  };
}

function showSigned(signed) {
  memory.add(signed);
  const link = `?signed=${signed.signature_id}`;
  const again = party ? `party=${encodeURIComponent(party)}` : "";
  const shown = inThisLanguage(again ? `${link}&${again}` : link);
  // A retry may come after the event was cancelled, or the signature set aside: the server's page says so.
  if ((signed.standing ?? "signed") !== "signed") return location.replace(shown);
  for (const each of FOR_CAPTAIN) find(each).value = "";
  form.hidden = true;
  find("before").hidden = true;
  find("party")?.remove(); // its count is out of date
  problems.clear();
  showPasses(find("passes"), []);
  fillPass(find("pass"), {
    name: signed.name,
    minors: withMinors(signed.minors.map(({ name }) => name)),
    trip: tripOf(signed),
    party: signed.party && { name: signed.party.name, progress: progress(signed.party) },
    at: longMoment(signed.signed_at),
  });
  document.body.classList.add("passed");
  find("signed-link").href = shown;
  find("pdf-link").href = inThisLanguage(`${link}&pdf`);
  find("next-link").href = `${location.pathname}${inThisLanguage(again && `?${again}`)}#another`;
  history.replaceState(null, "", shown);
  find("signed").hidden = false;
  find("pass").querySelector("h1").focus({ preventScroll: true });
  scrollTo({ top: 0, behavior: "instant" });
}

function send(signing) {
  problems.clear();
  store.put(signing);
  sender.send(signing);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (find("sign").disabled) return;
  id ??= newId();
  const signing = read();
  const found = check(signing);
  if (found.length) problems.show(found);
  else send(signing);
});
form.addEventListener("change", showKindOfMark);
// Enter in a field must not submit the form: only the button signs.
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input:not([type=radio], [type=checkbox])")) event.preventDefault();
});
find("i-am")?.addEventListener("click", () => {
  find("name").value = find("i-am").querySelector("bdi").textContent;
  find("name").dispatchEvent(new Event("input"));
  find("name").focus();
});
find("another").addEventListener("click", () => {
  showForm();
  find("text").focus(); // another adult must read it first
});
find("forget").addEventListener("click", () => {
  memory.drop(memory.list());
  find("before").hidden = true;
  showForm();
  find("text").focus();
});
find("undo").addEventListener("click", () => pad.undo());
find("clear").addEventListener("click", () => pad.clear());
find("try-now").addEventListener("click", () => sender.again());
find("change").addEventListener("click", () => {
  sender.stop();
  store.put({ ...read(), paused: true });
  unlock();
  find("name").focus();
});

function showForm() {
  form.hidden = false;
  find("another").hidden = true;
  showPasses(find("passes"), []);
}

function passOf({ pass, name, minors, signed_at }) {
  const count = minors ? [counted("with_minors", minors)] : [];
  return pass ?? uncheckedPass(find("pass"), { name, minors: count, trip: tripOf(), at: longMoment(signed_at) });
}

// Shows the signatures made on this phone, as the server has them now.
async function showBefore() {
  const before = memory.list();
  if (!before.length) return showForm();
  if (location.hash === "#another") showForm();
  find("before-title").textContent = word("checking");
  find("before").hidden = false;
  const kept = await memory.check(before);
  find("before").className = "signed";
  find("before-title").textContent = word("signed_here");
  find("before-list").replaceChildren(...kept.map((each) => remembered(each, moment)));
  find("before-list").hidden = false;
  find("forget").hidden = false;
  const passes = kept.map(passOf);
  // Somebody who is signing now, or whose signature does not count any more, needs the form.
  if (form.hidden) showPasses(find("passes"), passes);
  if (!kept.length) find("before").hidden = true;
  if (passes.every((pass) => pass.matches(".bad"))) form.hidden = false;
}

// A change of the language keeps what was typed and drawn. The other text is to be agreed to anew.
keepForOtherLanguages(() => {
  const written = [...form.querySelectorAll("input:not([type=radio], [type=checkbox]), textarea")].some(({ value }) => value);
  if (find("sign").disabled || !(written || pad.path())) return; // on its way: then `store` has it already
  id ??= newId();
  store.put({ ...read(), agreed: false, paused: true });
});
find("without-script").hidden = true;
showKindOfMark();
const pending = store.get();
if (pending?.signature_id) {
  const { paused, ...signing } = pending;
  showForm();
  fill(signing);
  if (!paused) sender.send(signing);
} else {
  showBefore();
}
