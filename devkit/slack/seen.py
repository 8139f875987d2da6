"""Modals and messages as one person sees and uses them. Tests act through these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devkit.slack import forms
from devkit.slack.blockkit import options_of
from devkit.slack.visible import cell, mrkdwn, text_object, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from devkit.slack.actions import Actions
    from devkit.slack.modals import OpenView
    from devkit.slack.posts import Post
    from devkit.slack.records import Where
    from devkit.slack.wire import JSON


class Modal:
    """An open view. Updates by the bot show in it; once closed, it keeps its last content."""

    def __init__(self, workspace: Actions, user: str, view: OpenView) -> None:
        self._workspace = workspace
        self._user = user
        self._view = view

    @property
    def place(self) -> Where:
        """Its place, for `Workspace.act`."""
        return self._view.id

    @property
    def view(self) -> JSON:
        """The view as the bot receives it, with ids, hash and state."""
        return self._view.payload()

    @property
    def id(self) -> str:
        """The view's id."""
        return self._view.id

    @property
    def blocks(self) -> list[JSON]:
        """The blocks as Slack keeps them."""
        return list(self._view.view["blocks"])

    @property
    def is_open(self) -> bool:
        """True while it is on the person's stack."""
        return self._view in self._workspace.modals.stack(self._user)

    @property
    def title(self) -> str:
        """The text of its title bar."""
        return text_object(self._view.view.get("title"), self._workspace.name_of)

    @property
    def text(self) -> str:
        """All visible text, one piece a line: title, blocks with the values of inputs, errors, and the two buttons."""
        names = self._workspace.name_of
        footer = [text_object(self._view.view.get(key), names) for key in ("submit", "close")]
        body = words(self.blocks, names, self._view.held)
        return "\n".join(filter(None, [self.title, body, *self.errors.values(), *footer]))

    @property
    def errors(self) -> dict[str, str]:
        """The errors below the inputs, by block_id."""
        return dict(self._view.errors)

    @property
    def trouble(self) -> str | None:
        """Slack's banner after a failure of the bot."""
        return self._view.trouble

    @property
    def values(self) -> dict[str, object]:
        """The values of the inputs by block_id: text, an option's value (or a list), an id, a date; None when empty."""
        return {block_id: _plain_value(state) for (block_id, _), state in self._view.held.items()}

    def block(self, block_id: str) -> JSON:
        """Return one block. Raises LookupError with the known ids."""
        for block in self.blocks:
            if block["block_id"] == block_id:
                return block
        raise LookupError(f"no block {block_id!r}; there are {[block['block_id'] for block in self.blocks]}")

    def fill(self, block_id: str, text: str, *, enter: bool = False) -> Modal:
        """Type into a text, number, e-mail or URL input, or pick a date or time. `enter` presses Enter at the end."""
        _, element = forms.find(self.blocks, block_id)
        key, _ = forms.HOLDS[element["type"]]
        typed = int(text) if element["type"] == "datetimepicker" and text else text
        change = {key: typed or None}
        act, action_id = self._workspace.act, element["action_id"]
        act(self._user, self.place, block_id, action_id, change, trigger="on_character_entered")
        if enter:
            act(self._user, self.place, block_id, action_id, change, trigger="on_enter_pressed")
        return self

    def suggest(self, block_id: str, query: str = "") -> list[JSON]:
        """Type into a type-ahead. Return the options that the bot offers, including those in groups."""
        _, element = forms.find(self.blocks, block_id)
        offered = self._workspace.suggest(self._user, self.place, block_id, element["action_id"], query)
        return options_of(offered)

    def options(self, block_id: str, query: str = "") -> list[str]:
        """Return the labels of a menu's options; for a type-ahead, after typing `query`."""
        return [text_object(option["text"], self._workspace.name_of) for option in self._offered(block_id, query)]

    def choose(self, block_id: str, query_or_label: str, *, pick: str | None = None) -> Modal:
        """Choose an option in a menu; in a type-ahead, type the text and choose from the bot's options.

        Chooses the option with exactly that label (or value), else the first whose label contains the text, else the
        only option of a type-ahead. `pick` chooses by another label than the text typed. A multi-select keeps its
        earlier choices.
        """
        _, element = forms.find(self.blocks, block_id)
        change: JSON
        if "option" in forms.HOLDS[element["type"]][0]:
            change = choice(element, self._offered(block_id, query_or_label), pick or query_or_label)
            if "selected_options" in change:
                before = self._view.held[block_id, element["action_id"]]["selected_options"]
                change = {
                    "selected_options": [*before, *(each for each in change["selected_options"] if each not in before)]
                }
        else:
            key = forms.HOLDS[element["type"]][0]
            change = {key: [query_or_label] if key.endswith("s") else query_or_label}
        self._workspace.act(self._user, self.place, block_id, element["action_id"], change)
        return self

    def unchoose(self, block_id: str) -> Modal:
        """Empty a menu, checkboxes or a picker."""
        _, element = forms.find(self.blocks, block_id)
        key, _ = forms.HOLDS[element["type"]]
        empty: JSON = {key: [] if key.endswith("s") else None}
        self._workspace.act(self._user, self.place, block_id, element["action_id"], empty)
        return self

    def click(self, action_id: str, *, value: str | None = None, block_id: str | None = None) -> Modal | None:
        """Press a button in it. Return the modal that is on top afterwards."""
        click(self._workspace, self._user, self, action_id=action_id, value=value, block_id=block_id)
        return top_modal(self._workspace, self._user)

    def submit(self) -> Modal | None:
        """Press the submit button and wait for the bot. Return the modal on top afterwards, None when all closed."""
        self._workspace.submit(self._user, self._view.id)
        return top_modal(self._workspace, self._user)

    def close(self, *, everything: bool = False) -> Modal | None:
        """Press the close button. Return the modal that is on top afterwards."""
        self._workspace.close(self._user, self._view.id, everything=everything)
        return top_modal(self._workspace, self._user)

    def _offered(self, block_id: str, query: str) -> list[JSON]:
        _, element = forms.find(self.blocks, block_id)
        return self.suggest(block_id, query) if "external" in element["type"] else options_of(element)


