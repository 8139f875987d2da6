"""Tips of a month, split among the crew of each trip, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot import month_ids as ids
from bot.blocks import Block, context, header, section
from bot.text import shown
from bot.views.month import back_row, trip_name
from bot.views.pages import page_of, pager
from bot.views.status import message
from charter.money import ZERO, format_amount
from charter.months import name_of
from charter.names import without_unseen
from charter.tips import shares_of, split, tipped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from charter.months import BookedMonth
    from charter.tips import Shares, Tipped

# The crew of so many trips are read together, and added up. A page lists some of them: four hundred letters each.
TRIPS_A_PART: Final = 120
TRIPS_A_PAGE: Final = 20
_PARTS: Final = TRIPS_A_PART // TRIPS_A_PAGE
_PEOPLE: Final = 25
_SHARES: Final = 6


def part_of(trips: Sequence[Tipped], page: int) -> Sequence[Tipped]:
    """Return the trips whose crew must be read for this page."""
    number = page_of(trips, page, size=TRIPS_A_PAGE).number // _PARTS
    return trips[number * TRIPS_A_PART : (number + 1) * TRIPS_A_PART]


def tips_page(found: BookedMonth, crew: Mapping[str, Mapping[str, str]], *, page: int) -> dict[str, Any]:
    """Return the shares of each of the crew, and one page of the trips. `crew` has the names by event and id."""
    trips, title = tipped(found.sums), f"Tips by crew, {name_of(found.month)}"
    blocks: list[Block] = [header(title)]
    if not trips:
        blocks.append(section(f"No tips were logged in {name_of(found.month)}."))
        return message(title, [*blocks, back_row(found)])
    part, shown = part_of(trips, page), page_of(trips, page, size=TRIPS_A_PAGE)
    if len(part) < len(trips):
        first = trips.index(part[0]) + 1
        blocks.append(section(f"Trips {first} to {first + len(part) - 1} of {len(trips)} with tips:"))
    blocks += [section("\n".join(lines)) for lines in _sums(part, crew)]
    lines = [_line(trip, crew) for trip in shown.items]
    blocks += [section("\n".join(lines[start : start + 5])) for start in range(0, len(lines), 5)]
    blocks.append(context("Equal shares for everybody who is assigned to the trip, to the cent; cents left go by id."))
    turns = pager(shown, action=f"{ids.SHOW}.page", count=True, month=found.month, show=ids.TIPS)
    return message(title, [*blocks, back_row(found), *turns])


def _sums(trips: Sequence[Tipped], crew: Mapping[str, Mapping[str, str]]) -> list[list[str]]:
    """Return for each currency the lines of what everybody gets, and of what is not split."""
    names = {person: name for eid, _, _ in trips for person, name in crew.get(eid, {}).items()}
    return [_of_currency(currency, shares, names) for currency, shares in shares_of(trips, crew).items()]


def _of_currency(currency: str, shares: Shares, names: Mapping[str, str]) -> list[str]:
    everybody = sorted(shares.by_person.items(), key=lambda each: (-each[1], each[0]))
    lines = [f"*{_known(person, names)}* {format_amount(share, currency)}" for person, share in everybody[:_PEOPLE]]
    if rest := everybody[_PEOPLE:]:
        lines.append(f"and {len(rest)} more: {format_amount(sum((share for _, share in rest), ZERO), currency)}")
    if shares.not_split:
        lines.append(f"not split: {format_amount(shares.not_split, currency)}")
    return [f"*Tips in all: {format_amount(shares.total, currency)}*", *lines]


def _line(trip: Tipped, crew: Mapping[str, Mapping[str, str]]) -> str:
    """Return `Nov 23 · captain cory afternoon: $20.00 · Cory $10.00, Dana $10.00`."""
    eid, currency, tips = trip
    names = crew.get(eid, {})
    shares = [
        f"{_known(person, names)} {format_amount(share, currency)}" for person, share in split(tips, names).items()
    ]
    if len(shares) > _SHARES:
        shares = [*shares[:_SHARES], f"{len(shares) - _SHARES} more"]
    return f"{trip_name(eid)}: {format_amount(tips, currency)} · {', '.join(shares) or 'not split: nobody is assigned'}"


def _known(person: str, names: Mapping[str, str]) -> str:
    return shown(without_unseen(names.get(person, person)), 40) or shown(person, 40)
