"""Dana of the crew uses all that crew may use: the payment form, undo, statuses, waivers, cash, and the Home tab."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from adapters.books import DynamoBooks
from announce.group_posts import GroupPosts
from bot.cash_menu import row_for_giver, row_for_receiver
from charter.announcements import EntryLogged
from charter.payments import Kind
from devkit.slack.forms import elements
from devkit.slack.people import BOT_USER_ID
from devkit.slack.seen import Message
from tests.bot.conftest import last, logged, opened
from tests.bot.test_undo import posted, walked_up
from tests.bot.trips import ISLAND, the_button
from tests.builders import EID, NOW, ZONE

if TYPE_CHECKING:
    from devkit.slack import Modal, Person
    from tests.bot.conftest import BotStage
    from tests.privileges.film import Film

LATER = "2026-05-30-captain-cory-sunset"


def play_crew(film: Film) -> None:
    """Play all of it."""
    stage = film.stage
    _payments(stage)
    _several(stage)
    _undo(stage)
    _too_late(stage)
    _statuses(film)
    _waivers(stage)
    _cash(film)
    _home(stage)


def _payments(stage: BotStage) -> None:
    dana = stage.dana
    dana.command("/log-payment", "help")
    dana.shortcut("log_payment")
    dana.form.choose("event", "Captain Cory, afternoon")
    dana.form.choose("patron", "dave", pick="dave")
    dana.form.close()
    dana.message_shortcut(dana.say("Dave paid 20 cash"), "log_payment_message")
    dana.form.close()
    form = opened(dana, f"{EID} pat 20 cash")
    block_id, button = the_button(form, "Switch", "Pat")
    form.click(button["action_id"], block_id=block_id)
    form.close()
    walked_up(dana, "Zed Quist", party="2", due="200").close()
    logged(dana, f"{EID} dave 20 cash").submit()
    dana.form.close()


def _several(stage: BotStage) -> None:
    form = opened(stage.dana, f"{EID} dave 20 venmo")
    form.click("pay_for_several")
    form.choose("patrons", "Ana").fill("share.ana", "30")
    form.click("pay_for_one")
    form.close()
    receipt = _together(stage)
    post = _posted_together(stage)
    stage.dana.click(post, action_id="undo_group")
    receipt.close()


def _together(stage: BotStage) -> Modal:
    """Return the receipt of payments for Dave and Ana, of a second after everything before."""
    stage.clock.moment += timedelta(seconds=1)
    form = opened(stage.dana, f"{EID} dave and ana venmo").fill("share.dave", "7").fill("share.ana", "8")
    form.submit()
    assert form.title == "Payment logged", form.text
    return form


def _posted_together(stage: BotStage) -> Message:
    """Return the post of the newest group in #dock, as the announcements write it."""
    event = stage.world.lambda_function.ledger.event(EID)
    patron, entries = event.patron("dave"), event.payment("dave").entries
    assert patron is not None
    services: Any = SimpleNamespace(poster=SimpleNamespace(name=lambda _id: "Dana Reyes"), now=lambda: NOW)
    entry = [each for each in entries if each.group and each.kind is Kind.PAYMENT][-1]
    message = GroupPosts(services=services).message(EntryLogged(event, patron, entry, NOW))
    assert message is not None
    post = stage.slack.board.add(channel="C0DOCK", user=BOT_USER_ID, payload=message)
    return Message(stage.slack, "U0DANA", post)


def _undo(stage: BotStage) -> None:
    receipt = logged(stage.dana, f"{EID} dave 31 cash")
    receipt.click("undo_entry")
    receipt.close()


def _too_late(stage: BotStage) -> None:
    logged(stage.dana, f"{EID} bo 32 cash")
    post = posted(stage, "bo")
    _together(stage)
    of_both = _posted_together(stage)
    stage.slack.modals.clear("U0DANA")
    stage.clock.moment += timedelta(minutes=11)
    stage.dana.click(post, action_id="undo_entry")
    stage.dana.click(last(stage.dana), action_id="ask_office")
    stage.dana.click(of_both, action_id="undo_group")
    stage.dana.click(last(stage.dana), action_id="ask_office_of_group")


