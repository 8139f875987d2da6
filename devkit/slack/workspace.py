"""The workspace: its state, the actions of people in it, and people to act as."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from devkit.slack.actions import WorkspaceActions
from devkit.slack.driver import Person

if TYPE_CHECKING:
    from devkit.slack.people import Human


class Workspace(WorkspaceActions):
    """One Slack workspace with one app in it. See `WorkspaceState` for its arguments.

    The bot may call the Web API (`api.py`) from any thread while Slack waits for its answer.
    """

    def as_(self, user: str) -> Person:
        """Return a person to act as: `workspace.as_("U0DANA").command("/waiver")`."""
        return Person(self, self.people[user])

    def welcome(self, human: Human, *channels: str) -> Person:
        """Add a person to the workspace and to these channels. Return them, to act as."""
        with self.changing():
            self.people[human.id] = human
            for each in channels:
                channel = self.channels[each]
                self.channels[each] = replace(channel, members=channel.members | {human.id})
        return self.as_(human.id)
