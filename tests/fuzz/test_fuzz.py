"""Hostile input of every kind, in a small run of `make fuzz`; and the proof that it finds faults that are there."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any

import pytest

from bot.access import Access, KnownRole
from bot.kept import read_kept
from charter.roles import Role
from tests.fuzz.__main__ import entries_of, main
from tests.fuzz.cases import Case, Fuzzing
from tests.fuzz.hostile import PING
from tests.fuzz.steps import Step
from tests.fuzz.world import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Engine
    from tests.fuzz.bot import Bot
    from tests.fuzz.cases import Entry, Failure
    from tests.fuzz.world import World

CASES = 1000
SEED = 20261128


@pytest.fixture(scope="module")
def world(dynamodb: Engine) -> Iterator[World]:
    """The functions over an engine, for all tests of this module: each case undoes what it wrote."""
    with opened(dynamodb.endpoint) as made:
        yield made


@pytest.fixture(scope="module")
def entries(world: World) -> dict[str, Entry]:
    """Every entry point. Few shapes are taken from what the bot shows; the others are made for each route."""
    return {entry.name: entry for entry in entries_of(world, most_shapes=60)}


def _run(entries: list[Entry], numbers: range) -> list[Failure]:
    return list(Fuzzing(entries, SEED, lambda _line: None).run(numbers))


def _of(entries: dict[str, Entry], name: str, wanted: str) -> tuple[Any, int]:
    """Return an entry, and the place of the shape of this name."""
    entry: Any = entries[name]
    return entry, next(place for place, shape in enumerate(entry.shapes) if wanted in str(shape))


def test_no_hostile_input_gets_an_error_or_writes_anything(entries: dict[str, Entry]) -> None:
    failures = _run(list(entries.values()), range(CASES))
    assert not failures, "\n\n".join(map(str, failures))
