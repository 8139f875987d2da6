"""Slack may refuse an answer to a response_url with status 200: the refusal is in the body."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest

from bot.route_ids import SHARE_WAIVER
from tests.bot.conftest import last
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

REFUSALS = [
    json.dumps({"ok": False, "error": "invalid_blocks"}),
    json.dumps({"ok": False, "error": "Dave owes <b>5</b>"}),
    json.dumps({"ok": False}),
]


@pytest.mark.parametrize("body", REFUSALS)
def test_a_refusal_with_status_200_is_no_answer(
    bot_stage: BotStage, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The press has no effect and can be repeated, and the log has the reason."""
    bot_stage.dana.command("/payment-status")
    before = last(bot_stage.dana)
    bot_stage.monkeypatch.setattr(bot_stage.slack, "respond", lambda *_: (200, body))
    with caplog.at_level(logging.WARNING):
        bot_stage.dana.click(before, action_id=f"payment_status.{EID}")
    assert bot_stage.slack.deliveries[-1].status == 200
    logged = {each.message for each in caplog.records if each.name == "bot.reply"}
    assert logged
    assert all("response_url" in message and "Dave" not in message for message in logged)


def test_a_question_stays_when_the_card_in_its_place_is_refused(bot_stage: BotStage) -> None:
    bot_stage.put(a_row("2026-05-23-captain-mia-afternoon", title="Captain Mia"))
    bot_stage.dana.command("/waiver", "captain")
    question, answers = last(bot_stage.dana), [(200, REFUSALS[0])]
    respond, sent = bot_stage.slack.respond, []

    def refuse_once(*given: object) -> tuple[int, str]:
        sent.append(given)
        return answers.pop() if answers else respond(*given)  # type: ignore[arg-type]  # as it came

    bot_stage.monkeypatch.setattr(bot_stage.slack, "respond", refuse_once)
    bot_stage.dana.click(question, action_id=f"{SHARE_WAIVER}.{EID}")
    assert len(sent) == 1, "the question is not taken down"
    assert question.ts in {message.ts for message in bot_stage.dana.sees()}
    bot_stage.dana.click(question, action_id=f"{SHARE_WAIVER}.{EID}")
    assert question.ts not in {message.ts for message in bot_stage.dana.sees()}


@pytest.mark.parametrize("body", ["ok", '{"ok": true}', "", "<html>fine</html>"])
def test_other_bodies_of_a_good_answer_are_good(
    bot_stage: BotStage, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    bot_stage.dana.command("/payment-status")
    bot_stage.monkeypatch.setattr(bot_stage.slack, "respond", lambda *_: (200, body))
    bot_stage.dana.click(last(bot_stage.dana), action_id=f"payment_status.{EID}")
    assert not caplog.records
