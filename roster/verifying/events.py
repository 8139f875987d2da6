"""Checks of an event's own row: its details, its roster and its payments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from adapters.moved import MOVED_TO, RENAMED_FROM
from adapters.shapes import Shape
from adapters.sizes import LARGEST_ITEM
from charter.event_ids import day_of, lint
from charter.events import Status
from charter.moments import month_of
from charter.money import ZERO, is_currency_code
from charter.new_events import check_channel
from charter.patrons import PatronState, check_patron_id
from charter.payments import BEFORE_THE_LEDGER
from charter.starts import is_day
from roster.verifying.findings import Remark, amount_fault, broken, in_utc, is_name, moment_of, odd, refusal_of, shown
from roster.verifying.records import check_record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_LARGE: Final = 0.8  # of 400 KB: time to open a second event
_MAPS: Final = ("patrons", "payments")
_WAIVERS: Final = "waivers"  # an older version of the app kept signatures here

Row = Mapping[str, Any]


def check_event(wire: Row) -> Iterator[Remark]:
    """Check the own row of an event, given on the wire."""
    row = from_wire(wire)
    for reason in lint(str(row["eid"])):
        yield odd("eid", f"{reason}. `events fix` repairs it.")
    yield from _check_details(row)
    for name in _MAPS:
        if row.get(name) is not None and not isinstance(row[name], Mapping):
            yield broken(name, "is not a map.")
    for patron_id, line in _map(row, "patrons").items():
        if line is not None:  # some programs write NULL for nothing
            yield from _check_patron(patron_id, line)
    for patron_id, record in _map(row, "payments").items():
        yield from _check_patron_id("payments", patron_id)
        if record is not None:
            yield from check_record(patron_id, record)
    yield from _check_payment_ids(row)
    if row.get(_WAIVERS) is not None:
        yield odd(_WAIVERS, "is from an older version and is not read: signatures have rows of their own.")
    yield from _check_size(wire)


def check_redirect(wire: Row) -> Iterator[Remark]:
    """Check that a redirect has no other content. `table` checks its target."""
    row = from_wire(wire)
    if row[MOVED_TO] == row["eid"]:
        yield broken(MOVED_TO, "redirects to itself.")
    kept = [name for name in (*_MAPS, _WAIVERS, "month") if row.get(name)]
    if kept:
        yield broken(MOVED_TO, f"redirects, but {', '.join(kept)} are still here, where nothing reads them.")


def _check_details(row: Row) -> Iterator[Remark]:
    yield from _check_start(row)
    if row.get("status") not in [*Status]:
        mark = odd if row.get("status") is None else broken
        yield mark("status", f"is {shown(row.get('status'))}, neither scheduled nor cancelled.")
    if row.get("price") is not None and (fault := amount_fault(row["price"], least=ZERO)):
        yield broken("price", f"{fault}.")
    if row.get("boat") is not None and not isinstance(row["boat"], str):
        yield broken("boat", f"is {shown(row['boat'])}, not a name.")
    if row.get("capacity") is not None and not _is_people(row["capacity"]):
        yield broken("capacity", f"is {shown(row['capacity'])}, not a number of people.")
    currency = row.get("currency")
    if currency is not None and not (isinstance(currency, str) and is_currency_code(currency)):
        yield broken("currency", f"is {shown(currency)}, not three capital letters.")
    channel = row.get("channel")
    if channel is not None and not (isinstance(channel, str) and channel and not refusal_of(check_channel, channel)):
        yield broken("channel", f"is {shown(channel)}, not the id of a Slack channel.")
    if not isinstance(row.get("title"), str) or not str(row["title"]).strip():
        yield odd("title", f"is {shown(row.get('title'))}; the id is shown instead.")
    before = row.get(RENAMED_FROM)
    if before is not None and not (isinstance(before, list) and all(isinstance(eid, str) for eid in before)):
        yield broken(RENAMED_FROM, "is not a list of ids.")


def _start(value: object) -> date | None:
    """Return the moment or the day at which the event starts; None for anything else, also without an offset."""
    if isinstance(value, str) and is_day(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    return moment_of(value)


def _check_start(row: Row) -> Iterator[Remark]:
    starts_at, month = _start(row.get("starts_at")), row.get("month")
    if starts_at is not None:
        if month != month_of(starts_at):
            yield broken("month", f"is {shown(month)}, but the event starts on {starts_at:%Y-%m-%d}: listings miss it.")
        return
    try:
        day = day_of(str(row["eid"]))
    except ValueError:
        yield broken(
            "starts_at", f"is {shown(row.get('starts_at'))}, and the id has no day: the event cannot be found."
        )
        return
    mark = odd if row.get("starts_at") is None else broken
    yield mark(
        "starts_at",
        f"is {shown(row.get('starts_at'))}, not a moment with an offset or a day; the day of the id is used instead.",
    )
    if month != month_of(day):
        yield broken("month", f"is {shown(month)}, but the event's day is {day}: listings miss it.")


def _check_patron(patron_id: str, line: object) -> Iterator[Remark]:
    here = f"patrons.{patron_id}"
    yield from _check_patron_id("patrons", patron_id)
    if not isinstance(line, Mapping):
        yield broken(here, "is not a line of a roster.")
        return
    missing = [name for name in ("name", "party", "due") if line.get(name) is None]
    if missing:
        yield odd(here, f"has no {' and no '.join(missing)}.")
    if "name" not in missing and not is_name(line["name"]):
        yield broken(here, f"name is {shown(line['name'])}, not a name of at most 80 characters.")
    party = line.get("party")
    if party is not None and not _is_people(party):
        yield broken(here, f"party is {shown(party)}, not a number of people.")
    if line.get("state") is not None and line["state"] not in [*PatronState]:
        yield odd(here, f"state is {shown(line['state'])}, neither no_show nor removed: they are expected.")
    if line.get("due") is not None and (fault := amount_fault(line["due"], least=ZERO)):
        yield broken(here, f"due {fault}.")


def _is_people(value: object) -> bool:
    return isinstance(value, Decimal) and value >= 1 and value == value.to_integral_value()


def _check_patron_id(where: str, patron_id: str) -> Iterator[Remark]:
    if refusal := refusal_of(check_patron_id, patron_id):
        yield broken(f"{where}.{shown(patron_id)}", refusal)


def _check_payment_ids(row: Row) -> Iterator[Remark]:
    """Check that each id belongs to one entry, and that the set of ids matches the entries since it exists."""
    owners: dict[str, list[str]] = defaultdict(list)
    times: dict[str, datetime | None] = {}
    for patron_id, record in _map(row, "payments").items():
        for payment_id, entry in _map(record, "entries").items() if isinstance(record, Mapping) else ():
            owners[payment_id].append(patron_id)
            times[payment_id] = in_utc(entry.get("timestamp")) if isinstance(entry, Mapping) else None
    for payment_id, patrons in owners.items():
        if len(patrons) > 1 and payment_id != BEFORE_THE_LEDGER:
            yield broken("payments", f"{payment_id} is an entry of {' and of '.join(sorted(patrons))}.")
    ids = row.get("payment_ids")
    if ids is None:
        return  # the row is older than the set
    if not isinstance(ids, set | frozenset):
        yield broken("payment_ids", "is not a set of ids.")
        return
    for gone in sorted(map(str, ids - owners.keys())):
        yield broken("payment_ids", f"has {gone}, but there is no entry with that id.")
    begun = min((time for payment_id in ids if (time := times.get(payment_id)) is not None), default=None)
    for payment_id in sorted(owners.keys() - ids - {BEFORE_THE_LEDGER}):
        time = times[payment_id]
        if begun is not None and time is not None and time > begun:
            yield broken("payment_ids", f"lacks {payment_id}, which was logged after the set was created.")


def _check_size(wire: Row) -> Iterator[Remark]:
    shape = Shape.of(wire)
    if shape.full:
        yield odd(
            "", f"is {shape.size // 1024} KB of 400, and takes no more payments. Open a second event for the day."
        )
    elif shape.size > _LARGE * LARGEST_ITEM:
        yield odd("", f"is {shape.size // 1024} KB of 400. Open a second event for the day before it is full.")


def _map(row: object, name: str) -> Mapping[str, Any]:
    value = row.get(name) if isinstance(row, Mapping) else None
    return value if isinstance(value, Mapping) else {}
