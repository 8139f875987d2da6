"""`/waiver`: the card in the channel, or a question about the event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.bot.conftest import last
from tests.builders import EID, a_crew_row, a_row, a_signature_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

LINK = f"https://trips.example.com/g/{EID}/waiver"
SUNSET = "2026-05-24-golden-gate-sunset"


def _sunset(bot_stage: BotStage, eid: str = SUNSET, **attributes: Any) -> None:
    """One more event: tomorrow's sunset trip."""
    row: dict[str, Any] = {
        "title": "Golden Gate sunset",
        "starts_at": "2026-05-24T18:00:00-07:00",
        "channel": "C0SUNSET",
    }
    bot_stage.put(a_row(eid, **(row | attributes)))


def test_the_card_of_the_event_that_is_meant_is_posted_for_everybody(bot_stage: BotStage) -> None:
    _sunset(bot_stage)
    meant = {
        (EID, "C0SUNSET"): EID,
        ("cory", "C0DOCK"): EID,
        ("golden gate", "C0CORY"): SUNSET,
        ("", "C0SUNSET"): SUNSET,
        ("", "C0CORY"): EID,
        ("the waiver of the cory trip please", "C0DOCK"): EID,
        ("tomorrow", "C0DOCK"): SUNSET,
        ("5/24", "C0DOCK"): SUNSET,
        ("#trip-sunset", "C0DOCK"): SUNSET,
        (f"`{SUNSET}`", "C0DOCK"): SUNSET,
        (f"<{LINK}|the waiver>", "C0DOCK"): EID,
    }
    for (text, channel), shared in meant.items():
        bot_stage.dana.command("/waiver", text, channel=channel)
        card = last(bot_stage.marco, channel)
        assert not card.ephemeral
        link = f"https://trips.example.com/g/{shared}/waiver"
        assert f"<{link}|Read and sign it here>" in card.blocks[0]["text"]["text"], (text, channel)
        assert card.blocks[1]["elements"][0]["url"] == link
        assert link in card.fallback


