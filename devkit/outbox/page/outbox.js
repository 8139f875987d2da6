/**
 * The outbox: fetches new mail every two seconds. Buttons post the morning digest and remind patrons.
 */
const EVERY = 2000; // ms
const list = document.getElementById("mails");
const empty = document.getElementById("empty");
const said = document.getElementById("said");
const drawn = new Set();

async function refresh() {
  const answer = await fetch("/mails");
  if (!answer.ok) throw new Error(`The outbox answered ${answer.status}.`);
  const mails = await answer.json();
  // Newest first, so the oldest unknown one goes in before the others.
  for (const mail of mails.reverse()) {
    if (drawn.has(mail.id)) continue;
    drawn.add(mail.id);
    list.prepend(draw(mail));
  }
  empty.hidden = drawn.size > 0;
}

function draw(mail) {
  const at = new Date(mail.at * 1000);
  const plain = element("pre", {}, ...linked(mail.text));
  const text = element("details", {}, element("summary", {}, "As plain text"), plain);
  return element(
    "li",
    { class: "mail", "data-subject": mail.subject },
    element("h2", {}, mail.subject),
    element(
      "p",
      { class: "about" },
      `From ${mail.from} to ${mail.to.join(", ")}, `,
      element("time", { datetime: at.toISOString() }, at.toLocaleTimeString()),
    ),
    element("iframe", { src: `/mails/${encodeURIComponent(mail.id)}`, sandbox: "", title: `Mail: ${mail.subject}` }),
    text,
  );
}

/** The text with its links, which open beside this page. */
function linked(text) {
  return text
    .split(/(https?:\/\/\S+)/)
    .map((part, place) => (place % 2 ? element("a", { href: part, target: "_blank", rel: "noreferrer" }, part) : part));
}

/** An element. Text from the bot becomes a text node, never markup. */
function element(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** A button that starts something on the server, and says how it went. */
function starts(id, busy, done, failed) {
  const button = document.getElementById(id);
  button.addEventListener("click", async () => {
    button.disabled = true;
    said.textContent = busy;
    try {
      const answer = await fetch(`/${id}`, { method: "POST" });
      const { ok } = await answer.json();
      said.textContent = ok ? done : failed;
      await refresh();
    } catch (trouble) {
      said.textContent = `That did not work: ${trouble.message}`;
    } finally {
      button.disabled = false;
    }
  });
}

starts(
  "digest",
  "Posting…",
  "Done. It is in #office, unless there was nothing to report.",
  "The digest failed. The reason is in the terminal.",
);
starts(
  "reminders",
  "Mailing…",
  "Done. Reminders are below, unless none was due.",
  "The reminders failed. The reason is in the terminal.",
);

async function keepRefreshing() {
  try {
    await refresh();
    document.body.classList.remove("lost");
  } catch {
    document.body.classList.add("lost");
  }
  setTimeout(keepRefreshing, EVERY);
}

keepRefreshing();
