"""Modals and the Home tab as one person sees and uses them. Tests act through these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from devkit.slack import forms
from devkit.slack.blockkit import options_of
from devkit.slack.seen import choice, click
from devkit.slack.visible import text_object, words

if TYPE_CHECKING:
    from devkit.slack.actions import WorkspaceActions
    from devkit.slack.modals import OpenView
    from devkit.slack.records import Where
    from devkit.slack.wire import JSON


class View:
    """A modal or a Home tab. Updates by the bot show in it; once closed, it keeps its last content."""

    def __init__(self, workspace: WorkspaceActions, user: str, view: OpenView) -> None:
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
    def text(self) -> str:
        """All visible text, one piece a line: the blocks with the values of inputs."""
        return words(self.blocks, self._workspace.name_of, self._view.held)

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

    def fill(self, block_id: str, text: str, *, enter: bool = False) -> Self:
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

    def choose(self, block_id: str, query_or_label: str, *, pick: str | None = None) -> Self:
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

    def unchoose(self, block_id: str) -> Self:
        """Empty a menu, checkboxes or a picker."""
        _, element = forms.find(self.blocks, block_id)
        key, _ = forms.HOLDS[element["type"]]
        empty: JSON = {key: [] if key.endswith("s") else None}
        self._workspace.act(self._user, self.place, block_id, element["action_id"], empty)
        return self

    def press(self, action_id: str, *, value: str | None = None, block_id: str | None = None) -> Modal | None:
        """Press a button in it. Return the modal that is on top afterwards."""
        click(self._workspace, self._user, self, action_id=action_id, value=value, block_id=block_id)
        return top_modal(self._workspace, self._user)

    def _offered(self, block_id: str, query: str) -> list[JSON]:
        _, element = forms.find(self.blocks, block_id)
        return self.suggest(block_id, query) if "external" in element["type"] else options_of(element)


class Modal(View):
    """A modal on the stack of a person."""

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
        return "\n".join(filter(None, [self.title, super().text, *self.errors.values(), *footer]))

    @property
    def errors(self) -> dict[str, str]:
        """The errors below the inputs, by block_id."""
        return dict(self._view.errors)

    def click(self, action_id: str, *, value: str | None = None, block_id: str | None = None) -> Modal | None:
        """Press a button in it. Return the modal that is on top afterwards."""
        return self.press(action_id, value=value, block_id=block_id)

    def submit(self) -> Modal | None:
        """Press the submit button and wait for the bot. Return the modal on top afterwards, None when all closed."""
        self._workspace.submit(self._user, self._view.id)
        return top_modal(self._workspace, self._user)

    def close(self, *, everything: bool = False) -> Modal | None:
        """Press the close button. Return the modal that is on top afterwards."""
        self._workspace.close(self._user, self._view.id, everything=everything)
        return top_modal(self._workspace, self._user)


class Home(View):
    """The app's Home tab."""


def top_modal(workspace: WorkspaceActions, user: str) -> Modal | None:
    """Return the top of a person's view stack, None when no modal is open."""
    view = workspace.modals.top(user)
    return Modal(workspace, user, view) if view else None


def _plain_value(state: JSON) -> object:
    held = state[forms.HOLDS[state["type"]][0]]
    if isinstance(held, list):
        return [each["value"] if isinstance(each, dict) else each for each in held]
    return held["value"] if isinstance(held, dict) and "value" in held else held
