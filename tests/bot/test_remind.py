"""*Remind to sign* and `/waiver remind`: one row, which the stream posts; names for admins and the captain alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.reminders import DynamoReminders
from charter.refusals import RemindedJustNow
from devkit.season.planting import to_item
from roster.verifying.evidence import check_edit
from tests.bot.conftest import last
from tests.bot.test_board import again, board
from tests.bot.test_roles import GUEST
from tests.bot.test_troubles import SLOW
from tests.builders import DANA, EID, MARCO, NOW, a_crew_row, a_row, a_signature_row

if TYPE_CHECKING:
    from charter.events import Event
    from devkit.slack import Message, Person
    from tests.bot.conftest import BotStage

REMIND = f"remind_to_sign.{EID}"
COUNT = (
    "The reminder goes to #trip-captain-cory. 3 of 3 people still have to sign the waiver for Captain Cory, afternoon."
)
NO_CHANNEL = (
    "Captain Cory, afternoon has no channel to remind people in. "
    "Share the waiver with /waiver where they read it. "
    "Only the office can have the event's channel set. Ask @Olivia Park."
)


def reminders(bot_stage: BotStage, eid: str = EID) -> list[dict[str, Any]]:
    return [row for row in bot_stage.rows("#change:", eid) if row["what"] == "reminded"]


def reminded(person: Person, text: str = EID, *, channel: str = "C0DOCK") -> Message:
    """The answer to `/waiver remind`."""
    person.command("/waiver", f"remind {text}".strip(), channel=channel)
    assert last(person, channel).ephemeral
    return last(person, channel)


def status(person: Person) -> Message:
    """The status of the event."""
    person.command("/payment-status", EID)
    return last(person)


def test_the_button_of_the_status_writes_one_row_and_names_go_to_the_office_alone(bot_stage: BotStage) -> None:
    bot_stage.restart(CREW_USERS="U0DANA")
    bot_stage.put(a_signature_row("s2", name="Rui Lima", patron_id="ana", matched_by="link"))
    shown = status(bot_stage.olivia)
    with bot_stage.counting() as cost:
        bot_stage.olivia.click(shown, action_id=REMIND)
    assert (cost.table, cost.slack) == ({"Query": 1, "TransactWriteItems": 1}, [])
    said = last(bot_stage.olivia)
    assert said.ephemeral
    assert COUNT.replace("3 of 3", "2 of 3") in said.text
    assert "• Ana Lima: 1 of 2 signed\n• Dave Kowalski" in said.text
    assert bot_stage.olivia.sees()[0].text == shown.text, "the status stays"
    (row,) = reminders(bot_stage)
    assert {name: row[name] for name in ("from", "to", "by", "at")} == {
        "from": "",
        "to": "2 of 3",
        "by": "slack:U0OLIVIA",
        "at": "2026-05-23T20:30:00.000Z",
    }
    assert list(check_edit(to_item(row))) == []
    assert bot_stage.marco.sees("C0CORY") == bot_stage.marco.sees() == [], "the stream posts it, not the bot"


def test_crew_get_the_count_and_the_captain_of_the_trip_the_names(bot_stage: BotStage) -> None:
    bot_stage.restart(CREW_USERS="U0DANA,U0MARCO")
    bot_stage.put(a_crew_row(crew_id="U0MARCO", name="Marco Silva"), a_crew_row(crew_id="cory", name="Dana Reyes"))
    with bot_stage.counting() as cost:
        answer = reminded(bot_stage.dana)
    assert cost.table == {"Query": 3, "TransactWriteItems": 1}, "by its id the event is read twice; then the crew"
    assert COUNT in answer.text
    assert not any(name in str(answer.blocks) for name in ("Dave", "Kowalski", "Lima"))
    bot_stage.clock.moment += timedelta(minutes=11)
    assert "• Ana Lima: 0 of 2 signed\n• Dave Kowalski" in reminded(bot_stage.marco).text


def test_a_second_press_within_ten_minutes_is_a_question_and_only_its_button_reminds_again(bot_stage: BotStage) -> None:
    reminded(bot_stage.dana)
    bot_stage.clock.moment += timedelta(minutes=9)
    bot_stage.marco.click(status(bot_stage.marco), action_id=REMIND)
    questions = [last(bot_stage.marco), reminded(bot_stage.olivia)]
    for question in questions:
        assert question.text == ":bell: @Dana Reyes reminded at 1:30 PM. Remind again?\nRemind again"
    assert len(reminders(bot_stage)) == 1
    bot_stage.marco.click(questions[0], action_id=REMIND)
    assert COUNT in last(bot_stage.marco).text
    assert "Remind again?" not in last(bot_stage.marco).text, "the answer takes the question's place"
    bot_stage.olivia.click(questions[1], action_id=REMIND)
    assert "@Marco Bell reminded at 1:39 PM. Remind again?" in last(bot_stage.olivia).text
    again(bot_stage)
    assert len(reminders(bot_stage)) == 2
    assert [remark for row in reminders(bot_stage) for remark in check_edit(to_item(row))] == []
    bot_stage.clock.moment += timedelta(minutes=10)
    assert COUNT in reminded(bot_stage.dana).text
    assert [row["by"] for row in reminders(bot_stage)] == [DANA, MARCO, DANA]


@dataclass
class OneBehind:
    """A ledger whose first answer is old."""

    ledger: Any
    old: list[Event] = field(default_factory=list)

    def event(self, eid: str) -> Any:
        return self.old.pop() if self.old else self.ledger.event(eid)


def test_of_two_presses_at_the_same_moment_one_reminds_and_a_lost_answer_is_no_second_one(bot_stage: BotStage) -> None:
    ledger, table = bot_stage.world.lambda_function.ledger, bot_stage.world.table
    behind = OneBehind(ledger, [ledger.event(EID)] * 2)
    both: Any = DynamoReminders(bot_stage.world.client, table, ledger=behind)  # type: ignore[arg-type]  # one method
    done = both.remind(EID, by=DANA, now=NOW)
    with pytest.raises(RemindedJustNow, match="reminded at 1:30 PM already"):
        both.remind(EID, by=MARCO, now=NOW.astimezone(done.event.starts_at.tzinfo))
    assert both.remind(EID, by=DANA, now=NOW).edit == done.edit
    assert len(reminders(bot_stage)) == 1

    bot_stage.clock.moment += timedelta(minutes=11)
    bot_stage.world.table_faults.fail_next("TransactWriteItems", throttle=True, times=2)
    assert SLOW in reminded(bot_stage.dana).text
    bot_stage.world.table_faults.fail_next("TransactWriteItems", drop_answer=True)
    assert COUNT in reminded(bot_stage.dana).text
    assert len(reminders(bot_stage)) == 2


def test_where_nobody_is_to_be_reminded_one_sentence_says_why(bot_stage: BotStage) -> None:
    signed = [a_signature_row(), a_signature_row("s2", name="Ana Lima", patron_id="ana", minors=["Rui"])]
    aboard = {"dave": {"count": Decimal(1), "at": "2026-05-23T20:00:00.000Z", "by": DANA}}
    frozen = {"at": "2026-05-23T20:05:00.000Z", "by": DANA, "souls": Decimal(1), "sha256": "0" * 64, "list_id": "01M"}
    absent = {"dave": {"name": "Dave", "party": Decimal(1), "due": Decimal(0), "state": "no_show"}}
    title = "Captain Cory, afternoon"
    cases: list[tuple[list[dict[str, Any]], str]] = [
        ([a_row(status="cancelled")], f"{title} is cancelled, so there is nothing to sign."),
        ([a_row(starts_at="2026-05-22T13:00:00-07:00")], f"{title} is over, so its waiver cannot be signed any more."),
        ([a_row(patrons={})], f"Nobody is on the roster of {title} yet, so there is nobody to remind."),
        ([a_row(patrons=absent)], f"Nobody is on the roster of {title} yet, so there is nobody to remind."),
        ([a_row(without=["channel"])], NO_CHANNEL),
        ([a_row(), *signed], f"Everybody on {title} has signed, so there is nobody to remind."),
        (
            [*({**row, "patron_id": None} for row in signed), a_row(), a_boarding(aboard, frozen)],
            f"{title} cast off at 1:05 PM, so nobody is reminded any more.",
        ),
    ]
    for rows, sentence in cases:
        bot_stage.put(*({name: value for name, value in row.items() if value is not None} for row in rows))
        assert reminded(bot_stage.dana).text == sentence
        actions = [element["action_id"] for block in status(bot_stage.dana).blocks for element in elements(block)]
        assert (REMIND in actions) == ("no channel" in sentence), sentence
    assert reminders(bot_stage) == []


def a_boarding(aboard: dict[str, Any], cast_off: dict[str, Any]) -> dict[str, Any]:
    return {"eid": EID, "crew_id": "#boarding", "aboard": aboard, "cast_off": cast_off}


def elements(block: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in block.get("elements", []) if "action_id" in each]


def test_the_words_name_the_event_and_where_they_do_not_only_the_sender_is_asked(bot_stage: BotStage) -> None:
    sunset = "2026-05-23-golden-gate-sunset"
    evening = "2026-05-23T18:00:00-07:00"
    for text, channel in (("", "C0DOCK"), ("", "C0CORY"), ("cory", "C0DOCK")):
        assert COUNT in reminded(bot_stage.dana, text, channel=channel).text, "today's only event, or the channel's"
        bot_stage.clock.moment += timedelta(minutes=11)
    bot_stage.put(a_row(sunset, title="Golden Gate sunset", starts_at=evening, channel="C0SUNSET"))
    bot_stage.restart()
    bot_stage.dana.command("/waiver", "golden gate Remind")
    assert "The reminder goes to #trip-sunset." in last(bot_stage.dana).text
    for text, said in (("", "Remind the people of which event?"), ("captain nobody", "fits no event.")):
        question = reminded(bot_stage.marco, text)
        assert said in question.text
    bot_stage.marco.click(question, action_id=REMIND)
    assert COUNT in last(bot_stage.marco).text
    assert "fits no event" not in last(bot_stage.marco).text
    assert len(reminders(bot_stage)) == 4
    bot_stage.gus.command("/waiver", "remind")
    assert last(bot_stage.gus).text == GUEST


def test_the_boarding_list_reminds_in_a_form_on_top_of_it(bot_stage: BotStage) -> None:
    form = board(bot_stage.olivia)
    with bot_stage.counting() as cost:
        top = form.click(REMIND)
    assert cost.slack == ["views.push"]
    assert top is not None
    assert (top.title, COUNT in top.text, "• Dave Kowalski" in top.text) == ("Reminder", True, True)
    top.close()
    bot_stage.clock.moment += timedelta(minutes=1)
    top = form.click(REMIND)
    assert top is not None
    assert "@Olivia Park reminded at 1:30 PM. Remind again?" in top.text
    with bot_stage.counting() as cost:
        top.click(REMIND)
    assert cost.slack == ["views.update"]
    assert COUNT in top.text
    assert len(reminders(bot_stage)) == 2
    top.close()
    bot_stage.put(a_row(status="cancelled"))
    form.click(REMIND)
    assert ":warning: Captain Cory, afternoon is cancelled, so there is nothing to sign." in form.text


def test_a_patrons_name_beside_the_event_is_not_said_to_be_nobodys(bot_stage: BotStage) -> None:
    text = reminded(bot_stage.dana, f"{EID} dave").text
    assert (
        "“dave” was not understood beside the event's id. This is about the whole of Captain Cory, afternoon." in text
    )
    assert not reminders(bot_stage)
    bot_stage.dana.command("/board", f"{EID} dave")
    assert "“dave” was not understood" in last(bot_stage.dana).text
    assert "Nobody" not in last(bot_stage.dana).text
