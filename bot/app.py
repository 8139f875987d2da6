"""Routes of the bot, all on one page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot import board_ids, cash_ids, event_menu, home_ids, month_ids, open_ids, wanted, words
from bot.admin_ids import (
    ADD_PATRON,
    EDIT_PATRON,
    LINT_PAGE,
    LIVE,
    LOG_PAYMENT,
    NEW_EVENT,
    PASTE_ROSTER,
    PATRON_ADDED,
)
from bot.bolt import acknowledge, asks_for_help, new_app, show_help
from bot.commands import log_payment
from bot.home_ids import OPENED
from bot.lazily import (
    boarding_card,
    boarding_forms,
    boarding_list,
    cash,
    dispatch,
    edit_event,
    group_payment,
    history,
    home,
    lint,
    log_from_message,
    matching,
    month,
    new_event,
    open_money,
    passenger_list,
    paste_roster,
    patrons,
    payment_status,
    remind,
    taking_back,
    undo,
    undo_group,
    version,
    waiver,
    write_off,
)
from bot.money_routes import route_money
from bot.passenger_links import named_link
from bot.refused import answer
from bot.route_ids import (
    LOG_SHORTCUT,
    MESSAGE_SHORTCUT,
    NEW_EVENT_SHORTCUT,
    ONE,
    OPEN_DISPATCH,
    OPEN_TRIP,
    PATRONS,
    PICK_NAME,
    SEVERAL,
    SHARE_WAIVER,
    STATUS_PAGE,
    TAKE_BACK_CARD,
)
from bot.routing import Begins, Named, Routes
from bot.signature_menu import MATCH, SET_ASIDE
from bot.take_back_menu import TAKE_BACK
from bot.undo_menu import ASK_OFFICE, ASK_OFFICE_OF_GROUP, UNDO, UNDO_GROUP, VOID_AS_ASKED
from bot.views.log_payment import EVENT, PATRON
from bot.views.payment_form import FORM, GROUP_FORM, RECEIPT
from bot.views.remarks import SWITCH
from bot.views.walk_up import DUE, PARTY
from bot.waiver_menu import OPEN, REMIND, SHOW_QR
from charter.group_payments import SHARE as OWN_SHARE

if TYPE_CHECKING:
    from slack_bolt import App
    from slack_sdk import WebClient

    from bot.access import Access
    from bot.commands.dispatch import LinkMaker
    from bot.passenger_links import NamedLink, PassengerLink
    from bot.services import Services
    from bot.settings import BotSettings


def create_app(  # noqa: PLR0913 - what the routes need, by name
    *,
    settings: BotSettings,
    slack: WebClient,
    access: Access,
    services: Services,
    dispatch_link: LinkMaker,
    passenger_link: PassengerLink,
) -> App:
    """Return the Bolt app. It answers in one synchronous pass, and Bolt never calls auth.test."""
    bolt = new_app(settings, slack, access)
    bolt.error(answer)
    app = Routes()
    public_base_url = settings.public_base_url

    _route_cash(app, services, access)
    _route_commands(app, services, public_base_url)
    app.command("/dispatch")(partial(dispatch.send_link, access=access, make_link=dispatch_link))

    _route_payment_form(app, services)

    route_money(app, services)
    _route_status(app, services)
    _route_admin_forms(app, services, public_base_url)
    _route_boarding(app, services, access)
    _route_home(app, services, public_base_url)
    _route_passenger_list(app, services, partial(named_link, access=access, make_link=passenger_link))

    for link in (OPEN, SHOW_QR, OPEN_DISPATCH, board_ids.PRINT):
        app.action(link)(acknowledge)
    app.action(Begins(f"{SHARE_WAIVER}."))(
        partial(waiver.share_picked, services=services, public_base_url=public_base_url)
    )
    return app.serve(bolt)


def _route_cash(app: Routes, services: Services, access: Access) -> None:
    """Route `/payment-status cash`, before the general `/payment-status`, and the forms and buttons of a hand-over."""
    app.command("/payment-status", matchers=[wanted.cash])(partial(cash.show, services=services))
    app.action(cash_ids.HAND_OVER)(partial(cash.open_form, services=services))
    app.view(cash_ids.HAND_OVER)(partial(cash.submit, services=services, access=access))
    app.action(cash_ids.I_HAVE_IT)(partial(cash.accept, services=services))
    app.action(cash_ids.ANOTHER_SUM)(partial(cash.open_decline, services=services))
    app.view(cash_ids.ANOTHER_SUM)(partial(cash.decline, services=services))
    app.action(cash_ids.TAKE_BACK)(partial(cash.take_back, services=services))
    app.action(cash_ids.WRITE_OFF)(partial(write_off.open_form, services=services))
    app.view(cash_ids.WRITE_OFF)(partial(write_off.submit, services=services))


def _route_commands(app: Routes, services: Services, public_base_url: str) -> None:
    """Route the commands, their help, and the button that takes back what they posted."""
    app.action(TAKE_BACK)(taking_back.take_back)
    app.action(TAKE_BACK_CARD)(partial(boarding_card.take_back, services=services))
    app.command(frozenset(words.HELP), matchers=[asks_for_help])(show_help)
    app.command("/log-payment")(partial(log_payment.open_form, services=services))
    app.command("/payment-status", matchers=[wanted.edit_event])(partial(edit_event.from_command, services=services))
    app.command("/payment-status", matchers=[wanted.boarding_card])(partial(boarding_card.ask, services=services))
    app.command("/payment-status", matchers=[wanted.new_event])(partial(new_event.open_form, services=services))
    app.command("/payment-status", matchers=[wanted.lint])(partial(lint.show, services=services))
    app.command("/payment-status", matchers=[wanted.version])(partial(version.show, services=services))
    app.command("/payment-status", matchers=[wanted.month])(partial(month.show, services=services))
    app.command("/payment-status", matchers=[wanted.roster])(partial(paste_roster.from_command, services=services))
    app.command("/payment-status", matchers=[wanted.open_money])(partial(open_money.show, services=services))
    app.command("/payment-status", matchers=[wanted.history])(partial(history.show, services=services))
    app.command("/payment-status")(partial(payment_status.show, services=services))
    app.command("/waiver", matchers=[wanted.reminder])(partial(remind.from_command, services=services))
    app.command("/waiver")(partial(waiver.share, services=services, public_base_url=public_base_url))
    app.command("/board")(partial(boarding_list.open_list, services=services))


def _route_payment_form(app: Routes, services: Services) -> None:
    """Route the shortcuts to the form that logs a payment, its inputs and buttons, and the undo of a payment."""
    app.global_shortcut(LOG_SHORTCUT)(partial(log_from_message.open_empty, services=services))
    app.message_shortcut(MESSAGE_SHORTCUT)(partial(log_from_message.open_from_message, services=services))
    app.options(Named(EVENT))(partial(log_payment.offer_events, services=services))
    app.options(Named(PATRON))(partial(log_payment.offer_patrons, services=services))
    app.action(Named(EVENT))(partial(log_payment.pick_event, services=services))
    app.action(Begins(f"{SWITCH}."))(partial(log_payment.switch_event, services=services))
    app.action(Named(PATRON))(partial(log_payment.pick_patron, services=services))
    app.action(PARTY)(partial(log_payment.change_walk_up, services=services))
    app.action(Begins(f"{DUE}."))(partial(log_payment.change_walk_up, services=services))
    app.view(FORM)(partial(log_payment.submit, services=services))
    app.view(RECEIPT)(partial(log_payment.log_another, services=services))
    app.action(SEVERAL)(partial(group_payment.open_for_several, services=services))
    app.action(ONE)(partial(group_payment.back_to_one, services=services))
    app.options(Begins(f"{PATRONS}."))(partial(group_payment.offer_patrons, services=services))
    app.action(Begins(f"{PATRONS}."))(partial(group_payment.pick_patrons, services=services))
    app.action(Begins(OWN_SHARE))(partial(group_payment.change_amount, services=services))
    app.view(GROUP_FORM)(partial(group_payment.submit, services=services))
    _route_undo(app, services)


def _route_undo(app: Routes, services: Services) -> None:
    """Route the undo of a payment or of a group of them, and the requests to the office."""
    app.action(Named(UNDO))(partial(undo.undo, services=services))
    app.action(UNDO_GROUP)(partial(undo_group.undo, services=services))
    app.action(ASK_OFFICE_OF_GROUP)(partial(undo_group.ask_office, services=services))
    app.action(ASK_OFFICE)(partial(undo.ask_office, services=services))
    app.action(VOID_AS_ASKED)(partial(undo.void_as_asked, services=services))


def _route_admin_forms(app: Routes, services: Services, public_base_url: str) -> None:
    """Route the admins' forms: new and edited events, patrons, and the list of malformed ids."""
    app.global_shortcut(NEW_EVENT_SHORTCUT)(partial(new_event.open_form, services=services))
    for block_id in LIVE:
        app.action(Named(block_id), block_id=block_id)(partial(new_event.correct, services=services))
    app.view(NEW_EVENT)(partial(new_event.create, services=services, public_base_url=public_base_url))
    app.action(LOG_PAYMENT)(partial(new_event.log_payment, services=services))
    for form in (event_menu.EDIT, event_menu.CANCEL, event_menu.BRING_BACK):
        app.action(form)(partial(edit_event.open_form, services=services))
        submit = edit_event.save if form == event_menu.EDIT else edit_event.change_status
        app.view(form)(partial(submit, services=services))
    app.action(Begins(event_menu.LIVE))(partial(edit_event.correct, services=services))

    app.action(ADD_PATRON)(partial(patrons.open_add, services=services))
    app.view(ADD_PATRON)(partial(patrons.add, services=services))
    app.view(PATRON_ADDED)(partial(patrons.add_another, services=services))
    app.action(PASTE_ROSTER)(partial(paste_roster.open_form, services=services))
    app.view(PASTE_ROSTER)(partial(paste_roster.submit, services=services))
    app.action(EDIT_PATRON)(partial(patrons.open_edit, services=services))
    app.action(Begins("party."), block_id="party")(partial(patrons.offer_due, services=services))
    app.view(EDIT_PATRON)(partial(patrons.edit, services=services))

    app.action(Begins(f"{LINT_PAGE}."))(partial(lint.turn, services=services))


