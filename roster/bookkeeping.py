"""Compares the books with the ledgers and the hand-overs, and makes them anew."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Final

from adapters.books import EVENT, HAND_OVER, BooksRow, is_contribution
from adapters.cash import CASH, HAND_OVER_ROW
from adapters.dynamo import rows_of
from adapters.event_rows import sorted_rows
from adapters.moved import moved_to
from charter import books
from charter.folding import folded_as
from charter.moments import utc
from roster.walking import walk
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.books import DynamoBooks
    from charter.books import Key, Sums

_AT_ONCE: Final = 50  # rows of events that are in memory together
_TRIES: Final = 5
_PAUSE: Final = 1.0  # seconds that the stream gets to bring the books up to a change of this moment


@dataclass(slots=True)
class Comparison:
    """The disagreements of the books and the ledgers. `empty`: the table has no books at all."""

    events: list[str] = field(default_factory=list)
    hand_overs: list[str] = field(default_factory=list)
    totals: list[str] = field(default_factory=list)
    empty: bool = False


def compare(
    client: DynamoDBClient, table: str, reader: DynamoBooks, advance: Callable[[int], object] = lambda _rows: None
) -> Comparison:
    """Return the events and hand-overs that the books have otherwise than their rows, and totals that do not add up.

    What changes during the reading is read again, so that the stream's delay of a moment is no fault.
    """
    if next(reader.all_rows(), None) is None:
        return Comparison(empty=True)
    suspects, met = list[str](), set[str]()
    for eids, differing in _batches(client, table, reader, advance):
        met.update(eids)
        suspects += differing
    suspects += [eid for eid in _contributing(reader) if eid not in met]
    handed = _differing_hand_overs(client, table, reader)
    found = Comparison(events=[eid for eid in _still(suspects) if _differs(reader, eid)])
    found.hand_overs = [each for each in _still(handed) if _hand_over_differs(reader, each)]
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE)
        found.totals = sorted(_wrong_totals(reader))
        if not found.totals:
            break
    return found


def rebuild(client: DynamoDBClient, table: str, reader: DynamoBooks, advance: Callable[[int], object]) -> Comparison:
    """Make the books anew. Return what had to be corrected. Repeating it after an interruption goes on from there.

    Each write is conditional, so payments may be logged meanwhile. Raises Stopped where totals change all the time.
    At the end the books are marked as compared with the ledgers.
    """
    done = _rebuilt(client, table, reader, advance)
    reader.mark_compared(utc(datetime.now(UTC)))
    return done


def _rebuilt(client: DynamoDBClient, table: str, reader: DynamoBooks, advance: Callable[[int], object]) -> Comparison:
    done, met = Comparison(), set[str]()
    for eids, differing in _batches(client, table, reader, advance):
        met.update(eids)
        done.events += [eid for eid in differing if reader.refresh(eid)]
    gone = [eid for eid in _contributing(reader) if eid not in met]
    done.events += [eid for eid in gone if reader.refresh(eid)]
    handed = _differing_hand_overs(client, table, reader)
    done.hand_overs = [each for each in handed if reader.refresh_hand_over(each)]
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE)
        wrong = _wrong_totals(reader)
        done.totals += [name for name, (sums, read) in sorted(wrong.items()) if reader.correct(name, sums, read)]
        if not wrong:
            return done
    if _wrong_totals(reader):
        raise Stopped("The totals change all the time. What was corrected is kept. Run `rebuild` again.")
    return done


def _batches(
    client: DynamoDBClient, table: str, reader: DynamoBooks, advance: Callable[[int], object]
) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the ids of a few events at a time, and those of them whose contribution is another than in the books."""
    own: dict[str, Sums] = {}
    for eid, each in groupby(walk(client, table, advance=advance), lambda wire: str(wire["eid"]["S"])):
        rows = sorted_rows(list(each))
        if rows.own and not moved_to(rows.own):
            own[eid] = reader.contribution_in(rows, eid)
        if len(own) == _AT_ONCE:
            yield list(own), _differing(reader, own)
            own = {}
    if own:
        yield list(own), _differing(reader, own)


def _differing(reader: DynamoBooks, own: dict[str, Sums]) -> list[str]:
    kept = reader.read({EVENT + eid for eid in own})
    return [eid for eid, sums in own.items() if kept[EVENT + eid].sums != sums]


def _contributing(reader: DynamoBooks, kind: str = EVENT) -> Iterator[str]:
    """Yield the ids of all events, or hand-overs, that the books have."""
    return (name.removeprefix(kind) for name, _ in reader.all_rows() if name.startswith(kind))


def _differing_hand_overs(client: DynamoDBClient, table: str, reader: DynamoBooks) -> list[str]:
    """Return the hand-overs whose contribution is another than in the books, those that are gone included."""
    rows = [name for name in rows_of(client, table, CASH) if name.startswith(HAND_OVER_ROW)]
    ids = {*(name.removeprefix(HAND_OVER_ROW) for name in rows), *_contributing(reader, HAND_OVER)}
    return sorted(each for each in ids if _hand_over_differs(reader, each))


def _hand_over_differs(reader: DynamoBooks, hand_over_id: str) -> bool:
    name = HAND_OVER + hand_over_id
    return reader.read({name})[name].sums != reader.contribution_of_hand_over(hand_over_id)


def _still(suspects: list[str]) -> Iterable[str]:
    """Return the suspects after the stream had a moment for them."""
    if suspects:
        time.sleep(_PAUSE)
    return suspects


def _differs(reader: DynamoBooks, eid: str) -> bool:
    kept = reader.read({EVENT + eid})[EVENT + eid]
    return kept.sums != reader.contribution_of(eid)


def _wrong_totals(reader: DynamoBooks) -> dict[str, tuple[Sums, BooksRow]]:
    """Return each total that is not the sum of the contributions: what it should be, and its row as it was read.

    The totals are read first. Whoever changes a contribution after that changes the version of its totals.
    """
    read: dict[str, BooksRow] = {name: row for name, row in reader.all_rows() if not is_contribution(name)}
    sums: defaultdict[str, defaultdict[Key, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for name, row in reader.all_rows():
        if is_contribution(name):
            for key, value in row.sums.items():
                sums[key[0]][key[1:]] += value
    should: dict[str, Sums] = {
        name: folded_as(name, books.without_zeros(each), read.get(name, BooksRow()).sums) for name, each in sums.items()
    }
    return {
        name: (should.get(name, {}), read.get(name, BooksRow()))
        for name in {*should, *read}
        if should.get(name, {}) != read.get(name, BooksRow()).sums
    }
