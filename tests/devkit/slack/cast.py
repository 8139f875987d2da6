"""The people, channels and manifest of the test workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devkit.slack.people import BOT_USER_ID, TEAM_ID, Channel, Human, UserGroup

if TYPE_CHECKING:
    from devkit.slack.wire import JSON

PEOPLE = (
    Human(id="U0DANA", handle="dana", name="Dana Reyes", role="crew"),
    Human(id="U0MARCO", handle="marco", name="Marco Bell", role="crew"),
    Human(id="U0OLIVIA", handle="olivia", name="Olivia Park", role="office", is_admin=True),
    Human(id="U0GUS", handle="gus", name="Gus Hart", role="guest", is_restricted=True),
    Human(
        id="U0EVE", handle="eve", name="Eve Stone", role="other workspace", team_id="T0OTHER", team_domain="other-boats"
    ),
)

_OF_THE_ENTERPRISE = {"role": "crew", "enterprise_id": "E0HARBOR", "enterprise_name": "Harbor Group"}
NORA = Human(
    id="U0NORA",
    handle="nora",
    name="Nora Quist",
    team_id="T0SISTER",
    workspaces=("T0SISTER", TEAM_ID),
    **_OF_THE_ENTERPRISE,
)
OTTO = Human(
    id="W0OTTO", handle="otto", name="Otto Lind", team_id="E0HARBOR", workspaces=(TEAM_ID,), **_OF_THE_ENTERPRISE
)
SIGRID = Human(
    id="U0SIGRID",
    handle="sigrid",
    name="Sigrid Moe",
    team_id="T0SISTER",
    workspaces=("T0SISTER",),
    **_OF_THE_ENTERPRISE,
)

_FULL_MEMBERS = frozenset({"U0DANA", "U0MARCO", "U0OLIVIA", BOT_USER_ID})

CHANNELS = (
    Channel(
        id="C0DOCK",
        name="dock",
        members=_FULL_MEMBERS | {"U0GUS", "U0EVE"},
        is_ext_shared=True,
        topic="What happens on the dock",
    ),
    Channel(id="C0OFFICE", name="office", members=_FULL_MEMBERS, topic="Bookings and money"),
    Channel(id="C0CORY", name="trip-captain-cory", members=_FULL_MEMBERS | {"U0GUS"}),
    Channel(id="C0SUNSET", name="trip-sunset", members=_FULL_MEMBERS),
)

USER_GROUPS = (
    UserGroup(id="S0CREW", handle="crew", name="Crew", users=("U0DANA", "U0MARCO")),
    UserGroup(id="S0OFFICE", handle="office", name="Office", users=("U0OLIVIA",)),
)


def a_manifest(*commands: JSON, shortcuts: tuple[JSON, ...] = ()) -> JSON:
    """Return a manifest in Slack's format with these commands and shortcuts."""
    features = {
        "bot_user": {"display_name": "Ship Captain Crew"},
        "slash_commands": list(commands),
        "shortcuts": list(shortcuts),
    }
    return {"display_information": {"name": "Ship Captain Crew"}, "features": features}


MANIFEST = a_manifest(
    {
        "command": "/log-payment",
        "description": "Log a patron's payment",
        "usage_hint": "[event] [patron] [amount] [method] [notes]",
    },
    {"command": "/payment-status", "description": "Who has paid", "usage_hint": "[event]"},
    {"command": "/waiver", "description": "Share a waiver link"},
    {"command": "/dispatch", "description": "Open the dispatch page"},
    shortcuts=(
        {"callback_id": "new_event", "type": "global", "name": "New event", "description": "Create an event"},
        {"callback_id": "void", "type": "message", "name": "Void", "description": "Void a payment"},
    ),
)
