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


def _of_the_enterprise(user: str, name: str, team_id: str, *workspaces: str) -> Human:
    return Human(
        id=user,
        handle=name.split(maxsplit=1)[0].lower(),
        name=name,
        role="crew",
        team_id=team_id,
        enterprise_id="E0HARBOR",
        enterprise_name="Harbor Group",
        workspaces=workspaces,
    )


NORA = _of_the_enterprise("U0NORA", "Nora Quist", "T0SISTER", "T0SISTER", TEAM_ID)
OTTO = _of_the_enterprise("W0OTTO", "Otto Lind", "E0HARBOR", TEAM_ID)
SIGRID = _of_the_enterprise("U0SIGRID", "Sigrid Moe", "T0SISTER", "T0SISTER")

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


def a_manifest(
    *commands: JSON, shortcuts: tuple[JSON, ...] = (), home: bool = True, events: tuple[str, ...] = ("app_home_opened",)
) -> JSON:
    """Return a manifest in Slack's format with these commands, shortcuts and events, and with a Home tab."""
    features = {
        "app_home": {"home_tab_enabled": home},
        "bot_user": {"display_name": "Ship Captain Crew"},
        "slash_commands": list(commands),
        "shortcuts": list(shortcuts),
    }
    settings = {"event_subscriptions": {"bot_events": list(events)}}
    return {"display_information": {"name": "Ship Captain Crew"}, "features": features, "settings": settings}


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
        {"callback_id": "log_payment", "type": "message", "name": "Log payment", "description": "Log what it says"},
    ),
)
