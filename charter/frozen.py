"""Frozen dataclasses that cost a start little: their methods need no source text, or are written at the first call.

`dataclasses` writes the source of six methods for each class and compiles it at each start: 0.4 ms a class, which is a
tenth of a cold start, and most classes are not used in it. Here the standard library reads the fields. What it would
write is the same for all classes but for `__init__`, which is written when a class is first used.
"""

from __future__ import annotations

import dataclasses
from dataclasses import MISSING, Field, FrozenInstanceError
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - to a type checker it is the same
else:

    def dataclass(cls: type | None = None, /, **options: bool) -> Any:  # noqa: ANN401 - as in the standard library
        """Return the class as a dataclass, as `dataclasses.dataclass` does with the same options.

        A class that is not frozen, or has no slots, is made by the standard library alone.
        """
        if cls is None:
            return lambda made: dataclass(made, **options)
        rest = {name: given for name, given in options.items() if name != "kw_only"}
        if rest != {"frozen": True, "slots": True}:
            return dataclasses.dataclass(cls, **options)
        return _frozen(cls, kw_only=options.get("kw_only", False))


def _frozen(cls: type, *, kw_only: bool) -> type:
    """Return the class with its fields in slots, and with the methods of a frozen dataclass that it lacks."""
    made: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)(cls)
    fields = dataclasses.fields(made)
    for method in (_first_init(made), _repr(fields), _eq(fields), _hash(fields)):
        if vars(cls).get(method.__name__) is None:  # a class with an `__eq__` of its own has None as its hash
            setattr(made, method.__name__, method)
    for name in ("__setattr__", "__delattr__", "__getstate__", "__setstate__"):
        setattr(made, name, globals()[name])
    return made


def _first_init(made: type) -> Callable[..., None]:
    def __init__(self: object, *given: object, **named: object) -> None:  # noqa: N807 - becomes a method
        made.__init__ = _written_init(made)  # type: ignore[misc]  # it takes the place of this one
        made.__init__(self, *given, **named)  # type: ignore[misc]  # as above

    return __init__


def _written_init(made: type) -> Callable[..., None]:
    """Return the class's `__init__`, compiled from its text as `dataclasses` does."""
    known: dict[str, Any] = {"MISSING": MISSING}
    fields: list[Field[Any]] = list(made.__dataclass_fields__.values())  # type: ignore[attr-defined]  # a dataclass
    fields.sort(key=lambda each: bool(each.kw_only))
    lines = list(_lines_of_init(fields, known))
    if hasattr(made, "__post_init__"):
        lines.append(" self.__post_init__()")
    for each in fields:
        known[f"set_{each.name}"] = getattr(made, each.name).__set__  # past the frozen __setattr__
    exec("\n".join(lines), known)  # noqa: S102 - names of fields, from our own classes
    known["__init__"].__qualname__ = f"{made.__qualname__}.__init__"
    written: Callable[..., None] = known["__init__"]
    return written


def _lines_of_init(fields: list[Field[Any]], known: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of an `__init__`, and put the defaults that they name into `known`."""
    given, body, star = ["self"], [], False
    for each in fields:
        value = each.name
        if each.kw_only and not star:
            given.append("*")
            star = True
        if each.default_factory is not MISSING:
            known[f"make_{each.name}"] = each.default_factory
            given.append(f"{each.name}=MISSING")
            value = f"make_{each.name}() if {each.name} is MISSING else {each.name}"
        elif each.default is not MISSING:
            known[f"default_{each.name}"] = each.default
            given.append(f"{each.name}=default_{each.name}")
        else:
            given.append(each.name)
        body.append(f" set_{each.name}(self, {value})")
    yield f"def __init__({', '.join(given)}):"
    yield from body or [" pass"]


def _repr(fields: tuple[Field[Any], ...]) -> Callable[[object], str]:
    shown = [each.name for each in fields if each.repr]

    @recursive_repr()
    def __repr__(self: object) -> str:  # noqa: N807 - becomes a method
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    return __repr__


def _eq(fields: tuple[Field[Any], ...]) -> Callable[[object, object], bool]:
    values = _values_of(each.name for each in fields if each.compare)

    def __eq__(self: object, other: object) -> bool:  # noqa: N807 - becomes a method
        if other.__class__ is not self.__class__:
            return NotImplemented
        return bool(values(self) == values(other))

    return __eq__


def _hash(fields: tuple[Field[Any], ...]) -> Callable[[object], int]:
    values = _values_of(each.name for each in fields if (each.compare if each.hash is None else each.hash))

    def __hash__(self: object) -> int:  # noqa: N807 - becomes a method
        return hash(values(self))

    return __hash__


def _values_of(names: Iterator[str]) -> Callable[[object], tuple[Any, ...]]:
    """Return the function that reads these fields of an instance."""
    match list(names):
        case []:
            return lambda _: ()
        case [name]:
            return lambda instance: (getattr(instance, name),)
        case several:
            return attrgetter(*several)


def __setattr__(self: object, name: str, value: object) -> None:  # noqa: N807, ARG001 - becomes a method
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def __delattr__(self: object, name: str) -> None:  # noqa: N807, ARG001 - becomes a method
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def __getstate__(self: object) -> list[Any]:  # noqa: N807 - becomes a method
    return [getattr(self, each.name) for each in dataclasses.fields(self)]  # type: ignore[arg-type]  # a dataclass


def __setstate__(self: object, state: list[Any]) -> None:  # noqa: N807 - becomes a method
    for each, value in zip(dataclasses.fields(self), state, strict=True):  # type: ignore[arg-type]  # a dataclass
        object.__setattr__(self, each.name, value)
