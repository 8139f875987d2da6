"""People for tests, in plain sentences.

dana = workspace.as_("U0DANA")
dana.command("/log-payment", "dave 120 cash", channel="C0DOCK")
dana.form.fill("amount", "120").choose("patron", "Dave")
dana.form.submit()
assert "Logged" in dana.form.text
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devkit.slack import forms
from devkit.slack.blockkit import options_of
from devkit.slack.seen import Message, Modal, choice

if TYPE_CHECKING:
    from devkit.slack.people import Human
    from devkit.slack.records import Trouble
    from devkit.slack.workspace import Workspace

__all__ = ["Message", "Modal", "Person"]


class Person:
    """Somebody in front of Slack."""

    def __init__(self, workspace: Workspace, human: Human) -> None:
        self._workspace = workspace
        self.human = human
        self.id = human.id

    def command(self, command: str, text: str = "", *, channel: str = "C0DOCK") -> None:
        """Type a slash command and wait until the bot answered or Slack gave up on it."""
        self._workspace.command(self.id, channel, command, text)

    def shortcut(self, callback_id: str) -> None:
        """Choose one of the app's global shortcuts and wait until the bot answered or Slack gave up on it."""
        self._workspace.shortcut(self.id, callback_id)

    def say(self, text: str, *, channel: str = "C0DOCK") -> Message:
        """Type an ordinary message."""
        return Message(self._workspace, self.id, self._workspace.say(self.id, channel, text))

    def sees(self, channel: str = "C0DOCK") -> list[Message]:
        """The channel's messages, oldest first, with the ephemeral ones that are for this person."""
        return [Message(self._workspace, self.id, post) for post in self._workspace.messages(self.id, channel)]

    @property
    def modal(self) -> Modal | None:
        """The top of the stack, or None when no modal is open."""
        view = self._workspace.modals.top(self.id)
        return Modal(self._workspace, self.id, view) if view else None

    @property
    def form(self) -> Modal:
        """The open modal, where the test expects one. Raises AssertionError with what Slack said went wrong."""
        modal = self.modal
        if modal is None:
            raise AssertionError(f"{self.id} has no modal open; Slack said: {self.troubles or 'nothing'}")
        return modal

    @property
    def home(self) -> Modal | None:
        """The app's Home tab, or None when nothing was published."""
        view = self._workspace.modals.homes.get(self.id)
        return Modal(self._workspace, self.id, view) if view else None

    def click(
        self, where: Message | Modal, *, action_id: str, value: str | None = None, block_id: str | None = None
    ) -> None:
        """Press a button, or choose `value` (an option's value or label) in a menu. Confirmations are confirmed.

        Where several buttons share the action_id, `value` or `block_id` tells which. Raises LookupError.
        """
        found = [
            (block, element)
            for block, element in forms.elements(where.blocks)
            if element["action_id"] == action_id and block_id in {None, block["block_id"]}
        ]
        buttons = [pair for pair in found if pair[1]["type"] == "button" and value in {None, pair[1].get("value")}]
        if buttons:
            block, element = buttons[0]
            self._workspace.act(self.id, where.place, block["block_id"], action_id)
            return
        menus = [pair for pair in found if pair[1]["type"] != "button"]
        if not menus:
            there = [(element["action_id"], element.get("value")) for _, element in forms.elements(where.blocks)]
            raise LookupError(f"nothing to click as {action_id!r} with value {value!r}; there are {there}")
        block, element = menus[0]
        change = choice(element, options_of(element), str(value))
        self._workspace.act(self.id, where.place, block["block_id"], action_id, change)

    @property
    def troubles(self) -> list[str]:
        """What Slack told this person went wrong, in its own words."""
        return [trouble.text for trouble in self.trouble_log]

    @property
    def trouble_log(self) -> list[Trouble]:
        """The same with the error names and details behind."""
        return [trouble for trouble in self._workspace.troubles if trouble.user == self.id]
