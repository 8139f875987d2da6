/**
 * Modal dialogs: they take the focus, keep it, and give it back.
 */
import { $ } from "./dom.js";

const STOPS = "a[href],button,input,select,textarea";

/**
 * Shows `modal` by its class `active` and focuses `first`. The returned function hides it and gives the focus back to
 * where it was; to the page's heading when that is gone.
 */
export function openOver(modal, { first, onEscape }) {
  const before = document.activeElement;
  const onKey = (event) => {
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      onEscape();
    } else if (event.key === "Tab") turnRound(modal, event);
  };
  modal.classList.add("active");
  modal.addEventListener("keydown", onKey);
  $("page").inert = true;
  document.documentElement.classList.add("is-covered");
  first.focus();
  return () => {
    modal.classList.remove("active");
    modal.removeEventListener("keydown", onKey);
    $("page").inert = false;
    document.documentElement.classList.remove("is-covered");
    const there = before?.isConnected && before.checkVisibility?.() !== false && before !== document.body;
    (there ? before : $("refresh")).focus();
  };
}

function turnRound(modal, event) {
  const stops = [...modal.querySelectorAll(STOPS)].filter((node) => node.offsetParent !== null);
  const [first, last] = [stops[0], stops.at(-1)];
  const at = document.activeElement;
  const leaves = event.shiftKey ? at === first : at === last;
  if (!leaves && modal.contains(at)) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}
