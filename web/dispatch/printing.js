/**
 * The buttons that save a passenger list as a PDF. The request carries the token, so no plain link could do it.
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

async function print(own, eid, paper) {
  if (own.getAttribute("aria-disabled") === "true") return;
  mark(own, "aria-disabled", "true");
  try {
    const file = await askFile(`/api/events/${encodeURIComponent(eid)}/manifest.pdf?paper=${paper}`);
    const address = URL.createObjectURL(file);
    h("a", { href: address, download: `passengers-${eid}-${paper}.pdf` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000); // a phone may ask before it saves
  } catch (trouble) {
    say(`No passenger list: ${trouble.message}`, { bad: true });
  }
  mark(own, "aria-disabled", null);
}
