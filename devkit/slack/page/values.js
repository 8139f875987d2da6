/**
 * The values of elements in the format of Slack's `state.values`: `{type, value}` or `{type, selected_…}`.
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

/** Returns true if this element has a value. Buttons and overflow menus have none. */
export function holdsValue(element) {
  return element.type in SHAPES;
}

/** Returns the key of its value in state.values: `value`, `selected_option`, … */
export function valueKey(element) {
  return SHAPES[element.type][0];
}

/** Returns `held` (a string, an option, a list, or null) as a state value of this element. */
export function stateOf(element, held) {
  const [key, , several] = SHAPES[element.type];
  const empty = held === undefined || held === null || held === "";
  return { type: element.type, [key]: empty ? (several ? [] : null) : held };
}

/** Returns the initial state value of an element. */
export function initialState(element) {
  return stateOf(element, element[SHAPES[element.type][1]]);
}

/** Returns the plain value inside a state value. */
export function heldIn(element, state) {
  return state?.[valueKey(element)] ?? (SHAPES[element.type][2] ? [] : null);
}

/** Returns every interactive element of a block. */
export function elementsOf(block) {
  return [block.element, block.accessory, ...(Array.isArray(block.elements) ? block.elements : [])].filter(
    (element) => element?.action_id,
  );
}

/** Returns one key for a (block_id, action_id) pair. */
export function keyOf(block, element) {
  return `${block.block_id}\n${element.action_id}`;
}
