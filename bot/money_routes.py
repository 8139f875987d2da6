"""Routes of the office's forms for money: corrections of a balance, moves to another trip, and cancelled trips.

They are a page of their own because bot/app.py, which has all others, would be too long.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot import settle_ids
from bot.admin_ids import ADJUST, MOVE, MOVE_THERE, MOVE_TO
from bot.commands import log_payment
from bot.lazily import adjusting, corrections, moving, settling
from bot.route_ids import ENTRY, REFUND, RETURNED, VOID

if TYPE_CHECKING:
    from bot.routing import Routes
    from bot.services import Services


def route_money(app: Routes, services: Services) -> None:
    """Route all of them."""
    _route_corrections(app, services)
    _route_moves(app, services)
    _route_settling(app, services)


def _route_moves(app: Routes, services: Services) -> None:
    """Route the forms that move a patron to another trip."""
    app.action(MOVE)(partial(moving.open_form, services=services))
    app.options(MOVE_TO)(partial(log_payment.offer_events, services=services))
    app.view(MOVE)(partial(moving.pick, services=services))
    app.view(MOVE_THERE)(partial(moving.move, services=services))


def _route_corrections(app: Routes, services: Services) -> None:
    """Route the buttons of a balance, the forms that they open, and the type-ahead of entries."""
    app.options(ENTRY)(partial(corrections.offer_entries, services=services))
    app.action(VOID)(partial(corrections.open_void, services=services))
    app.action(REFUND)(partial(corrections.open_refund, services=services))
    app.view(VOID)(partial(corrections.void, services=services))
    app.view(REFUND)(partial(corrections.refund, services=services))
    app.action(RETURNED)(partial(corrections.open_returned, services=services))
    app.view(RETURNED)(partial(corrections.log_returned, services=services))
    app.action(ADJUST)(partial(adjusting.open_form, services=services))
    app.view(ADJUST)(partial(adjusting.adjust, services=services))


def _route_settling(app: Routes, services: Services) -> None:
    """Route the forms that settle the money of a cancelled event."""
    app.action(settle_ids.SETTLE)(partial(settling.open_form, services=services))
    app.options(settle_ids.WHO)(partial(settling.offer_patrons, services=services))
    app.options(settle_ids.WHERE)(partial(log_payment.offer_events, services=services))
    app.view(settle_ids.SETTLE)(partial(settling.check, services=services))
    app.view(settle_ids.CHECKED)(partial(settling.carry_out, services=services))
    app.action(settle_ids.GO_ON)(partial(settling.open_go_on, services=services))
    app.view(settle_ids.GO_ON)(partial(settling.go_on, services=services))
