"""Rules for JSON values, with Slack's wording of complaints.

A rule is a function of a value and its JSON pointer. It yields `(pointer, complaint)` pairs. `blockkit.py` and
`blocks.py` are tables of such rules. The wording is that of Slack's answers in public bug reports ("must be less than
3001 characters", "missing required field: title", "no more than 100 items allowed", "invalid additional property").
"""

# ruff: noqa: ANN401  # a value may be anything until it has been checked

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Complaint = tuple[str, str]
Rule = Callable[[Any, str], Iterator[Complaint]]


def as_messages(complaints: Iterator[Complaint]) -> list[str]:
    """Return the complaints in the format of Slack's `response_metadata.messages`."""
    return [f"[ERROR] {complaint} [json-pointer:{pointer}]" for pointer, complaint in complaints]


def string(maximum: int, *, minimum: int = 1, pattern: str | None = None) -> Rule:
    """Return a rule for text of `minimum` to `maximum` characters that matches `pattern` as a whole."""

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
    """Return a rule for one of these values."""

    def rule(value: Any, pointer: str) -> Iterator[Complaint]:
        if value not in allowed:
            yield pointer, f"must be a valid enum value: {', '.join(map(str, allowed))}"

    return rule


def boolean(value: Any, pointer: str) -> Iterator[Complaint]:
    """Complain unless the value is true or false."""
    if not isinstance(value, bool):
        yield pointer, "must be a boolean"


def integer(minimum: int, maximum: int) -> Rule:
    """Return a rule for a whole number between both bounds."""

    def rule(value: Any, pointer: str) -> Iterator[Complaint]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield pointer, "must be an integer"
        elif value < minimum:
            yield pointer, f"must be greater than or equal to {minimum}"
        elif value > maximum:
            yield pointer, f"must be less than or equal to {maximum}"

    return rule


def number(value: Any, pointer: str) -> Iterator[Complaint]:
    """Complain unless the value is a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield pointer, "must be a number"


def array(item: Rule, *, minimum: int = 1, maximum: int) -> Rule:
    """Return a rule for a list of `minimum` to `maximum` items that follow the rule `item`."""

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
    """Return a rule for an object with these keys and no others. `also` are rules for the whole object."""
    must_have, known = dict(required or {}), {**(required or {}), **(optional or {})}

    def rule(value: Any, pointer: str) -> Iterator[Complaint]:
        if not isinstance(value, dict):
            yield pointer, "must be an object"
            return
        for key in (key for key in must_have if key not in value):
            yield pointer, f"missing required field: {key}"
        for key, each in value.items():
            if key in known:
                yield from known[key](each, f"{pointer}/{key}")
            else:
                yield pointer, f"invalid additional property: {key}"
        for whole_rule in also:
            yield from whole_rule(value, pointer)

    return rule


def typed(rules: Mapping[str, Rule]) -> Rule:
    """Return a rule for an object whose `type` selects one of the rules."""

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
    """Accept any value."""
    return iter(())
