// The minors: one row each, added and removed by buttons. The guardian's statement is shown if there is a row.
function makeMinors(list, add, guardian, { most, longestName }) {
  let made = 0;
  const rows = () => [...list.children];

  function field(row, kind, label, attributes) {
    const id = `minor-${row.dataset.number}-${kind}`;
    const box = document.createElement("div");
    box.className = `field ${kind}`;
    const caption = Object.assign(document.createElement("label"), { htmlFor: id, textContent: label });
    const error = Object.assign(document.createElement("p"), { id: `${id}-error`, className: "error", hidden: true });
    const input = Object.assign(document.createElement("input"), { id, ...attributes });
    box.append(caption, error, input);
    row.append(box);
    return input;
  }

  function renumber() {
    rows().forEach((row, at) => {
      row.querySelector(".name label").textContent = word("minor_name", { number: at + 1 });
      row.querySelector(".age label").textContent = word("minor_age", { number: at + 1 });
      row.querySelector("button").textContent = word("remove_minor", { number: at + 1 });
    });
    guardian.hidden = rows().length === 0;
    add.disabled = rows().length >= most;
    add.textContent = word(rows().length ? "add_another_minor" : "add_minor");
  }

  function append({ name = "", age = "" } = {}) {
    const row = document.createElement("li");
    row.className = "minor";
    row.dataset.number = ++made;
    const input = field(row, "name", "", { value: name, maxLength: longestName, autocomplete: "off", spellcheck: false });
    field(row, "age", "", { value: age, inputMode: "numeric", maxLength: 2, autocomplete: "off" });
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "quiet" });
    remove.addEventListener("click", () => {
      row.remove();
      renumber();
      add.focus();
    });
    row.append(remove);
    list.append(row);
    renumber();
    return input;
  }

  add.addEventListener("click", () => append().focus());
  return {
    read: () => rows().map((row) => ({
      name: row.querySelector(".name input").value.trim(),
      age: row.querySelector(".age input").value.trim(),
    })),
    input: (at, kind) => rows()[at]?.querySelector(`.${kind} input`),
    fill(minors) {
      list.replaceChildren();
      minors.forEach(append);
      renumber();
    },
  };
}
