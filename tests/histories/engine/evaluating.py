"""Carries out DynamoDB's expressions on an item. Items are never changed in place: an update returns a new one."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tests.histories.engine import grammar
from tests.histories.engine.values import Invalid, Item, Wire, canonical, equal, length, less, number, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.histories.engine.grammar import Tree

_Path = tuple[str | int, ...]


class Expressions:
    """The expressions of one request with their names and values. Each that is given must be used, and no other."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._names: Mapping[str, str] = request.get("ExpressionAttributeNames") or {}
        self._values = {
            name: canonical(each) for name, each in (request.get("ExpressionAttributeValues") or {}).items()
        }
        for part in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
            if part in request and not request[part]:
                raise Invalid(f"{part} must not be empty")
        self._texts = {name: text for name, text in request.items() if name.endswith("Expression")}
        used = frozenset[str]().union(*map(_aliases, self._texts.values()))
        given = self._names.keys() | self._values.keys()
        if used != given:
            raise Invalid(f"Expression attributes are unused or not defined: {sorted(used ^ given)}")

    def condition(self, item: Item, name: str = "ConditionExpression") -> bool:
        """Return whether the condition holds for an item; True without one."""
        return name not in self._texts or self._holds(self._parsed(grammar.condition, name), item)

    def tree(self, name: str) -> Tree:
        """Return the tree of the condition of a key."""
        parsed: Tree = self._parsed(grammar.condition, name)
        return parsed

    def operand(self, tree: Tree, item: Item) -> Wire | None:
        """Return a value, what is at a path, or a size; None where there is nothing."""
        match tree[0]:
            case "value":
                return self._values[tree[1]]
            case "size":
                found = at(item, self.path(tree[1]))
                return None if found is None else {"N": str(length(found))}
        return at(item, self.path(tree))

    def path(self, tree: Tree) -> _Path:
        """Return a path with the names that its aliases mean."""
        return tuple(self._names[each] if isinstance(each, str) and each.startswith("#") else each for each in tree[1])

    def projected(self, item: Item) -> Item:
        """Return the projected part of an item; all of it without a projection."""
        if "ProjectionExpression" not in self._texts:
            return item
        kept: Item = {}
        for tree in self._parsed(grammar.projection, "ProjectionExpression"):
            path = self.path(tree)
            if len(path) > 1:
                raise NotImplementedError("nested projections")
            if path[0] in item:
                kept[str(path[0])] = item[str(path[0])]
        return kept

    def updated(self, item: Item) -> Item:
        """Return the item after the update. Right-hand sides see the item as it was."""
        clauses = self._parsed(grammar.update, "UpdateExpression")
        _check_overlaps([self.path(part[1]) for parts in clauses.values() for part in parts])
        after = item
        for clause, parts in clauses.items():
            for part in parts:
                path = self.path(part[1])
                match clause:
                    case "SET":
                        after = _set(after, path, self._computed(part[2], item))
                    case "REMOVE":
                        after = _removed(after, path)
                    case "ADD":
                        after = _set(after, path, _added(at(item, path), self._values[part[2][1]]))
                    case "DELETE":
                        after = _without(after, path, self._values[part[2][1]])
        return after

    def _parsed(self, parse: Any, name: str) -> Any:
        if not self._texts[name]:
            raise Invalid(f"Invalid {name}: The expression can not be empty;")
        try:
            return parse(self._texts[name])
        except grammar.Malformed as error:
            raise Invalid(f"Invalid {name}: {error}") from error

    def _holds(self, tree: Tree, item: Item) -> bool:
        match tree[0]:
            case "and":
                return all(self._holds(each, item) for each in tree[1])
            case "or":
                return any(self._holds(each, item) for each in tree[1])
            case "not":
                return not self._holds(tree[1], item)
            case "attribute_exists":
                return self.operand(tree[1], item) is not None
            case "attribute_not_exists":
                return self.operand(tree[1], item) is None
        return self._compares(tree, item)

    def _compares(self, tree: Tree, item: Item) -> bool:
        match tree[0]:
            case "attribute_type":
                found, kind = self.operand(tree[1], item), self.operand(tree[2], item)
                return found is not None and kind is not None and kind.get("S") in found
            case "begins_with":
                found, start = self.operand(tree[1], item), self.operand(tree[2], item)
                return bool(found and start and "S" in found and found["S"].startswith(start["S"]))
            case "contains":
                return _contains(self.operand(tree[1], item), self.operand(tree[2], item))
            case "between":
                value, low, high = (self.operand(each, item) for each in tree[1:])
                return less(value, low) is False and less(high, value) is False
            case "in":
                value = self.operand(tree[1], item)
                return any(equal(value, self.operand(each, item)) for each in tree[2])
        _, sign, left, right = tree
        return _compared(sign, self.operand(left, item), self.operand(right, item))

    def _computed(self, tree: Tree, item: Item) -> Wire:
        match tree[0]:
            case "if_not_exists":
                found = at(item, self.path(tree[1]))
                other = self._computed(tree[2], item)
                return other if found is None else found
            case "list_append":
                return {"L": [*self._computed(tree[1], item)["L"], *self._computed(tree[2], item)["L"]]}
            case "+" | "-":
                left, right = (self._computed(each, item) for each in tree[1:])
                if "N" not in left or "N" not in right:
                    raise Invalid("An operand in the update expression has an incorrect data type")
                sign = 1 if tree[0] == "+" else -1
                return {"N": written(Decimal(left["N"]) + sign * Decimal(right["N"]))}
        found = self.operand(tree, item)
        if found is None:
            raise Invalid("The provided expression refers to an attribute that does not exist in the item")
        return found


