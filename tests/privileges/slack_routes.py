"""Every route of the bot in Slack with its rule. A route of bot/app.py that is not here fails the tests.

A name with `›` is a special case of a route: an option of a menu, words of a command, or a value of a form.
"""

from __future__ import annotations

from typing import Final

from bot import words
from bot.admin_ids import LIVE
from bot.role_refusals import NotPostedByYou
from charter.refusals import NothingHeld, NotTheGiver, NotTheReceiver, NotYours
from tests.privileges.rules import OTHERWISE, YES, Rule, crew, link, office

_LOGGED = "Only Dana Reyes, who logged it, and the office can undo it."
_NOT_YOURS = NotYours.sentence
_POSTED = NotPostedByYou.sentence
_RECEIVER, _GIVER = NotTheReceiver.sentence, NotTheGiver.sentence

_LINKS: Final = {f"action {name}": link() for name in ("open_waiver", "show_waiver_qr")}

_COMMANDS: Final = {
    "command /board /dispatch /log-payment /payment-status /waiver (asks for help)": crew(),
    "command /log-payment": crew(),
    "command /log-payment › void": office(reads_first=True),
    "command /payment-status": crew(note="amounts for the office alone"),
    "command /payment-status (history)": crew(note="amounts for the office alone"),
    "command /payment-status (cash)": crew(note="crew read their own hand, the office everybody's"),
    "command /payment-status (boarding card)": crew(writes=True),
    "command /payment-status (edit event)": office(words.EDIT_FOR_ADMINS),
    "command /payment-status (lint)": office(words.LINT_FOR_ADMINS),
    "command /payment-status (month)": office(words.MONTH_FOR_ADMINS),
    "command /payment-status (new event)": office(words.EVENTS_FOR_ADMINS),
    "command /payment-status (open money)": office(words.OPEN_FOR_ADMINS),
    "command /payment-status (roster)": office(words.ROSTER_FOR_ADMINS),
    "command /payment-status (version)": office(words.VERSION_FOR_ADMINS),
    "command /board": crew(),
    "command /waiver": crew(public=True),
    "command /waiver (reminder)": crew(writes=True, note="names of who has to sign for the office and the captain"),
    "command /dispatch": office(words.DISPATCH_FOR_ADMINS, note="a token of the person's own"),
    "action open_dispatch": crew(note="a link button, which only the office is shown"),
}

_PAYMENTS: Final = {
    "global_shortcut log_payment": crew(),
    "message_shortcut log_payment_message": crew(),
    **{
        f"action {name}": crew()
        for name in (
            *("event…", "patron…", "switch_event.…", "party.walk_up", "due.walk_up.…"),
            *("pay_for_several", "pay_for_one", "patrons.…", "share.…"),
        )
    },
    **{f"options {name}": crew() for name in ("event…", "patron…", "patrons.…")},
    "view log_payment": crew(writes=True),
    "view log_payment › beyond the capacity": Rule(
        crew="Only the office may go beyond it.", writes=True, reads_first=True, note="with a reason"
    ),
    "view log_payment_receipt": crew(),
    "view log_group": crew(writes=True),
    "action undo_entry…": Rule(
        others=_LOGGED,
        office=OTHERWISE,
        writes=True,
        reads_first=True,
        note="of somebody else's payment the office gets the form for a void",
    ),
    "action undo_group": Rule(
        others=_LOGGED,
        office=OTHERWISE,
        writes=True,
        reads_first=True,
        note="for somebody else's payments, the answer asks the office to void each",
    ),
    "action ask_office": Rule(others=_NOT_YOURS, office=_NOT_YOURS, writes=True, reads_first=True),
    "action ask_office_of_group": Rule(others=_NOT_YOURS, office=_NOT_YOURS, writes=True, reads_first=True),
}

_NOTHING_LEFT = "The books say that you have $0.00 in cash left to hand over."
_CASH: Final = {
    "action cash_hand_over": Rule(office=NothingHeld.sentence, reads_first=True, note="of the person's own hand"),
    "view cash_hand_over": Rule(
        others=_NOTHING_LEFT, office=_NOTHING_LEFT, writes=True, reads_first=True, note="of the person's own hand"
    ),
    "view cash_hand_over › to the bank": office(words.BANK_FOR_ADMINS, writes=True),
    **{
        f"{name}{to}": Rule(
            crew=_RECEIVER if to else YES,
            others=_RECEIVER,
            office=YES if to else _RECEIVER,
            writes=name != "action cash_another_sum",
            reads_first=True,
            note="for the office: any admin but the giver" if to else "the person who gets the money",
        )
        for name in ("action cash_i_have_it", "action cash_another_sum", "view cash_another_sum")
        for to in ("", " › to the office")
    },
    "action cash_take_back": Rule(others=_GIVER, office=_GIVER, writes=True, reads_first=True, note="the giver"),
    "action cash_write_off": office(words.CASH_FOR_ADMINS),
    "view cash_write_off": office(words.CASH_FOR_ADMINS, writes=True),
}

_STATUSES: Final = {
    "action payment_status.…": crew(note="amounts for the office alone"),
    "action open_patron": crew(note="amounts for the office alone"),
    "action open_trip": crew(note="amounts for the office alone"),
    "action open_money_page.…": office(words.OPEN_FOR_ADMINS),
    "action open_money_home": office(words.OPEN_FOR_ADMINS),
    "action month.…": office(words.MONTH_FOR_ADMINS),
    "action month_close": office(words.MONTH_FOR_ADMINS, writes=True),
    "action lint_page.…": office(words.LINT_FOR_ADMINS),
}

