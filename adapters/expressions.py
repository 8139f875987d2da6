"""DynamoDB expressions, put together from parts. All names get aliases: `month`, `status`, `keys` are reserved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.attribute_values import to_wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Update:
    """One conditional UpdateItem in the making. Paths are tuples of names, from the top of the item down."""

    def __init__(self) -> None:
        self._aliases: dict[str, str] = {}  # alias of each name
        self._values: dict[str, dict[str, Any]] = {}
        self._sets: list[str] = []
        self._removes: list[str] = []
        self._adds: list[str] = []
        self._conditions: list[str] = []

    def set(self, *path: str, to: object) -> None:
        """Add `SET path = :to`."""
        self._sets.append(f"{self._path(path)} = {self._value(to)}")

    def set_all(self, *path: str, to: Mapping[str, object]) -> None:
        """Set each name under `path`. An empty text removes the name instead."""
        for name, value in to.items():
            if value == "":
                self._removes.append(self._path((*path, name)))
            else:
                self.set(*path, name, to=value)

    def increase(self, *path: str, by: object) -> None:
        """Add `SET path = path + :by`. The number must be there."""
        self._sets.append(f"{self._path(path)} = {self._path(path)} + {self._value(by)}")

    def add_texts(self, *path: str, texts: Iterable[str]) -> None:
        """Add texts to a string set at the top of the item, which is made where it is missing."""
        self._adds.append(f"{self._path(path)} {self._wire({'SS': sorted(texts)})}")

    def when_exists(self, *path: str) -> None:
        """Write only if there is something at `path`."""
        self._conditions.append(f"attribute_exists({self._path(path)})")

    def when_missing(self, *path: str) -> None:
        """Write only if there is nothing at `path`."""
        self._conditions.append(f"attribute_not_exists({self._path(path)})")

    def when_empty(self, *path: str) -> None:
        """Write only if `path` is missing or null. Some writers put a null where they have no value."""
        name = self._path(path)
        self._conditions.append(f"(attribute_not_exists({name}) OR attribute_type({name}, {self._value('NULL')}))")

    def when_empty_map(self, *path: str) -> None:
        """Write only if there is nothing at `path`, or a map without names."""
        name = self._path(path)
        self._conditions.append(f"(attribute_not_exists({name}) OR {name} = {self._value({})})")

    def when_not(self, *path: str, value: object) -> None:
        """Write only if something else than `value`, or nothing, is at `path`."""
        name = self._path(path)
        self._conditions.append(f"(attribute_not_exists({name}) OR {name} <> {self._value(value)})")

    def when_exists_or_nothing_in(self, *path: str, of: str) -> None:
        """Write only if there is something at `path`, or the map `of` at the top of the item is empty."""
        self._conditions.append(
            f"(attribute_exists({self._path(path)}) OR size({self._path((of,))}) = {self._value(0)})"
        )

    def when_size(self, *path: str, is_: int, or_before: tuple[str, str] | None = None) -> None:
        """Write only if the map at `path` has so many names; also if the text `or_before`, (name, text), is earlier.

        The name is beside the map. A map to which names are only added is the same one while its size is.
        """
        condition = f"size({self._path(path)}) = {self._value(is_)}"
        if or_before is not None:
            name, text = or_before
            condition = f"({condition} OR {self._path((*path[:-1], name))} < {self._value(text)})"
        self._conditions.append(condition)

    def when_map(self, *path: str) -> None:
        """Write only if there is a map at `path`, into which names can be set."""
        self._conditions.append(f"attribute_type({self._path(path)}, {self._value('M')})")

    def when_still(self, *path: str, in_: Mapping[str, object]) -> None:
        """Write only if the last name of `path` has the value that it has in `in_`, or is missing there as here."""
        if path[-1] in in_:
            self.when(*path, is_="=", value=in_[path[-1]])
        else:
            self.when_missing(*path)

    def when_as_read(self, name: str, *, in_: Mapping[str, dict[str, Any]]) -> None:
        """Write only if the attribute `name` of the item is as in `in_`, on the wire, or is missing there as here."""
        if name in in_:
            self._conditions.append(f"{self._path((name,))} = {self._wire(in_[name])}")
        else:
            self.when_missing(name)

    def when(self, *path: str, is_: str, value: object) -> None:
        """Write only if the comparison `is_` (`=`, `>=`) holds."""
        self._conditions.append(f"{self._path(path)} {is_} {self._value(value)}")

    def when_without(self, *path: str, text: str) -> None:
        """Write only if the string set at `path` is missing or does not hold `text`."""
        self._conditions.append(f"NOT contains({self._path(path)}, {self._value(text)})")

    def request(self) -> dict[str, Any]:
        """Return the expression arguments of `update_item`."""
        clauses = {"SET": self._sets, "REMOVE": self._removes, "ADD": self._adds}
        return {
            "UpdateExpression": " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses.items() if parts),
            "ConditionExpression": " AND ".join(dict.fromkeys(self._conditions)),
            "ExpressionAttributeNames": {alias: name for name, alias in self._aliases.items()},
            "ExpressionAttributeValues": self._values,
        }

    def condition(self) -> dict[str, Any]:
        """Return the expression arguments of a `ConditionCheck`, which writes nothing."""
        request = self.request()
        del request["UpdateExpression"]
        return {name: part for name, part in request.items() if part}

    def _path(self, path: tuple[str, ...]) -> str:
        aliases = self._aliases
        return ".".join([aliases.setdefault(name, f"#n{len(aliases)}") for name in path])

    def _value(self, value: object) -> str:
        return self._wire(to_wire(value))

    def _wire(self, value: dict[str, Any]) -> str:
        alias = f":v{len(self._values)}"
        self._values[alias] = value
        return alias