@lru_cache(maxsize=4096)
def _aliases(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[#:][A-Za-z0-9_]+", text))


def at(item: Item, path: _Path) -> Wire | None:
    """Return what is at a path, or None."""
    here: Any = item.get(str(path[0]))
    for name in path[1:]:
        if here is None:
            return None
        inside = here.get("M") if isinstance(name, str) else here.get("L")
        if inside is None or (isinstance(name, int) and name >= len(inside)):
            return None
        here = inside.get(name) if isinstance(name, str) else inside[name]
    return here  # type: ignore[no-any-return]  # a value of JSON


def _compared(sign: str, left: Wire | None, right: Wire | None) -> bool:
    if sign == "=":
        return equal(left, right)
    if sign == "<>":
        return not equal(left, right)  # also where there is nothing
    earlier = less(left, right) if sign in {"<", ">="} else less(right, left)
    return earlier is not None and (earlier if sign in {"<", ">"} else not earlier)


def _contains(found: Wire | None, part: Wire | None) -> bool:
    if not found or not part:
        return False
    if "S" in found:
        return "S" in part and part["S"] in found["S"]
    if "L" in found:
        return any(equal(each, part) for each in found["L"])
    ((kind, text),) = part.items()
    return text in found.get(f"{kind}S", ())


def _check_overlaps(paths: list[_Path]) -> None:
    for place, one in enumerate(paths):
        for other in paths[place + 1 :]:
            if one[: len(other)] == other[: len(one)]:
                raise Invalid("Invalid UpdateExpression: Two document paths overlap with each other")


def _set(item: Item, path: _Path, value: Wire) -> Item:
    name = str(path[0])
    if len(path) == 1:
        return {**item, name: value}
    return {**item, name: _inside(item.get(name), path[1:], value)}


def _inside(here: Wire | None, path: _Path, value: Wire | None) -> Wire:
    """Return the map or list with a value at the path, or without it where it is None."""
    name: Any = path[0]
    kind = "M" if isinstance(name, str) else "L"
    if here is None or kind not in here:
        raise Invalid("The document path provided in the update expression is invalid for update")
    inside = here[kind]
    if len(path) > 1:
        there = inside.get(name) if kind == "M" else (inside[name] if name < len(inside) else None)
        return _with(kind, inside, name, _inside(there, path[1:], value))
    return _with(kind, inside, name, value)


def _with(kind: str, inside: Any, name: Any, value: Wire | None) -> Wire:
    if kind == "M":
        rest = inside if value is not None else {each: kept for each, kept in inside.items() if each != name}
        return {"M": rest if value is None else {**rest, name: value}}
    if value is None:
        return {"L": [kept for place, kept in enumerate(inside) if place != name]}
    return {"L": [*inside[:name], value, *inside[name + 1 :]]}


def _removed(item: Item, path: _Path) -> Item:
    name = str(path[0])
    if len(path) == 1:
        return {each: value for each, value in item.items() if each != name}
    return {**item, name: _inside(item.get(name), path[1:], None)}


def _added(found: Wire | None, value: Wire) -> Wire:
    ((kind, content),) = value.items()
    if kind not in {"N", "SS", "NS", "BS"} or (found is not None and kind not in found):
        raise Invalid("An operand in the update expression has an incorrect data type")
    if found is None:
        return value
    if kind == "N":
        return {"N": written(number(found["N"]) + number(content))}
    return {kind: sorted({*found[kind], *content})}


def _without(item: Item, path: _Path, value: Wire) -> Item:
    ((kind, content),) = value.items()
    found = at(item, path)
    if found is None:
        return item
    if kind not in found:
        raise Invalid("An operand in the update expression has an incorrect data type")
    left = sorted(set(found[kind]) - set(content))
    return _set(item, path, {kind: left}) if left else _removed(item, path)
