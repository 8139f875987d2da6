"""A message in the wrong channel can be taken back by the person who had it posted, and by the office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.take_back_menu import TAKE_BACK
from tests.bot.conftest import last
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage


def test_whoever_shared_a_waiver_takes_it_back_and_others_read_who_can(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/waiver", EID)
    for other, said in (
        (bot_stage.marco, "It was @Dana Reyes. Ask @Olivia Park."),
        (bot_stage.gus, "Full members of this workspace are crew, guests are not. Ask @Olivia Park."),
        (bot_stage.eve, "Ask somebody of the crew."),
    ):
        other.click(bot_stage.slack.as_(other.id).sees()[0], action_id=TAKE_BACK)
        assert last(other).ephemeral
        assert last(other).text.endswith(said)
    card = bot_stage.dana.sees()[0]
    bot_stage.dana.click(card, action_id=TAKE_BACK)
    assert [message.ts for message in bot_stage.dana.sees() if not message.ephemeral] == []
    assert not bot_stage.dana.troubles

    bot_stage.dana.command("/waiver", EID, channel="C0CORY")
    assert f"/g/{EID}/waiver" in last(bot_stage.marco, "C0CORY").fallback


def test_a_picked_card_is_theirs_too_the_office_may_take_any_back_and_twice_is_once(bot_stage: BotStage) -> None:
    bot_stage.put(a_row("2026-05-23-captain-mia-afternoon", title="Captain Mia"))
    bot_stage.dana.command("/waiver", "captain")
    bot_stage.dana.click(last(bot_stage.dana), action_id=f"share_waiver.{EID}")
    (card,) = bot_stage.marco.sees()
    element = next(each for block in card.blocks for each in block.get("elements", ()) if "confirm" in each)
    assert "disappears for everybody" in element["confirm"]["text"]["text"], "a slip of the finger is asked about"
    respond, answers = bot_stage.slack.respond, []
    bot_stage.monkeypatch.setattr(bot_stage.slack, "respond", lambda *_: (503, "down"))
    bot_stage.olivia.click(card, action_id=TAKE_BACK)
    assert [message.ts for message in bot_stage.marco.sees()] == [card.ts], "nothing is done while Slack is down"

    def twice(hook: str, payload: dict[str, object]) -> tuple[int, str]:
        answers.append(respond(hook, payload))
        return respond(hook, payload)

    bot_stage.monkeypatch.setattr(bot_stage.slack, "respond", twice)
    bot_stage.olivia.click(card, action_id=TAKE_BACK)
    assert bot_stage.marco.sees() == []
    assert bot_stage.olivia.sees() == []
    assert not bot_stage.olivia.troubles
