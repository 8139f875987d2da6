"""Refusals: the tree in the module's docstring is complete, and each refusal is a sentence that knows its field."""

from __future__ import annotations

import inspect
import re
from datetime import timedelta
from typing import Any

import pytest

from charter import refusals
from charter.patrons import check_name
from charter.payments import check_notes, check_reason
from charter.refusals import (
    CurrencyDiffers,
    EventExists,
    FieldChecks,
    NotAllowed,
    PossibleDuplicate,
    Refusal,
    TableUnavailable,
    TooLateToUndo,
    shortened,
)

LONG = "X" * 3000
# The longest that each kind of argument can be; a limit is a number of two or three digits.
WORST: dict[str, Any] = {
    "str": LONG,
    "str | None": LONG,
    "int": 500,
    "bool": False,
    "timedelta": timedelta(days=20_000),
    "list[str]": ["payment", "waiver (149 of 150 signed)"],
    "Iterable[str]": ("cash", "venmo", "zelle"),
}
OURS = {
    "reason": "does not start with a date",
    "written": "$80.00 for Dave",
    "paid": "80.00",
    "field": "event",
    "at": "1:30 PM",
    "sentence": "Write a phone number too, so that the captain can call them.",
    "currency": "USD",
    "amount": "$100,000.00",
    "method": "a bank transfer",
    "how": "taken back",
    "left": "$100,000.00 in checks",
    "name": "November 2026",
}


def _family(parent: type[Refusal] = Refusal) -> list[type[Refusal]]:
    return [parent, *(each for child in parent.__subclasses__() if _ours(child) for each in _family(child))]


def _ours(kind: type[Refusal]) -> bool:
    return kind.__module__.startswith(refusals.__name__)


def _drawn() -> list[tuple[int, str, str]]:
    """Return depth, name and the words behind it of each line of the tree in the module's docstring."""
    tree = re.search(r"    Refusal\n(.*?)\n\n", refusals.__doc__ or "", re.DOTALL)
    assert tree
    lines = [re.fullmatch(r"    ((?:│   |    )*)[├└]── (\w+) *(.*)", line) for line in tree[1].splitlines()]
    return [(len(line[1]) // 4 + 1, line[2], line[3]) for line in lines if line]


def _leaves() -> list[type[Refusal]]:
    return [kind for kind in _family() if not kind.__subclasses__() and kind is not Refusal]


def _made(kind: type[Refusal], **given: str) -> Refusal:
    """Return a refusal of that kind, about the longest things that people can type."""
    parameters = inspect.signature(kind.__init__).parameters.values()
    needed = [each for each in parameters if each.name != "self" and each.default is each.empty]
    return kind(**{each.name: OURS.get(each.name, WORST[each.annotation]) for each in needed} | given)


def test_the_tree_in_the_docstring_is_the_tree_of_classes() -> None:
    stack = [Refusal.__name__]
    pairs = set()
    for depth, name, _ in _drawn():
        del stack[depth:]
        pairs.add((stack[-1], name))
        stack.append(name)

    assert pairs == {(kind.__bases__[0].__name__, kind.__name__) for kind in _family() if kind is not Refusal}


@pytest.mark.parametrize("kind", [kind for kind in _family() if kind is not Refusal])
def test_each_refusal_knows_the_field_that_the_tree_gives_it(kind: type[Refusal]) -> None:
    ((_, _, drawn),) = [line for line in _drawn() if line[1] == kind.__name__]
    column = drawn.split("  ")[-1].strip()
    fields = {each.default_field for each in _family()} - {None}

    assert (column if column in fields else None) == vars(kind).get("default_field")


@pytest.mark.parametrize("kind", [kind for kind in _leaves() if kind is not NotAllowed])
def test_each_refusal_is_said_in_short_whole_sentences(kind: type[Refusal]) -> None:
    sentence = str(_made(kind))

    assert re.fullmatch(r"[A-Z“].*\.", sentence)
    assert len(sentence) < 250
    assert sentence == sentence.strip()
    of_all = getattr(kind, "sentence", "") or ""
    assert all(re.match(r"[A-Z/](?![A-Z])", each) for each in re.split(r"(?<=[.?]) ", of_all) if each), "none shouts"
    assert not re.search(r"(?<=[.?]) [a-z]", sentence)


SENDABLE = [kind for kind in _leaves() if "field" in inspect.signature(kind.__init__).parameters]


@pytest.mark.parametrize("kind", SENDABLE)
def test_a_refusal_can_be_sent_to_another_field(kind: type[Refusal]) -> None:
    assert _made(kind, field="another").field == "another"


def test_what_was_typed_is_quoted_on_one_line_and_cut() -> None:
    assert shortened(" a\n\tb ") == "a b"
    assert shortened("x" * 60) == "x" * 60
    assert shortened("x" * 61) == "x" * 59 + "…"
    assert f"like {'x' * 100}." in str(EventExists("e1", "Sunset", "x" * 100)), "a proposed id is whole"


def test_an_age_is_said_in_its_largest_unit_of_which_there_are_two() -> None:
    ages = [
        timedelta(minutes=1),
        timedelta(minutes=119),
        timedelta(hours=2),
        timedelta(hours=47),
        timedelta(days=2),
        timedelta(days=5),
    ]
    said = [str(TooLateToUndo(age)).removeprefix("Logged ").partition(" ago")[0] for age in ages]
    assert said == ["1 minute", "119 minutes", "2 hours", "47 hours", "2 days", "5 days"]


def test_a_possible_duplicate_says_how_long_ago_in_whole_minutes() -> None:
    def ago(seconds: int) -> str:
        return PossibleDuplicate("$5.00", "cash", patron="Dave", by="a", ago=timedelta(seconds=seconds)).ago

    assert [ago(seconds) for seconds in (-5, 59, 60, 119, 120)] == [
        *("just now", "just now", "a minute ago", "a minute ago", "2 minutes ago")
    ]
    assert str(CurrencyDiffers("DOLLAR", "EURO")).count("…") == 2


def test_all_refusals_of_a_form_are_raised_together() -> None:
    checks = FieldChecks()
    assert checks.run(lambda: check_name("Dave")) == "Dave"
    assert checks.run(lambda: check_name("")) is None
    assert checks.run(lambda: check_reason("")) is None

    group = checks.error("the form")
    assert [getattr(each, "field", None) for each in group.exceptions] == ["name", "reason"]


def test_refusals_that_were_collected_before_join_the_others() -> None:
    inner = FieldChecks()
    inner.run(lambda: check_notes("x" * 501))

    def raise_inner() -> None:
        raise inner.error("the notes")

    outer = FieldChecks([TableUnavailable()])
    assert outer.run(raise_inner) is None
    assert [str(each) for each in outer.refusals] == [str(TableUnavailable()), "Keep the notes to 500 letters."]


def test_an_error_that_is_no_refusal_is_not_collected() -> None:
    with pytest.raises(ZeroDivisionError):
        FieldChecks().run(lambda: 1 // 0)