def test_the_card_leads_to_the_qr_code_and_holds_no_image_that_slack_would_have_to_fetch(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/waiver", EID)
    card = last(bot_stage.marco)
    code = card.blocks[1]["elements"][1]
    assert (code["text"]["text"], code["url"]) == ("Show QR code", f"{LINK}?qr=page")
    bot_stage.eve.click(card, action_id="show_waiver_qr")
    assert not bot_stage.eve.troubles, "everybody may open it"
    assert "image" not in json.dumps(card.blocks)


def test_the_link_is_not_unfurled(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/waiver", EID)
    answer = json.loads(bot_stage.slack.deliveries[-1].answer)
    assert (answer["unfurl_links"], answer["unfurl_media"]) == (False, False)
    assert answer["response_type"] == "in_channel"


def test_the_card_counts_people_who_have_signed(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/waiver", EID)
    assert "0 of 3 people have signed" in last(bot_stage.eve).text
    unknown = a_signature_row("s3", name="Stranger", without=["patron_id", "matched_at", "matched_by"])
    bot_stage.put(a_signature_row(), a_signature_row("s2", name="ana  LIMA", patron_id="ana"), unknown)
    bot_stage.dana.command("/waiver", EID)
    assert "2 of 3 people have signed" in last(bot_stage.eve).text
    bot_stage.put(a_row(patrons={}))
    bot_stage.dana.command("/waiver", EID)
    assert "Nobody is on the roster yet" in last(bot_stage.eve).text


def test_the_card_shows_no_names_and_no_amounts(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/waiver", EID)
    card = json.dumps(last(bot_stage.eve).blocks)
    assert not any(private in card for private in ("Dave", "Lima", "125", "250", "$"))


def test_where_it_is_unclear_the_asker_alone_is_asked_and_the_answer_takes_the_questions_place(
    bot_stage: BotStage,
) -> None:
    evening = "2026-05-23-captain-cory-evening"
    bot_stage.put(
        a_row(evening, title="Captain Cory, evening", starts_at="2026-05-23T18:00:00-07:00", channel="C0OFFICE")
    )
    bot_stage.dana.command("/waiver", "cory")
    question = last(bot_stage.dana)
    assert question.ephemeral
    assert bot_stage.marco.sees() == []
    assert "I am not sure which event “cory” means." in question.text
    assert "Captain Cory, afternoon · Sat May 23, 1:00 PM" in question.text

    bot_stage.dana.click(question, action_id=f"share_waiver.{evening}")

    assert [message.ephemeral for message in bot_stage.dana.sees()] == [False]
    assert f"/g/{evening}/waiver" in last(bot_stage.marco).fallback


def test_the_only_event_of_today_is_a_guess_in_another_channel(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/waiver")
    assert last(bot_stage.dana).ephemeral
    assert "Which event's waiver should I share?\nCaptain Cory, afternoon" in last(bot_stage.dana).text
    assert bot_stage.marco.sees() == []


def test_of_several_coming_events_of_the_channel_none_is_posted(bot_stage: BotStage) -> None:
    _sunset(bot_stage, channel="C0CORY")
    bot_stage.dana.command("/waiver", channel="C0CORY")
    question = last(bot_stage.dana, "C0CORY")
    assert question.ephemeral
    assert question.text.index("Captain Cory, afternoon") < question.text.index("Golden Gate sunset")


def test_words_that_only_begin_a_title_and_finished_trips_are_asked_about(bot_stage: BotStage) -> None:
    _sunset(bot_stage, "2026-05-17-whale-watch", title="Whale watch", starts_at="2026-05-17T08:30:00-07:00")
    for text in ("whale watch", "afterno", "captain bo", "monday"):
        bot_stage.dana.command("/waiver", text)
        assert last(bot_stage.dana).ephemeral, text
    bot_stage.dana.command("/waiver", "whale watch")
    assert "Whale watch · Sun May 17, 8:30 AM · finished" in last(bot_stage.dana).text
    bot_stage.dana.command("/waiver", "captain bo")
    assert "“captain bo” fits no event." in last(bot_stage.dana).text
    assert bot_stage.marco.sees() == []


def test_two_events_today_and_none_of_this_channel_is_a_question(bot_stage: BotStage) -> None:
    _sunset(bot_stage, "2026-05-23-golden-gate-sunset", starts_at="2026-05-23T18:00:00-07:00")
    bot_stage.dana.command("/waiver")
    assert "Which event's waiver should I share?" in last(bot_stage.dana).text
    assert last(bot_stage.dana).ephemeral


def test_words_that_name_nothing_lead_to_all_that_are_coming(bot_stage: BotStage) -> None:
    _sunset(bot_stage)
    bot_stage.dana.command("/waiver", "zeppelin & <!channel>")
    assert "No event matches “zeppelin & <!channel>”." in last(bot_stage.dana).text
    assert "Captain Cory, afternoon" in last(bot_stage.dana).text
    assert "Golden Gate sunset" in last(bot_stage.dana).text


def test_words_that_name_an_event_and_something_else_are_a_question_too(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/waiver", "cory tomorrow night")
    assert last(bot_stage.dana).ephemeral


def test_with_no_events_at_all_it_says_how_to_write_an_id(bare_bot_stage: BotStage) -> None:
    bare_bot_stage.dana.command("/waiver")
    assert "No events are coming; write its id" in last(bare_bot_stage.dana).text


def test_a_cancelled_event_is_refused_by_id_and_offered_nowhere(bot_stage: BotStage) -> None:
    _sunset(bot_stage, status="cancelled")
    for text, channel in ((SUNSET, "C0DOCK"), ("", "C0SUNSET"), ("golden gate", "C0DOCK")):
        bot_stage.dana.command("/waiver", text, channel=channel)
        answer = last(bot_stage.dana, channel)
        assert "/g/" not in answer.text or EID in answer.fallback
    bot_stage.dana.command("/waiver", SUNSET)
    assert last(bot_stage.dana).text == "Golden Gate sunset is cancelled, so there is nothing to sign."
    assert last(bot_stage.dana).ephemeral


def test_an_event_that_was_cancelled_after_the_question_is_refused(bot_stage: BotStage) -> None:
    _sunset(bot_stage, "2026-05-23-golden-gate-sunset", starts_at="2026-05-23T18:00:00-07:00")
    bot_stage.dana.command("/waiver")
    question = last(bot_stage.dana)
    bot_stage.put(a_row(status="cancelled"))
    bot_stage.dana.click(question, action_id=f"share_waiver.{EID}")
    assert last(bot_stage.dana).text == "Captain Cory, afternoon is cancelled, so there is nothing to sign."
    assert bot_stage.marco.sees() == []


def test_a_wrong_id_is_reported_to_the_sender_alone(bot_stage: BotStage) -> None:
    wrong = {
        "2026-05-23-no-such": "There is no event “2026-05-23-no-such”.",
        "2026-05-23-../../x": "has characters other than",
        "2026-05-23-<!here>": "“2026-05-23-<!here>” has characters other than",
        "2026-05-23-" + "y" * 200: "is longer than 100 characters",
    }
    for text, said in wrong.items():
        bot_stage.dana.command("/waiver", text)
        assert said in last(bot_stage.dana).text
        assert last(bot_stage.dana).ephemeral


def test_a_bare_date_is_shared_with_a_warning(bot_stage: BotStage) -> None:
    bot_stage.put(a_row("2026-05-20", title="Hensley <private> & Sons"))
    bot_stage.dana.command("/waiver", "2026-05-20")
    card = last(bot_stage.eve)
    assert "https://trips.example.com/g/2026-05-20/waiver" in card.fallback
    assert "Waiver for Hensley <private> & Sons" in card.text
    assert "The id of this event is a bare date" in card.text


def test_an_event_known_by_its_crew_has_a_waiver_too(bot_stage: BotStage) -> None:
    eid = "2026-06-04-captain-mia-afternoon"
    bot_stage.put(a_crew_row(eid, "mia"))
    bot_stage.dana.command("/waiver", eid)
    assert f"/g/{eid}/waiver" in last(bot_stage.eve).fallback


def test_it_works_where_the_bot_is_no_member(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/waiver", EID, channel=bot_stage.slack.direct_channel("U0DANA").id)
    assert LINK in last(bot_stage.dana, bot_stage.slack.direct_channel("U0DANA").id).fallback
