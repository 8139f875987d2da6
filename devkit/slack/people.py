"""The kinds of people and channels in a workspace, and the fixed ids and secrets of the workspace and its app."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

TEAM_ID: Final = "T0SHIPCREW"
TEAM_NAME: Final = "Ship Captain Crew"
TEAM_DOMAIN: Final = "ship-captain-crew"
APP_ID: Final = "A0SHIPCREW"
BOT_ID: Final = "B0SHIPBOT"
BOT_USER_ID: Final = "U0SHIPBOT"
BOT_TOKEN: Final = "xoxb-local-ship-captain-crew"  # noqa: S105  # valid on this machine only
SIGNING_SECRET: Final = "local-signing-secret-of-the-devkit"  # noqa: S105  # as above
VERIFICATION_TOKEN: Final = "local-verification-token"  # noqa: S105  # Slack's deprecated field, which the bot ignores
TIMEZONE: Final = "America/Los_Angeles"


@dataclass(frozen=True, kw_only=True)
class Human:
    """One person. `is_restricted` and `is_ultra_restricted` mark guests.

    Another `team_id` means Slack Connect, unless `workspaces` contains this workspace: people of an Enterprise
    organisation may have the `team_id` of a sister workspace or of the organisation itself.
    """

    id: str
    handle: str
    name: str
    role: str
    """A word that the page shows below the name, such as guest. Slack has no such field."""
    team_id: str = TEAM_ID
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False
    team_domain: str = "elsewhere"
    """The domain of the person's own workspace, used for people of other workspaces."""
    enterprise_id: str = ""
    enterprise_name: str = ""
    workspaces: tuple[str, ...] = ()

    @property
    def is_outsider(self) -> bool:
        """True for people of another workspace. They see shared channels, may press buttons, cannot run commands."""
        return self.team_id != TEAM_ID and TEAM_ID not in self.workspaces


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One public channel. `members` are user ids, including the bot's where it was invited."""

    id: str
    name: str
    members: frozenset[str]
    is_ext_shared: bool = False
    topic: str = ""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link that the page shows below the channels."""

    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class UserGroup:
    """A user group such as @office; `users` are user ids."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...] = field(default=())
