"""The kinds of people who try each route, and a request as it comes from another person or place."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from devkit.people import OTHER_TEAM_ID
from devkit.slack.people import TEAM_ID, Human
from tests.privileges.rules import NOBODYS, OUTSIDE

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage
    from tests.privileges.film import Take


@dataclass(frozen=True)
class Outsider:
    """A kind of person who has no role. `acts_in` is the workspace that the request names."""

    kind: str
    user_id: str
    sentence: str
    of_team: str = TEAM_ID
    acts_in: str = TEAM_ID


OUTSIDERS: Final = (
    Outsider("a guest of several channels", "U0GUS", NOBODYS),
    Outsider("a guest of one channel", "U0GAIL", NOBODYS),
    Outsider("somebody who was deactivated", "U0LEFT", NOBODYS),
    Outsider("an app", "U0TILLBOT", NOBODYS),
    Outsider("somebody of another workspace, in a shared channel", "U0EVE", OUTSIDE, of_team=OTHER_TEAM_ID),
    Outsider("somebody of another workspace, in theirs", "U0EVE", OUTSIDE, OTHER_TEAM_ID, OTHER_TEAM_ID),
    Outsider("a member of ours, in another workspace", "U0MARCO", OUTSIDE, acts_in=OTHER_TEAM_ID),
    Outsider("somebody whom Slack does not know", "U0GHOST", OUTSIDE),
    Outsider("nobody", "", OUTSIDE),
)

PRIVATE: Final = {"id": "G0BOAT", "name": "privategroup"}
SHARED: Final = {"id": "C0DOCK", "name": "dock"}


def welcome_outsiders(stage: BotStage) -> None:
    """Add those of them to the workspace who are not among the sample people."""
    for human in (
        Human(id="U0GAIL", handle="gail", name="Gail Moss", role="guest", is_ultra_restricted=True),
        Human(id="U0LEFT", handle="left", name="Lee Ford", role="crew", deleted=True),
        Human(id="U0TILLBOT", handle="till", name="The till", role="app"),
    ):
        stage.slack.people[human.id] = human


def sent_by(take: Take, user_id: str, *, of_team: str = TEAM_ID, acts_in: str = TEAM_ID) -> dict[str, Any]:
    """Return the request as it comes from another person. Whatever else it carries stays, their form's memo too."""
    payload: dict[str, Any] = json.loads(json.dumps(take.payload))
    if "event" in payload:
        payload["event"]["user"] = user_id
        payload["team_id"] = acts_in
    elif "command" in payload:
        payload |= {"user_id": user_id, "user_name": user_id.lower(), "team_id": acts_in}
    else:
        payload["user"] = {"id": user_id, "username": user_id.lower(), "team_id": of_team}
        payload["team"] = {"id": acts_in, "domain": "ours"}
    return payload


def in_channel(payload: dict[str, Any], channel: dict[str, str]) -> dict[str, Any]:
    """Return the request as it comes from another channel, where it names one."""
    if "command" in payload:
        return {**payload, "channel_id": channel["id"], "channel_name": channel["name"]}
    return {**payload, "channel": channel} if "channel" in payload else payload


def without_role(stage: BotStage, user_id: str, **flags: bool) -> None:
    """Change what Slack says of a person."""
    stage.slack.people[user_id] = replace(stage.slack.people[user_id], **flags)  # type: ignore[arg-type]  # bools
