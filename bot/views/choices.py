"""What the type-aheads offer: events, and the patrons of one event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.blocks import OPTION, OPTION_VALUE, OPTIONS, Block, option
from bot.text import clip, when
from bot.understanding import fold
from charter.events import Status
from charter.money import format_amount
from charter.patrons import LONGEST_NAME
from charter.payments import BalanceState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from charter.events import Event, Listing
    from charter.patrons import Patron

# A patron option of this value, with a name behind it or none, means somebody who is not on the roster yet. No patron
# id has a colon.
NEW_PATRON: Final = "new:"


def event_options(listings: Iterable[Listing], query: str, *, zone: tzinfo) -> list[Block]:
    """The events whose title, id or date has every word of `query`, in the order given."""
    words = fold(query).split()
    found = [
        listing
        for listing in listings
        if len(listing.eid) <= OPTION_VALUE
        and all(word in fold(f"{listing.title} {listing.eid} {when(listing.starts_at, zone)}") for word in words)
    ]
    return [event_option(listing, zone=zone) for listing in found[:OPTIONS]]


def event_option(listing: Listing, *, zone: tzinfo) -> Block:
    """`Captain Cory, afternoon · Mon Nov 23, 1:00 PM`, and below it what to mind about the event."""
    moment = when(listing.starts_at, zone)
    minds = ["cancelled"] if listing.status is Status.CANCELLED else []
    minds += [f"id {reason}" for reason in listing.warnings[:1]]
    return option(f"{clip(listing.title, OPTION - len(moment) - 3)} · {moment}", listing.eid, "; ".join(minds))


def patron_options(event: Event, query: str, *, hint: str = "") -> list[Block]:
    """The patrons whose name has every word of `query`; first those whom the command hinted at, then those who owe."""
    words = fold(query).split()
    found = [
        patron
        for patron in event.people
        if len(patron.patron_id) <= OPTION_VALUE
        and all(word in fold(f"{patron.name} {patron.patron_id}") for word in words)
    ]
    hinted = fold(hint).split()
    found.sort(
        key=lambda patron: (
            not (hinted and all(word in fold(patron.name) for word in hinted)),
            not all(any(part.startswith(word) for part in fold(patron.name).split()) for word in words),
            event.balance(patron.patron_id).cleared,
        )
    )
    return [patron_option(event, patron) for patron in found[: OPTIONS - 1]] + [new_patron_option(query or hint)]


def roster_options(event: Event, query: str) -> list[Block]:
    """The patrons whose name has every word of `query`, with their party and who of it has signed. No amounts."""
    words = fold(query).split()
    found = [
        patron
        for patron in event.people
        if len(patron.patron_id) <= OPTION_VALUE and all(word in fold(patron.name) for word in words)
    ]
    return [
        option(clip(patron.name, OPTION), patron.patron_id, str(event.coverage(patron.patron_id)))
        for patron in found[:OPTIONS]
    ]


def patron_option(event: Event, patron: Patron) -> Block:
    """`Dave Kowalski · owes $125.00`."""
    standing = standing_of(event, patron)
    return option(f"{clip(patron.name, OPTION - len(standing) - 3)} · {standing}", patron.patron_id)


def new_patron_option(name: str = "") -> Block:
    """`New patron “Zed”`, with the name in its value, or `New patron…` while no name is known."""
    known = clip(name, LONGEST_NAME)
    return option(f"New patron “{clip(known, 55)}”" if known else "New patron…", f"{NEW_PATRON}{known}")


def standing_of(event: Event, patron: Patron) -> str:
    """How a patron stands, in two words: `owes $125.00`, `paid`, `overpaid $5.00`."""
    balance = event.balance(patron.patron_id)
    match balance.state:
        case BalanceState.PAID:
            return "paid"
        case BalanceState.OVERPAID:
            return f"overpaid {format_amount(-balance.owed, event.currency)}"
        case _:
            return f"owes {format_amount(balance.owed, event.currency)}"
