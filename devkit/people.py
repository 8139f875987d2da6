"""The sample people and channels of the local Slack, who also appear in the sample season."""

from __future__ import annotations

from typing import Final

from devkit.slack.people import BOT_USER_ID, TEAM_ID, Channel, Human, UserGroup

OTHER_TEAM_ID: Final = "T0OTHER"
SISTER_TEAM_ID: Final = "T0SISTER"
ENTERPRISE_ID: Final = "E0HARBOR"
ENTERPRISE_NAME: Final = "Harbor Group"

PEOPLE: Final = (
    Human(id="U0DANA", handle="dana", name="Dana Reyes", role="crew"),
    Human(id="U0MARCO", handle="marco", name="Marco Bell", role="crew"),
    Human(id="U0OLIVIA", handle="olivia", name="Olivia Park", role="office", is_admin=True),
    Human(id="U0GUS", handle="gus", name="Gus Hart", role="guest", is_restricted=True),
    Human(
        id="U0EVE",
        handle="eve",
        name="Eve Stone",
        role="other workspace",
        team_id=OTHER_TEAM_ID,
        team_domain="other-boats",
    ),
)

OF_THE_ORGANISATION: Final = (
    Human(
        id="U0NORA",
        handle="nora",
        name="Nora Quist",
        role="crew",
        team_id=SISTER_TEAM_ID,
        enterprise_id=ENTERPRISE_ID,
        enterprise_name=ENTERPRISE_NAME,
        workspaces=(SISTER_TEAM_ID, TEAM_ID),
    ),
    Human(
        id="W0OTTO",
        handle="otto",
        name="Otto Lind",
        role="crew",
        team_id=ENTERPRISE_ID,
        enterprise_id=ENTERPRISE_ID,
        enterprise_name=ENTERPRISE_NAME,
        workspaces=(TEAM_ID,),
    ),
    Human(
        id="U0SIGRID",
        handle="sigrid",
        name="Sigrid Moe",
        role="other workspace",
        team_id=SISTER_TEAM_ID,
        enterprise_id=ENTERPRISE_ID,
        enterprise_name=ENTERPRISE_NAME,
        workspaces=(SISTER_TEAM_ID,),
    ),
)
"""People of an Enterprise organisation. Tests add them with `Workspace.welcome`. Sigrid is not in this workspace."""

_FULL_MEMBERS: Final = frozenset({"U0DANA", "U0MARCO", "U0OLIVIA", BOT_USER_ID})

CHANNELS: Final = (
    Channel(
        id="C0DOCK",
        name="dock",
        members=_FULL_MEMBERS | {"U0GUS", "U0EVE"},
        is_ext_shared=True,
        topic="What happens on the dock",
    ),
    Channel(id="C0OFFICE", name="office", members=_FULL_MEMBERS, topic="Bookings and money"),
    Channel(id="C0CORY", name="trip-captain-cory", members=_FULL_MEMBERS | {"U0GUS"}, topic="Captain Cory's events"),
    Channel(id="C0SUNSET", name="trip-sunset", members=_FULL_MEMBERS, topic="Sunset events"),
)

USER_GROUPS: Final = (
    UserGroup(id="S0CREW", handle="crew", name="Crew", users=("U0DANA", "U0MARCO")),
    UserGroup(id="S0OFFICE", handle="office", name="Office", users=("U0OLIVIA",)),
)
