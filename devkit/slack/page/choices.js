/**
 * The options of a select: their source, and their form in state.values.
 *
 * A source has `load(query)` → groups `{label, options}`; `tooShort(query)` → a hint while the query is too short, or "";
 * `slow`, true when the bot is asked; `toHeld(option)` and `toOptions(held)` convert between options and state values.
 */
import { wordsOf } from "./mrkdwn.js";

const ASK_AT = 3; // Slack's default for min_query_length

export function sourceOf(block, element, surface) {
  if (element.type.endsWith("external_select")) return askTheBot(block, element, surface);
  if (element.type.endsWith("static_select")) {
    return fixed(grouped(element), { scene: surface.scene, toHeld: (option) => option, toOptions: (held) => held });
  }
  const [index, sign] = element.type.endsWith("users_select")
    ? [surface.scene.people, "@"]
    : [surface.scene.channels, "#"];
  const toOption = (id) => ({
    text: { type: "plain_text", text: `${sign}${index.get(id)?.name || id}`, emoji: false },
    value: id,
  });
  const toOptions = (held) => (Array.isArray(held) ? held.map(toOption) : held && toOption(held));
  const groups = [{ label: null, options: [...index.keys()].map(toOption) }];
  return fixed(groups, { scene: surface.scene, toHeld: (option) => option.value, toOptions });
}

function askTheBot(block, element, surface) {
  const least = element.min_query_length ?? ASK_AT;
  const hint = least === 1 ? "Type to search" : `Type ${least} letters or more to search`;
  return {
    slow: true,
    load: async (query) => grouped(await surface.options(block, element, query)),
    tooShort: (query) => (query.length < least ? hint : ""),
    toHeld: (option) => option,
    toOptions: (held) => held,
  };
}

function fixed(groups, { scene, toHeld, toOptions }) {
  const matches = (query) => (option) => wordsOf(option.text, scene).toLowerCase().includes(query.toLowerCase());
  const load = async (query) => groups.map((group) => ({ ...group, options: group.options.filter(matches(query)) }));
  return { slow: false, load, tooShort: () => "", toHeld, toOptions };
}

function grouped(answer) {
  if (answer.option_groups)
    return answer.option_groups.map((group) => ({ label: group.label, options: group.options }));
  return [{ label: null, options: answer.options || [] }];
}
