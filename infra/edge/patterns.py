"""What two path patterns of CloudFront have in common, decided and not guessed.

A pattern matches the whole path; `*` stands for any characters, `/` among them, `?` for exactly one; capitals count
(…/DeveloperGuide/DownloadDistValuesCacheBehavior.html). Both are run at once, as automata, over every path there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANY_OTHER: Final = "\0"  # stands for all letters that neither pattern names
_Places = frozenset[int]


def same(one: str, other: str) -> bool:
    """Whether both are one pattern: a first slash may be left out."""
    return whole(one) == whole(other)


def overlap(one: str, other: str) -> bool:
    """Whether some path matches both: where the first of them stands, the second does not get it."""
    return any(both == (True, True) for both in _run(whole(one), whole(other)))


def within(inner: str, outer: str) -> bool:
    """Whether every path of `inner` is one of `outer`'s: behind `outer`, `inner` gets nothing."""
    return all(both != (True, False) for both in _run(whole(inner), whole(outer)))


def whole(pattern: str) -> str:
    """The pattern with its first slash."""
    return pattern if pattern.startswith(("/", "*")) else f"/{pattern}"


def _run(one: str, other: str) -> Iterator[tuple[bool, bool]]:
    """For every path there is, up to what the patterns can tell apart: whether it matches the one, and the other."""
    letters = {*one, *other, _ANY_OTHER} - {"*", "?"}
    start = (_rest(one, {0}), _rest(other, {0}))
    start = (_step(one, start[0], "/"), _step(other, start[1], "/"))  # every path begins so
    ahead, seen = [start], {start}
    while ahead:
        places = ahead.pop()
        yield len(one) in places[0], len(other) in places[1]
        for letter in letters:
            after = (_step(one, places[0], letter), _step(other, places[1], letter))
            if after[0] and after not in seen:
                seen.add(after)
                ahead.append(after)


def _step(pattern: str, places: _Places, letter: str) -> _Places:
    """Where one can stand in the pattern after one more letter of the path."""
    after = set()
    for place in places:
        if place < len(pattern):
            if pattern[place] == "*":
                after.add(place)
            elif pattern[place] in ("?", letter):
                after.add(place + 1)
    return _rest(pattern, after)


def _rest(pattern: str, places: set[int]) -> _Places:
    """With the places that are reached by letting a `*` stand for nothing."""
    reached = set(places)
    for place in sorted(places):
        at = place
        while at < len(pattern) and pattern[at] == "*":
            at += 1
            reached.add(at)
    return frozenset(reached)
