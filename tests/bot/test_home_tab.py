"""The app's Home tab: today's and the next trips for crew, money for admins, and one sentence for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bot.conftest import logged
from tests.bot.test_costs import MONTHS
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage


def test_try(bot_stage: BotStage) -> None:
    bot_stage.plant_season()
    logged(bot_stage.dana)
    for who in (bot_stage.dana, bot_stage.olivia):
        who.open_home()
        print(who.trouble_log)
        print(who.home.text)
    bot_stage.gus.open_home()
    print(bot_stage.gus.trouble_log, bot_stage.gus.home.text)
    bot_stage.slack.verify_url()