def _statuses(film: Film) -> None:
    dana = film.stage.dana
    dana.command("/payment-status")
    dana.click(last(dana), action_id="open_trip", value=LATER)
    dana.command("/payment-status", EID)
    dana.click(last(dana), action_id="payment_status.changes")
    dana.command("/payment-status", f"{EID} since 10:00")
    dana.command("/payment-status", EID)
    message = last(dana)
    block = next(each for each in message.blocks if str(each["block_id"]).startswith("match:"))
    place, action = block["block_id"], "match_signature"
    (option, *_) = film.stage.slack.suggest(dana.id, message.place, place, action, "dave")["options"]
    film.stage.slack.act(dana.id, message.place, place, action, {"selected_option": option})
    dana.command("/payment-status", EID)
    dana.click(last(dana), action_id="set_aside.0")
    dana.command("/payment-status", f"{EID} public")
    dana.click(last(dana), action_id="take_back_card")


def _waivers(stage: BotStage) -> None:
    dana = stage.dana
    dana.command("/waiver", EID)
    for action_id in ("open_waiver", "show_waiver_qr", "take_back_post"):
        dana.click(last(dana), action_id=action_id)
    dana.command("/waiver", "cory")
    question = last(dana)
    dana.click(question, action_id=f"share_waiver.{EID}")
    dana.command("/payment-status", EID)
    dana.click(last(dana), action_id=f"remind_to_sign.{EID}")
    dana.command("/waiver", f"remind {ISLAND}")


def _cash(film: Film) -> None:
    stage, dana = film.stage, film.stage.dana
    books = DynamoBooks(stage.world.client, stage.world.table, zone=ZONE, currency="USD")
    books.refresh(EID)
    film.changed()
    ids: list[str] = []

    def handed(to: str, sum_: str) -> str:
        stage.clock.moment += timedelta(seconds=1)
        dana.command("/payment-status", "cash")
        dana.click(last(dana), action_id="cash_hand_over")
        form = dana.form.fill("counted", sum_)
        form.choose("to", to)
        if to != "The office":
            form.choose("person", "U0MARCO")
        form.submit()
        assert not form.errors, form.errors
        form.close()
        rows = [str(row["crew_id"]).removeprefix("#handover:") for row in stage.rows("#handover:", "#cash")]
        (new,) = set(rows) - set(ids)
        ids.append(new)
        return new

    to_office, other, back = handed("The office", "3"), handed("The office", "4"), handed("The office", "5")
    to_marco, declined = handed("Somebody", "1"), handed("Somebody", "2")
    _pressed(stage, stage.marco, to_marco, "cash_i_have_it")
    _pressed(stage, stage.marco, declined, "cash_another_sum")
    stage.marco.form.fill("reason", "It is 5").submit()
    stage.marco.form.close()
    _pressed(stage, dana, back, "cash_take_back")
    with film.as_("to the office"):
        _pressed(stage, stage.olivia, to_office, "cash_i_have_it")
    with film.as_("to the office"):
        _pressed(stage, stage.olivia, other, "cash_another_sum")
    with film.as_("to the office"):
        stage.olivia.form.fill("reason", "It is 6").submit()
    stage.olivia.form.close()


def _pressed(stage: BotStage, person: Person, hand_over_id: str, action_id: str) -> None:
    """Press a button below the post of a hand-over."""
    rows = [row_for_giver(hand_over_id) if action_id == "cash_take_back" else row_for_receiver(hand_over_id)]
    post = stage.slack.board.add(channel="C0DOCK", user=BOT_USER_ID, payload={"text": "Cash", "blocks": rows})
    person.click(Message(stage.slack, person.id, post), action_id=action_id)
    assert not person.troubles, person.trouble_log


def _home(stage: BotStage) -> None:
    dana = stage.dana
    logged(dana, f"{EID} bo 5 cash").close()
    logged(dana, f"{EID} ana 6 cash").close()
    dana.open_home()
    dana.home.press("home_refresh")
    press_first(dana, "home_undo.")
    stage.clock.moment += timedelta(minutes=12)
    dana.home.press("home_refresh")
    press_first(dana, "home_ask_office.")
    press_first(dana, "home_log.")
    dana.form.close()
    dana.home.press("home_log_any")
    dana.form.close()


def press_first(person: Person, prefix: str) -> None:
    """Press the first button of the person's Home tab whose id begins so."""
    found = [element["action_id"] for _, element in elements(person.home.blocks)]
    person.home.press(next(each for each in found if each.startswith(prefix)))
