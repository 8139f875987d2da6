"""Lines of an import wait in a file: what a list does is kept, and memory does not grow with the lines."""

from __future__ import annotations

import tracemalloc
from datetime import UTC
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roster.importing.events import read_events, with_ids
from roster.importing.sheets import read_sheet
from roster.importing.writing import write_all
from roster.spooled import Spooled

if TYPE_CHECKING:
    from collections.abc import Iterator


@given(st.lists(st.one_of(st.integers(), st.none()), max_size=40))
def test_a_spooled_list_is_as_a_list_that_grows_and_shrinks_at_its_end(changes: list[int | None]) -> None:
    plain, spooled = list[int](), Spooled[int](at_once=3)
    for change in changes:
        if change is not None:
            plain.append(change)
            spooled.append(change)
        elif plain:
            assert spooled.pop() == plain.pop()
        assert (len(spooled), list(spooled)) == (len(plain), plain)
        assert [spooled[place] for place in range(-len(plain), len(plain))] == [*plain, *plain]
    assert spooled[1:-1] == plain[1:-1]
    for place in (len(plain), -len(plain) - 1):
        with pytest.raises(IndexError):
            spooled[place]


def test_a_spooled_list_can_be_gone_through_while_it_is_read_and_grows() -> None:
    spooled = Spooled(range(10), at_once=4)
    seen = []
    for item in spooled:
        assert spooled[0] == 0
        if item == 3:
            spooled.append(99)
        seen.append(item)
    assert seen == [*range(10), 99]


def test_a_thousand_lines_more_take_little_memory() -> None:
    def read(lines: int) -> int:
        days = "".join(f"Sailing {number},2026-0{number % 9 + 1}-15,10:00,{'x' * 60}\n" for number in range(lines))
        data = f"title,date,time,remarks\n{days}".encode()
        tracemalloc.start()
        sheet = read_sheet(data, file="big.csv")
        reading = read_events(sheet, zone=UTC, currency="USD", order=None, chosen=["captain="], file="big.csv")
        assert len(with_ids(reading.items)[0]) == lines
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    read(600)  # so that caches are filled
    peaks = [read(lines) for lines in (600, 1_600)]
    # The text of the file, the ids that are taken, and no line of it: one takes more than a kilobyte as an object.
    assert peaks[1] - peaks[0] < 900 * 1_000


def test_an_import_takes_its_steps_from_the_plan_as_it_writes_them() -> None:
    taken, written = 0, 0

    def steps() -> Iterator[int]:
        nonlocal taken
        for taken in range(1, 3_001):
            assert taken - written <= 1_000, "not all of them at once"
            yield taken

    def advance(_step: int) -> None:
        nonlocal written
        written += 1

    assert write_all(steps(), lambda step: step != 7, advance, eid_of=str) == ["7"]
    assert written == 3_000
