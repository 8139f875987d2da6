"""The links of parties: `/waiver dave`, the receipt and a patron's answer offer one, for the asker alone."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.bot.conftest import last, logged, opened
from tests.bot.test_board import board, options_of
from tests.bot.test_roles import SORRY
from tests.bot.trips import BO, ISLAND, WHALE, plant_trips
from tests.builders import EID, a_row, a_signature_row

if TYPE_CHECKING:
    from devkit.slack import Message, Modal, Person
    from tests.bot.conftest import BotStage

LINE = {"name": "Dave Kowalski", "party": Decimal(1), "due": Decimal(125)}


def waiver(person: Person, text: str, channel: str = "C0DOCK") -> Message:
    """The answer to `/waiver`."""
    person.command("/waiver", text, channel=channel)
    return last(person, channel)


def links_in(shown: Message | Modal) -> list[str]:
    """The parties' links in it, without those that show a QR code."""
    return sorted(set(re.findall(r"https://[^|>\"\\]+\?party=[\w-]+", json.dumps(shown.blocks))))


def codes_in(shown: Message | Modal) -> dict[str, str]:
    """The buttons and options that show a QR code: address by label."""
    elements = [each for block in shown.blocks for each in block.get("elements", [])]
    options = [option for each in elements for option in each.get("options", [])]
    return {each["text"]["text"]: each["url"] for each in (*elements, *options) if "qr=page" in each.get("url", "")}


def whose(bot_stage: BotStage, link: str) -> str | None:
    """The name that the page greets at this link, by the token in it."""
    address = urlsplit(link)
    eid, token = address.path.split("/")[2], parse_qs(address.query)["party"][0]
    services = bot_stage.world.lambda_function.services
    patron = services.settings.links.find(services.ledger.event(eid), token)
    return patron.name if patron else None


@pytest.mark.parametrize("text", ["dave", "Kowalski", f"{EID} dave", "dave cory", "for dave please", "DAVE KOWALSKI"])
def test_a_name_is_answered_with_the_link_of_that_party_for_the_asker_alone(bot_stage: BotStage, text: str) -> None:
    answer = waiver(bot_stage.dana, text)
    assert answer.ephemeral
    assert "Waiver link for Dave Kowalski's party" in answer.text
    assert "Captain Cory, afternoon · Sat May 23, 1:00 PM" in answer.text
    (link,) = links_in(answer)
    assert link.startswith(f"https://trips.example.com/g/{EID}/waiver?party=")
    assert whose(bot_stage, link) == "Dave Kowalski"
    assert codes_in(answer) == {"Show QR for Dave Kowalski's party": f"{link}&qr=page"}
    assert bot_stage.marco.sees() == []


def test_it_says_how_many_of_the_party_have_signed_and_no_amounts(bot_stage: BotStage) -> None:
    bot_stage.put(a_signature_row("s2", name="Ana Lima", patron_id="ana"))
    answer = waiver(bot_stage.olivia, "ana")
    assert "1 of 2 signed" in answer.text
    assert not any(private in json.dumps(answer.blocks) for private in ("$", "125", "250"))


def test_namesakes_are_a_question_and_nobody_is_picked(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(patrons={"dave": LINE, "dave-2": {**LINE, "name": "Dave Mercer"}}))
    answer = waiver(bot_stage.dana, "dave")
    assert answer.ephemeral
    assert "Several patrons match. Whom do you mean?" in answer.text
    assert links_in(answer) == []
    assert "Waiver link for Dave Mercer's party" in waiver(bot_stage.dana, "dave mercer").text


def test_a_patron_of_another_trip_is_found_and_the_trip_is_named(bot_stage: BotStage) -> None:
    plant_trips(bot_stage)
    answer = waiver(bot_stage.dana, "dave mercer")
    assert answer.ephemeral
    assert "Waiver link for Dave Mercer's party\nAngel Island · Sun Jun 28, 10:30 AM" in answer.text
    assert f"/g/{ISLAND}/waiver?party=" in links_in(answer)[0]


@pytest.mark.parametrize("text", ["zeppelin", "dave zeppelin", f"{EID} zeppelin"])
def test_a_name_that_nobody_bears_gives_no_partys_link_and_posts_nothing_of_it(bot_stage: BotStage, text: str) -> None:
    answer = waiver(bot_stage.dana, text)
    assert links_in(answer) == []
    assert "Kowalski" not in answer.text
    assert answer.ephemeral
    assert bot_stage.marco.sees() == []


def test_an_id_beside_a_name_that_nobody_bears_is_a_question_whose_button_posts_the_card(bot_stage: BotStage) -> None:
    question = waiver(bot_stage.dana, f"{EID} zeppelin")
    assert "Nobody on Captain Cory, afternoon is called “zeppelin”." in question.text
    bot_stage.dana.click(question, action_id=f"share_waiver.{EID}")
    assert "Waiver for Captain Cory, afternoon" in last(bot_stage.marco).text


def test_a_captains_event_is_meant_though_a_patron_has_that_name(bot_stage: BotStage) -> None:
    plant_trips(bot_stage)
    answer = waiver(bot_stage.dana, "captain bo")
    assert not answer.ephemeral
    assert "Waiver for Captain Bo, morning" in answer.text
    assert "Waiver link for Bo Li's party" in waiver(bot_stage.dana, "bo li").text


