"""Checks of an event's boarding: who is aboard by its roster, and the frozen lists by their hashes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from adapters.attribute_values import from_wire
from adapters.boarding_rows import BOARDING_ROW, FROZEN_ROW, read_frozen
from adapters.rows import REDACTED_SHA256
from charter.passengers import sha256_of
from charter.patrons import PatronState
from roster.verifying.findings import BY, Remark, broken, in_utc, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Row = Mapping[str, Any]

_BY: Final = re.compile(BY)


def is_of_boarding(name: str) -> bool:
    """Return whether a row with this sort key belongs to a boarding."""
    return name == BOARDING_ROW or name.startswith(FROZEN_ROW)


def check_boarding(wires: Sequence[Row], own: Row) -> Iterator[Remark]:
    """Check the rows of an event's boarding, given on the wire like its own row `own`."""
    rows = {str(row["crew_id"]): row for row in map(from_wire, wires)}
    frozen = {name: row for name, row in rows.items() if name != BOARDING_ROW}
    for name, row in frozen.items():
        yield from _check_frozen(name, row)
    boarding = rows.get(BOARDING_ROW)
    if boarding is None:
        return
    event = from_wire(own)
    aboard = boarding.get("aboard")
    if not isinstance(aboard, Mapping):
        yield broken(BOARDING_ROW, "aboard is not a map.")
        aboard = {}
    for patron_id, party in aboard.items():
        yield from _check_party(f"{BOARDING_ROW} aboard.{patron_id}", party, event, patron_id)
    if boarding.get("cast_off") is not None:
        yield from _check_cast_off(boarding["cast_off"], frozen, aboard)


def _check_party(here: str, party: object, event: Row, patron_id: str) -> Iterator[Remark]:
    """Check the people of one party by the line of the roster."""
    count = party.get("count") if isinstance(party, Mapping) else None
    if not isinstance(party, Mapping) or not _is_count(count):
        yield broken(here, f"count is {shown(count)}, not a number of people: the list leaves them out.")
        return
    yield from _check_author(here, party)
    patrons, payments = (event.get(name) or {} for name in ("patrons", "payments"))
    if patron_id not in patrons and patron_id not in payments:
        yield broken(here, "is aboard, but is not on this event's roster.")
        return
    line = patrons.get(patron_id)
    expected = line.get("party") if isinstance(line, Mapping) else None
    most = expected if isinstance(expected, Decimal) and expected >= 1 else Decimal(1)
    if isinstance(count, Decimal) and count > most:
        yield broken(here, f"{count:f} are aboard, but the party has {most:f}. Correct the number of people.")
    state = line.get("state") if isinstance(line, Mapping) else None
    if state in [*PatronState]:
        mark = "was removed" if state == PatronState.REMOVED else "is marked as a no-show"
        yield broken(here, f"is aboard, but {mark}. Take one of them back.")


def _check_cast_off(cast_off: object, frozen: Mapping[str, Row], aboard: Mapping[str, Any]) -> Iterator[Remark]:
    """Check the cast-off by the list that it froze, and by who is aboard."""
    here = f"{BOARDING_ROW} cast_off"
    if not isinstance(cast_off, Mapping):
        yield broken(here, f"is {shown(cast_off)}, not a cast-off.")
        return
    yield from _check_author(here, cast_off)
    kept = frozen.get(f"{FROZEN_ROW}{cast_off.get('list_id')}")
    if kept is None:
        yield broken(
            here, f"froze the list {shown(cast_off.get('list_id'))}, which is not there. `restore` may have it."
        )
        return
    if cast_off.get("sha256") != (
        kept.get("sha256") if REDACTED_SHA256 in kept else sha256_of(str(kept.get("list", "")))
    ):
        yield broken(here, "sha256 is not the hash of its list: one of them was changed.")
    if cast_off.get("souls") != _souls_in(kept):
        yield broken(here, f"souls is {shown(cast_off.get('souls'))}, but {shown(_souls_in(kept))} in its list.")
    counts = (party.get("count") for party in aboard.values() if isinstance(party, Mapping))
    people = sum(count for count in counts if _is_count(count))
    if cast_off.get("souls") != people:
        yield broken(here, f"souls is {shown(cast_off.get('souls'))}, but {people} are aboard.")


def _check_frozen(name: str, row: Row) -> Iterator[Remark]:
    """Check a frozen list by itself."""
    yield from _check_author(name, row)
    hashed = REDACTED_SHA256 if REDACTED_SHA256 in row else "sha256"  # somebody in it was forgotten
    if row.get(hashed) != sha256_of(read_frozen(row).text):
        yield broken(name, f"{hashed} is not the hash of its list: one of them was changed.")
    souls = _souls_in(row)
    if souls is None:
        yield broken(name, "list is not readable.")
    elif row.get("souls") != souls:
        yield broken(name, f"souls is {shown(row.get('souls'))}, but {souls} in its list.")


def _check_author(here: str, part: Row) -> Iterator[Remark]:
    if in_utc(part.get("at")) is None:
        yield broken(here, f"at is {shown(part.get('at'))}, not a moment in UTC.")
    by = part.get("by")
    if not (isinstance(by, str) and _BY.fullmatch(by)):
        yield broken(here, f"by is {shown(by)}, neither slack:… nor web:….")


def _souls_in(frozen: Row) -> int | None:
    """Return the number of people in the text of a frozen list; None where it is not readable."""
    try:
        content = json.loads(str(frozen.get("list", "")))
    except ValueError:
        return None
    souls = content.get("souls") if isinstance(content, dict) else None
    return souls if isinstance(souls, int) else None


def _is_count(value: object) -> TypeGuard[Decimal]:
    return isinstance(value, Decimal) and value >= 1 and value == value.to_integral_value()
