"""Hostile input of every kind, in a small run of `make fuzz`; and a check that it finds planted faults."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from bot import words
from devkit.slack.people import SIGNING_SECRET
from tests.bot.test_every_route import KINDS
from tests.fuzz.__main__ import entries_of, main
from tests.fuzz.bot_routes import is_taken, routes_of
from tests.fuzz.cases import Case, Fuzzing
from tests.fuzz.hostile import PING
from tests.fuzz.steps import Step
from tests.fuzz.world import opened

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from tests.conftest import Engine
    from tests.fuzz.cases import Entry
    from tests.fuzz.world import World

CASES, SEED = 1000, 20261128
SHARES = {"bot": 32.0, "web": 14.0, "files": 6.0, "commands": 6.0, "announce": 1.0, "settings": 41.0}
"""Parts of the small run: the entries that take the longest have fewer cases than in `make fuzz`."""


@pytest.fixture(scope="module")
def world(dynamodb: Engine) -> Iterator[World]:
    """The functions over an engine, for all tests of this module: each case undoes what it wrote."""
    with opened(dynamodb.endpoint, books=False) as made:
        yield made


@pytest.fixture(scope="module")
def entries(world: World) -> dict[str, Any]:
    """Every entry point. No shape is taken from what the bot shows: those of commands and of each route are made."""
    return {entry.name: entry for entry in entries_of(world, most_shapes=0)}


def test_no_hostile_input_gets_an_error_or_writes_anything(entries: dict[str, Any]) -> None:
    for name, share in SHARES.items():
        entries[name].share = share
    fuzzing = Fuzzing(list(entries.values()), SEED, lambda _line: None)
    failures = list(fuzzing.run(range(CASES)))
    assert not failures, "\n\n".join(map(str, failures))
    assert fuzzing.counts.keys() == SHARES.keys()


def test_every_route_of_the_bot_has_a_shape(world: World, entries: dict[str, Any]) -> None:
    found = routes_of(world)
    assert {kind for kind, *_ in found} == set(KINDS)
    assert [(kind, name) for kind, name, _ in found if not is_taken(entries["bot"].shapes, kind, name)] == []


def _place(entry: Any, wanted: str) -> int:
    """Return the place of the shape that is called so."""
    return next(place for place, shape in enumerate(entry.shapes) if wanted in str(shape))


def _raise(*_: Any, **__: Any) -> Any:
    raise KeyError("planted")


METADATA = json.dumps(["view", "private_metadata"])
PLANTED: dict[str, tuple[str, Any, str, str, tuple[Step, ...], str]] = {
    "a form's memo is not checked": (
        *("bot.kept._fits", lambda *_: True, "bot", "board_refresh"),
        *((Step("memo", "replace", (METADATA, "eid"), 5),), "logged bot.troubles"),
    ),
    "a payload is not checked": (
        *("bot.http.set_aside_odd", lambda _request: None, "bot", "submit log_payment"),
        *((Step("payload", "replace", ("view",), 5),), "logged bot.troubles"),
    ),
    "the help shows a secret": (
        *("bot.words.HELP", words.HELP | {"/dispatch": SIGNING_SECRET}, "bot", "/dispatch help"),
        *((), "showed the secret"),
    ),
    "the help pings a channel": (
        *("bot.words.HELP", words.HELP | {"/dispatch": PING}, "bot", "/dispatch help"),
        *((), "repeated raw"),
    ),
    "the help is longer than Slack takes": (
        *("bot.words.HELP", words.HELP | {"/dispatch": "x" * 50_000}, "bot", "/dispatch help"),
        *((), "Slack takes no such answer: msg_too_long"),
    ),
    "a token is not checked": (
        *(
            "web.tokens.Tokens._decoded",
            lambda *_: {"sub": "U0EVE", "name": "Eve", "role": "admin"},
            "web",
            "payment-log",
        ),
        *((Step("headers", "token", value="another secret"),), "with a token that is another secret"),
    ),
    "an event's parts are not checked": (
        *("web.http._texts", lambda value: value, "web", "GET /api/events"),
        *((Step("event", "replace", ("headers",), 5),), "raised"),
    ),
    "a record is not checked": (
        *("announce.records.is_of_stream", lambda _record: True, "announce", "#event"),
        *((Step("payload", "wrap", ("dynamodb", "Keys", "crew_id"), 2),), "raised"),
    ),
    "a file is not checked": ("roster.importing.sheets.decode", _raise, "files", "", (), "raised KeyError"),
    "a variable is not checked": (
        *("charter.settings._READERS", {"timezone": _raise}, "settings", ""),
        *((Step("variable", "set", ("TIMEZONE",), "Mars"),), "raised KeyError"),
    ),
    "an argument is not checked": (
        *("admin_token._hours", _raise, "commands", ""),
        *(
            tuple(Step("word", "word", (place,), word) for place, word in enumerate(("--hours", "x"))),
            "raised KeyError",
        ),
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_fault_is_found(entries: dict[str, Any], monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    where, planted, name, wanted, steps, found = PLANTED[fault]
    entry = entries[name]
    place = {"files": 0, "settings": 0, "commands": 2}.get(name) if not wanted else _place(entry, wanted)
    assert place is not None
    case = Case(name, place, fault, steps)
    assert entry.run(case) == []
    monkeypatch.setattr(where, planted)
    assert found in "\n".join(entry.run(case))


@dataclass
class Planted:
    """An entry with a fault: it does not take one of its steps."""

    name: str = "planted"
    share: float = 1.0

    def draw(self, _rng: random.Random) -> Case:
        """Return three steps, one of which is guilty."""
        return Case(self.name, 0, "a shape", tuple(Step("payload", kind, value="x" * 64) for kind in ("a", "bad", "b")))

    def run(self, case: Case) -> list[str]:
        """Fail for the guilty step."""
        return [f"status 500 at {id(case)}" for step in case.steps if step.kind == "bad" and len(step.value) > 7]


def test_a_failure_is_made_smaller_and_names_the_command_that_repeats_it() -> None:
    said: list[str] = []
    planted: list[Entry] = [Planted()]
    fuzzing = Fuzzing(planted, 7, said.append)
    failures = list(fuzzing.run(range(40, 50)))
    assert len(failures) == 3, "of one fault a few are shown, and all are counted"
    assert fuzzing.kinds.total() == 10
    assert [step.kind for step in failures[0].case.steps] == ["bad"]
    assert len(failures[0].case.steps[0].value) == 8
    assert str(failures[0]).endswith('again: make fuzz ARGS="--seed 7 --case 40"')
    assert said == [said[0]]
    assert said[0].startswith("seed 7: 10 of 10 cases, 10 failed, ")


def test_the_command_asks_for_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--cases", "many"])
    assert "invalid int value" in capsys.readouterr().err
