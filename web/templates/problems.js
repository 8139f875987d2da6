// Each error is shown beside its field, and in a list on top of the form, which gets the focus.
function makeProblems(summary) {
  const shown = [];

  function beside(input, sentence) {
    const error = document.getElementById(`${input.id}-error`);
    if (!error) return;
    error.textContent = sentence;
    error.hidden = false;
    if (input.matches("input, textarea")) input.setAttribute("aria-invalid", "true");
    else input.classList.add("bad-group");
    const hint = input.getAttribute("aria-describedby");
    input.setAttribute("aria-describedby", [error.id, hint].filter(Boolean).join(" "));
    const undo = () => {
      error.hidden = true;
      input.removeAttribute("aria-invalid");
      if (hint) input.setAttribute("aria-describedby", hint);
      else input.removeAttribute("aria-describedby");
      input.classList.remove("bad-group");
      input.removeEventListener("input", undo);
    };
    input.addEventListener("input", undo); // hide the error once the field is edited
    shown.push(undo);
  }

  return {
    clear() {
      shown.splice(0).forEach((each) => each());
      summary.hidden = true;
      summary.replaceChildren();
    },
    // `found`: pairs of an input, or null, and a sentence. Errors without an input are only in the list.
    show(found, headline = word(found.length > 1 ? "check" : "check_one", { count: found.length })) {
      this.clear();
      const title = Object.assign(document.createElement("h2"), { textContent: headline });
      const list = document.createElement("ul");
      for (const [input, sentence] of found) {
        const item = document.createElement("li");
        if (input) {
          const link = Object.assign(document.createElement("a"), { href: `#${input.id}`, textContent: sentence });
          link.addEventListener("click", (event) => {
            event.preventDefault();
            input.focus();
            input.scrollIntoView({ block: "center" });
          });
          item.append(link);
          beside(input, sentence);
        } else {
          item.append(sentence);
        }
        list.append(item);
      }
      summary.append(title, list);
      summary.hidden = false;
      summary.focus();
    },
  };
}
