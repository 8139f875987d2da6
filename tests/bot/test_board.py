"""`/board`: the boarding list, its buttons, and the changes that two phones see of each other's."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from devkit.slack.wire import interaction, signed_headers
from tests.bot.conftest import last, logged
from tests.bot.test_roles import SORRY
from tests.builders import EID, a_crew_row, a_row, a_signature_row

if TYPE_CHECKING:
    from devkit.slack import Modal, Person
    from tests.bot.conftest import BotStage


def board(person: Person, text: str = EID, *, channel: str = "C0DOCK") -> Modal:
    """The boarding list as `/board` opens it."""
    person.command("/board", text, channel=channel)
    assert not person.troubles, person.trouble_log
    return person.form


def row_of(form: Modal, patron: str) -> list[str]:
    """The lines of one party, and the labels of its buttons."""
    blocks = form.blocks
    place = next(at for at, block in enumerate(blocks) if block["block_id"] == f"party_of.{patron}")
    labels = [element["text"]["text"] for element in blocks[place]["elements"] if element["type"] == "button"]
    return [*blocks[place - 1]["text"]["text"].split("\n"), *labels]


def parties_of(form: Modal) -> list[str]:
    """The parties in the order of the list."""
    ids = [str(block["block_id"]) for block in form.blocks]
    return [each.removeprefix("party_of.") for each in ids if each.startswith("party_of.")]


def options_of(form: Modal, patron: str) -> list[str]:
    """The options of a party's menu."""
    menus = [each for each in form.block(f"party_of.{patron}")["elements"] if each["type"] == "overflow"]
    return [option["text"]["text"] for menu in menus for option in menu["options"]]


def choose(form: Modal, patron: str, label: str) -> Modal:
    """The view on top after choosing in a party's menu."""
    top = form.click("board_menu", value=label, block_id=f"party_of.{patron}")
    assert top is not None
    return top


def press(form: Modal, action_id: str, patron: str) -> Modal:
    """The view on top after pressing a party's button."""
    top = form.click(action_id, block_id=f"party_of.{patron}")
    assert top is not None
    return top


def aboard(bot_stage: BotStage, eid: str = EID) -> dict[str, Any]:
    """The people aboard by patron, as the table holds them."""
    rows = bot_stage.rows("#boarding", eid)
    return {patron: int(line["count"]) for patron, line in rows[0]["aboard"].items()} if rows else {}


def again(bot_stage: BotStage) -> None:
    """Send the newest press once more, as Slack does after a lost answer."""
    pressed = [each.payload for each in bot_stage.slack.deliveries if each.payload.get("type") == "block_actions"][-1]
    body = interaction(json.loads(json.dumps(pressed)))
    headers = signed_headers(body, secret=bot_stage.slack.signing_secret, timestamp=int(bot_stage.slack.clock()))
    assert bot_stage.slack.bot("interaction", headers, body).status == 200


@pytest.fixture
def morning(bot_stage: BotStage) -> BotStage:
    """The bot over an event on which Dave has paid and signed, and Ana's party of two has done neither."""
    bot_stage.put(a_row(boat="Pelican", capacity=Decimal(12)), a_signature_row(), a_crew_row(name="Cory Alvarez"))
    logged(bot_stage.dana, f"{EID} dave 125 cash").close()
    return bot_stage


