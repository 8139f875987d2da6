"""Routes of the boarding list and the passenger list, beside `bot/app.py`, whose page is full."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from bot import board_ids
from bot.commands import boarding_forms, boarding_list, passenger_list

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.access import Access
    from bot.commands.passenger_list import NamedLink
    from bot.services import Services


def route_boarding(app: App, services: Services, access: Access, link_for: NamedLink) -> None:
    """Route the boarding list: its buttons, each party's menu, the forms on top of it, and the passenger list."""
    app.action(re.compile(rf"^{board_ids.OPEN}\."))(partial(boarding_list.open_picked, services=services))
    app.action(board_ids.CHECK_IN)(partial(boarding_list.check_in, services=services))
    app.action(board_ids.TAKE_BACK)(partial(boarding_list.take_back, services=services))
    app.action(board_ids.MENU)(partial(boarding_list.choose, services=services))
    app.action(board_ids.CAST_OFF)(partial(boarding_list.cast_off, services=services, access=access))
    app.action(board_ids.REFRESH)(partial(boarding_list.refresh, services=services))
    app.action(re.compile(rf"^{board_ids.PAGE}\."))(partial(boarding_list.turn, services=services))
    app.action(board_ids.LET_ABOARD)(partial(boarding_forms.open_let_aboard, services=services))
    app.action(board_ids.REOPEN)(partial(boarding_forms.open_reopen, services=services))
    app.action(board_ids.PARTY)(partial(boarding_forms.offer_due, services=services))
    app.view(board_ids.LET_ABOARD)(partial(boarding_forms.let_aboard, services=services))
    app.view(board_ids.PARTY)(partial(boarding_forms.correct_party, services=services))
    app.view(board_ids.NO_SHOW)(partial(boarding_forms.mark_no_show, services=services))
    app.view(board_ids.REMOVE)(partial(boarding_forms.remove, services=services))
    app.view(board_ids.REOPEN)(partial(boarding_forms.reopen, services=services))

    app.action(board_ids.PASSENGERS)(partial(passenger_list.show, services=services, link_for=link_for))
    app.action(re.compile(rf"^{board_ids.PASSENGERS_PAGE}\."))(
        partial(passenger_list.turn, services=services, link_for=link_for)
    )
