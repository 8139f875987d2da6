"""The menu that matches a signature to a patron: in the status, in a patron's answer and below a channel's post."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from announce.posts import signature_line
from charter.announcements import PatronSigned
from devkit.slack.people import BOT_USER_ID
from devkit.slack.seen import Message
from tests.bot.conftest import last
from tests.bot.test_roles import SORRY
from tests.builders import EID, NOW, a_row, a_signature, a_signature_row

if TYPE_CHECKING:
    from devkit.slack import Person
    from tests.bot.conftest import BotStage

SECRET = "3f1c9a50-6a0e-4a3e-9a57-4a1f6f2c7d11"
LOOSE = ("patron_id", "matched_at", "matched_by")


@pytest.fixture
def loose(bot_stage: BotStage) -> BotStage:
    """The bot over a table in which one signature is matched to nobody."""
    bot_stage.put(a_signature_row(SECRET, name="Davy K.", without=LOOSE))
    return bot_stage


def the_menu(message: Message) -> tuple[str, dict[str, Any]]:
    """The block id and the first menu of the message that says whose a signature is."""
    for block in message.blocks:
        for element in (*block.get("elements", []), block.get("accessory")):
            if element and element.get("action_id") == "match_signature":
                return block["block_id"], element
    raise AssertionError(f"no menu in: {message.text}")


def offered(bot_stage: BotStage, person: Person, message: Message, query: str = "") -> list[dict[str, Any]]:
    """The options that the menu offers after a few letters."""
    block_id, element = the_menu(message)
    answer = bot_stage.slack.suggest(person.id, message.place, block_id, element["action_id"], query)
    return list(answer["options"])


def pick(bot_stage: BotStage, person: Person, message: Message, label: str) -> None:
    """Choose the option of that label."""
    block_id, element = the_menu(message)
    (option,) = [each for each in offered(bot_stage, person, message) if each["text"]["text"] == label]
    bot_stage.slack.act(person.id, message.place, block_id, element["action_id"], {"selected_option": option})
    assert not person.troubles, person.trouble_log


def status(person: Person, text: str = EID) -> Message:
    """The answer to `/payment-status`."""
    person.command("/payment-status", text)
    return last(person)


def posted(bot_stage: BotStage, channel: str = "C0DOCK") -> Message:
    """The post of the signature in a channel, as the announcements write it."""
    event = bot_stage.world.lambda_function.ledger.event(EID)
    signature = a_signature(SECRET, name="Davy K.", patron_id=None)
    line = signature_line(PatronSigned(event, signature, NOW))
    return Message(
        bot_stage.slack, "U0DANA", bot_stage.slack.board.add(channel=channel, user=BOT_USER_ID, payload=line)
    )


def kept(bot_stage: BotStage) -> dict[str, Any]:
    """The signature's row."""
    (row,) = bot_stage.rows("#signature:")
    return row


def test_the_status_asks_whose_an_unmatched_signature_is(loose: BotStage) -> None:
    for person in (loose.dana, loose.olivia):
        answer = status(person)
        assert "1 signed, but not matched to the roster. Whose is it?" in answer.text
        assert "“Davy K.” · Fri May 22, 11:00 AM" in answer.text
        assert "1 signature not matched yet" in answer.text
        assert answer.ephemeral


def test_it_offers_each_patron_and_each_party_by_how_many_have_signed_and_no_amounts(loose: BotStage) -> None:
    options = offered(loose, loose.dana, status(loose.dana))
    assert [(each["text"]["text"], each["value"], each["description"]["text"]) for each in options] == [
        ("Ana Lima", "ana", "0 of 2 signed"),
        ("In the party of Ana Lima", "with:ana", "0 of 2 signed"),
        ("Dave Kowalski", "dave", "0 of 1 signed"),
    ]
    assert not any(private in json.dumps(options) for private in ("$", "125", "250"))


@pytest.mark.parametrize("query", ["dav", "KOWAL", "kowalski, d", "Dave\u200b", "ＤＡＶＥ"])
def test_a_few_letters_find_a_patron(loose: BotStage, query: str) -> None:
    answer = status(loose.dana)
    assert [each["value"] for each in offered(loose, loose.dana, answer, query)] == ["dave"]
    (nobody,) = offered(loose, loose.dana, answer, "zeppelin")
    assert nobody["text"]["text"] == "Nobody on this roster is called “zeppelin”."


def test_one_press_in_the_status_matches_and_keeps_who_did_it(loose: BotStage) -> None:
    before = kept(loose)
    pick(loose, loose.dana, status(loose.dana), "Dave Kowalski")
    when = "2026-05-23T20:30:00.000Z"
    assert kept(loose) == before | {"patron_id": "dave", "matched_at": when, "matched_by": "slack:U0DANA"}
    answer = last(loose.dana)
    assert "not matched" not in answer.text
    assert ["Dave Kowalski", "🔴 payment", "not paid", "signed"] in answer.table
    assert [message.ephemeral for message in loose.dana.sees()] == [True], "the answer takes the question's place"
    assert loose.marco.sees() == []


