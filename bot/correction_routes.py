"""Routes of the admins' forms for a patron's money: void, refund, returned by the bank, and adjusting what is due."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.admin_ids import ADJUST
from bot.commands import adjusting, corrections
from bot.views.corrections import ENTRY, REFUND, RETURNED, VOID

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.services import Services


def route_corrections(app: App, services: Services) -> None:
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
