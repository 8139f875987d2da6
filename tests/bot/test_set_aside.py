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
from tests.builders import EID, NOW, a_signature, a_signature_row

if TYPE_CHECKING:
    from devkit.slack import Person
    from tests.bot.conftest import Dock

SECRET = "3f1c9a50-6a0e-4a3e-9a57-4a1f6f2c7d11"
LOOSE = ("patron_id", "matched_at", "matched_by")
FALSE = "Davy K."


@pytest.fixture
def loose(dock: Dock) -> Dock:
    """The bot over a table in which one signature is matched to nobody."""
    dock.put(a_signature_row(SECRET, name=FALSE, without=LOOSE))
    return dock


def status(person: Person, text: str = EID) -> Message:
    """The answer to `/payment-status`."""
    person.command("/payment-status", text)
    return last(person)


def posted(dock: Dock, *, patron_id: str | None = None) -> Message:
    """The post of the signature in a channel, as the announcements write it."""
    event = dock.world.lambda_function.ledger.event(EID)
    line = signature_line(PatronSigned(event, a_signature(SECRET, name=FALSE, patron_id=patron_id), NOW))
    return Message(dock.slack, "U0DANA", dock.slack.board.add(channel="C0DOCK", user=BOT_USER_ID, payload=line))


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


def kept(dock: Dock) -> dict[str, Any]:
    """The signature's row."""
    (row,) = dock.rows("#signature:")
    return row


def edits(dock: Dock) -> list[tuple[str, str, str, str]]:
    """Each edit: the field, from what to what, and by whom."""
    return [(row["what"], row["from"], row["to"], row["by"]) for row in dock.rows("#change:")]


def test_one_press_in_the_status_sets_aside_and_keeps_everything(loose: Dock) -> None:
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


def test_what_was_set_aside_can_be_taken_back(loose: Dock) -> None:
    before = kept(loose)
    press(loose.dana, status(loose.dana))
    press(loose.marco, status(loose.marco))

    assert kept(loose) == before
    assert sorted(edits(loose)) == [
        ("signature_set_aside", "", "set aside", "slack:U0DANA"),
        ("signature_set_aside", "set aside", "", "slack:U0MARCO"),
    ]
    assert "1 signed, but not matched" in last(loose.marco).text


def test_a_false_signature_of_a_patron_no_longer_clears_them(dock: Dock) -> None:
    dock.put(a_signature_row(SECRET))
    before = kept(dock)
    assert ["Dave Kowalski", "🔴 not yet", "not paid", "signed"] in status(dock.dana).table
    page = status(dock.dana, f"{EID} dave")
    assert buttons(page) == ["Set aside “Dave Kowalski”"]

    press(dock.dana, page)

    assert ["Dave Kowalski", "🔴 not yet", "not paid", "not signed"] in last(dock.dana).table
    assert "waiver missing" in status(dock.dana, f"{EID} dave").text
    press(dock.olivia, status(dock.olivia))
    assert kept(dock) == before, "taken back, it is matched as it was"


def test_one_press_below_a_post_sets_aside_and_answers_only_the_person_who_pressed(loose: Dock) -> None:
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


def test_one_press_below_the_post_of_a_matched_signature_sets_it_aside_too(dock: Dock) -> None:
    dock.put(a_signature_row(SECRET, name=FALSE))
    post = posted(dock, patron_id="dave")
    assert buttons(post) == ["Set aside"]

    press(dock.dana, post)

    assert kept(dock)["set_aside_by"] == "slack:U0DANA"
    assert (
        last(dock.dana).text
        == ":no_entry_sign: Set aside: it counts for nobody. You can take it back in /payment-status."
    )
    assert ["Dave Kowalski", "🔴 not yet", "not paid", "not signed"] in status(dock.dana).table


def test_pressing_twice_is_one_edit(loose: Dock) -> None:
    post = posted(loose)
    for person in (loose.dana, loose.marco, loose.dana):
        press(person, post)

    assert kept(loose)["set_aside_by"] == "slack:U0DANA"
    assert len(edits(loose)) == 1


def test_what_is_set_aside_is_matched_to_nobody(loose: Dock) -> None:
    answer, post = status(loose.dana), posted(loose)
    press(loose.dana, post)
    (block,) = [block for block in answer.blocks if block.get("accessory")]
    options = loose.slack.suggest("U0DANA", answer.place, block["block_id"], "match_signature", "dave")["options"]
    loose.slack.act("U0DANA", answer.place, block["block_id"], "match_signature", {"selected_option": options[0]})

    assert "patron_id" not in kept(loose)
    assert "is set aside. Open the status again and take it back first." in last(loose.dana).text


def test_guests_and_people_of_other_workspaces_set_nothing_aside(loose: Dock) -> None:
    post = posted(loose)
    before = kept(loose)
    (element,) = [
        each for block in post.blocks for each in block.get("elements", []) if each.get("action_id") == "set_aside.0"
    ]
    block_id = next(block["block_id"] for block in post.blocks if element in block.get("elements", []))
    for outsider in (loose.gus, loose.eve):
        loose.slack.act(outsider.id, post.place, block_id, "set_aside.0", {"value": element["value"]})
        assert "Sorry" in last(outsider).text
    assert kept(loose) == before


def test_the_secret_id_is_in_no_button(loose: Dock) -> None:
    press(loose.dana, status(loose.dana))
    assert SECRET not in json.dumps([each.blocks for each in (posted(loose), last(loose.dana))])


def test_many_signatures_of_long_names_fit_into_the_answer(dock: Dock) -> None:
    for place in range(12):
        dock.put(
            a_signature_row(f"s{place}", name="N" * 80, without=LOOSE),
            a_signature_row(f"t{place}", name="&" * 80, set_aside_by="slack:U0DANA", without=LOOSE),
            a_signature_row(f"u{place}", name=f"{'D' * 78}{place}"),
        )
    assert "12 set aside" in status(dock.dana).text
    assert len(buttons(status(dock.dana, f"{EID} dave"))) == 10


def test_a_flood_is_shown_until_enough_is_set_aside(dock: Dock) -> None:
    for place in range(60):
        dock.put(a_signature_row(f"flood-{place}", name=f"Guest {place}", without=LOOSE))
    answer = status(dock.dana)
    assert "60 people signed with the plain link, so it takes no more signatures." in answer.text

    press(dock.dana, answer)

    assert "takes no more" not in last(dock.dana).text
