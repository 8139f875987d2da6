"""Refusals: shown on their fields, all at once, with nothing written and everything kept."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from devkit.slack.wire import interaction, signed_headers
from tests.bot.conftest import logged, opened
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.bot.conftest import BotStage

AMOUNTS = {
    "abc": "“abc” is not an amount in USD. Write one number, like 125 or 1,250.00.",
    "1,2,3": "“1,2,3” is not an amount in USD. Write one number, like 125 or 1,250.00.",
    "٣٤": "“٣٤” is not an amount in USD. Write one number, like 125 or 1,250.00.",
    "€20": "“€20” is not an amount in USD. Write one number, like 125 or 1,250.00.",
    "1e9": "“1e9” is not an amount in USD. Write one number, like 125 or 1,250.00.",
    "NaN": "“NaN” is not an amount in USD. Write one number, like 125 or 1,250.00.",
    "   ": "Write the amount, like 125 or 1,250.00.",
    "1.005": "Write at most two decimals, like 125.50.",
    "0": "The amount must be above 0 and at most 100,000.00.",
    "-5": "The amount must be above 0 and at most 100,000.00.",
    "100,000.01": "The amount must be above 0 and at most 100,000.00.",
    "<!channel>": "“<!channel>” is not an amount in USD. Write one number, like 125 or 1,250.00.",
}


def again(bot_stage: BotStage, submission: dict[str, Any]) -> dict[str, Any]:
    """Send a submission once more, as a second tap does, and return the bot's answer."""
    body = interaction(submission)
    headers = signed_headers(body, secret=bot_stage.slack.signing_secret, timestamp=int(bot_stage.slack.clock()))
    answer = bot_stage.slack.bot("interaction", headers, body)
    assert answer.status == 200
    said: dict[str, Any] = json.loads(answer.body or b"{}")  # an empty answer closes the form
    return said


def submission_of(bot_stage: BotStage) -> dict[str, Any]:
    """The newest submission that went to the bot."""
    sent = [each.payload for each in bot_stage.slack.deliveries if each.payload.get("type") == "view_submission"]
    return dict(sent[-1])


def changed(submission: dict[str, Any], block_id: str, **state: Any) -> dict[str, Any]:
    """The submission with another value in one field."""
    copy: dict[str, Any] = json.loads(json.dumps(submission))
    next(iter(copy["view"]["state"]["values"][block_id].values())).update(state)
    return copy


def test_what_is_no_amount_is_said_under_the_amount(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana, f"{EID} dave cash keep this")
    said = {}
    for amount in AMOUNTS:
        form.fill("amount", amount).submit()
        said[amount] = form.errors
    assert said == {amount: {"amount": sentence} for amount, sentence in AMOUNTS.items()}
    assert form.values == {
        "event": EID,
        "patron": "dave",
        "amount": "<!channel>",
        "method": "cash",
        "notes": "keep this",
        "tip": None,
    }
    assert bot_stage.row() == a_row()
    form.fill("amount", "$1,250.00").submit()
    assert form.title == "Payment logged"


def test_every_bad_field_is_reported_at_once(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana).choose("patron", "", pick="New patron…").choose("method", "Cash")
    form.fill("name", " ").fill("amount", "zero").submit()
    assert form.errors == {
        "name": "Write the patron's name, 80 letters at most.",
        "amount": "“zero” is not an amount in USD. Write one number, like 125 or 1,250.00.",
    }
    assert bot_stage.row() == a_row()


def test_fields_that_slack_should_have_checked_are_checked_again(bot_stage: BotStage) -> None:
    opened(bot_stage.dana, f"{EID} dave 20 cash").submit()
    fresh = submission_of(bot_stage)
    for block_id, state, said in (
        ("event", {"selected_option": None}, "Pick the event from the list."),
        ("event", {"selected_option": {"value": "2026-05-23-no-such"}}, "There is no event “2026-05-23-no-such”."),
        ("event", {"selected_option": {"value": "../../etc"}}, "“../../etc” does not start with a date."),
        ("patron", {"selected_option": None}, "Pick the patron from the list."),
        ("patron", {"selected_option": {"value": "nobody"}}, "“nobody” is not on this event's roster."),
        ("patron", {"selected_option": {"value": "a b"}}, "“a b” is not a patron id"),
        ("method", {"selected_option": {"value": "gold"}}, "“gold” is not a method here."),
        ("notes", {"value": "x" * 501}, "Keep the notes to 500 letters."),
    ):
        wrong = changed(fresh, block_id, **state)
        wrong["view"]["private_metadata"] = fresh["view"]["private_metadata"].replace(
            'payment_id": "', 'payment_id": "x'
        )
        answer = again(bot_stage, wrong)
        assert answer["response_action"] == "errors", answer
        assert list(answer["errors"]) == [block_id]
        assert said in answer["errors"][block_id]
    assert bot_stage.paid() == {"dave": "20.00"}