_WAIVERS: Final = {
    "action share_waiver.…": crew(public=True),
    "action take_back_post": Rule(others=_POSTED, note="who posted it"),
    "action take_back_card": crew(writes=True),
    "action remind_to_sign.…": crew(writes=True, note="names of who has to sign for the office and the captain"),
    "options match_signature": crew(),
    "action match_signature": crew(writes=True),
    "action set_aside.…": crew(writes=True),
}

_HOME: Final = {
    "event app_home_opened": crew(note="open money and the month for the office alone"),
    "action home_refresh": crew(note="as above"),
    "view_closed board cash_done home_event log_group log_payment log_payment_receipt": crew(note="as above"),
    "action home_log.…": crew(),
    "action home_log_any": crew(),
    "action home_undo.…": Rule(
        others=_NOT_YOURS, office=OTHERWISE, writes=True, reads_first=True, note="the office gets the form for a void"
    ),
    "action home_ask_office.…": Rule(others=_NOT_YOURS, office=_NOT_YOURS, writes=True, reads_first=True),
    "action home_event.…": office(words.MONTH_FOR_ADMINS),
}

_BOARDING: Final = {
    **{
        f"action {name}": crew()
        for name in ("board_open.…", "board_refresh", "board_page.…", "board_menu", "board_let_aboard")
    },
    "action board_passengers": crew(note="phones for the office, and on the days around the trip for crew"),
    "action passengers_page.…": crew(note="as above"),
    "action print_passengers": crew(note="a link button with a token of the person's own, for one event"),
    **{f"action {name}": crew(writes=True) for name in ("board_check_in", "board_take_back", "board_cast_off")},
    "action board_menu › no-show": crew(),
    "action board_menu › take off the roster": office(words.ROSTER_FOR_ADMINS),
    "action board_menu › put back on the roster": office(words.ROSTER_FOR_ADMINS, writes=True, reads_first=True),
    "action board_party": office(words.ROSTER_FOR_ADMINS),
    "action board_reopen": office(words.REOPEN_FOR_ADMINS),
    "view board_let_aboard": crew(writes=True),
    "view board_party": crew(writes=True, note="what is due is changed for the office alone"),
    "view board_no_show": crew(writes=True),
    "view board_no_show › with money": office(words.ROSTER_FOR_ADMINS, writes=True),
    "view board_remove": office(words.ROSTER_FOR_ADMINS, writes=True),
    "view board_reopen": office(words.REOPEN_FOR_ADMINS, writes=True),
}

_CORRECTIONS: Final = {
    "options payment_id": office(),
    "action void_as_asked": office(writes=True),
    **{f"action {name}": office() for name in ("void_entry", "refund_payment", "returned_payment", "move_patron")},
    **{f"view {name}": office(writes=True) for name in ("void_entry", "refund_payment", "returned_payment")},
    "action adjust_due": office(words.DUE_FOR_ADMINS),
    "view adjust_due": office(words.DUE_FOR_ADMINS, writes=True),
    "options move_to": crew(note="the events that crew see in the payment form too"),
    "view move_patron": office(),
    "view move_patron_there": office(writes=True),
    "action settle_money": office(),
    "options settle_who": office(),
    "options settle_where": crew(note="the events that crew see in the payment form too"),
    "view settle_money": office(),
    "view settle_checked": office(writes=True),
    "action settle_go_on": office(),
    "view settle_go_on": office(writes=True),
}

_ROSTERS: Final = {
    **{f"action {name}": office(words.ROSTER_FOR_ADMINS) for name in ("add_patron", "edit_patron", "paste_roster")},
    "action party.… in party": office(words.ROSTER_FOR_ADMINS),
    "view add_patron": office(words.ROSTER_FOR_ADMINS, writes=True),
    "view patron_added": office(words.ROSTER_FOR_ADMINS),
    "view edit_patron": office(words.ROSTER_FOR_ADMINS, writes=True),
    "view paste_roster": office(words.ROSTER_FOR_ADMINS),
    "view paste_roster › the plan": office(words.ROSTER_FOR_ADMINS, writes=True),
}

_EVENTS: Final = {
    "global_shortcut new_event": office(words.EVENTS_FOR_ADMINS),
    **{f"action {name}… in {name}": office(words.EVENTS_FOR_ADMINS) for name in LIVE},
    "view new_event": office(words.EVENTS_FOR_ADMINS, writes=True),
    "action log_payment_for": office(words.EVENTS_FOR_ADMINS),
    "action edited_…": office(words.EDIT_FOR_ADMINS),
    **{f"action {name}": office(words.EDIT_FOR_ADMINS) for name in ("edit_event", "cancel_event", "bring_back_event")},
    **{
        f"view {name}": office(words.EDIT_FOR_ADMINS, writes=True)
        for name in ("edit_event", "cancel_event", "bring_back_event")
    },
}

SECTIONS: Final[dict[str, dict[str, Rule]]] = {
    "Public links": _LINKS,
    "Commands": _COMMANDS,
    "Logging a payment": _PAYMENTS,
    "Cash from hand to hand": _CASH,
    "Below statuses": _STATUSES,
    "Waivers and signatures": _WAIVERS,
    "The Home tab": _HOME,
    "The boarding list": _BOARDING,
    "Corrections, moves and cancelled trips": _CORRECTIONS,
    "Rosters": _ROSTERS,
    "Events": _EVENTS,
}
SLACK: Final = {route: rule for rules in SECTIONS.values() for route, rule in rules.items()}
