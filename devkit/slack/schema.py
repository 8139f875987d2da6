"""A small language for saying what JSON may look like, that complains in Slack's own words.

A rule is a function of a value and its JSON pointer that yields `(pointer, complaint)` pairs; `blockkit.py` is a table
of such rules. Wording from Slack's answers as seen in public bug reports ("must be less than 3001 characters",
"missing required field: title", "no more than 100 items allowed", "invalid additional property: style").
"""

# a payload may be anything until it has been checked

# ruff: noqa: ANN401  # a value may be anything until it has been checked

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Complaint = tuple[str, str]
Rule = Callable[[Any, str], Iterator[Complaint]]


def in_slacks_words(complaints: Iterator[Complaint]) -> list[str]:
    """The complaints as Slack's `response_metadata.messages` has them."""
    return [f"[ERROR] {said} [json-pointer:{pointer}]" for pointer, said in complaints]


def string(maximum: int, *, minimum: int = 1, pattern: str | None = None) -> Rule:
    """Text of `minimum` to `maximum` characters; `pattern` must match all of it."""

    def rule(value: Any, pointer: str) -> Iterator[Complaint]:
        if not isinstance(value, str):
            yield pointer, "must be a string"
        elif len(value) < minimum:
            yield pointer, f"must be more than {minimum - 1} characters"
        elif len(value) > maximum:
            yield pointer, f"must be less than {maximum + 1} characters"
        elif pattern and not re.fullmatch(pattern, value, re.DOTALL):
            yield pointer, "failed to match pattern"

    return rule


def choice(*allowed: Any) -> Rule:
    """One of a few literal values."""

    def rule(value: Any, pointer: str) -> Iterator[Complaint]:
        if value not in allowed:
            yield pointer, f"must be a valid enum value: {', '.join(map(str, allowed))}"

    return rule


def boolean(value: Any, pointer: str) -> Iterator[Complaint]:
    """True or false, not words or numbers."""
    if not isinstance(value, bool):
        yield pointer, "must be a boolean"


def integer(minimum: int, maximum: int) -> Rule:
    """A whole number within both bounds."""

    def rule(value: Any, pointer: str) -> Iterator[Complaint]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield pointer, "must be an integer"
        elif value < minimum:
            yield pointer, f"must be greater than or equal to {minimum}"
        elif value > maximum:
            yield pointer, f"must be less than or equal to {maximum}"

    return rule


def number(value: Any, pointer: str) -> Iterator[Complaint]:
    """Any number, but not true or false."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield pointer, "must be a number"


def array(item: Rule, *, minimum: int = 1, maximum: int) -> Rule:
    """A list of `minimum` to `maximum` items, each of which keeps to `item`."""

    def rule(value: Any, pointer: str) -> Iterator[Complaint]:
        if not isinstance(value, list):
            yield pointer, "must be an array"
            return
        if len(value) < minimum:
            yield pointer, f"no fewer than {minimum} items allowed" if minimum > 1 else "must have at least 1 item"
        if len(value) > maximum:
            yield pointer, f"no more than {maximum} items allowed"
        for index, each in enumerate(value):
            yield from item(each, f"{pointer}/{index}")

    return rule


def record(
    required: Mapping[str, Rule] | None = None,
    optional: Mapping[str, Rule] | None = None,
    *also: Rule,
) -> Rule:
    """An object with these keys and no others; `also` are rules about how its parts fit together."""
    needed, known = dict(required or {}), {**(required or {}), **(optional or {})}

    def rule(value: Any, pointer: str) -> Iterator[Complaint]:
        if not isinstance(value, dict):
            yield pointer, "must be an object"
            return
        for key in (key for key in needed if key not in value):
            yield pointer, f"missing required field: {key}"
        for key, each in value.items():
            if key in known:
                yield from known[key](each, f"{pointer}/{key}")
            else:
                yield pointer, f"invalid additional property: {key}"
        for fit in also:
            yield from fit(value, pointer)

    return rule


def typed(rules: Mapping[str, Rule]) -> Rule:
    """An object whose `type` says which rule it keeps to."""

    def rule(value: Any, pointer: str) -> Iterator[Complaint]:
        if not isinstance(value, dict):
            yield pointer, "must be an object"
        elif "type" not in value:
            yield pointer, "missing required field: type"
        elif not isinstance(value["type"], str) or value["type"] not in rules:
            yield f"{pointer}/type", f"unsupported type: {value['type']}"
        else:
            yield from rules[value["type"]](value, pointer)

    return rule


def anything(_value: Any, _pointer: str) -> Iterator[Complaint]:
    """No complaint."""
    return iter(())
