"""A false signature is set aside by the crew: it is kept, counts for nobody, and can be taken back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from announce.posts import signature_line
from charter.announcements import PatronSigned
from devkit.slack.people import BOT_USER_ID
from devkit.slack.seen import Message
from tests.bot.conftest import last
from tests.bot.test_roles import SORRY
from tests.builders import EID, NOW, a_signature, a_signature_row

if TYPE_CHECKING:
    from devkit.slack import Person
    from tests.bot.conftest import BotStage

SECRET = "3f1c9a50-6a0e-4a3e-9a57-4a1f6f2c7d11"
LOOSE = ("patron_id", "matched_at", "matched_by")
FALSE = "Davy K."


@pytest.fixture
def loose(bot_stage: BotStage) -> BotStage:
    """The bot over a table in which one signature is matched to nobody."""
    bot_stage.put(a_signature_row(SECRET, name=FALSE, without=LOOSE))
    return bot_stage


def status(person: Person, text: str = EID) -> Message:
    """The answer to `/payment-status`."""
    person.command("/payment-status", text)
    return last(person)


def posted(bot_stage: BotStage, *, patron_id: str | None = None) -> Message:
    """The post of the signature in a channel, as the announcements write it."""
    event = bot_stage.world.lambda_function.ledger.event(EID)
    line = signature_line(PatronSigned(event, a_signature(SECRET, name=FALSE, patron_id=patron_id), NOW))
    return Message(
        bot_stage.slack, "U0DANA", bot_stage.slack.board.add(channel="C0DOCK", user=BOT_USER_ID, payload=line)
    )


def buttons(message: Message) -> list[str]:
    """The labels of the buttons that set aside or take back."""
    return [
        element["text"]["text"]
        for block in message.blocks
        for element in block.get("elements", [])
        if str(element.get("action_id")).startswith("set_aside")
    ]


def press(person: Person, message: Message) -> None:
    """Press the first of those buttons."""
    person.click(message, action_id="set_aside.0")
    assert not person.troubles, person.trouble_log


def kept(bot_stage: BotStage) -> dict[str, Any]:
    """The signature's row."""
    (row,) = bot_stage.rows("#signature:")
    return row


def edits(bot_stage: BotStage) -> list[tuple[str, str, str, str]]:
    """Each edit: the field, from what to what, and by whom."""
    return [(row["what"], row["from"], row["to"], row["by"]) for row in bot_stage.rows("#change:")]


def test_one_press_in_the_status_sets_aside_and_keeps_everything(loose: BotStage) -> None:
    before = kept(loose)
    answer = status(loose.dana)
    assert buttons(answer) == [f"Set aside “{FALSE}”"]

    press(loose.dana, answer)

    when = "2026-05-23T20:30:00.000Z"
    assert kept(loose) == before | {"set_aside_at": when, "set_aside_by": "slack:U0DANA"}
    assert edits(loose) == [("signature_set_aside", "", "set aside", "slack:U0DANA")]
    answer = last(loose.dana)
    assert "not matched" not in answer.text
    assert "1 set aside, counting for nobody" in answer.text
    assert buttons(answer) == [f"Take back “{FALSE}”"]


def test_what_was_set_aside_can_be_taken_back(loose: BotStage) -> None:
    before = kept(loose)
    press(loose.dana, status(loose.dana))
    press(loose.marco, status(loose.marco))

    assert kept(loose) == before
    assert sorted(edits(loose)) == [
        ("signature_set_aside", "", "set aside", "slack:U0DANA"),
        ("signature_set_aside", "set aside", "", "slack:U0MARCO"),
    ]
    assert "1 signed, but not matched" in last(loose.marco).text


def test_a_false_signature_of_a_patron_no_longer_clears_them(bot_stage: BotStage) -> None:
    bot_stage.put(a_signature_row(SECRET))
    before = kept(bot_stage)
    assert ["Dave Kowalski", "🔴 payment", "not paid", "signed"] in status(bot_stage.dana).table
    page = status(bot_stage.dana, f"{EID} dave")
    assert buttons(page) == ["Set aside “Dave Kowalski”"]

    press(bot_stage.dana, page)

    assert ["Dave Kowalski", "🔴 payment, waiver", "not paid", "not signed"] in last(bot_stage.dana).table
    assert "waiver missing" in status(bot_stage.dana, f"{EID} dave").text
    press(bot_stage.olivia, status(bot_stage.olivia))
    assert kept(bot_stage) == before, "taken back, it is matched as it was"


