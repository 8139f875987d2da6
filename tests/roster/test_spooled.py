"""Import lines are kept in files: the list, the dict and the sort over files behave as Python's own."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roster.importing.writing import write_all
from roster.spooled import Spooled, SpooledDict, distinct, in_order

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


@given(st.lists(st.tuples(st.text(max_size=2), st.integers(0, 3))))
def test_a_spooled_dict_is_as_a_dict(pairs: list[tuple[str, int]]) -> None:
    plain, spooled = dict[str, int](), SpooledDict[int]()
    for key, item in pairs:
        if item:
            assert spooled.setdefault(key, item) == plain.setdefault(key, item)
        else:
            plain[key] = spooled[key] = item
        assert (key in spooled, f"{key}x" in spooled) == (True, f"{key}x" in plain)
        assert spooled.get(key) == plain[key]
    assert list(distinct(key for key, _ in pairs)) == list(plain)


@given(st.lists(st.tuples(st.text(max_size=2), st.integers())))
def test_a_spooled_sort_is_as_the_sort_of_python(pairs: list[tuple[str, int]]) -> None:
    assert list(in_order(pairs, key=lambda pair: pair[0])) == sorted(pairs, key=lambda pair: pair[0])


def test_nobody_else_can_open_a_spooled_file_and_it_goes_with_its_process() -> None:
    before = _open_files()
    spooled, by_key = Spooled(range(1_000)), SpooledDict[str]()
    for number in range(1_000):
        by_key[str(number)] = "x" * 2_000

    new = _open_files() - before
    assert len(new) == 2
    assert all(path.endswith(" (deleted)") for path in new)
    assert (spooled[999], by_key.get("999")) == (999, "x" * 2_000)


def _open_files() -> set[str]:
    found = set()
    for each in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found.add(str(each.readlink()))
    return found


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
