"""Files of 10,000 lines, and exports and imports whose memory does not grow with the entries and the lines."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import pytest

from charter.exported import ExportedEntry, ExportedLedger
from exports.journals import as_beancount, as_hledger
from exports.plain import as_csv, as_json
from roster import walking
from roster.commands import imports
from roster.services import Services
from tests.builders import DANA, EID, ZONE, a_row, an_entry, an_event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.roster.operating import Operator


def test_ten_thousand_lines_are_read_and_compared(operator: Operator) -> None:
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 28)]
    body = "".join(f"Trip {number},{days[number % len(days)]},10:00\n" for number in range(10_000))
    file = operator.file("big.csv", f"title,date,time\n{body}bad,2026-99-99,\n")

    result = operator.run("events", "import", file, "--dry-run")

    assert result.exit_code == 1
    assert "line 10002" in result.stderr
    assert "10,001 lines" in result.stderr
    assert operator.calls["BatchGetItem"] == 100


def grows(peak: Callable[[int], int], fewer: int, more: int, *, by: int) -> bool:
    """Return whether a peak of memory grows by so many bytes in each of three tries.

    Other threads of a whole run allocate too, so one try alone may show what is not the product's.
    """
    return all(peak(more) - peak(fewer) >= by for _ in range(3))


def peak_of(do: Callable[[], object]) -> int:
    """Return the most memory that was in use at once, in bytes."""
    tracemalloc.start()
    try:
        do()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _season(lines: int) -> str:
    # Some ids are proposed twice, and a quarter of the lines is left out.
    trips = (f"Bay tour {n},2026-{n % 9 + 1:02}-{n % 27 + 1:02},{n % 3 + 9}:00\n" for n in range(lines // 2))
    same = (f"Sunset sail {n // 2},2027-05-01,{n % 2 + 9}:00\n" for n in range(lines // 4))
    return "".join(["title,date,time\n", *trips, *same, *["Total,2026-05-01,\n"] * (lines // 4)])


def _wrong_season(lines: int) -> str:
    return "title,date,time\n" + "".join(f"Bay tour {number},2026-99-99,10:00\n" for number in range(lines))


def _rosters(lines: int) -> str:
    eids = [f"2026-05-{number % 28 + 1:02}-trip-{number}" for number in range(lines // 10)]
    names = ("".join(chr(97 + int(digit)) for digit in str(number)) for number in range(lines))
    return "event,name\n" + "".join(f"{eids[n % len(eids)]},Ana {name}\n" for n, name in enumerate(names))


FILES: dict[str, tuple[str, Callable[[int], str]]] = {
    "events": ("events", _season),
    "events that cannot be imported": ("events", _wrong_season),
    "patrons": ("patrons", _rosters),
}


@pytest.mark.parametrize("kind", FILES)
def test_twice_as_many_lines_take_no_more_memory(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(Services, "client", operator.client)  # making one takes more memory than the import
    monkeypatch.setattr(imports, "_AT_ONCE", 100)
    what, content = FILES[kind]
    operator.put(*(a_row(f"2026-05-{number % 28 + 1:02}-trip-{number}") for number in range(160)))
    operator.run(what, "import", operator.file("first.csv", content(2_000)), "--dry-run", "--skip-bad")  # fills caches

    def peak(lines: int) -> int:
        file = operator.file("big.csv", content(lines))
        return peak_of(lambda: operator.run(what, "import", file, "--dry-run", "--skip-bad"))

    assert not grows(peak, 1_000, 2_000, by=60 * 1_000)  # for each line more; a short line that is kept takes 80


def _many(operator: Operator, events: range, entries: int) -> None:
    for number in events:
        lines = {
            f"p{number}-{place}": {
                "kind": "payment",
                "amount": Decimal(1),
                "method": "cash",
                "logged_by": DANA,
                "source": "slack",
                "timestamp": f"2026-05-23T20:{place // 60 % 60:02}:{place % 60:02}.000Z",
            }
            for place in range(entries)
        }
        record = {"amount": Decimal(entries), "method": "cash", "logged_by": DANA, "timestamp": "x", "entries": lines}
        operator.put(a_row(f"2026-05-{number % 28 + 1:02}-trip-{number}", payments={"dave": record}))


def test_twice_as_many_entries_take_no_more_memory(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "ROWS_AT_ONCE", 5)  # so that few rows are many pages
    monkeypatch.setattr(Services, "client", operator.client)  # making one takes more memory than the export
    out = operator.folder / "out"
    peaks = []
    for events in (range(20), range(20, 40)):
        _many(operator, events, 40)
        operator.done("export", "payments", "-o", str(out))  # so that caches are filled
        peaks.append(min(peak_of(lambda: operator.done("export", "payments", "-o", str(out))) for _ in range(3)))

    assert all(f"p39-{place}" in out.read_text() for place in range(40))
    more = 20 * 40  # entries; to keep one takes half a kilobyte
    assert peaks[1] - peaks[0] < 100 * more


FORMS: dict[str, Callable[[Iterable[ExportedLedger]], Iterator[str]]] = {
    "csv": as_csv,
    "json": as_json,
    "hledger": partial(as_hledger, zone=ZONE, about=""),
    "beancount": partial(as_beancount, zone=ZONE, about=""),
}


@pytest.mark.parametrize("form", FORMS)
def test_no_format_keeps_what_it_has_written(form: str) -> None:
    def ledgers(events: int) -> Iterator[ExportedLedger]:
        for number in range(events):
            event = replace(an_event(), eid=f"{EID}-{number}")
            lines = [ExportedEntry("dave", "Dave", an_entry(f"p{number}-{place}", "1"), DANA) for place in range(10)]
            yield ExportedLedger(event, tuple(lines))

    def written(events: int) -> int:
        return sum(len(text) for text in FORMS[form](ledgers(events)))

    written(200)  # fills caches
    assert not grows(lambda events: peak_of(lambda: written(events)), 100, 200, by=10 * 1000)  # a thousand entries more
