"""Compare path patterns of CloudFront.

A pattern matches the whole path. `*` matches any characters, `/` among them, `?` exactly one. Case counts
(…/DeveloperGuide/DownloadDistValuesCacheBehavior.html).
"""

from __future__ import annotations

import re
from functools import cache


def same(one: str, other: str) -> bool:
    """Return True if both are one pattern. A first slash may be left out."""
    return whole(one) == whole(other)


def overlap(one: str, other: str) -> bool:
    """Return True if some path matches both. Such a path goes to the pattern that comes first."""
    return any(_meet(a, b) for a in _below_root(one) for b in _below_root(other))


def within(inner: str, outer: str) -> bool:
    """Return True if every path of `inner` also matches `outer`: after `outer`, `inner` gets nothing."""
    return all(any(_covers(b, a) for b in _below_root(outer)) for a in _below_root(inner))


def whole(pattern: str) -> str:
    """Return the pattern with its first slash."""
    return pattern if pattern.startswith(("/", "*")) else f"/{pattern}"


def _below_root(pattern: str) -> set[str]:
    """Return patterns that together match what may follow the first slash of a path.

    A first `*` may match that slash, or nothing, and then what follows matches it.
    """
    rest = whole(pattern).lstrip("*")
    if rest == whole(pattern):
        return {_sorted(rest[1:])}
    return {_sorted(f"*{rest}"), *([_sorted(rest[1:])] if rest[:1] in {"/", "?"} else [])}


def _sorted(pattern: str) -> str:
    """Return the same pattern with `*` once and last in each run of wildcards."""
    return re.sub(r"[*?]{2,}", lambda run: "?" * run[0].count("?") + "*" * ("*" in run[0]), pattern)


@cache
def _meet(one: str, other: str) -> bool:
    """Return True if some text matches both."""
    if one[:1] == "*":
        return _meet(one[1:], other) or (other != "" and _meet(one, other[1:]))
    if other[:1] == "*":
        return _meet(other, one)
    if not one or not other:
        return one == other
    return (one[0] == other[0] or "?" in (one[0], other[0])) and _meet(one[1:], other[1:])


@cache
def _covers(outer: str, inner: str) -> bool:
    """Return True if `outer` matches every text that `inner` matches.

    `inner` is read as a text in which `?` and `*` are letters that only the wildcards of `outer` can match.
    """
    if outer[:1] == "*":
        return _covers(outer[1:], inner) or (inner != "" and _covers(outer, inner[1:]))
    if not outer or not inner:
        return outer == inner
    return inner[0] != "*" and outer[0] in ("?", inner[0]) and _covers(outer[1:], inner[1:])
