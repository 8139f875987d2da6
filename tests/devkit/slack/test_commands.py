"""Slash commands: the request, the people who may run them, and the display of the answer."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import Clock as SlacksClock
from slack_sdk.signature import SignatureVerifier

from devkit.slack import Answer, people
from tests.devkit.slack.cast import a_manifest
from tests.devkit.slack.stage import Stage, a_section, answering

if TYPE_CHECKING:
    from devkit.slack.wire import JSON


def test_a_command_arrives_as_slack_sends_it() -> None:
    stage = Stage()
    stage.slack.as_("U0DANA").command("/log-payment", "  dave 120 cash ", channel="C0CORY")
    body = stage.slack.deliveries[0].body.decode()
    sent = {key: values[0] for key, values in parse_qs(body, strict_parsing=True).items()}
    assert sent.pop("trigger_id").count(".") == 2
    assert sent.pop("response_url").startswith("http://127.0.0.1")
    assert sent == {
        "token": people.VERIFICATION_TOKEN,
        "team_id": "T0SHIPCREW",
        "team_domain": "ship-captain-crew",
        "channel_id": "C0CORY",
        "channel_name": "trip-captain-cory",
        "user_id": "U0DANA",
        "user_name": "dana",
        "command": "/log-payment",
        "text": "dave 120 cash",
        "api_app_id": "A0SHIPCREW",
        "is_enterprise_install": "false",
    }


def test_requests_carry_a_signature_that_slacks_own_verifier_accepts() -> None:
    stage = Stage()
    stage.slack.as_("U0DANA").command("/waiver")
    delivery = stage.slack.deliveries[0]
    clock = SlacksClock()  # the SDK's verifiers, including the bot's, share one clock by default
    clock.now = lambda: stage.clock.now  # type: ignore[method-assign]  # the stage's own time
    verifier = SignatureVerifier(people.SIGNING_SECRET, clock)
    headers = {name.lower(): value for name, value in delivery.headers.items()}
    assert verifier.is_valid_request(delivery.body, headers)
    assert not verifier.is_valid_request(delivery.body + b"&x=1", headers)
    stage.clock.forward(301)
    assert not verifier.is_valid_request(delivery.body, headers)


def test_a_commands_text_arrives_with_slacks_three_entities() -> None:
    stage = Stage()
    stage.slack.as_("U0DANA").command("/log-payment", "Bo & <!channel> @dana")
    assert stage.heard[0]["text"] == "Bo &amp; &lt;!channel&gt; @dana"


def test_a_command_with_should_escape_gets_ids_for_names() -> None:
    stage = Stage(manifest=a_manifest({"command": "/ask", "description": "Ask", "should_escape": True}))
    stage.slack.as_("U0DANA").command("/ask", "@marco in #dock")
    assert stage.heard[0]["text"] == "<@U0MARCO|marco> in <#C0DOCK|dock>"


def test_only_the_person_sees_a_text_answer() -> None:
    stage = answering("Only you")
    stage.slack.as_("U0DANA").command("/waiver")
    assert [(message.text, message.ephemeral) for message in stage.slack.as_("U0DANA").sees()] == [("Only you", True)]
    assert stage.slack.as_("U0MARCO").sees() == []


def test_everybody_sees_an_answer_in_channel() -> None:
    stage = answering({"response_type": "in_channel", "text": "Ahoy"})
    stage.slack.as_("U0DANA").command("/waiver")
    assert [message.text for message in stage.slack.as_("U0MARCO").sees()] == ["Ahoy"]


def test_an_empty_answer_shows_nothing() -> None:
    stage = Stage()
    dana = stage.slack.as_("U0DANA")
    dana.command("/waiver")
    assert dana.sees() == []
    assert dana.troubles == []


def test_a_late_bot_is_an_operation_timeout() -> None:
    released = threading.Event()

    def says(_stage: Stage, _payload: JSON) -> str:
        released.wait(5)
        return "too late"

    stage = Stage(says, patience=0.05)
    dana = stage.slack.as_("U0DANA")
    dana.command("/waiver")
    released.set()
    assert dana.troubles == ['/waiver failed with the error "operation_timeout"']
    assert dana.sees() == []
    delivery = stage.slack.deliveries[0]
    assert (delivery.status, delivery.error) == (None, "operation_timeout")
    assert delivery.seconds >= 0.05


@pytest.mark.parametrize("said", [Answer(500), Answer(404), Answer(302), Answer(401, {}, b"forged")])
def test_anything_but_200_is_dispatch_failed(said: Answer) -> None:
    stage = answering(said)
    dana = stage.slack.as_("U0DANA")
    dana.command("/waiver")
    assert dana.troubles == ['/waiver failed with the error "dispatch_failed"']


def test_a_bot_that_raises_is_dispatch_failed() -> None:
    def says(_stage: Stage, _payload: JSON) -> None:
        raise ZeroDivisionError

    stage = Stage(says)
    dana = stage.slack.as_("U0DANA")
    dana.command("/waiver")
    assert dana.troubles == ['/waiver failed with the error "dispatch_failed"']
    assert "ZeroDivisionError" in dana.trouble_log[0].detail


def test_an_answer_that_slack_cannot_show_is_trouble() -> None:
    stage = answering({"text": "x", "blocks": [a_section("")]})
    dana = stage.slack.as_("U0DANA")
    dana.command("/waiver")
    assert dana.troubles == ['/waiver failed with the error "invalid_blocks"']
    assert "must be more than 0 characters" in dana.trouble_log[0].detail
    assert dana.sees() == []


def test_an_unknown_command_never_reaches_the_bot() -> None:
    stage = Stage()
    dana = stage.slack.as_("U0DANA")
    dana.command("/log-paymnet", "dave")
    assert stage.heard == []
    assert dana.troubles[0].startswith("/log-paymnet is not a valid command.")


def test_a_command_in_a_thread_is_refused_in_slacks_words() -> None:
    stage = Stage()
    dana = stage.slack.as_("U0DANA")
    said = dana.say("Who has paid?")
    reply = dana.say("Dave", thread=said)
    dana.command("/log-payment", "dave 120", thread=reply)
    assert stage.heard == []
    assert dana.troubles == ["/log-payment is not supported in threads. Sorry!"]
    assert (said.thread_ts, reply.thread_ts, dana.say("Ana", thread=reply).thread_ts) == (None, said.ts, said.ts)


def test_people_of_another_workspace_cannot_run_commands() -> None:
    stage = Stage()
    eve = stage.slack.as_("U0EVE")
    eve.command("/log-payment")
    assert stage.heard == []
    assert len(eve.troubles) == 1


def test_guests_can_run_commands() -> None:
    stage = Stage()
    stage.slack.as_("U0GUS").command("/log-payment")
    assert stage.heard[0]["user_id"] == "U0GUS"


def test_nobody_can_type_where_they_are_no_member() -> None:
    stage = Stage()
    gus = stage.slack.as_("U0GUS")
    with pytest.raises(LookupError, match="not in C0OFFICE"):
        gus.command("/log-payment", channel="C0OFFICE")
    with pytest.raises(LookupError, match="not in C0OFFICE"):
        gus.say("hello", channel="C0OFFICE")
    assert gus.sees("C0OFFICE") == []


def test_many_people_at_once_lose_nothing() -> None:
    stage = Stage(lambda stage, _payload: stage.api("chat.postMessage", channel="C0DOCK", text="x") and "only you")
    stage.slack.rate_limit = False
    dana = stage.slack.as_("U0DANA")
    everybody = [threading.Thread(target=dana.command, args=("/waiver",)) for _ in range(16)]
    for one in everybody:
        one.start()
    for one in everybody:
        one.join(10)
    seen = dana.sees()
    assert len({message.ts for message in seen}) == 32
    assert sum(message.ephemeral for message in seen) == 16
    assert len(stage.slack.deliveries) == len(stage.slack.api_calls) == 16
    assert dana.troubles == []
