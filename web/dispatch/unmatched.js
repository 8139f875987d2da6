/**
 * The signatures that are not matched to a party yet. Crew match them in Slack.
 */
import { fill, h, icon } from "./dom.js";
import { count } from "./words.js";

const NAMED = 5;

export class UnmatchedNote {
  constructor() {
    this.shown = "";
    this.root = h("p", { class: "note note-wait unmatched", hidden: true });
  }

  update(signatures) {
    const now = JSON.stringify(signatures);
    if (this.shown === now) return; // no screen reader repeats it
    this.shown = now;
    this.root.hidden = signatures.length === 0;
    const one = signatures.length === 1;
    const verb = one ? "is" : "are";
    const more = signatures.length - NAMED;
    const last = signatures.at(-1)?.booked_by ?? signatures.at(-1)?.name;
    const end = more <= 0 && last?.endsWith(".") ? "" : ".";
    fill(
      this.root,
      h(
        "span",
        {},
        icon("warn"),
        ` ${count(signatures.length, "signature")} ${verb} not matched to the roster: `,
        signatures.slice(0, NAMED).map((each, place) => [place > 0 && "; ", ...named(each)]),
        more > 0 && `; and ${more} more`,
        `${end} Crew match ${one ? "it" : "them"} in Slack.`,
      ),
    );
  }
}

function named({ name, minors, booked_by: booker }) {
  return [
    h("bdi", {}, name),
    minors > 0 && ` with ${count(minors, "minor")}`,
    booker && [", booked by ", h("bdi", {}, booker)],
  ];
}