def test_the_list_says_what_is_missing_and_amounts_to_the_office_alone(morning: BotStage) -> None:
    morning.put(a_signature_row("s2", name="Ana Lima", patron_id="ana"), a_signature_row("s3", patron_id=None))
    crew, office = board(morning.dana), board(morning.olivia)
    for form in (crew, office):
        assert "Captain Cory, afternoon\nSat May 23, 1:00 PM · Pelican" in form.text
        assert "⚪ 0 aboard of 3 expected · boat takes 12" in form.text
        assert "1 signature is not matched to a party yet" in form.text
        assert row_of(form, "dave") == ["*Dave Kowalski*", "🟢 Clear to board", "Check in"]
    assert row_of(crew, "ana") == ["*Ana Lima* · 2 people", "🔴 Not clear: payment · 1 of 2 signed", "Let aboard…"]
    assert row_of(office, "ana")[1] == "🔴 Not clear: owes $250.00 · 1 of 2 signed"
    assert "$" not in crew.text
    assert options_of(crew, "ana") == [
        "Show QR for Ana Lima's party",
        "Number of people…",
        "Not all aboard…",
        "No-show…",
    ]
    assert options_of(office, "dave") == ["Number of people…", "No-show…", "Take off the roster…"]


def test_it_opens_by_words_by_channel_by_day_and_asks_where_that_is_not_clear(morning: BotStage) -> None:
    for text, channel in ((EID, "C0DOCK"), ("cory", "C0DOCK"), ("", "C0CORY"), ("", "C0DOCK")):
        assert "0 aboard of 3" in board(morning.dana, text, channel=channel).text
        morning.dana.form.close()
    morning.put(a_row("2026-05-24-captain-cory-afternoon"))
    morning.restart()
    assert "Sat May 23" in board(morning.dana, "cory").text, "of several, today's"
    morning.dana.form.close()
    morning.put(a_row("2026-05-23-golden-gate-sunset", title="Golden Gate sunset", channel="C0SUNSET"))
    morning.restart()
    for text, said in (
        ("", "Whose boarding list?"),
        ("captain nobody", "fits no event. Pick one from the list."),
        ("2026-05-23", ""),
    ):
        morning.dana.command("/board", text)
        question = last(morning.dana)
        assert question.ephemeral
        assert said in question.text
        morning.dana.click(question, action_id="board_open.2026-05-23-golden-gate-sunset")
        assert "Golden Gate sunset" in morning.dana.form.text
        morning.dana.form.close()
    assert not morning.dana.troubles


def test_guests_and_strangers_are_refused(morning: BotStage) -> None:
    morning.gus.command("/board", EID)
    assert last(morning.gus).text.startswith(SORRY)
    assert morning.slack.modals.top("U0GUS") is None


def test_one_press_checks_in_and_neither_a_second_tap_nor_a_second_phone_counts_twice(morning: BotStage) -> None:
    dana, marco = board(morning.dana), board(morning.marco)
    press(dana, "board_check_in", "dave")
    checked_in = [
        "*Dave Kowalski*",
        ":white_check_mark: *1 aboard* · <@U0DANA>, 1:30 PM",
        "Take back…",
    ]
    assert row_of(dana, "dave") == checked_in
    assert "🟠 1 aboard of 3 expected" in dana.text
    again(morning)  # over a view that has changed since
    press(marco, "board_check_in", "dave")  # his list is older
    assert row_of(dana, "dave") == row_of(marco, "dave") == checked_in, "it says who was first"
    assert aboard(morning) == {"dave": 1}
    assert morning.rows("#change:") == []


def test_refresh_shows_the_next_party_first_and_a_press_moves_no_row(morning: BotStage) -> None:
    form = board(morning.dana)
    for patron, reason in (("ana", "pays on board"), ("dave", "")):
        if reason:
            press(form, "board_let_aboard", patron).fill("reason", reason).submit()
        else:
            press(form, "board_check_in", patron)
        assert parties_of(form) == ["ana", "dave"]
    press(form, "board_take_back", "dave")
    morning.clock.moment += timedelta(minutes=1)
    form.click("board_refresh")
    assert parties_of(form) == ["dave", "ana"]
    press(form, "board_check_in", "dave")
    assert parties_of(form) == ["dave", "ana"]


