"""CloudFront's path patterns, compared as every short path shows."""

from __future__ import annotations

import functools
import itertools
import re
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.edge.patterns import overlap, same, within

PATHS: Final = [f"/{''.join(rest)}" for length in range(6) for rest in itertools.product("ab/x", repeat=length)]
"""Every short path. No pattern below names the letter x."""

patterns = st.text(alphabet="ab/*?", min_size=1, max_size=5)


@functools.cache
def _matched(pattern: str) -> frozenset[str]:
    text = pattern if pattern.startswith(("/", "*")) else f"/{pattern}"
    wild = re.escape(text).replace(r"\*", ".*").replace(r"\?", ".")
    return frozenset(path for path in PATHS if re.fullmatch(wild, path))


@settings(deadline=None)  # a busy machine is no failure
@given(patterns, patterns)
def test_patterns_overlap_where_a_path_matches_both(one: str, other: str) -> None:
    if _matched(one) & _matched(other):
        assert overlap(one, other)
    assert overlap(one, other) == overlap(other, one)


@settings(deadline=None)  # a busy machine is no failure
@given(patterns, patterns)
def test_a_pattern_is_within_another_where_each_of_its_paths_matches_that_too(inner: str, outer: str) -> None:
    if not _matched(inner) <= _matched(outer):
        assert not within(inner, outer)


@settings(deadline=None)  # a busy machine is no failure
@given(patterns)
def test_a_pattern_is_within_itself_and_within_everything(pattern: str) -> None:
    assert within(pattern, pattern)
    assert within(pattern, "*")
    assert within(pattern, "/*")
    assert overlap(pattern, "*")


@pytest.mark.parametrize(
    ("one", "other", "overlaps", "is_within"),
    [
        ("/api/*", "/api/events/*", True, False),
        ("/api/events/*", "/api/*", True, True),
        ("/g/*/waiver", "/g/*", True, True),
        ("*.jpg", "/images/*", True, False),
        ("/images/*.jpg", "*.jpg", True, True),
        ("/a?", "/a*", True, True),
        ("/a*?", "/a?*", True, True),
        ("/API/*", "/api/*", False, False),
        ("/dispatch", "/dispatch/*", False, False),
        ("*/dispatch", "/dispatch", True, False),
        ("/dispatch", "*/dispatch", True, True),
        ("*", "/*", True, True),
    ],
)
def test_patterns_as_they_are_met(one: str, other: str, *, overlaps: bool, is_within: bool) -> None:
    assert overlap(one, other) is overlaps
    assert within(one, other) is is_within


def test_a_first_slash_may_be_left_out() -> None:
    assert same("api/*", "/api/*")
    assert not same("*api", "/*api")
