"""Plants mistakes in the records, one at each place, to check that they are detected there."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.slack_types.records import Record

JSON = dict[str, Any]
_WRONG: Final = {"no_such_property": "text"}
OPEN: Final = {
    "metadata/event_payload": "an app's own data",
    "errors": "its keys are the ids of blocks",
}
"""The ends of places where Slack takes any property, with the reason."""


@dataclass(frozen=True)
class Mistake:
    """A copy of a record with one mistake, and where that is."""

    kind: str
    shape: Any
    place: str


def mistakes(records: Iterable[Record]) -> list[Mistake]:
    """Return an unknown property and an unknown type for each place where an object is, in the smallest record."""
    found: dict[str, Mistake] = {}
    for record in sorted(records, key=lambda each: len(str(each.shape))):
        for place, path in _objects(record.shape, record.kind, ()):
            if place.endswith(tuple(OPEN)):
                continue
            found.setdefault(place, Mistake(record.kind, _changed(record.shape, path, _WRONG), place))
            if "type" in _at(record.shape, path):
                wrong = _changed(record.shape, path, {"type": "no_such_type"})
                found.setdefault(f"{place}/type", Mistake(record.kind, wrong, f"{place}/type"))
    return list(found.values())


def _objects(value: Any, place: str, path: tuple[str | int, ...]) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Yield the place of each object, such as `views.open/view(modal)/blocks(section)`, and the path to it."""
    if isinstance(value, dict):
        here = f"{place}({value['type']})" if isinstance(value.get("type"), str) else place
        yield here, path
        for key, each in value.items():
            yield from _objects(each, f"{here}/{key}", (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _objects(each, place, (*path, index))


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def _changed(value: Any, path: tuple[str | int, ...], change: JSON) -> Any:
    changed = copy.deepcopy(value)
    _at(changed, path).update(change)
    return changed
