"""Dataclasses whose methods are generated late behave as the standard library's in every visible respect."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field
from typing import Any

import pytest

from charter import frozen
from charter.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Berth:
    """A place to sleep."""

    deck: str
    number: int = 7
    guests: tuple[str, ...] = field(default=(), compare=False)
    beds: list[str] = field(default_factory=list, repr=False, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cabin(Berth):
    """A berth with a door."""

    key: str

    def __post_init__(self) -> None:
        """Refuse an empty key."""
        if not self.key:
            raise ValueError("no key")


@dataclass(frozen=True, slots=True)
class Twin:  # noqa: PLW1641 - the decorator brings a hash
    """Equal to every other."""

    name: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Twin)


# The same classes as the standard library makes them at once.
def _at_once(cls: Any, **options: Any) -> Any:
    fields = [(each.name, each.type, each) for each in dataclasses.fields(cls)]
    return dataclasses.make_dataclass(cls.__name__, fields, frozen=True, slots=True, **options)


def test_a_class_is_what_the_standard_library_makes_of_it() -> None:
    theirs = _at_once(Berth)
    for given, named in ((("main",), {}), (("main", 8), {"guests": ("dave",)}), ((), {"deck": "aft", "beds": ["low"]})):
        ours, their = Berth(*given, **named), theirs(*given, **named)
        assert (repr(ours), hash(ours)) == (repr(their), hash(their))
        assert dataclasses.asdict(ours) == dataclasses.asdict(their)
        assert ours == Berth(*given, **named) != Berth("elsewhere")
        assert ours == dataclasses.replace(ours, guests=("ana",))
        assert ours != their, "another class"
        assert copy.copy(ours) == copy.deepcopy(ours) == pickle.loads(pickle.dumps(ours)) == ours  # noqa: S301 - our own
        for change in (lambda one: setattr(one, "deck", "aft"), lambda one: delattr(one, "deck")):
            with pytest.raises(FrozenInstanceError):
                change(ours)  # type: ignore[no-untyped-call]
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'deck'"):
        Berth()  # type: ignore[call-arg]
    assert Berth.__match_args__ == ("deck", "number", "guests", "beds")


def test_a_class_may_follow_another_check_itself_and_have_methods_of_its_own() -> None:
    cabin = Cabin("main", key="k1")
    assert repr(cabin).startswith("Cabin(deck='main', number=7")
    with pytest.raises(ValueError, match="no key"):
        dataclasses.replace(cabin, key="")
    with pytest.raises(TypeError):
        Cabin("main", 7, (), [], "k1")  # type: ignore[call-arg]
    assert Twin("one") == Twin("two")
    assert hash(Twin("one")) != hash(Twin("two"))


def test_a_class_of_one_field_is_compared_and_hashed_by_it() -> None:
    @dataclass(frozen=True, slots=True)
    class Buoy:
        number: int

    one, two = Buoy(3), Buoy(4)
    assert one != two
    assert len({one, two, Buoy(3)}) == 2


def test_the_constructor_is_written_once_and_not_before_it_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    write = frozen._written_init
    monkeypatch.setattr(frozen, "_written_init", lambda made: written.append(made.__name__) or write(made))  # type: ignore[func-returns-value]

    @dataclass(frozen=True, slots=True)
    class Bunk:
        """Not used yet."""

        deck: str

    assert not written
    assert Bunk("main") == Bunk("main")
    assert written == ["Bunk"]