def test_an_older_list_takes_no_newer_check_in_back(morning: BotStage) -> None:
    dana, marco = board(morning.dana), board(morning.marco)
    press(dana, "board_check_in", "dave")
    dana.click("board_refresh")
    marco.click("board_refresh")
    press(marco, "board_take_back", "dave")
    morning.clock.moment += timedelta(minutes=1)
    press(marco, "board_check_in", "dave")
    press(dana, "board_take_back", "dave")
    assert ":warning: Dave Kowalski was checked in again at 1:31 PM, so nothing is taken back." in dana.text
    assert aboard(morning) == {"dave": 1}
    press(dana, "board_take_back", "dave")
    assert aboard(morning) == {}, "the list that she saw then is the newest"


def test_taking_back_asks_first_and_leaves_a_trace(morning: BotStage) -> None:
    form = board(morning.dana)
    press(form, "board_check_in", "dave")
    asks = form.block("party_of.dave")["elements"][0]["confirm"]
    assert asks["text"]["text"] == "Dave Kowalski: 1 person would not be aboard any more."
    press(form, "board_take_back", "dave")
    again(morning)
    assert row_of(form, "dave")[-1] == "Check in"
    assert aboard(morning) == {}
    assert [(row["what"], row["from"], row["to"]) for row in morning.rows("#change:")] == [("aboard", "1", "")]


def test_a_press_is_one_read_one_transaction_and_one_slack_call(morning: BotStage) -> None:
    morning.restart(CREW_USERS="U0DANA")
    with morning.counting() as cost:
        form = board(morning.dana)
    assert (cost.table, cost.slack) == ({"Query": 1}, ["views.open"])
    for action in ("board_check_in", "board_take_back", "board_check_in"):
        with morning.counting() as cost:
            press(form, action, "dave")
        assert (cost.table, cost.slack) == ({"Query": 1, "TransactWriteItems": 1}, ["views.update"]), action
    with morning.counting() as cost:
        form.click("board_cast_off")
    # The frozen list has the names of those who have no crew row.
    assert (cost.table, cost.slack) == ({"Query": 2, "TransactWriteItems": 1}, ["users.info", "views.update"])
    with morning.counting() as cost:
        form.click("board_refresh")
    assert (cost.table, cost.slack) == ({"Query": 1}, ["views.update"])


def test_the_role_of_an_open_list_costs_no_question_after_a_cold_start(morning: BotStage) -> None:
    form = board(morning.dana)
    morning.restart()
    with morning.counting() as cost:
        press(form, "board_check_in", "dave")
    assert cost.slack == ["views.update"]


def test_an_event_of_which_only_the_crew_is_known_has_an_empty_list(bare_bot_stage: BotStage) -> None:
    eid = "2026-05-30-captain-mia-morning"
    bare_bot_stage.put(a_crew_row(eid, name="Mia Chen"))
    form = board(bare_bot_stage.dana, eid)
    assert "Nobody is on this roster yet." in form.text
    form.click("board_cast_off")
    assert "Nobody is checked in yet, so there is no list to freeze." in form.text
    assert bare_bot_stage.rows("#", eid) == []


def test_two_hundred_parties_are_five_pages_and_a_press_stays_on_its_page(bot_stage: BotStage) -> None:
    line = {"party": Decimal(1), "due": Decimal(0)}
    names = {f"p{place:03}": f"{place:03} {'Maximiliana ' * 6}"[:80] for place in range(200)}
    bot_stage.put(a_row(patrons={patron: line | {"name": name} for patron, name in names.items()}))
    form = board(bot_stage.dana)
    assert "Page 1 of 5 · 200 in all" in form.text
    form.click("board_page.next")
    choose(form, "p040", "No-show…").fill("reason", "x" * 200).submit()
    assert "Page 2 of 5" in form.text
    for _ in range(3):
        form.click("board_page.next")
    assert "Page 5 of 5" in form.text
    let = press(form, "board_let_aboard", "p190").fill("reason", "y" * 200)
    let.submit()
    assert row_of(form, "p190")[1].startswith(":white_check_mark: *1 aboard*")
    assert "Page 5 of 5" in form.text
    assert not bot_stage.dana.troubles, bot_stage.dana.trouble_log
