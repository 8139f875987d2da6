/**
 * The menu of one message: a reply in its thread, and the app's message shortcuts.
 */
import { h, iconButton, newId } from "./dom.js";
import { closePopup, menuKeys, openPopup } from "./popup.js";

/**
 * Returns the button that opens the menu.
 * `onReply()` and `onShortcut(id)` are called for the entry that is chosen; `shortcuts` are those that the person has.
 */
export function messageMenu({ app, shortcuts, onReply, onShortcut }) {
  const list = h("div", { class: "listbox menu", role: "menu", id: newId("message"), "aria-label": "Message actions" });
  const entry = (words, more, chosen) =>
    h(
      "button",
      {
        type: "button",
        class: "option",
        role: "menuitem",
        tabindex: "-1",
        onclick: () => {
          closePopup();
          button.focus();
          chosen();
        },
      },
      h("span", { class: "option-text" }, h("b", {}, words)),
      h("span", { class: "option-more" }, more),
    );
  const show = () => {
    if (button.getAttribute("aria-expanded") === "true") {
      closePopup();
      return;
    }
    list.replaceChildren(
      entry("Reply in thread", "", onReply),
      ...shortcuts.map((each) => entry(each.name, app.name, () => onShortcut(each.callback_id))),
    );
    button.setAttribute("aria-expanded", "true");
    openPopup(button, list, { width: "right", onClose: () => button.setAttribute("aria-expanded", "false") });
    list.firstChild.focus();
  };
  const button = iconButton("more", "Message actions", show, {
    class: "message-menu",
    title: "Message actions",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
  });
  menuKeys(list, button);
  return button;
}