class Message:
    """A message as one person sees it."""

    def __init__(self, workspace: Actions, user: str, post: Post) -> None:
        self._workspace = workspace
        self._user = user
        self._post = post

    @property
    def place(self) -> Where:
        """Its place, for `Workspace.act`."""
        return self._post.channel, self._post.ts

    @property
    def ts(self) -> str:
        """Its timestamp, its id in the channel."""
        return self._post.ts

    @property
    def user(self) -> str:
        """The author's id."""
        return self._post.user

    @property
    def ephemeral(self) -> bool:
        """True when only this person sees it."""
        return self._post.only_for is not None

    @property
    def edited(self) -> bool:
        """True when it was changed after it was posted."""
        return self._post.edited

    @property
    def thread_ts(self) -> str | None:
        """The timestamp of the message whose thread it is in."""
        return self._post.thread_ts

    @property
    def blocks(self) -> list[JSON]:
        """The blocks as Slack keeps them."""
        return self._post.blocks

    @property
    def fallback(self) -> str:
        """The `text` beside the blocks, which notifications and screen readers use."""
        return mrkdwn(self._post.text, self._workspace.name_of)

    @property
    def text(self) -> str:
        """All visible text: that of the blocks, or `text` in a message without blocks."""
        names = self._workspace.name_of
        return words(self.blocks, names, self._post.held.get(self._user)) if self.blocks else self.fallback

    @property
    def table(self) -> list[list[str]]:
        """The rows of its table, header first. Raises LookupError when it has no table."""
        for block in self.blocks:
            if block["type"] == "table":
                return [[cell(each, self._workspace.name_of) for each in row] for row in block["rows"]]
        raise LookupError("no table in this message")


def top_modal(workspace: Actions, user: str) -> Modal | None:
    """Return the top of a person's view stack, None when no modal is open."""
    view = workspace.modals.top(user)
    return Modal(workspace, user, view) if view else None


def click(  # noqa: PLR0913  # a person, a place, and three filters of elements
    workspace: Actions,
    user: str,
    where: Message | Modal,
    *,
    action_id: str,
    value: str | None = None,
    block_id: str | None = None,
) -> None:
    """Press a button, or choose `value` (an option's value or label) in a menu.

    `value` or `block_id` select among buttons that share the action_id. Raises LookupError when there is none.
    """
    found = [
        (block, element)
        for block, element in forms.elements(where.blocks)
        if element["action_id"] == action_id and block_id in {None, block["block_id"]}
    ]
    buttons = [pair for pair in found if pair[1]["type"] == "button" and value in {None, pair[1].get("value")}]
    if buttons:
        block, element = buttons[0]
        workspace.act(user, where.place, block["block_id"], action_id)
        return
    menus = [pair for pair in found if pair[1]["type"] != "button"]
    if not menus:
        there = [(element["action_id"], element.get("value")) for _, element in forms.elements(where.blocks)]
        raise LookupError(f"nothing to click as {action_id!r} with value {value!r}; there are {there}")
    block, element = menus[0]
    workspace.act(user, where.place, block["block_id"], action_id, choice(element, options_of(element), str(value)))


def choice(element: JSON, offered: list[JSON], wanted: str) -> JSON:
    """Return the state of the element after choosing `wanted`. Raises LookupError with the options offered."""
    labels = [text_object(option["text"], str) for option in offered]
    rules: tuple[Callable[[int], bool], ...] = (
        lambda index: wanted in {labels[index], offered[index]["value"]},
        lambda index: wanted.casefold() in labels[index].casefold(),
        lambda _: len(offered) == 1 and "external" in element["type"],
    )
    for fits in rules:
        for index, option in enumerate(offered):
            if fits(index):
                is_many = forms.HOLDS.get(element["type"], ("", ""))[0] == "selected_options"
                return {"selected_options": [option]} if is_many else {"selected_option": option}
    raise LookupError(f"{element['action_id']} offers no {wanted!r}, but {labels}")


def _plain_value(state: JSON) -> object:
    held = state[forms.HOLDS[state["type"]][0]]
    if isinstance(held, list):
        return [each["value"] if isinstance(each, dict) else each for each in held]
    return held["value"] if isinstance(held, dict) and "value" in held else held
