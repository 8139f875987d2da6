"""Options of the type-aheads: events, and the patrons of one event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.blocks import OPTION, OPTION_VALUE, OPTIONS, Block, option
from bot.offers import Offered, first_hundred
from bot.signature_menu import COMPANION
from bot.text import clip, escape, shown, when
from charter import names
from charter.balances import BalanceState
from charter.events import Status
from charter.money import ZERO, format_amount
from charter.patrons import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo
    from decimal import Decimal

    from charter.events import Event, Listing
    from charter.patrons import Patron

# Prefix of a patron option for somebody who is not on the roster yet. A name may follow. No patron id has a colon.
NEW_PATRON: Final = "new:"

_NAMED: Final = 5  # namesakes that a warning lists


def event_options(listings: Iterable[Listing], query: str, *, zone: tzinfo) -> Offered:
    """Return the events whose title, id or date has every word of `query`, in the order given."""
    found = [
        listing
        for listing in listings
        if len(listing.eid) <= OPTION_VALUE
        and names.contains(query, f"{listing.title} {listing.eid} {when(listing.starts_at, zone)}")
    ]
    return Offered([event_option(listing, zone=zone) for listing in found[:OPTIONS]], max(0, len(found) - OPTIONS))


def event_option(listing: Listing, *, zone: tzinfo) -> Block:
    """Return `Captain Cory, afternoon · Mon Nov 23, 1:00 PM`, with warnings about the event below it."""
    moment = when(listing.starts_at, zone)
    flags = ["cancelled"] if listing.status is Status.CANCELLED else []
    flags += [f"id {reason}" for reason in listing.warnings[:1]]
    return option(f"{clip(listing.title, OPTION - len(moment) - 3)} · {moment}", listing.eid, "; ".join(flags))


def patron_options(event: Event, query: str, *, hint: str = "") -> Offered:
    """Return the patrons whose name has every word of `query`, and a new patron as the last choice.

    Patrons whom the command named come first, then those with a name that begins with the query, then those who owe.
    """
    found = [
        patron
        for patron in event.people
        if len(patron.patron_id) <= OPTION_VALUE and names.contains(query, f"{patron.name} {patron.patron_id}")
    ]
    words = names.parts(query)
    found.sort(
        key=lambda patron: (
            not (names.parts(hint) and names.contains(hint, patron.name)),
            not all(any(part.startswith(word) for part in names.parts(patron.name)) for word in words),
            event.balance(patron.patron_id).cleared,
        )
    )
    why = (
        "" if found else "Nobody is on this roster yet" if not event.people else "Nobody on this roster is called that"
    )
    return Offered(
        [patron_option(event, patron) for patron in found[: OPTIONS - 1]],
        max(0, len(found) - OPTIONS + 1),
        last=new_patron_option(query or hint, event=event, why="" if found else why),
    )


def roster_options(event: Event, query: str) -> Offered:
    """Return the patrons whose name has every word of `query`, each with an option for their party. No amounts."""
    options = []
    for patron in event.people:
        if len(patron.patron_id) > OPTION_VALUE - len(COMPANION) or not names.contains(query, patron.name):
            continue
        signed = str(event.coverage(patron.patron_id))
        if event.namesakes(patron):
            signed += f", id {patron.patron_id}"
        options.append(option(clip(patron.name, OPTION), patron.patron_id, signed))
        if patron.party > 1:
            along = f"In the party of {clip(patron.name, OPTION - 16)}"
            options.append(option(along, f"{COMPANION}{patron.patron_id}", signed))
    return first_hundred(options)


def patron_option(event: Event, patron: Patron) -> Block:
    """Return `Dave Kowalski · owes $125.00`, with party and id below it if other names are the same."""
    balance = short_balance(event, patron)
    words = f"{clip(patron.name, OPTION - len(balance) - 3)} · {balance}"
    party = f"party of {patron.party}, " if patron.party > 1 else ""
    several = event.namesakes(patron)
    return option(words, patron.patron_id, f"Several have this name: {party}id {patron.patron_id}" if several else "")


def namesakes_in_words(event: Event, patron: Patron) -> str:
    """Return a warning in mrkdwn about patrons of the same name; empty if there are none."""
    alike = event.namesakes(patron)
    if not alike:
        return ""
    listed = "; ".join(
        f"{shown(each.name, 100) + ', ' if each.name != patron.name else ''}"
        f"{escape(short_balance(event, each))}, id `{escape(each.patron_id)}`"
        for each in alike[:_NAMED]
    )
    more = f"; and {len(alike) - _NAMED} more" if len(alike) > _NAMED else ""
    others = "Another patron looks" if len(alike) == 1 else "Other patrons look"
    counted = f"{len(alike) + 1} patrons of this name are on the roster now"
    return f":warning: {counted}. {others} like this one: {listed}{more}."


def new_patron_option(name: str = "", *, event: Event | None = None, why: str = "") -> Block:
    """Return `New patron “Zed”` with the name in its value, or `New patron…` while no name is known.

    If somebody on the event's roster has the same name, a warning is shown below it; else `why`.
    """
    known = clip(name, LONGEST_NAME)
    there = event is not None and any(names.same(known, patron.name) for patron in event.people)
    return option(
        f"New patron “{clip(known, 55)}”" if known else "New patron…",
        f"{NEW_PATRON}{known}",
        "Somebody of this name is on the roster already" if there else why,
    )


def owed_by(event: Event, patron: Patron) -> Decimal:
    """Return the amount that the patron owes, negative if too much was paid. Nobody owes for a cancelled event."""
    owed = event.balance(patron.patron_id).owed
    return ZERO if event.status is Status.CANCELLED else owed


def short_balance(event: Event, patron: Patron) -> str:
    """Return a patron's balance in two words: `owes $125.00`, `paid`, `overpaid $5.00`, `must get back $125.00`."""
    balance = event.balance(patron.patron_id)
    if event.status is Status.CANCELLED:
        kept = event.credits.get(patron.patron_id, ZERO)
        if balance.paid > kept:
            return f"must get back {format_amount(balance.paid - kept, event.currency)}"
        return f"credit {format_amount(kept, event.currency)}" if kept else "owes nothing"
    match balance.state:
        case BalanceState.PAID:
            return "paid"
        case BalanceState.OVERPAID:
            return f"overpaid {format_amount(-balance.owed, event.currency)}"
        case _:
            return f"owes {format_amount(balance.owed, event.currency)}"
