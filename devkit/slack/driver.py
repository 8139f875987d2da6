"""People for tests.

dana = workspace.as_("U0DANA")
dana.command("/log-payment", "dave 120 cash", channel="C0DOCK")
dana.form.fill("amount", "120").choose("patron", "Dave")
dana.form.submit()
assert "Logged" in dana.form.text

dana.open_home()
dana.home.press("today")
dana.message_shortcut(dana.say("Dave paid 120"), "log_payment")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devkit.slack.seen import Message, Surface, click
from devkit.slack.surfaces import Home, Modal, top_modal

if TYPE_CHECKING:
    from devkit.slack.actions import WorkspaceActions
    from devkit.slack.people import Human
    from devkit.slack.records import Trouble

__all__ = ["Home", "Message", "Modal", "Person"]


class Person:
    """A person who uses Slack. Without a channel, they act in the workspace's first one."""

    def __init__(self, workspace: WorkspaceActions, human: Human) -> None:
        self._workspace = workspace
        self.human = human
        self.id = human.id

    def command(
        self, command: str, text: str = "", *, channel: str | None = None, thread: Message | None = None
    ) -> None:
        """Type a slash command and wait until the bot answered or Slack gave up. In a thread, Slack refuses it."""
        where, thread_ts = self._where(channel, thread)
        self._workspace.command(self.id, where, command, text, thread_ts=thread_ts)

    def shortcut(self, callback_id: str) -> None:
        """Choose one of the app's global shortcuts and wait until the bot answered or Slack gave up."""
        self._workspace.shortcut(self.id, callback_id)

    def message_shortcut(self, message: Message, callback_id: str) -> None:
        """Choose a message shortcut in the menu of a message, and wait until the bot answered or Slack gave up."""
        self._workspace.message_shortcut(self.id, message.channel, message.ts, callback_id)

    def say(self, text: str, *, channel: str | None = None, thread: Message | None = None) -> Message:
        """Post an ordinary message, or a reply in the thread of a message."""
        where, thread_ts = self._where(channel, thread)
        post = self._workspace.say(self.id, where, text, thread_ts=thread_ts)
        return Message(self._workspace, self.id, post)

    def sees(self, channel: str | None = None) -> list[Message]:
        """Return the channel's messages, oldest first, including the ephemeral ones for this person."""
        posts = self._workspace.messages(self.id, channel or self._workspace.first_channel)
        return [Message(self._workspace, self.id, post) for post in posts]

    def open_home(self) -> None:
        """Open the app's Home tab, and wait until the bot answered or Slack gave up."""
        self._workspace.open_home(self.id)

    @property
    def home(self) -> Home:
        """The app's Home tab. Raises AssertionError when the bot has published none for this person."""
        view = self._workspace.modals.homes.get(self.id)
        if view is None:
            raise AssertionError(f"the bot has published no Home tab for {self.id}")
        return Home(self._workspace, self.id, view)

    @property
    def modal(self) -> Modal | None:
        """The top of the view stack, or None when no modal is open."""
        return top_modal(self._workspace, self.id)

    @property
    def form(self) -> Modal:
        """The open modal, where a test expects one. Raises AssertionError with Slack's messages when there is none."""
        modal = self.modal
        if modal is None:
            raise AssertionError(f"{self.id} has no modal open; Slack said: {self.troubles or 'nothing'}")
        return modal

    def click(self, where: Surface, *, action_id: str, value: str | None = None, block_id: str | None = None) -> None:
        """Press a button, or choose `value` (an option's value or label) in a menu. Confirmations are confirmed.

        `value` or `block_id` select among buttons that share the action_id. Raises LookupError when there is none.
        """
        click(self._workspace, self.id, where, action_id=action_id, value=value, block_id=block_id)

    @property
    def troubles(self) -> list[str]:
        """The failures that Slack showed to this person, in Slack's words."""
        return [trouble.text for trouble in self.trouble_log]

    @property
    def trouble_log(self) -> list[Trouble]:
        """The same failures with their error names and details."""
        return [trouble for trouble in self._workspace.troubles if trouble.user == self.id]

    def _where(self, channel: str | None, thread: Message | None) -> tuple[str, str | None]:
        """Return the channel and the thread: those of the message, else the channel or the workspace's first one."""
        if thread is not None:
            return thread.channel, thread.ts
        return channel or self._workspace.first_channel, None
