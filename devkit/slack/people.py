"""Who and what is in the sample workspace: people, channels, user groups, and the app's commands and shortcuts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

TEAM_ID: Final = "T0SHIPCREW"
TEAM_NAME: Final = "Ship Captain Crew"
TEAM_DOMAIN: Final = "ship-captain-crew"
OTHER_TEAM_ID: Final = "T0OTHER"
SISTER_TEAM_ID: Final = "T0SISTER"
ENTERPRISE_ID: Final = "E0HARBOR"
APP_ID: Final = "A0SHIPCREW"
BOT_ID: Final = "B0SHIPBOT"
BOT_USER_ID: Final = "U0SHIPBOT"
BOT_NAME: Final = "Ship Captain Crew"
BOT_TOKEN: Final = "xoxb-local-ship-captain-crew"  # noqa: S105  # opens nothing outside this machine
SIGNING_SECRET: Final = "local-signing-secret-of-the-devkit"  # noqa: S105  # as above
VERIFICATION_TOKEN: Final = "local-verification-token"  # noqa: S105  # Slack's deprecated field, which the bot ignores
TIMEZONE: Final = "America/Los_Angeles"


@dataclass(frozen=True, kw_only=True)
class Human:
    """One person. `is_restricted` and `is_ultra_restricted` mark guests.

    Another `team_id` means Slack Connect, unless `workspaces` names ours: those of one Enterprise organisation, whose
    people may bear the id of a sister workspace or of the organisation itself.
    """

    id: str
    handle: str
    name: str
    role: str
    """How the page introduces them: crew, office, guest or other workspace. Slack itself knows nothing of it."""
    team_id: str = TEAM_ID
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False
    enterprise_id: str = ""
    workspaces: tuple[str, ...] = ()

    @property
    def is_outsider(self) -> bool:
        """From another workspace: sees shared channels only, cannot run commands, can click buttons."""
        return self.team_id != TEAM_ID and TEAM_ID not in self.workspaces


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One public channel. `members` are user ids, the bot's among them where it was invited."""

    id: str
    name: str
    members: frozenset[str]
    is_ext_shared: bool = False
    topic: str = ""


@dataclass(frozen=True, kw_only=True)
class Command:
    """A slash command, as the app's manifest declares it. With `should_escape`, @names arrive as `<@U…|name>`."""

    command: str
    description: str
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """A global shortcut, as the app's manifest declares it: it stands beside the composer and in Slack's search."""

    callback_id: str
    name: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """Something beside the workspace that its page leads to."""

    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class UserGroup:
    """A user group such as @office; `users` are user ids."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...] = field(default=())


PEOPLE: Final = (
    Human(id="U0DANA", handle="dana", name="Dana Reyes", role="crew"),
    Human(id="U0MARCO", handle="marco", name="Marco Bell", role="crew"),
    Human(id="U0OLIVIA", handle="olivia", name="Olivia Park", role="office", is_admin=True),
    Human(id="U0GUS", handle="gus", name="Gus Hart", role="guest", is_restricted=True),
    Human(id="U0EVE", handle="eve", name="Eve Stone", role="other workspace", team_id=OTHER_TEAM_ID),
)

OF_THE_ORGANISATION: Final = (
    Human(
        id="U0NORA",
        handle="nora",
        name="Nora Quist",
        role="crew",
        team_id=SISTER_TEAM_ID,
        enterprise_id=ENTERPRISE_ID,
        workspaces=(SISTER_TEAM_ID, TEAM_ID),
    ),
    Human(
        id="W0OTTO",
        handle="otto",
        name="Otto Lind",
        role="crew",
        team_id=ENTERPRISE_ID,
        enterprise_id=ENTERPRISE_ID,
        workspaces=(TEAM_ID,),
    ),
    Human(
        id="U0SIGRID",
        handle="sigrid",
        name="Sigrid Moe",
        role="other workspace",
        team_id=SISTER_TEAM_ID,
        enterprise_id=ENTERPRISE_ID,
        workspaces=(SISTER_TEAM_ID,),
    ),
)
"""People of an Enterprise organisation, for tests: `Workspace.welcome` lets them in. Sigrid is in the sister
workspace alone."""

_FULL: Final = frozenset({"U0DANA", "U0MARCO", "U0OLIVIA", BOT_USER_ID})

CHANNELS: Final = (
    Channel(
        id="C0DOCK",
        name="dock",
        members=_FULL | {"U0GUS", "U0EVE"},
        is_ext_shared=True,
        topic="What happens on the dock",
    ),
    Channel(id="C0OFFICE", name="office", members=_FULL, topic="Bookings and money"),
    Channel(id="C0CORY", name="trip-captain-cory", members=_FULL | {"U0GUS"}, topic="Captain Cory's events"),
    Channel(id="C0SUNSET", name="trip-sunset", members=_FULL, topic="Sunset events"),
)

COMMANDS: Final = (
    Command(
        command="/log-payment",
        description="Log a patron's payment",
        usage_hint="[event] [patron] [amount] [method] [notes]",
    ),
    Command(
        command="/payment-status",
        description="Who has paid, and who may board",
        usage_hint="[event] [patron | public] | new | lint",
    ),
    Command(command="/waiver", description="Share an event's waiver link in this channel", usage_hint="[event]"),
    Command(command="/dispatch", description="Open the office's dispatch page", usage_hint="[help]"),
)

SHORTCUTS: Final = (
    Shortcut(callback_id="new_event", name="New event", description="Create an event, and get its waiver link"),
)

USER_GROUPS: Final = (
    UserGroup(id="S0CREW", handle="crew", name="Crew", users=("U0DANA", "U0MARCO")),
    UserGroup(id="S0OFFICE", handle="office", name="Office", users=("U0OLIVIA",)),
)
