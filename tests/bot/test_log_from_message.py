"""The shortcuts *Log payment*: a message's words are read as the command's, and the global one opens the form."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from devkit.slack.seen import Message
from tests.bot.conftest import last, opened
from tests.bot.test_roles import SORRY
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from devkit.slack import Modal, Person
    from tests.bot.conftest import BotStage

SHORTCUT = "log_payment_message"


def from_message(person: Person, message: Message) -> Modal:
    """The form that the shortcut opens on a message."""
    person.message_shortcut(message, SHORTCUT)
    assert not person.troubles, person.trouble_log
    return person.form


def as_slack_writes_it(bot_stage: BotStage, text: str) -> Message:
    """A message of Marco's with this text, which has Slack's own marks."""
    with bot_stage.slack.changing():
        post = bot_stage.slack.board.add(channel="C0DOCK", user="U0MARCO", payload={"text": text})
    return Message(bot_stage.slack, "U0DANA", post)


def kept(form: Modal) -> str:
    """The address of the message that the form carries."""
    return str(json.loads(form.view["private_metadata"])["permalink"])


def test_the_form_has_what_the_message_says_who_wrote_it_and_its_link(bot_stage: BotStage) -> None:
    bot_stage.restart(CREW_USERS="U0DANA")
    said = bot_stage.marco.say("Dave paid 120 on Venmo for Saturday")
    with bot_stage.counting() as cost:
        form = from_message(bot_stage.dana, said)
    assert cost.slack == ["chat.getPermalink", "views.open"]
    understood = {"event": EID, "patron": "dave", "amount": "120", "method": "venmo", "notes": None, "tip": None}
    assert form.values == understood
    assert "From a message of @Marco Bell" in form.text
    assert "Not understood" not in form.text
    link = kept(form)
    assert link.endswith(f"/archives/C0DOCK/p{said.ts.replace('.', '')}")
    form.choose("patron", "ana", pick="ana").choose("patron", "dave", pick="dave")
    assert "From a message of @Marco Bell" in form.text
    form.submit()
    assert form.title == "Payment logged"
    assert bot_stage.paid() == {"dave": "120.00"}
    assert [entry["permalink"] for entry in bot_stage.row()["payments"]["dave"]["entries"].values()] == [link]
    form.submit()  # Log another
    assert "From a message" not in form.text


def test_in_a_thread_the_link_leads_into_it(bot_stage: BotStage) -> None:
    asked = bot_stage.dana.say("Who has paid?")
    form = from_message(bot_stage.dana, bot_stage.marco.say("Dave, 20 cash", thread=asked))
    assert (form.values["patron"], form.values["amount"], form.values["method"]) == ("dave", "20", "cash")
    assert f"thread_ts={asked.ts}" in kept(form)


def test_today_is_the_day_on_which_the_message_was_written(bot_stage: BotStage) -> None:
    said = bot_stage.marco.say("Dave paid 20 cash for today")
    written = datetime.fromtimestamp(float(said.ts), tz=bot_stage.world.lambda_function.settings.timezone)
    days = [f"{(written + timedelta(days=off)).date()}-captain-cory-afternoon" for off in range(3)]
    bot_stage.put(*(a_row(eid) for eid in days))
    bot_stage.clock.moment = written + timedelta(days=1)
    assert from_message(bot_stage.dana, said).values["event"] == days[0]
    assert opened(bot_stage.dana, "dave 20 cash today").values["event"] == days[1]


def test_the_channel_of_the_message_picks_the_event(bot_stage: BotStage) -> None:
    sunset = "2026-05-24-golden-gate-sunset"
    bot_stage.put(a_row(sunset, channel="C0SUNSET"))
    form = from_message(bot_stage.dana, bot_stage.dana.say("dave paid 20 cash", channel="C0SUNSET"))
    assert form.values["event"] == sunset


@pytest.mark.parametrize(
    ("text", "patron", "amount", "lost"),
    [
        ("<@U0MARCO> *Dave* gave me $60 in cash :moneybag: :100:", "dave", "$60", None),
        ("&gt; dave 60 cash <https://pay.example/u/500|500 here> <tel:+15550123|555-0123>", "dave", "60", None),
        ("<!subteam^S0CREW> Dave &amp; zodiac 60 cash", "dave", "60", "& zodiac"),
        ("Dave will pay 60 cash later", "dave", "60", "will later"),
        ("<https://boat.example/g/2026-05-23-captain-cory-afternoon/waiver|the waiver> dave 60", "dave", "60", None),
    ],
    ids=["mention and emoji", "links and a quotation", "an unknown name", "a promise", "a waiver link"],
)
def test_marks_of_slack_are_no_words_and_what_is_not_understood_is_shown(
    bot_stage: BotStage, text: str, patron: str, amount: str, lost: str | None
) -> None:
    form = from_message(bot_stage.dana, as_slack_writes_it(bot_stage, text))
    assert (form.values["event"], form.values["patron"], form.values["amount"]) == (EID, patron, amount)
    assert form.values["notes"] is None
    shown = [line for line in form.text.splitlines() if "Not understood" in line]
    assert shown == ([f":warning: Not understood: “{lost}”."] if lost else [])


def test_a_message_of_an_app_or_without_words_opens_the_empty_form(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/waiver", EID)
    for message, sentence in (
        (last(bot_stage.dana), "An app wrote this message, so nothing was read from it."),
        (as_slack_writes_it(bot_stage, ":moneybag:"), "This message has no words that can be read."),
    ):
        form = from_message(bot_stage.dana, message)
        assert sentence in form.text
        assert (form.values["patron"], form.values["amount"]) == (None, None)
        assert kept(form)


def test_the_form_opens_without_the_link_when_slack_does_not_give_it(bot_stage: BotStage) -> None:
    bot_stage.slack.fail("chat.getPermalink", status=503)
    form = from_message(bot_stage.dana, bot_stage.marco.say("Dave paid 120 on Venmo"))
    assert (form.values["amount"], kept(form)) == ("120", "")
    assert "From a message of @Marco Bell" in form.text


def test_a_message_about_a_refund_opens_that_form_for_admins_alone(bot_stage: BotStage) -> None:
    opened(bot_stage.dana, f"{EID} dave 20 cash").submit()
    said = bot_stage.marco.say("please refund Dave 20")
    bot_stage.olivia.message_shortcut(said, SHORTCUT)
    assert bot_stage.olivia.form.title == "Refund"
    bot_stage.marco.message_shortcut(said, SHORTCUT)
    assert bot_stage.marco.modal is None
    assert "Only the office can take a payment back" in last(bot_stage.marco).text


def test_the_global_shortcut_opens_the_form_as_the_command_alone_does(bot_stage: BotStage) -> None:
    bot_stage.dana.shortcut("log_payment")
    form = bot_stage.dana.form
    assert form.title == "Log a payment"
    assert (form.values["event"], form.values["patron"]) == (EID, None)
    form.choose("patron", "dave", pick="dave").choose("method", "Cash").submit()
    assert form.title == "Payment logged"


def test_guests_get_one_sentence(bot_stage: BotStage) -> None:
    said = bot_stage.marco.say("Dave paid 120 on Venmo")
    bot_stage.gus.message_shortcut(said, SHORTCUT)
    assert last(bot_stage.gus).text.startswith(SORRY)
    bot_stage.gus.shortcut("log_payment")
    assert SORRY in bot_stage.gus.form.text


def test_a_command_that_slack_refused_in_a_thread_is_read_from_its_message(bot_stage: BotStage) -> None:
    root = bot_stage.marco.say("Who has paid?")
    bot_stage.dana.command("/log-payment", f"{EID} dave 80 cash", thread=root)
    assert bot_stage.dana.troubles == ["/log-payment is not supported in threads. Sorry!"]
    reply = bot_stage.dana.say(f"/log-payment {EID} dave 80 cash", thread=root)
    bot_stage.dana.message_shortcut(reply, "log_payment_message")
    form = bot_stage.dana.form
    assert (form.values["patron"], form.values["amount"], form.values["method"]) == ("dave", "80", "cash")
    assert "Not understood" not in form.text
    bot_stage.marco.command("/log-payment", "help")
    assert "In a thread, where Slack takes no commands" in last(bot_stage.marco).text


def test_a_day_of_the_message_that_is_the_events_is_understood_and_another_one_is_not(bot_stage: BotStage) -> None:
    form = from_message(bot_stage.dana, as_slack_writes_it(bot_stage, "Dave paid 120 on 5/23"))
    assert (form.values["event"], form.values["patron"]) == (EID, "dave")
    assert "Not understood" not in form.text
    form.close()
    form = from_message(bot_stage.dana, as_slack_writes_it(bot_stage, "Dave paid 120 on 5/24"))
    assert "Not understood: “5/24”." in form.text
