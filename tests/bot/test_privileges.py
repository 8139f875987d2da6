"""Each route of the bot, and each kind of person: the result is as in tests/privileges/slack_routes.py.

The people use every route once, and what Slack sent is then sent again as everybody else, over the table as it was.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from charter.roles import Role
from devkit.slack.people import TEAM_ID
from tests.privileges.cells import everything_that_differs, refused
from tests.privileges.film import Film
from tests.privileges.people import without_role
from tests.privileges.projector import Projector
from tests.privileges.rules import OF_CREW, OTHERWISE, YES
from tests.privileges.scenes_board import play_boarding
from tests.privileges.scenes_crew import play_crew
from tests.privileges.scenes_office import play_office
from tests.privileges.slack_routes import SLACK
from tests.privileges.world import furnish

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bot.conftest import BotStage
    from tests.privileges.film import Take
    from tests.privileges.rules import Rule


PLAYED: dict[str, Take] = {}  # by the first test of this process


@pytest.fixture
def film(bare_bot_stage: BotStage) -> Film:
    """Every route, used once by somebody who may."""
    bare_bot_stage.slack.rate_limit = False
    film = Film(bare_bot_stage)
    if not PLAYED:
        furnish(film)
        for play in (play_crew, play_boarding, play_office):
            play(film)
        PLAYED.update(film.takes)
    film.takes = dict(PLAYED)
    film.cut()
    return film


def test_everybody_may_do_on_each_route_what_the_table_says_and_nothing_else(film: Film) -> None:
    assert film.routes.keys() - SLACK.keys() == set(), "say in tests/privileges/slack_routes.py who may use it"
    assert film.takes.keys() == SLACK.keys(), "each route is used once in the scenes"
    assert set(Role) == {Role.NOBODY, Role.CREW, Role.ADMIN}, "another role is another column of the table"
    assert everything_that_differs(Projector(film)) == []


@pytest.mark.parametrize(
    ("change", "refuses"),
    [
        ({"ADMIN_USERS": "U0MARCO", "CREW_USERS": "U0MARCO"}, lambda _: OF_CREW),
        ({"ADMIN_USERS": "*", "CREW_USERS": "*"}, lambda _: OF_CREW),
        (
            {"ADMIN_USERS": "U0MARCO", "CREW_USERS": "*"},
            lambda rule: "" if rule.crew in {YES, OTHERWISE} else rule.crew,
        ),
    ],
    ids=["taken off the lists", "deactivated", "of the crew now"],
)
def test_a_role_that_was_lost_ends_within_ten_minutes_with_all_that_it_had_opened(
    film: Film, change: dict[str, str], refuses: Callable[[Rule], str]
) -> None:
    projector = Projector(film)
    film.stage.restart(**change)
    projector.connect()
    if set(change.values()) == {"*"}:
        for former in ("U0DANA", "U0OLIVIA"):
            without_role(film.stage, former, deleted=True)
    found = {}
    for route, take in film.takes.items():
        rule = SLACK[route]
        if rule.everybody or take.sender == "U0MARCO" or not (sentence := refuses(rule)):
            continue
        later = replace(take, moment=take.moment + timedelta(minutes=10))
        said = "" if route.startswith("view_closed") else sentence
        found[route] = refused(projector.show(later, take.payload), said, reads_first=rule.reads_first)
    assert len(found) > 60
    assert {route: why for route, why in found.items() if why} == {}


FORGED = {
    "an event": (r"20\d\d-\d\d-\d\d-[a-z][a-z-]+", "2026-05-23-nobodys-trip"),
    "a patron": (r'((?:patron|party_of)\\*"?[.:] ?\\*"?)[a-z]+', r"\1nobody"),
    "an entry": (r'((?:payment|group|ref|to)\\*": ?\\*")[0-9a-f]{16,}', rf"\g<1>{'f' * 32}"),
}


def forged(payload: dict[str, Any], pattern: str, instead: str) -> dict[str, Any]:
    """Return the request with other ids in what was pressed, and in the state and the memo of its form."""
    changed: dict[str, Any] = json.loads(json.dumps(payload))
    for of, name in (
        (changed, "actions"),
        (changed.get("view", {}), "private_metadata"),
        (changed.get("view", {}), "state"),
    ):
        if name in of:
            of[name] = json.loads(re.sub(pattern, instead, json.dumps(of[name])))
    return changed


def test_ids_that_were_forged_change_nothing_and_break_nothing(film: Film) -> None:
    projector, found, tried = Projector(film), [], 0
    for route, take in film.takes.items():
        for what, (pattern, instead) in FORGED.items():
            payload = forged(take.payload, pattern, instead)
            if payload != take.payload:
                outcome, tried = projector.show(take, payload), tried + 1
                if outcome.is_trouble or outcome.changed:
                    found.append((route, what, outcome))
    assert tried > 80
    assert found == []


def test_a_request_that_says_it_is_somebody_elses_is_the_senders(film: Film) -> None:
    projector = Projector(film)
    office = {"id": "U0OLIVIA", "username": "olivia", "team_id": TEAM_ID}
    gus = {"id": "U0GUS", "username": "gus", "team_id": TEAM_ID}
    pressed = film.takes["action cash_take_back"]
    resumed = {
        "type": "shortcut",
        "callback_id": "new_event",
        "user": office,
        "user_id": "U0OLIVIA",
        "team_id": TEAM_ID,
    }
    go_on = {"type": "button", "action_id": "go_on", "block_id": "go_on", "value": json.dumps(resumed)}
    (undo,) = film.takes["action undo_group"].payload["actions"]
    opens = {**undo, "action_id": "open_waiver"}
    form = film.takes["view log_payment"].payload
    memo = json.loads(form["view"]["private_metadata"]) | {"opened_by": "U0GUS", "role": "admin"}
    now = int(pressed.moment.timestamp())
    forms = [{**form, "view": {**form["view"], "private_metadata": json.dumps({**memo, "since": since})}}
             for since in (0, now - 601, now + 601)]  # fmt: skip
    for forged in (
        {**pressed.payload, "actions": [go_on]},
        {**pressed.payload, "actions": [undo, opens]},
        {**pressed.payload, "actions": [opens, undo]},
        {**film.takes["view refund_payment"].payload, "actions": [opens]},
        *forms,
    ):
        outcome = projector.show(pressed, {**forged, "user": gus, "user_id": None})
        assert refused(outcome, OF_CREW) == ""
        assert film.ran == []


def test_an_old_request_that_is_sent_again_is_not_answered(film: Film) -> None:
    projector, stage = Projector(film), film.stage
    now = int(stage.slack.clock())
    for route in (
        "command /board",
        "view void_entry",
        "action board_cast_off",
        "options patron…",
        "event app_home_opened",
    ):
        take = film.takes[route]
        for timestamp in (now - 301, now + 900, 0):
            assert projector.show(take, take.payload, timestamp=timestamp).status == 401
        assert projector.show(take, take.payload, secret="another-signing-secret").status == 401
        assert film.ran == []
        assert projector.show(take, take.payload, timestamp=now - 240).status == 200
        assert film.ran == [route]
