"""Roles of the people who send requests, and the checks that depend on them."""

from __future__ import annotations

import time
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from slack_sdk.errors import SlackApiError

from bot.role_refusals import CrewOnly, OfficeOnly
from bot.settings import ANYONE
from charter.frozen import dataclass
from charter.refusals import NotAllowed
from charter.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.settings import BotSettings

REMEMBERED: Final = 600  # seconds

# Slack's names for "there is no such person or group here".
_NOBODY: Final = {"user_not_found", "user_not_visible", "no_such_subteam"}
_OUTSIDE: Final = ("is_restricted", "is_ultra_restricted", "is_stranger", "deleted", "is_bot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Sender of a request, and the workspaces that the request names.

    `acts_in` is the workspace where the person acts. It is None in an organisation-wide installation. `of_team` is the
    person's own workspace. With Slack Connect or an Enterprise organisation it may be another one, or an organisation.
    Commands do not carry it.
    """

    user_id: str
    acts_in: str | None = None
    of_team: str | None = None


@dataclass(frozen=True, slots=True)
class KnownRole:
    """A role, and when it was determined, in seconds of Access' clock."""

    role: Role
    since: int


@dataclass(slots=True)
class Access:
    """Roles according to the settings. Slack's answers about members and user groups are cached for ten minutes.

    A person of our workspace who is listed by id costs no Slack call. Under `*`, Slack is asked once whether the person
    is a full member, because no request carries that. A person from another workspace or an organisation is accepted
    only if Slack lists our workspace among theirs.

    `clock` returns seconds since 1970, because a form carries that time from one process to another.
    """

    settings: BotSettings
    slack: WebClient
    clock: Callable[[], float] = time.time
    _known: dict[tuple[str, str], tuple[float, dict[str, Any]]] = field(default_factory=dict)
    _workspace: str | None = None

    def known(self, asker: Asker, kept: KnownRole | None = None) -> KnownRole:
        """Return the person's role. Raises MembershipUnknown.

        `kept` is the role that their form carries. It saves the Slack call for ten minutes after it was determined.
        """
        nobody = KnownRole(Role.NOBODY, int(self.clock()))
        if not asker.user_id or asker.acts_in not in {None, self.workspace()}:
            return nobody
        is_from_here = asker.acts_in is not None and asker.of_team in {None, self.workspace()}
        if not is_from_here and not self._is_of_workspace(asker.user_id):
            return nobody
        if kept is not None and self._is_fresh(kept.since):
            return kept
        role = self._role(asker.user_id)
        return KnownRole(role, self._since(asker.user_id))

    def check_crew(self, asker: Asker, kept: KnownRole | None = None) -> KnownRole:
        """Return the person's role as `known` does. Raises CrewOnly for people who have none, and MembershipUnknown."""
        known = self.known(asker, kept)
        if not known.role.may_log:
            raise CrewOnly(outside=not self._is_ours(asker))
        return known

    def _is_ours(self, asker: Asker) -> bool:
        """Return whether Slack says that the person is of our workspace. A guest is; without an answer nobody is."""
        try:
            return asker.acts_in in {None, self.workspace()} and self._is_of_workspace(asker.user_id)
        except MembershipUnknown:
            return False

    def members(self, group: str) -> list[str]:
        """Return the ids of a user group's members; none when Slack does not give them."""
        try:
            return [str(each) for each in self._remembered(("group", group), self._ask_group)["users"]]
        except MembershipUnknown:
            return []

    def workspace(self) -> str:
        """Return the id of our workspace, from the settings or from Slack's auth.test. Raises MembershipUnknown."""
        workspace = self.settings.slack_team_id or self._workspace
        if workspace is None:
            workspace = self._workspace = self._answer(self._ask_workspace, "")["team_id"]
        return str(workspace)

    def _role(self, user_id: str) -> Role:
        settings = self.settings
        if user_id in settings.admin_users or self._in_group(user_id, settings.admin_usergroup):
            return Role.ADMIN
        if ANYONE in settings.admin_users and self._full_member(user_id):
            return Role.ADMIN
        if user_id in settings.crew_users or self._in_group(user_id, settings.crew_usergroup):
            return Role.CREW
        if ANYONE in settings.crew_users and self._full_member(user_id):
            return Role.CREW
        return Role.NOBODY

    def _since(self, user_id: str) -> int:
        """Return the time of the oldest answer that the person's role depends on."""
        groups = (self.settings.admin_usergroup, self.settings.crew_usergroup)
        keys = [("user", user_id), *(("group", group) for group in groups if group)]
        moments = [self._known[key][0] for key in keys if key in self._known and self._is_fresh(self._known[key][0])]
        return int(min(moments, default=self.clock()))

    def name(self, user_id: str) -> str | None:
        """Return the person's name, or None when Slack does not give it."""
        try:
            user = self._remembered(("user", user_id), self._ask_user)
        except MembershipUnknown:
            return None
        return user.get("real_name") or (user.get("profile") or {}).get("real_name") or None

    def _full_member(self, user_id: str) -> bool:
        user = self._remembered(("user", user_id), self._ask_user)
        return self._is_of_workspace(user_id) and not any(user.get(flag) for flag in _OUTSIDE)

    def _is_of_workspace(self, user_id: str) -> bool:
        """Return whether our workspace is the person's, or one of theirs in their organisation."""
        user = self._remembered(("user", user_id), self._ask_user)
        of_enterprise = user.get("enterprise_user")
        theirs = _listed(of_enterprise.get("teams")) if isinstance(of_enterprise, dict) else []
        return not user.get("is_stranger") and self.workspace() in [user.get("team_id"), *theirs]

    def _in_group(self, user_id: str, group: str | None) -> bool:
        return group is not None and user_id in self._remembered(("group", group), self._ask_group)["users"]

    def _ask_workspace(self, _subject: str) -> dict[str, Any]:
        team_id = self.slack.auth_test().get("team_id")
        if not team_id:
            raise MembershipUnknown
        return {"team_id": str(team_id)}

    def _ask_user(self, user_id: str) -> dict[str, Any]:
        user = self.slack.users_info(user=user_id).get("user")
        return user if isinstance(user, dict) else {}

    def _ask_group(self, group: str) -> dict[str, Any]:
        return {"users": _listed(self.slack.usergroups_users_list(usergroup=group).get("users"))}

    def _remembered(self, key: tuple[str, str], ask: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
        answered_at, answer = self._known.get(key, (0.0, None))
        if answer is None or not self._is_fresh(answered_at):
            answer = self._answer(ask, key[1])
            if answer:  # an empty answer is not cached, so that nobody is refused for long
                self._known[key] = (self.clock(), answer)
        return answer

    def _is_fresh(self, moment: float) -> bool:
        return 0 <= int(self.clock()) - int(moment) < REMEMBERED

    def _answer(self, ask: Callable[[str], dict[str, Any]], subject: str) -> dict[str, Any]:
        try:
            return ask(subject)
        except SlackApiError as error:
            if error.response.get("error") in _NOBODY:
                return {"is_stranger": True, "users": ()}
            raise MembershipUnknown from error
        except OSError as error:
            raise MembershipUnknown from error


def check_admin(context: BoltContext, refusal: str) -> None:
    """Raise OfficeOnly with the sentence `refusal` unless the request is an admin's."""
    if not context["role"].sees_money:
        raise OfficeOnly(refusal)


def _listed(ids: object) -> list[Any]:
    """Return the ids in a list from Slack, or an empty list where it sent anything else, such as a text."""
    return ids if isinstance(ids, list) else []


class MembershipUnknown(NotAllowed):
    """Slack did not identify the person, so nothing is shown to them and nothing is written."""

    is_trouble = True

    def __init__(self) -> None:
        super().__init__("Slack did not confirm in time who you are, so nothing was done. Please try again.")
