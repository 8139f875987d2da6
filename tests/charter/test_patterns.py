"""Patterns are compiled when they are first used, and are then `re`'s own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from charter.patterns import pattern

if TYPE_CHECKING:
    import pytest


def test_a_pattern_is_compiled_once_and_not_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile_ = re.compile
    monkeypatch.setattr(re, "compile", lambda *given: compiled.append(given[0]) or compile_(*given))  # type: ignore[func-returns-value]
    word = pattern("(d)ave", re.IGNORECASE)
    assert not compiled
    assert word.fullmatch("Dave")[1] == "D"  # type: ignore[index]  # it matches
    assert (word.sub("ana", "DAVE paid"), word.split("a dave b"), word.groups) == ("ana paid", ["a ", "d", " b"], 1)
    assert compiled == ["(d)ave"] * 2, "once for all methods, once for what is rarely asked for"
