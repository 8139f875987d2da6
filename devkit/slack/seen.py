"""Messages as one person sees them, and presses on buttons and menus. Tests act through these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from devkit.slack import forms
from devkit.slack.blockkit import options_of
from devkit.slack.visible import cell, mrkdwn, text_object, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from devkit.slack.actions import WorkspaceActions
    from devkit.slack.posts import Post
    from devkit.slack.records import Where
    from devkit.slack.wire import JSON


class Surface(Protocol):
    """A message, a modal or a Home tab."""

    @property
    def place(self) -> Where:
        """Its place, for `Workspace.act`."""

    @property
    def blocks(self) -> list[JSON]:
        """The blocks as Slack keeps them."""


class Message:
    """A message as one person sees it."""

    def __init__(self, workspace: WorkspaceActions, user: str, post: Post) -> None:
        self._workspace = workspace
        self._user = user
        self._post = post

    @property
    def place(self) -> Where:
        """Its place, for `Workspace.act`."""
        return self._post.channel, self._post.ts

    @property
    def channel(self) -> str:
        """The id of its channel."""
        return self._post.channel

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


def click(  # noqa: PLR0913  # a person, a place, and three filters of elements
    workspace: WorkspaceActions,
    user: str,
    where: Surface,
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