def _route_status(app: Routes, services: Services) -> None:
    """Route the buttons of the status, the menus that match signatures, there and below posts, and the reminders."""
    app.action(Begins(f"{STATUS_PAGE}."))(partial(payment_status.turn, services=services))
    app.action(PICK_NAME)(partial(payment_status.pick, services=services))
    app.action(Begins(f"{month_ids.SHOW}."))(partial(month.turn, services=services))
    app.action(month_ids.CLOSE)(partial(month.close, services=services))
    app.action(Begins(f"{open_ids.TURN}."))(partial(open_money.turn, services=services))
    app.action(OPEN_TRIP)(partial(payment_status.pick_trip, services=services))
    app.options(MATCH)(partial(matching.offer, services=services))
    app.action(MATCH)(partial(matching.match, services=services))
    app.action(Begins(f"{REMIND}."))(partial(remind.press, services=services))
    app.action(Begins(f"{SET_ASIDE}."))(partial(matching.set_aside, services=services))


def _route_boarding(app: Routes, services: Services, access: Access) -> None:
    """Route the boarding list: its buttons, each party's menu, and the forms on top of it."""
    app.action(Begins(f"{board_ids.OPEN}."))(partial(boarding_list.open_picked, services=services))
    app.action(board_ids.CHECK_IN)(partial(boarding_list.check_in, services=services))
    app.action(board_ids.TAKE_BACK)(partial(boarding_list.take_back, services=services))
    app.action(board_ids.MENU)(partial(boarding_list.choose, services=services))
    app.action(board_ids.CAST_OFF)(partial(boarding_list.cast_off, services=services, access=access))
    app.action(board_ids.REFRESH)(partial(boarding_list.refresh, services=services))
    app.action(Begins(f"{board_ids.PAGE}."))(partial(boarding_list.turn, services=services))
    app.action(board_ids.LET_ABOARD)(partial(boarding_forms.open_let_aboard, services=services))
    app.action(board_ids.REOPEN)(partial(boarding_forms.open_reopen, services=services))
    app.action(board_ids.PARTY)(partial(boarding_forms.offer_due, services=services))
    app.view(board_ids.LET_ABOARD)(partial(boarding_forms.let_aboard, services=services))
    app.view(board_ids.PARTY)(partial(boarding_forms.correct_party, services=services))
    app.view(board_ids.NO_SHOW)(partial(boarding_forms.mark_no_show, services=services))
    app.view(board_ids.REMOVE)(partial(boarding_forms.remove, services=services))
    app.view(board_ids.REOPEN)(partial(boarding_forms.reopen, services=services))