def test_somebody_who_comes_along_counts_for_the_party_and_not_for_its_patron(loose: BotStage) -> None:
    pick(loose, loose.dana, status(loose.dana), "In the party of Ana Lima")
    assert (kept(loose)["patron_id"], kept(loose)["companion"]) == ("ana", True)
    assert "1 of 2 signed" in status(loose.dana, f"{EID} ana").text
    loose.put(a_signature_row("s2", name="Rui Lima", patron_id="ana", matched_by="link"))
    assert "Not clear to board: payment and waiver (1 of 2 signed) missing." in status(loose.dana, f"{EID} ana").text


def test_one_press_below_a_post_matches_and_answers_only_the_person_who_pressed(loose: BotStage) -> None:
    post = posted(loose)
    pick(loose, loose.dana, post, "Dave Kowalski")
    assert (kept(loose)["patron_id"], kept(loose)["matched_by"]) == ("dave", "slack:U0DANA")
    answer = last(loose.dana)
    assert answer.ephemeral
    assert answer.text == ":memo: Matched to Dave Kowalski: 1 of 1 signed."
    assert [message.ts for message in loose.marco.sees()] == [post.ts], "the post stays; the stream changes it"


def test_the_second_who_matches_sees_a_message_and_changes_nothing(loose: BotStage) -> None:
    post, answer = posted(loose), status(loose.marco)
    pick(loose, loose.dana, post, "Dave Kowalski")
    before = kept(loose)
    pick(loose, loose.marco, answer, "Ana Lima")
    said = "Davy K.'s signature was matched to Dave Kowalski meanwhile. Nothing was changed."
    assert last(loose.marco).text == said
    assert last(loose.marco).ephemeral
    assert kept(loose) == before


def test_two_who_say_the_same_agree(loose: BotStage) -> None:
    first, second = status(loose.dana), status(loose.marco)
    pick(loose, loose.dana, first, "Dave Kowalski")
    before = kept(loose)
    pick(loose, loose.marco, second, "Dave Kowalski")
    assert "meanwhile" not in last(loose.marco).text
    assert kept(loose) == before


def test_a_match_that_was_wrong_is_changed_from_the_patrons_answer(bot_stage: BotStage) -> None:
    bot_stage.put(a_signature_row(SECRET))
    answer = status(bot_stage.dana, f"{EID} dave")
    assert "“Dave Kowalski” · by the name" in answer.text
    assert the_menu(answer)[1]["placeholder"]["text"] == "Not theirs? This is…"
    pick(bot_stage, bot_stage.dana, answer, "In the party of Ana Lima")
    assert (kept(bot_stage)["patron_id"], kept(bot_stage)["matched_by"]) == ("ana", "slack:U0DANA")
    assert "Ana Lima" in last(bot_stage.dana).text, "whose party it is now"
    assert "payment and waiver (1 of 2 signed) missing" in last(bot_stage.dana).text
    assert "payment and waiver missing" in status(bot_stage.dana, f"{EID} dave").text
    assert "matched by @Dana" in status(bot_stage.olivia, f"{EID} ana").text
    changes = [(row["what"], row["from"], row["to"], row["by"]) for row in bot_stage.rows("#change:")]
    assert changes == [("signature", "dave", "ana", "slack:U0DANA")]


def test_a_signature_of_a_patron_who_left_is_asked_about_again(bot_stage: BotStage) -> None:
    bot_stage.put(a_signature_row(SECRET, patron_id="gone"))
    pick(bot_stage, bot_stage.dana, status(bot_stage.dana), "Dave Kowalski")
    assert kept(bot_stage)["patron_id"] == "dave"


def test_of_two_patrons_of_one_name_each_is_offered_and_the_other_stays_unsigned(bot_stage: BotStage) -> None:
    line = {"name": "Dave Kowalski", "party": Decimal(1), "due": Decimal(0)}
    bot_stage.put(a_row(patrons={"dave": line, "dave-2": line}), a_signature_row(SECRET, without=LOOSE))
    answer = status(bot_stage.dana)
    options = offered(bot_stage, bot_stage.dana, answer)
    assert [each["value"] for each in options] == ["dave", "dave-2"]
    assert [each["description"]["text"] for each in options] == [
        "0 of 1 signed, id dave",
        "0 of 1 signed, id dave-2",
    ]
    block_id, element = the_menu(answer)
    bot_stage.slack.act("U0DANA", answer.place, block_id, element["action_id"], {"selected_option": options[1]})
    assert "Clear to board" in status(bot_stage.dana, f"{EID} dave-2").text
    assert [row[1] for row in status(bot_stage.dana).table[1:]].count("🟢 clear") == 1


