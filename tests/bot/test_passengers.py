"""The passenger list in Slack: names, guardians, signatures, phones around the day, and the link to print it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest

from charter.roles import Role
from tests.bot.test_board import board, choose, morning, press  # noqa: F401 - a fixture
from tests.builders import EID, a_crew_row, a_row, a_signature_row
from web.tokens import Caller, Tokens

if TYPE_CHECKING:
    from devkit.slack import Modal, Person
    from tests.bot.conftest import BotStage

CALL = "<tel:+14155550114|+1 (415) 555-0114>"


@pytest.fixture
def party(morning: BotStage) -> BotStage:  # noqa: F811 - the fixture
    """The bot over an event whose captain is Marco, with Rosa's party of four: two signed, one of them for a minor."""
    rosa = {"name": "Rosa Delgado", "party": Decimal(4), "due": Decimal(0), "phone": "+1 (415) 555-0114"}
    odd = {"name": "Odd", "party": Decimal(1), "due": Decimal(0), "phone": "ask <!here> | Bo"}
    row = morning.row()
    morning.put(
        {**row, "patrons": row["patrons"] | {"rosa": rosa, "odd": odd}},
        a_signature_row("s2", name="Rosa Delgado", patron_id="rosa", minors=["Leo Delgado"]),
        a_signature_row("s3", name="Zed Quist", patron_id=None),
        a_crew_row(crew_id="U0MARCO", name="Marco Silva"),
        a_crew_row(crew_id="deck", role="deckhand", name="Jo Park"),
    )
    return morning


def passengers(person: Person) -> Modal:
    """The passenger list as its button opens it."""
    top = board(person).click("board_passengers")
    assert top is not None
    assert top.title == "Passenger list", (top.text, person.trouble_log)
    return top


def _raw(form: Modal) -> str:
    return "\n".join(block["text"]["text"] for block in form.blocks if block["type"] == "section")


def _caller(bot_stage: BotStage, listed: Modal) -> Caller:
    """Return the identity that the web function reads from the token in the link to the printed list."""
    page, _, fragment = listed.block("print")["elements"][0]["url"].partition("#")
    settings, claims = bot_stage.world.lambda_function.settings, dict(parse_qsl(fragment))
    assert (page, claims["eid"]) == (f"{settings.public_base_url}/dispatch/passengers.html", EID)
    tokens = Tokens(settings.admin_token_secret, settings.public_base_url, now=lambda: bot_stage.clock.moment)
    return tokens.reader({"authorization": f"Bearer {claims['token']}"})


def test_everybody_is_named_with_guardian_and_signature_those_aboard_first(party: BotStage) -> None:
    form = board(party.dana)
    press(form, "board_let_aboard", "rosa").fill("reason", "two sign on board").fill("count", "3").submit()
    choose(form, "ana", "No-show…").fill("reason", "ill").submit()
    listed = form.click("board_passengers")
    assert listed is not None
    assert "3 aboard of 6 expected" in listed.text
    assert "Captain: Marco Silva · Crew: Jo Park" in listed.text
    assert _raw(listed).split("\n") == [
        "*Aboard*",
        f"*Rosa Delgado* · 4 people · :white_check_mark: 3 at 1:30 PM · {CALL}",
        "• Rosa Delgado · signed",
        "• Leo Delgado, minor, with Rosa Delgado · signed",
        "• 2 people not named",
        "• Let aboard by <@U0DANA> because “two sign on board”",
        "*Not aboard*",
        "*Dave Kowalski*",
        "• Dave Kowalski · signed",
        "*Odd* · ask &lt;!here&gt;   Bo".replace("   ", " "),
        "• Odd · *not signed*",
        "*Not expected*",
        "*Ana Lima* · 2 people · no-show",
        "• Ana Lima · *not signed*",
        "• 1 person not named",
        ":grey_question: *Signed, but not matched to a party*",
        "• Zed Quist · signed",
    ]
    assert _caller(party, listed) == Caller("U0DANA", "Dana Reyes", Role.CREW, EID, captain=False)
    listed.click("print_passengers")
    assert not party.dana.troubles


def test_crew_see_phones_from_the_day_before_to_the_day_after_and_admins_always(party: BotStage) -> None:
    noon = party.clock.moment
    seen = {}
    for days in (-2, -1, 0, 1, 2):
        party.clock.moment = noon + timedelta(days=days)
        seen[days] = [CALL in _raw(passengers(person)) for person in (party.dana, party.olivia)]
    assert seen == {-2: [False, True], -1: [True, True], 0: [True, True], 1: [True, True], 2: [False, True]}


def test_the_captains_link_says_so_and_an_admins_is_an_admins(party: BotStage) -> None:
    assert _caller(party, passengers(party.marco)) == Caller("U0MARCO", "Marco Bell", Role.CREW, EID, captain=True)
    with party.counting() as cost:
        listed = passengers(party.olivia)
    assert cost.table == {"Query": 3}
    assert cost.slack[-1] == "views.push"
    assert _caller(party, listed) == Caller("U0OLIVIA", "Olivia Park", Role.ADMIN)


def test_after_cast_off_it_is_the_frozen_list(party: BotStage) -> None:
    form = board(party.dana)
    press(form, "board_check_in", "dave")
    form.click("board_cast_off")
    row = party.row()
    party.put({**row, "patrons": row["patrons"] | {"dave": {**row["patrons"]["dave"], "name": "Somebody Else"}}})
    listed = passengers(party.marco)
    assert "cast off at 1:30 PM by @Dana Reyes" in listed.text
    assert "*Dave Kowalski* · :white_check_mark: 1 at 1:30 PM" in _raw(listed)
    assert "Somebody Else" not in listed.text


def test_a_long_list_turns_its_pages(bot_stage: BotStage, caplog: pytest.LogCaptureFixture) -> None:
    crowd = {f"p{n:03}": {"name": f"Guest {n:03}", "party": Decimal(1), "due": Decimal(0)} for n in range(100)}
    bot_stage.put(a_row(patrons=crowd))
    listed = passengers(bot_stage.dana)
    assert "Page 1 of 3" in listed.text
    for _ in range(2):
        listed.click("passengers_page.next")
    assert "Page 3 of 3" in listed.text
    assert "Guest 099" in listed.text
    bot_stage.slack.fail("views.update", error="not_found")
    listed.click("passengers_page.back")
    assert "SlackApiError" not in caplog.text, "it was closed meanwhile, and nobody reads the page"
