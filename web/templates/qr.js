// Reads the page anew while it is shown, so that the count is the table's. Each reading is one read of the table, so
// it ends after a while; a press on Update, or a return to the page, begins again.
const EVERY = 15_000, FOR = 15 * 60_000; // milliseconds
const words = JSON.parse(document.querySelector("main").dataset.words);
let until = Date.now() + FOR, reading = false;

function say(text) {
  const line = document.getElementById("old");
  if (!line) return;
  line.textContent = text;
  line.hidden = text === "";
}

async function update() {
  if (reading) return;
  reading = true;
  try {
    const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [shown, next] = [document.querySelector("main"), page.querySelector("main")];
    say("");
    if (next.classList.contains("notice") || next.classList.contains("done")) {
      until = 0;
      document.title = page.title;
      shown.replaceWith(next);
    } else {
      shown.querySelector(".count").textContent = next.querySelector(".count").textContent;
    }
  } catch {
    say(words.no_signal);
  } finally {
    reading = false;
  }
}

function again() {
  if (until === 0 || document.hidden) return;
  until = Date.now() + FOR;
  update();
}

document.addEventListener("visibilitychange", again);
document.getElementById("update").addEventListener("click", (event) => {
  event.preventDefault();
  again();
});
setInterval(() => {
  if (document.hidden || until === 0) return;
  if (Date.now() < until) update();
  else say(words.stopped);
}, EVERY);
