/**
 * A bar of the paid share of the amount due. The figures beside it are for screen readers too.
 */
import { h } from "./dom.js";

export function meter(look) {
  const inner = h("span", { class: "meter-in" });
  const node = h("div", { class: `meter ${look}`, "aria-hidden": "true" }, inner);
  node.show = (paid, due) => {
    const share = due > 0 ? Math.min(1, Math.max(0, paid / due)) : 1;
    // Never as wide as a full one while anything is owed.
    inner.style.width = `${Math.min(share * 100, paid >= due ? 100 : 99).toFixed(1)}%`;
    node.classList.toggle("is-full", paid >= due);
    node.classList.toggle("is-over", paid > due);
  };
  return node;
}
