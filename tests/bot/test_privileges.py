"""Each route of the bot, and each kind of person: what tests/privileges/slack_routes.py says is what happens.

The people use every route once, and what Slack sent is then sent again as everybody else, over the table as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.privileges.cells import everything_that_differs
from tests.privileges.film import Film
from tests.privileges.projector import Projector
from tests.privileges.scenes_board import play_boarding
from tests.privileges.scenes_crew import play_crew
from tests.privileges.scenes_office import play_office
from tests.privileges.slack_routes import SLACK
from tests.privileges.world import furnish

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage


@pytest.fixture
def film(bare_bot_stage: BotStage) -> Film:
    """Every route, used once by somebody who may."""
    bare_bot_stage.slack.rate_limit = False
    film = Film(bare_bot_stage)
    furnish(film)
    for play in (play_crew, play_boarding, play_office):
        play(film)
    film.cut()
    return film


def test_everybody_may_do_on_each_route_what_the_table_says_and_nothing_else(film: Film) -> None:
    assert set(film.routes) - SLACK.keys() == set(), "say in tests/privileges/slack_routes.py who may use it"
    assert film.takes.keys() == SLACK.keys(), "each route is used once in the scenes"
    projector = Projector(film)
    found = everything_that_differs(projector); print("\n".join(found)); assert found == []