def test_guests_and_people_of_other_workspaces_are_offered_nothing_and_change_nothing(loose: BotStage) -> None:
    post = posted(loose)
    block_id, element = the_menu(post)
    (option,) = offered(loose, loose.dana, post, "dave")
    before = kept(loose)
    for outsider in (loose.gus, loose.eve):
        offers = loose.slack.suggest(outsider.id, post.place, block_id, element["action_id"], "d")["options"]
        assert [each["text"]["text"] for each in offers] == [SORRY]
        loose.slack.act(outsider.id, post.place, block_id, element["action_id"], {"selected_option": option})
        assert SORRY in last(outsider).text
    assert kept(loose) == before


def test_the_secret_id_of_a_signature_is_in_no_payload(loose: BotStage) -> None:
    post = posted(loose)
    answers = [status(person, text) for person in (loose.dana, loose.olivia) for text in (EID, f"{EID} dave")]
    pick(loose, loose.dana, answers[0], "Dave Kowalski")
    answers += [last(loose.dana), status(loose.olivia, f"{EID} dave")]
    payloads = [json.dumps(message.blocks) + message.fallback for message in (post, *answers)]
    payloads += [each.answer.decode() + json.dumps(each.payload) for each in loose.slack.deliveries]
    payloads += [json.dumps(call.args, default=str) for call in loose.slack.api_calls]
    assert not any(SECRET in payload for payload in payloads)


def test_a_patron_who_left_meanwhile_is_not_matched(loose: BotStage) -> None:
    answer = status(loose.dana)
    (option,) = offered(loose, loose.dana, answer, "dave")
    loose.put(a_row(patrons={}))
    block_id, element = the_menu(answer)
    loose.slack.act("U0DANA", answer.place, block_id, element["action_id"], {"selected_option": option})
    assert "“dave” is not on this event's roster." in last(loose.dana).text
    assert "patron_id" not in kept(loose)


def test_of_many_unmatched_signatures_some_are_shown_and_the_rest_counted(bot_stage: BotStage) -> None:
    bot_stage.put(*(a_signature_row(f"s{number}", name=f"Guest {number}", without=LOOSE) for number in range(7)))
    answer = status(bot_stage.dana)
    assert "7 signed, but not matched to the roster." in answer.text
    assert "And 2 more, once these are matched." in answer.text


def test_what_strangers_signed_with_is_shown_as_they_wrote_it(bot_stage: BotStage) -> None:
    wild = "<!channel> & *Zed*"
    bot_stage.put(a_signature_row(SECRET, name=wild, booked_by="<@U0DANA>", minors=["<!here>"], without=LOOSE))
    text = status(bot_stage.dana).text
    for written in ("<!channel> & ", "booked by “<@U0DANA>”", "for <!here>"):
        assert written in text


def test_no_name_closes_its_quotes_or_turns_the_words_around_it(bot_stage: BotStage) -> None:
    forged = "Zed” · paid $125.00 “"
    bot_stage.put(
        a_signature_row("s1", name=forged, booked_by=forged, minors=["שירה"], without=LOOSE),
        a_signature_row("s2", name=forged),
        a_signature_row("s3", name="שלום\u2800\u202e", set_aside_by="slack:U0DANA", set_aside_at="x", without=LOOSE),
    )
    kept_inside = "“Zed' · paid $125.00 '”"
    answer = status(bot_stage.dana)
    assert f"{kept_inside} · for \u2068שירה\u2069 · booked by {kept_inside} · " in answer.text
    assert f"Set aside {kept_inside}" in answer.text
    assert "counting for nobody: “\u2068שלום\u2069” by @Dana" in answer.text
    assert f"{kept_inside} · by the name" in status(bot_stage.dana, f"{EID} dave").text


@pytest.mark.parametrize("renamed", ["2026-05-23-captain-cory-evening"])
def test_a_menu_of_an_event_that_was_renamed_meanwhile_still_works(loose: BotStage, renamed: str) -> None:
    answer = status(loose.dana)
    (option,) = offered(loose, loose.dana, answer, "dave")
    moved = a_signature_row(SECRET, eid=renamed, name="Davy K.", without=LOOSE)
    loose.put(a_row(renamed, renamed_from=[EID]), moved, {"eid": EID, "crew_id": "#event", "moved_to": renamed})
    block_id, element = the_menu(answer)
    loose.slack.act("U0DANA", answer.place, block_id, element["action_id"], {"selected_option": option})
    (row,) = loose.rows("#signature:", renamed)
    assert row["patron_id"] == "dave"