def _route_home(app: Routes, services: Services, public_base_url: str) -> None:
    """Route the Home tab and its buttons, beside those that open the boarding list and the waiver."""
    show = partial(home.show, services=services, public_base_url=public_base_url)
    app.event(OPENED)(show)
    app.action(home_ids.REFRESH)(show)
    opened_here = frozenset({FORM, GROUP_FORM, RECEIPT, board_ids.LIST, home_ids.EVENT, cash_ids.DONE})
    app.view_closed(opened_here)(show)
    app.action(Begins(f"{home_ids.LOG}."))(partial(home.log, services=services))
    app.action(Begins(f"{home_ids.EVENT}."))(partial(home.open_event, services=services))
    app.action(open_ids.HOME)(partial(open_money.open_form, services=services))
    app.action(Begins(f"{home_ids.UNDO}."))(partial(home.undo, services=services, public_base_url=public_base_url))
    app.action(Begins(f"{home_ids.ASK_OFFICE}."))(
        partial(home.ask_office, services=services, public_base_url=public_base_url)
    )
    app.action(home_ids.LOG_ANY)(partial(log_from_message.open_empty, services=services))


def _route_passenger_list(app: Routes, services: Services, link_for: NamedLink) -> None:
    """Route the passenger list, which opens on top of the boarding list."""
    app.action(board_ids.PASSENGERS)(partial(passenger_list.show, services=services, link_for=link_for))
    app.action(Begins(f"{board_ids.PASSENGERS_PAGE}."))(
        partial(passenger_list.turn, services=services, link_for=link_for)
    )
