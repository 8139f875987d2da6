"""Routes of the cash: `/payment-status cash`, and the forms and buttons of a hand-over.

They are beside `bot/app.py`, whose page is full, and nothing else of the cash is routed elsewhere.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot import cash_ids as ids
from bot.commands import cash, home, write_off

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.access import Access
    from bot.services import Services


def route_cash(app: App, services: Services, access: Access, public_base_url: str) -> None:
    """Route them. The command comes before the general `/payment-status`, as Bolt takes the first that fits."""
    app.command("/payment-status", matchers=[cash.is_wanted])(partial(cash.show, services=services))
    app.action(ids.HAND_OVER)(partial(cash.open_form, services=services))
    app.view(ids.HAND_OVER)(partial(cash.submit, services=services, access=access))
    app.view_closed(ids.DONE)(partial(home.show, services=services, public_base_url=public_base_url))
    app.action(ids.I_HAVE_IT)(partial(cash.accept, services=services))
    app.action(ids.ANOTHER_SUM)(partial(cash.open_decline, services=services))
    app.view(ids.ANOTHER_SUM)(partial(cash.decline, services=services))
    app.action(ids.WRITE_OFF)(partial(write_off.open_form, services=services))
    app.view(ids.WRITE_OFF)(partial(write_off.submit, services=services))
    app.action(ids.TAKE_BACK)(partial(cash.take_back, services=services))