def test_one_word_for_an_event_and_a_patron_of_it_is_a_question(bot_stage: BotStage) -> None:
    plant_trips(bot_stage)
    question = waiver(bot_stage.dana, "bo")
    assert (
        "“bo” names Captain Bo, morning, and Bo Li, who is on it. I share nothing before you pick one." in question.text
    )
    assert bot_stage.marco.sees() == []
    bot_stage.dana.click(question, action_id=f"share_waiver.{BO}")
    assert "Waiver for Captain Bo, morning" in last(bot_stage.marco).text


def test_a_patron_who_is_not_on_the_named_event_is_a_question(bot_stage: BotStage) -> None:
    plant_trips(bot_stage)
    for text in (f"{EID} owen", "cory owen"):
        question = waiver(bot_stage.dana, text)
        assert "Nobody on Captain Cory, afternoon is called “owen”. Whom do you mean?" in question.text, text
        assert links_in(question) == []


def test_a_finished_event_is_named_as_finished(bot_stage: BotStage) -> None:
    plant_trips(bot_stage)
    assert "This event is finished" in waiver(bot_stage.dana, "walter").text
    assert "This event is finished" in waiver(bot_stage.dana, WHALE).text
    receipt = logged(bot_stage.dana, f"{WHALE} walter 75 cash")
    assert links_in(receipt) == []
    assert "The waiver is not signed yet" in receipt.text


def test_a_party_of_a_cancelled_trip_gets_no_link(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(status="cancelled"))
    answer = waiver(bot_stage.dana, f"{EID} dave")
    assert answer.text == "Captain Cory, afternoon is cancelled, so there is nothing to sign."


def test_outsiders_get_one_sentence_and_no_link(bot_stage: BotStage) -> None:
    answer = waiver(bot_stage.gus, "dave")
    assert SORRY in answer.text
    assert links_in(answer) == []
    assert "Kowalski" not in json.dumps(answer.blocks)


def test_the_receipt_offers_the_link_until_everybody_has_signed(bot_stage: BotStage) -> None:
    receipt = logged(bot_stage.dana, f"{EID} dave 125 cash")
    (link,) = links_in(receipt)
    assert whose(bot_stage, link) == "Dave Kowalski"
    assert "The waiver is not signed yet" in receipt.text
    assert codes_in(receipt) == {"Show QR for Dave Kowalski's party": f"{link}&qr=page"}
    receipt.click("show_waiver_qr")
    assert not bot_stage.dana.troubles
    receipt.close()
    bot_stage.put(a_signature_row())
    receipt = logged(bot_stage.dana, f"{EID} dave 5 cash")
    assert links_in(receipt) == []
    assert "The waiver is signed." in receipt.text


def test_the_receipt_of_a_walk_up_offers_the_new_partys_link(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana).choose("patron", "Rosa Diaz", pick="New patron “Rosa Diaz”").choose("method", "Cash")
    form.fill("party", "4").submit()
    (link,) = links_in(form)
    assert whose(bot_stage, link) == "Rosa Diaz"
    assert "Waiver link for Rosa Diaz's party" in form.text


def test_the_patrons_answer_offers_the_link_to_crew_and_office_until_everybody_has_signed(bot_stage: BotStage) -> None:
    for person in (bot_stage.dana, bot_stage.olivia):
        person.command("/payment-status", f"{EID} ana")
        (link,) = links_in(last(person))
        assert whose(bot_stage, link) == "Ana Lima"
        assert codes_in(last(person)) == {"Show QR for Ana Lima's party": f"{link}&qr=page"}
    bot_stage.put(a_signature_row("s1", name="Ana Lima", patron_id="ana", minors=["Rui Lima"]))
    bot_stage.dana.command("/payment-status", f"{EID} ana")
    assert links_in(last(bot_stage.dana)) == []


def test_everywhere_it_is_the_same_link_and_each_party_has_its_own(bot_stage: BotStage) -> None:
    found = set(links_in(waiver(bot_stage.dana, "dave")))
    bot_stage.dana.command("/payment-status", f"{EID} dave")
    found.update(links_in(last(bot_stage.dana)), links_in(logged(bot_stage.dana)))
    assert len(found) == 1
    assert not found & set(links_in(waiver(bot_stage.dana, "ana")))
    assert "dave" not in found.pop()


def test_a_link_leads_to_the_party_after_the_trip_was_renamed_and_the_patron_too(bot_stage: BotStage) -> None:
    (link,) = links_in(waiver(bot_stage.dana, "dave"))
    renamed = "2026-05-23-captain-cory-evening"
    moved = a_row(renamed, renamed_from=[EID], patrons={"dave": {**LINE, "name": "David Kowalski"}})
    bot_stage.put(moved, {"eid": EID, "crew_id": "#event", "moved_to": renamed})
    assert whose(bot_stage, link) == "David Kowalski"


def test_the_boarding_list_shows_the_code_of_a_party_that_has_to_sign(bot_stage: BotStage) -> None:
    long = {**LINE, "name": "Wolfeschlegelsteinhausenbergerdorff " * 3}
    bot_stage.put(a_row(patrons={"dave": LINE, "wolf": long}), a_signature_row())
    form = board(bot_stage.olivia)
    ((label, address),) = codes_in(form).items()
    assert whose(bot_stage, address) == long["name"]
    assert label == "Show QR for Wolfeschlegelsteinhausenbergerdorff Wolfeschlegelstein…'s party"
    with bot_stage.counting() as cost:
        form.click("board_menu", value=label, block_id="party_of.wolf")
    assert (cost.table, cost.slack, bot_stage.olivia.troubles) == ({}, [], [])
    assert len(options_of(form, "wolf")) <= 5
