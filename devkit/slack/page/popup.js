/**
 * Lists below a field or a button. One is open at a time; it stays inside the window and closes at a click elsewhere.
 */

let open = null;

/**
 * Shows `list` beside `anchor`, below it if it fits and above it otherwise (`prefer: "above"` reverses that).
 * The list becomes part of the anchor's dialog, for screen readers. Returns a function that closes it.
 */
export function openPopup(anchor, list, { onClose = () => {}, prefer = "below", width = "anchor" } = {}) {
  closePopup();
  list.classList.add("popup");
  (anchor.closest("[data-layer]") || document.body).append(list);
  const place = () => position(anchor, list, { prefer, width });
  const away = (event) => {
    if (!list.contains(event.target) && !anchor.contains(event.target)) closePopup();
  };
  const moved = (event) => {
    if (!list.contains(event.target)) place();
  };
  document.addEventListener("pointerdown", away, true);
  window.addEventListener("resize", place);
  window.addEventListener("scroll", moved, true);
  const mine = {
    list,
    place,
    close() {
      document.removeEventListener("pointerdown", away, true);
      window.removeEventListener("resize", place);
      window.removeEventListener("scroll", moved, true);
      list.remove();
      onClose();
    },
  };
  open = mine;
  place();
  return () => {
    if (open === mine) closePopup();
  };
}

/** Closes the open list, if any. */
export function closePopup() {
  const was = open;
  open = null;
  was?.close();
}

/** Returns true if a list is open. Escape then closes the list, not the dialog behind it. */
export function popupOpen() {
  return open !== null;
}

/** Places the open list again after its content changed. */
export function replacePopup() {
  open?.place();
}

const GAP = 4;
const EDGE = 8;

function position(anchor, list, { prefer, width }) {
  const at = anchor.getBoundingClientRect();
  list.style.maxHeight = "";
  list.style.width = width === "anchor" ? `${at.width}px` : "";
  const below = window.innerHeight - at.bottom - GAP - EDGE;
  const above = at.top - GAP - EDGE;
  const wanted = list.scrollHeight + 2;
  const goesBelow = prefer === "below" ? wanted <= below || below >= above : wanted > above && below > above;
  const room = Math.max(goesBelow ? below : above, 96);
  list.style.maxHeight = `${Math.min(room, 320)}px`;
  const height = Math.min(wanted, room, 320);
  const top = goesBelow ? at.bottom + GAP : at.top - GAP - height;
  // What is behind may have scrolled the anchor out of the window meanwhile.
  list.style.top = `${Math.max(EDGE, Math.min(top, window.innerHeight - height - EDGE))}px`;
  const left = width === "right" ? at.right - list.offsetWidth : at.left;
  list.style.left = `${Math.max(EDGE, Math.min(left, window.innerWidth - list.offsetWidth - EDGE))}px`;
}

/**
 * Returns the new position in a list of `count` options after a key at position `at`, or null.
 * The arrow keys, Home and End move.
 */
export function moveMark(event, at, count) {
  if (count === 0) return null;
  switch (event.key) {
    case "ArrowDown":
      return (at + 1) % count;
    case "ArrowUp":
      return (at <= 0 ? count : at) - 1;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

/** Adds the keys of a menu: arrows move, Escape and Tab return to `button`. */
export function menuKeys(menu, button) {
  menu.addEventListener("keydown", (event) => {
    const entries = [...menu.children];
    const moved = moveMark(event, entries.indexOf(document.activeElement), entries.length);
    if (moved !== null) entries[moved].focus();
    else if (event.key === "Escape" || event.key === "Tab") {
      closePopup();
      button.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
