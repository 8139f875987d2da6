/**
 * Saving a file, and the buttons for a passenger list as a PDF. The request carries the token: no plain link could do it.
 */
import { button, h, mark, say } from "./dom.js";
import { askFile } from "./net.js";

const SIZES = { letter: "PDF Letter", a4: "PDF A4" };

/** A button for each size of paper. `eid()` is the event; `about` follows the words for screen readers. */
export function printButtons(eid, about = "") {
  return Object.entries(SIZES).map(([paper, words]) => {
    const own = button(words, () => print(own, eid(), paper), { class: "btn btn-print" });
    if (about) own.setAttribute("aria-label", `${words} ${about}`);
    return own;
  });
}

function print(own, eid, paper) {
  return saveFile(own, `/api/events/${encodeURIComponent(eid)}/manifest.pdf?paper=${paper}`, {
    name: `passengers-${eid}-${paper}.pdf`,
    sorry: "No passenger list:",
  });
}

/** Saves the file of an answer under `name`. `own` is the button; a trouble is said behind the words `sorry`. */
export async function saveFile(own, path, { name, sorry }) {
  if (own.getAttribute("aria-disabled") === "true") return;
  mark(own, "aria-disabled", "true");
  try {
    const address = URL.createObjectURL(await askFile(path));
    h("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000); // a phone may ask before it saves
  } catch (trouble) {
    const reference = trouble.reference ? ` Reference: ${trouble.reference}.` : "";
    say(`${sorry} ${trouble.message}${reference}`, { bad: true });
  }
  mark(own, "aria-disabled", null);
}
