/**
 * Dialogs over the workspace: they take the focus, keep it, and return it. Includes Slack's confirmation dialog.
 */
import { h, focusable, newId, trapTab } from "./dom.js";
import { textObject } from "./mrkdwn.js";
import { closePopup, popupOpen } from "./popup.js";

const layers = [];

function quietenBelow() {
  const top = layers.at(-1)?.overlay;
  for (const node of document.body.children) {
    if (node.id === "live" || node.id === "live-urgent") continue;
    node.inert = Boolean(top) && node !== top;
  }
}

/**
 * Opens `panel` above everything else. `onEscape()` is called for the Escape key. Returns a function that closes the panel and
 * returns the focus to the earlier element, or to `home` if that element was removed.
 */
export function openLayer(panel, { onEscape, home = () => null }) {
  const before = document.activeElement;
  const overlay = h("div", { class: "overlay", "data-layer": true }, panel);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !popupOpen()) {
      event.preventDefault();
      event.stopPropagation();
      onEscape();
    }
    trapTab(panel, event);
  });
  document.body.append(overlay);
  layers.push({ overlay });
  quietenBelow();
  return () => {
    closePopup();
    layers.splice(
      layers.findIndex((layer) => layer.overlay === overlay),
      1,
    );
    overlay.remove();
    quietenBelow();
    const back = before?.isConnected && before !== document.body ? before : home();
    back?.focus();
  };
}

/** Shows an element's `confirm` dialog. Resolves to true for yes, and when the element has no `confirm`. */
export function confirmed(element, scene) {
  const ask = element.confirm;
  if (!ask) return Promise.resolve(true);
  return new Promise((resolve) => {
    const [title, words] = [newId("confirm"), newId("confirm")];
    let shut = () => {};
    const answer = (yes) => () => {
      shut();
      resolve(yes);
    };
    const sure = h(
      "button",
      { type: "button", class: `btn ${ask.style === "danger" ? "btn-danger" : "btn-primary"}`, onclick: answer(true) },
      textObject(ask.confirm, scene),
    );
    const no = h("button", { type: "button", class: "btn", onclick: answer(false) }, textObject(ask.deny, scene));
    const panel = h(
      "div",
      {
        class: "modal modal-small",
        role: "alertdialog",
        "aria-modal": "true",
        "aria-labelledby": title,
        "aria-describedby": words,
      },
      h("div", { class: "modal-head" }, h("h2", { id: title, class: "modal-title" }, textObject(ask.title, scene))),
      h("div", { class: "modal-body", id: words }, h("div", { class: "block" }, textObject(ask.text, scene))),
      h("div", { class: "modal-foot" }, no, sure),
    );
    shut = openLayer(panel, { onEscape: answer(false) });
    focusable(panel).at(-1).focus();
  });
}
