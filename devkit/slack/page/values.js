/**
 * What an element holds, in the shape of Slack's `state.values`: `{type, value}` or `{type, selected_…}`.
 */

// element type → [the key in state.values, the element's initial_… key, whether it holds several]
const SHAPES = {
  plain_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
  radio_buttons: ["selected_option", "initial_option"],
  checkboxes: ["selected_options", "initial_options", true],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  users_select: ["selected_user", "initial_user"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  channels_select: ["selected_channel", "initial_channel"],
  multi_static_select: ["selected_options", "initial_options", true],
  multi_external_select: ["selected_options", "initial_options", true],
  multi_users_select: ["selected_users", "initial_users", true],
  multi_conversations_select: ["selected_conversations", "initial_conversations", true],
  multi_channels_select: ["selected_channels", "initial_channels", true],
};

/** Does this element hold a value (a button and an overflow menu do not)? */
export function holdsValue(element) {
  return element.type in SHAPES;
}

/** The key of its value in state.values: `value`, `selected_option`, … */
export function valueKey(element) {
  return SHAPES[element.type][0];
}

/** `held` (a string, an option, a list; empty ones as null) as a state value of this element. */
export function stateOf(element, held) {
  const [key, , several] = SHAPES[element.type];
  const empty = held === undefined || held === null || held === "";
  return { type: element.type, [key]: empty ? (several ? [] : null) : held };
}

/** What an element holds before anyone touched it. */
export function initialState(element) {
  return stateOf(element, element[SHAPES[element.type][1]]);
}

/** The bare value inside a state value. */
export function heldIn(element, state) {
  return state?.[valueKey(element)] ?? (SHAPES[element.type][2] ? [] : null);
}

/** Every element of a block that can be acted on. */
export function elementsOf(block) {
  return [block.element, block.accessory, ...(Array.isArray(block.elements) ? block.elements : [])].filter(
    (element) => element?.action_id,
  );
}

/** One string for a (block_id, action_id) pair. */
export function keyOf(block, element) {
  return `${block.block_id}\n${element.action_id}`;
}
