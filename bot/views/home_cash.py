"""The cash on the app's Home tab: what the person holds, from which trips, and the button that hands it over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.blocks import Block, button, context, section
from bot.cash_ids import HAND_OVER
from bot.cash_menu import pile_in_words, trips_in_words
from bot.text import escape
from charter.holdings import trips_in
from charter.money import ZERO, format_amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.views.status import Viewer
    from charter.held import Holdings
    from charter.holdings import Pile

_TRIPS: Final = 3


def not_read() -> Block:
    """Return the line that stands for the cash while the table does not answer."""
    return context("What cash you hold could not be read just now. *Refresh* tries again.")


def section_of(held: Holdings, user_id: str, viewer: Viewer, titles: Mapping[str, str]) -> list[Block]:
    """Return the blocks; none for somebody who holds nothing."""
    piles = held.of(user_id)
    lines = [_line(pile, held, titles) for pile in piles]
    rest: dict[str, Block] = {}
    if any(pile.left for pile in piles):
        rest = {"accessory": button("Hand over…", action_id=HAND_OVER)}
    blocks = [section("\n".join(lines), block_id="cash", **rest)] if lines else []
    if for_me := held.waiting_for(user_id, admin=viewer.role.sees_money):
        wait = "1 hand-over waits" if len(for_me) == 1 else f"{len(for_me)} hand-overs wait"
        blocks.append(context(f":hourglass_flowing_sand: {wait} for you: `/payment-status cash`"))
    return blocks


def _line(pile: Pile, held: Holdings, titles: Mapping[str, str]) -> str:
    """Return `Cash you hold: $250.00`, with its trips and what is handed over and waits."""
    if pile.held < ZERO:
        return f"*The boat owes you {format_amount(-pile.held, pile.currency)}*: you paid more out than you took"
    what = "Checks" if pile.method.casefold() == "check" else "Cash"
    trips = trips_in_words(trips_in(pile.lots, held.known), pile.currency, titles=titles, most=_TRIPS)
    waiting = sum(pile.waiting.values(), ZERO)
    waits = (
        f"\n{pile_in_words(waiting, pile.currency, escape(pile.method))} is handed over and waits" if waiting else ""
    )
    return f"*{what} you hold: {format_amount(pile.held, pile.currency)}*\n{escape(trips)}{waits}"