def test_one_press_below_a_post_sets_aside_and_answers_only_the_person_who_pressed(loose: BotStage) -> None:
    post = posted(loose)
    assert buttons(post) == ["Set aside"]

    press(loose.dana, post)

    assert kept(loose)["set_aside_by"] == "slack:U0DANA"
    assert last(loose.dana).ephemeral
    assert (
        last(loose.dana).text
        == ":no_entry_sign: Set aside: it counts for nobody. You can take it back in /payment-status."
    )
    assert [message.ts for message in loose.marco.sees()] == [post.ts]


def test_one_press_below_the_post_of_a_matched_signature_sets_it_aside_too(bot_stage: BotStage) -> None:
    bot_stage.put(a_signature_row(SECRET, name=FALSE))
    post = posted(bot_stage, patron_id="dave")
    assert buttons(post) == ["Set aside"]

    press(bot_stage.dana, post)

    assert kept(bot_stage)["set_aside_by"] == "slack:U0DANA"
    assert (
        last(bot_stage.dana).text
        == ":no_entry_sign: Set aside: it counts for nobody. You can take it back in /payment-status."
    )
    assert ["Dave Kowalski", "🔴 payment, waiver", "not paid", "not signed"] in status(bot_stage.dana).table


def test_pressing_twice_is_one_edit(loose: BotStage) -> None:
    post = posted(loose)
    for person in (loose.dana, loose.marco, loose.dana):
        press(person, post)

    assert kept(loose)["set_aside_by"] == "slack:U0DANA"
    assert len(edits(loose)) == 1


def test_what_is_set_aside_is_matched_to_nobody(loose: BotStage) -> None:
    answer, post = status(loose.dana), posted(loose)
    press(loose.dana, post)
    (block,) = [block for block in answer.blocks if block.get("accessory")]
    options = loose.slack.suggest("U0DANA", answer.place, block["block_id"], "match_signature", "dave")["options"]
    loose.slack.act("U0DANA", answer.place, block["block_id"], "match_signature", {"selected_option": options[0]})

    assert "patron_id" not in kept(loose)
    assert "is set aside. Open the status again and take it back first." in last(loose.dana).text


def test_guests_and_people_of_other_workspaces_set_nothing_aside(loose: BotStage) -> None:
    post = posted(loose)
    before = kept(loose)
    (element,) = [
        each for block in post.blocks for each in block.get("elements", []) if each.get("action_id") == "set_aside.0"
    ]
    block_id = next(block["block_id"] for block in post.blocks if element in block.get("elements", []))
    for outsider in (loose.gus, loose.eve):
        loose.slack.act(outsider.id, post.place, block_id, "set_aside.0", {"value": element["value"]})
        assert SORRY in last(outsider).text
    assert kept(loose) == before


def test_the_secret_id_is_in_no_button(loose: BotStage) -> None:
    press(loose.dana, status(loose.dana))
    assert SECRET not in json.dumps([each.blocks for each in (posted(loose), last(loose.dana))])


def test_many_signatures_of_long_names_fit_into_the_answer(bot_stage: BotStage) -> None:
    for place in range(12):
        bot_stage.put(
            a_signature_row(f"s{place}", name="N" * 80, without=LOOSE),
            a_signature_row(f"t{place}", name="&" * 80, set_aside_by="slack:U0DANA", without=LOOSE),
            a_signature_row(f"u{place}", name=f"{'D' * 78}{place}"),
        )
    assert "12 set aside" in status(bot_stage.dana).text
    assert len(buttons(status(bot_stage.dana, f"{EID} dave"))) == 10


def test_a_flood_is_shown_until_enough_is_set_aside(bot_stage: BotStage) -> None:
    for place in range(60):
        bot_stage.put(a_signature_row(f"flood-{place}", name=f"Guest {place}", without=LOOSE))
    answer = status(bot_stage.dana)
    assert "60 people signed with the plain link, so it takes no more signatures." in answer.text

    press(bot_stage.dana, answer)

    assert "takes no more" not in last(bot_stage.dana).text
