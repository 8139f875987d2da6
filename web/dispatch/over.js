/**
 * Modal dialogs: they take the focus, keep it, and give it back.
 */
import { $ } from "./dom.js";

const STOPS = "a[href],button,input,select,textarea";

/**
 * Shows `modal` by its class `active` and focuses `first`. The returned function hides it and gives the focus back to
 * where it was; to its row when that is gone, else to the page's first button.
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
    (shown(before) ?? shown(before?.closest?.("li")?.querySelector("button")) ?? $("refresh")).focus();
  };
}

/** The node where it can have the focus. */
function shown(node) {
  const there = node?.isConnected && node.checkVisibility?.() !== false && node !== document.body;
  return there ? node : null;
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