def test_the_same_submission_twice_is_one_payment_and_the_receipt_both_times(bot_stage: BotStage) -> None:
    logged(bot_stage.dana, f"{EID} dave 80 cash")
    answer = again(bot_stage, submission_of(bot_stage))
    assert answer["response_action"] == "update"
    assert "Already logged, and counted once: $80.00" in json.dumps(answer, ensure_ascii=False)
    assert bot_stage.paid() == {"dave": "80.00"}


@pytest.mark.parametrize("walk_up", [False, True])
def test_two_taps_at_the_same_instant_are_one_payment(bot_stage: BotStage, *, walk_up: bool) -> None:
    form = opened(bot_stage.dana, f"{EID} cash 80")
    form.choose("patron", "Zed", pick="New patron") if walk_up else form.choose("patron", "Dave")
    bot_stage.world.table_faults.fail_next("UpdateItem", drop_request=True, times=2)
    form.submit()
    assert bot_stage.paid() == {}
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda sent: again(bot_stage, sent), [submission_of(bot_stage)] * 4))
    assert [answer["response_action"] for answer in answers] == ["update"] * 4
    assert sum("Already logged" in json.dumps(answer) for answer in answers) == 3
    assert list(bot_stage.paid().values()) == ["80.00"]


def test_the_same_form_with_other_content_is_refused(bot_stage: BotStage) -> None:
    logged(bot_stage.dana, f"{EID} dave 80 cash")
    first = submission_of(bot_stage)
    for other in (
        changed(first, "amount", value="90"),
        changed(first, "patron", selected_option={"value": "ana"}),
        changed(first, "method", selected_option={"value": "venmo"}),
        changed(first, "notes", value="more"),
    ):
        assert again(bot_stage, other) == {
            "response_action": "errors",
            "errors": {
                "amount": "This form was already logged, as $80.00 for Dave Kowalski. Nothing was changed. "
                "For another payment, start a new form."
            },
        }
    assert bot_stage.paid() == {"dave": "80.00"}


def _filled(bot_stage: BotStage) -> Modal:
    return opened(bot_stage.dana, f"{EID} dave 80 cash")


def test_a_full_row_takes_no_more_and_says_so_before_and_after(bot_stage: BotStage) -> None:
    form = _filled(bot_stage)
    bot_stage.put(a_row(log="x" * 390_000))
    form.submit()
    assert form.errors == {}, "what the bot saw of the row had room: DynamoDB's own limit decides"
    assert bot_stage.paid() == {"dave": "80.00"}
    full = _filled(bot_stage)
    assert "This event's ledger is full: it takes no more payments." in full.text
    full.submit()
    assert full.errors == {
        "event": "This event's ledger is full, so nothing was saved. The office can open a second event for the day. "
        "Ask Olivia Park."
    }
    assert bot_stage.paid() == {"dave": "80.00"}
    bot_stage.olivia.command("/payment-status", f"{EID} dave")
    assert "owes $45.00" in bot_stage.olivia.sees()[-1].text, "what is there stays readable"


def test_somebody_who_left_the_roster_meanwhile_is_refused_on_the_patron(bot_stage: BotStage) -> None:
    form = _filled(bot_stage)
    bot_stage.put(a_row(patrons={"ana": {"name": "Ana Lima", "party": Decimal(2), "due": Decimal(250)}}))
    form.submit()
    assert form.errors == {"patron": "“dave” is not on this event's roster. Pick somebody on it, or choose New patron."}
    assert bot_stage.paid() == {}


def test_a_submission_without_its_blocks_is_refused_on_the_fields_that_it_holds(bot_stage: BotStage) -> None:
    opened(bot_stage.dana, f"{EID} dave 1,2,3 cash").fill("amount", "1,2,3").submit()
    bare = submission_of(bot_stage)
    without = {name: value for name, value in bare["view"].items() if name != "blocks"}
    for view in (without, without | {"blocks": None}):
        bare["view"] = view
        assert again(bot_stage, bare) == {"response_action": "errors", "errors": {"amount": AMOUNTS["1,2,3"]}}
