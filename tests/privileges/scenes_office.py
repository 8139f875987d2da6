"""Olivia of the office uses all that is for the office alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import bot.settling
from adapters.books import DynamoBooks
from announce.posts import request_line
from charter.void_requests import VoidRequested
from devkit.slack.people import BOT_USER_ID
from devkit.slack.seen import Message
from tests.bot.conftest import last, opened
from tests.bot.trips import ISLAND
from tests.builders import EID, NOW, ZONE
from tests.privileges.scenes_crew import press_first

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.bot.conftest import BotStage
    from tests.privileges.film import Film

OFF = "2026-05-25-captain-mia-morning"
LATER = "2026-05-30-captain-cory-sunset"


def play_office(film: Film) -> None:
    """Play all of it."""
    stage = film.stage
    _answers(film)
    _corrections(film)
    _requests(stage)
    _rosters(film)
    _events(film)
    _settling(stage)
    _cash(film)
    _home(film)
    _beyond_capacity(film)


def _below(stage: BotStage, text: str, action_id: str) -> Modal:
    """Return the form that a button below a status opens."""
    stage.olivia.command("/payment-status", text)
    stage.olivia.click(last(stage.olivia), action_id=action_id)
    assert not stage.olivia.troubles, stage.olivia.trouble_log
    return stage.olivia.form


def _answers(film: Film) -> None:
    olivia = film.stage.olivia
    for word in ("lint", "version", "month", "open"):
        olivia.command("/payment-status", word)
    olivia.command("/payment-status", EID)
    olivia.click(last(olivia), action_id="open_patron", value="dave")
    film.press("action open_patron", "lint_page.next", '{"page": 0}')
    film.press("action open_patron", "open_money_page.next", '{"text": "open", "page": 0}')
    olivia.command("/payment-status", "last month")
    olivia.click(last(olivia), action_id="month.trips.2026-04")
    olivia.command("/payment-status", "last month")
    olivia.click(last(olivia), action_id="month_close")
    olivia.command("/dispatch")
    olivia.click(last(olivia), action_id="open_dispatch")


def _corrections(film: Film) -> None:
    stage = film.stage
    with film.as_("void"):
        stage.olivia.command("/log-payment", f"{EID} void bo")
    stage.olivia.form.close()
    form = _below(stage, f"{EID} mo", "void_entry")
    form.choose("payment_id", "5.00", pick="$5.00").fill("reason", "twice").submit()
    form.close()
    form = _below(stage, f"{EID} bo", "refund_payment").fill("amount", "1").fill("reason", "rain")
    form.submit()
    form.close()
    form = _below(stage, f"{EID} cleo", "returned_payment").fill("reason", "no cover")
    form.submit()
    form.close()
    form = _below(stage, f"{EID} cleo", "adjust_due").choose("kind", "Discount").fill("amount", "5")
    form.fill("reason", "friend").submit()
    form.close()
    form = _below(stage, f"{EID} mo", "move_patron").choose("event", "sunset")
    form.submit()
    film.suggest("options move_to", "payment_id", {"eid": EID, "patron": "bo"})
    stage.olivia.form.fill("reason", "wind").submit()
    stage.olivia.form.close()


def _requests(stage: BotStage) -> None:
    event = stage.world.lambda_function.ledger.event(EID)
    edit = next(each for each in event.edits if each.what == "void_requested" and each.patron_id == "bo")
    entry = event.payment("bo").entry(edit.after)
    patron = event.patron("bo")
    assert entry is not None
    assert patron is not None
    line = request_line(VoidRequested(event, patron, entry, edit, NOW), by="Dana Reyes")
    post = stage.slack.board.add(channel="C0OFFICE", user=BOT_USER_ID, payload=line)
    stage.olivia.click(Message(stage.slack, "U0OLIVIA", post), action_id="void_as_asked")


def _rosters(film: Film) -> None:
    stage = film.stage
    form = _below(stage, LATER, "add_patron").fill("name", "Yan Ito").fill("party", "1")
    form.submit()
    form.submit()
    stage.olivia.form.close()
    form = _below(stage, f"{EID} dave", "edit_patron").fill("party", "2").fill("email", "dave@example.com")
    form.submit()
    form.close()
    stage.olivia.command("/payment-status", f"roster {LATER}")
    stage.olivia.form.close()
    form = _below(stage, LATER, "paste_roster").fill("list", "Uma Berg, 2, 100")
    form.submit()
    with film.as_("the plan"):
        stage.olivia.form.submit()
    stage.olivia.form.close()


def _events(film: Film) -> None:
    stage, olivia = film.stage, film.stage.olivia
    olivia.command("/payment-status", "new")
    olivia.form.close()
    olivia.shortcut("new_event")
    form = olivia.form.fill("day", "2026-06-06").fill("time", "18:30").fill("title", "Mia").fill("captain", "Mia")
    form.choose("period", "Evening").submit()
    assert not form.errors, form.errors
    olivia.click(olivia.form, action_id="log_payment_for")
    olivia.form.close(everything=True)
    olivia.command("/payment-status", f"edit {LATER} price 160")
    olivia.form.close()
    form = _below(stage, LATER, "edit_event").fill("title", "Cory at dusk").fill("boat", "Pelican")
    form.submit()
    form.close()
    form = _below(stage, LATER, "cancel_event").fill("reason", "gale")
    form.submit()
    form.close()
    form = _below(stage, LATER, "bring_back_event")
    form.submit()
    form.close()


def _settling(stage: BotStage) -> None:
    form = _below(stage, OFF, "settle_money").choose("decision", "Refund").fill("reason", "gale")
    assert stage.olivia.form.suggest("patrons", "Walter")
    form.suggest("event", "Cory")
    form.submit()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.settling, "left", lambda: 0.0)  # one decision is carried out in time
        stage.olivia.form.submit()
    stage.olivia.form.close()
    form = _below(stage, OFF, "settle_go_on")
    form.submit()
    form.close()


def _cash(film: Film) -> None:
    stage, olivia = film.stage, film.stage.olivia
    books = DynamoBooks(stage.world.client, stage.world.table, zone=ZONE, currency="USD")
    for row in stage.rows("#handover:", "#cash"):
        books.refresh_hand_over(row["crew_id"].removeprefix("#handover:"))
    film.changed()
    olivia.command("/payment-status", "cash")
    olivia.click(last(olivia), action_id="cash_hand_over")
    olivia.form.fill("counted", "1").choose("to", "The bank").fill("reference", "7")
    with film.as_("to the bank"):
        olivia.form.submit()
    olivia.form.close()
    olivia.command("/payment-status", "cash")
    olivia.click(last(olivia), action_id="cash_write_off", value="U0DANA")
    olivia.form.fill("amount", "1").fill("reason", "Lost in the bilge").submit()
    olivia.form.close()


def _home(film: Film) -> None:
    olivia = film.stage.olivia
    olivia.open_home()
    olivia.home.press("open_money_home")
    olivia.form.close()
    press_first(olivia, "home_event.")
    olivia.form.close()


def _beyond_capacity(film: Film) -> None:
    """Log a walk-up of a full boat, with a reason."""
    olivia = film.stage.olivia
    form = opened(olivia, ISLAND).choose("patron", "Kit Roe", pick="New patron “Kit Roe”").choose("method", "Cash")
    form.fill("due", "10").fill("amount", "10").fill("reason", "a child")
    with film.as_("beyond the capacity"):
        form.submit()
    assert not form.errors, form.errors
    form.close()
