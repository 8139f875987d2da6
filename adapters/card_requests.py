"""The updates of an event's row that ask for its boarding card, and take the request back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.expressions import Update
from adapters.shapes import own_row, update_of_present

if TYPE_CHECKING:
    from charter.events import Event


def ask_card(moment: str) -> Update:
    """Return the update that stores when somebody asked for the boarding card."""
    update = update_of_present()
    update.set("card_asked_at", to=moment)
    return update


def take_back_card(moment: str) -> Update:
    """Return the update that takes back the request of that moment, if it still is the last one."""
    update = update_of_present()
    update.when("card_asked_at", is_="=", value=moment)
    update.set("card_asked_at", to="")
    return update


def ask_card_of_new(event: Event, moment: str) -> Update:
    """Return the update that gives an event its own row with the request for its card, if it still has none."""
    update = Update()
    update.when_missing("eid")
    update.set_all(to={**own_row(event), "patrons": {}, "payments": {}, "card_asked_at": moment})
    return update
