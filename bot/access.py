"""Who is asking, and what they may do."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from slack_sdk.errors import SlackApiError

from bot.settings import ANYONE
from charter.refusals import NotAllowed
from charter.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk import WebClient

    from bot.settings import BotSettings

REMEMBERED: Final = 600.0  # seconds

# Slack's names for "there is no such person or group here".
_NOBODY: Final = {"user_not_found", "user_not_visible", "no_such_subteam"}


@dataclass(slots=True)
class Access:
    """Roles by the settings. What Slack said of a member or a user group is remembered for ten minutes.

    People who are listed by id cost no Slack call; under `*` the first contact with a person asks Slack once whether
    they are a full member, because no request says so.
    """

    settings: BotSettings
    slack: WebClient
    clock: Callable[[], float] = time.monotonic
    _known: dict[tuple[str, str], tuple[float, dict[str, Any]]] = field(default_factory=dict)

    def at_home(self, team_id: str | None) -> bool:
        """Whether a person of this workspace is asking, as far as the request and the settings tell."""
        home = self.settings.slack_team_id
        return not (team_id and home) or team_id == home

    def role(self, user_id: str, asked_in: str | None = None) -> Role:
        """The person's role; `asked_in` is the workspace that the request names. Raises MembershipUnknown."""
        settings = self.settings
        if not user_id:
            return Role.NOBODY
        if user_id in settings.admin_users or self._in_group(user_id, settings.admin_usergroup):
            return Role.ADMIN
        if ANYONE in settings.admin_users and self._full_member(user_id, asked_in):
            return Role.ADMIN
        if user_id in settings.crew_users or self._in_group(user_id, settings.crew_usergroup):
            return Role.CREW
        if ANYONE in settings.crew_users and self._full_member(user_id, asked_in):
            return Role.CREW
        return Role.NOBODY

    def name(self, user_id: str) -> str | None:
        """What the person is called, or None when Slack does not say."""
        try:
            user = self._remembered(("user", user_id), self._ask_user)
        except MembershipUnknown:
            return None
        return user.get("real_name") or (user.get("profile") or {}).get("real_name") or None

    def _full_member(self, user_id: str, asked_in: str | None) -> bool:
        user = self._remembered(("user", user_id), self._ask_user)
        outside = ("is_restricted", "is_ultra_restricted", "is_stranger", "deleted", "is_bot")
        # Where the settings do not say which workspace is home, it is the one that the request comes from.
        home, theirs = self.settings.slack_team_id or asked_in, user.get("team_id")
        return not any(user.get(flag) for flag in outside) and (not (home and theirs) or home == theirs)

    def _in_group(self, user_id: str, group: str | None) -> bool:
        return group is not None and user_id in self._remembered(("group", group), self._ask_group)["users"]

    def _ask_user(self, user_id: str) -> dict[str, Any]:
        return dict(self.slack.users_info(user=user_id).get("user") or {})

    def _ask_group(self, group: str) -> dict[str, Any]:
        return {"users": self.slack.usergroups_users_list(usergroup=group).get("users") or ()}

    def _remembered(self, key: tuple[str, str], ask: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
        told_at, answer = self._known.get(key, (0.0, None))
        if answer is None or self.clock() - told_at > REMEMBERED:
            answer = self._told(ask, key[1])
            self._known[key] = (self.clock(), answer)
        return answer

    def _told(self, ask: Callable[[str], dict[str, Any]], whom: str) -> dict[str, Any]:
        try:
            return ask(whom)
        except SlackApiError as error:
            if error.response.get("error") in _NOBODY:
                return {"is_stranger": True, "users": ()}
            raise MembershipUnknown from error
        except OSError as error:
            raise MembershipUnknown from error


class MembershipUnknown(NotAllowed):
    """Slack did not say who the person is, so nothing is shown to them and nothing is written."""

    def __init__(self) -> None:
        super().__init__("Slack did not tell me in time who you are. Please try again.")
