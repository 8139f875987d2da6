"""Steps from a real shape to a hostile one. A case is both, so that it is made smaller by leaving out some of them."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tests.fuzz.hostile import BYTES, any_value

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable

Path = tuple[str | int, ...]
DEEPER: Final = 0.72  # the chance that a walk goes on into a part
KINDS: Final = ("replace", "replace", "replace", "remove", "remove", "rename", "double", "wrap", "type", "halve", "add")


@dataclass(frozen=True, slots=True)
class Step:
    """One change. `where` is the part of the request: `payload`, `body`, `event`, `headers`, or what an entry names."""

    where: str
    kind: str
    path: Path = ()
    value: Any = None

    def __str__(self) -> str:
        at = ".".join(map(str, self.path))
        value = ascii(self.value)
        shown = value if len(value) < 120 else f"{value[:100]}… ({len(value)} characters)"
        return f"{self.where}{'.' if at else ''}{at}: {self.kind}{'' if self.value is None else f' {shown}'}"


def a_path(rng: random.Random, value: Any) -> Path:
    """Return the path of a random part: a walk from the top that ends anywhere."""
    path: list[str | int] = []
    while isinstance(value, dict | list) and value and (not path or rng.random() < DEEPER):
        if isinstance(value, dict):
            key: Any = rng.choice(list(value))
        else:
            key = rng.randrange(len(value))
        path.append(key)
        value = value[key]
    return tuple(path)


def a_step(rng: random.Random, where: str, value: Any) -> Step:
    """Draw one change of the structure or of a value."""
    kind = rng.choice(KINDS)
    changed = None
    if kind in {"replace", "add"}:
        changed = any_value(rng)
    elif kind in {"type", "rename", "wrap"}:
        changed = rng.randrange(4)
    return Step(where, kind, a_path(rng, value), changed)


def some_steps(rng: random.Random, where: str, value: Any, *, most: int = 3) -> list[Step]:
    """Draw usually one step, and at most `most`."""
    return [a_step(rng, where, value) for _ in range(1 + min(most - 1, int(rng.expovariate(1.2))))]


def changed(value: Any, steps: Iterable[Step]) -> Any:
    """Return a copy of the value with these steps applied. A step whose part is not there any more does nothing."""
    holder = {"": copy.deepcopy(value)}
    for step in steps:
        path: Path = ("", *step.path)
        within: Any = holder
        for key in path[:-1]:
            within = _part(within, key)
        if _part(within, path[-1]) is not _MISSING:
            _CHANGES[step.kind](within, path[-1], step.value)
    return holder.get("")


def changed_bytes(body: bytes, steps: Iterable[Step]) -> bytes:
    """Return the body with these steps applied; each names a place in thousandths."""
    for step in steps:
        at, with_ = len(body) * int(step.path[0]) // 1000, step.value
        body = {
            "cut": body[:at],
            "insert": body[:at] + with_ + body[at:],
            "over": body[:at] + with_ + body[at + len(with_) :],
            "twice": body + body,
            "behind": body[at:],
        }[step.kind]
    return body


def a_step_of_bytes(rng: random.Random) -> Step:
    """Draw one change of the bytes of a body."""
    return Step(
        "body", rng.choice(("cut", "insert", "over", "twice", "behind")), (rng.randrange(1000),), rng.choice(BYTES)
    )


class _Missing:
    """A part that is not there."""


_MISSING: Final = _Missing()


def _part(value: Any, key: Any) -> Any:
    if isinstance(value, dict) and key in value:
        return value[key]
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return _MISSING


def _rename(within: Any, key: Any, how: int) -> None:
    if isinstance(within, dict):
        text = str(key)
        within[(f"{text}x", text.upper(), text[:-1], f" {text}")[how]] = within.pop(key)
    else:
        within.reverse()


def _double(within: Any, key: Any, _: Any) -> None:
    if isinstance(within, dict):
        within[f"{key}_2"] = copy.deepcopy(within[key])
    elif len(within) < 1000:
        within.insert(key, copy.deepcopy(within[key]))


def _wrap(within: Any, key: Any, how: int) -> None:
    value = within[key]
    within[key] = ([value], {"value": value}, [value, value], {str(key): value})[how]


def _retype(within: Any, key: Any, how: int) -> None:
    value = within[key]
    within[key] = (str(value), [str(value)], len(str(value)), bool(value))[how]


def _halve(within: Any, key: Any, _: Any) -> None:
    value = within[key]
    if isinstance(value, dict):
        within[key] = dict(list(value.items())[: len(value) // 2])
    elif isinstance(value, str | list):
        within[key] = value[: len(value) // 2]
    elif isinstance(value, int | float):
        within[key] = -value


def _add(within: Any, key: Any, value: Any) -> None:
    into = within[key]
    if isinstance(into, dict):
        into["fuzz"] = value
    elif isinstance(into, list):
        into.append(value)
    elif isinstance(into, str) and isinstance(value, str):
        within[key] = into + value
    else:
        within[key] = value


def _replace(within: Any, key: Any, value: Any) -> None:
    within[key] = copy.deepcopy(value)


def _remove(within: Any, key: Any, _: Any) -> None:
    del within[key]


_CHANGES: Final[dict[str, Callable[[Any, Any, Any], None]]] = {
    "replace": _replace,
    "remove": _remove,
    "rename": _rename,
    "double": _double,
    "wrap": _wrap,
    "type": _retype,
    "halve": _halve,
    "add": _add,
}
