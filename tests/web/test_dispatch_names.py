"""The dispatch page compares names as the Lambdas do: `web/dispatch/names.js` agrees with `charter.names`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import quickjs  # type: ignore[import-untyped]  # it has no types
from hypothesis import given
from hypothesis import strategies as st

from charter import names
from tests.charter.test_names import ALIKE, DIFFERENT, LETTERS, SEARCHES

if TYPE_CHECKING:
    from collections.abc import Callable

SCRIPT = Path(__file__).parents[2] / "web" / "dispatch" / "names.js"


def _exported(name: str) -> Callable[..., object]:
    context = quickjs.Context()
    context.eval(SCRIPT.read_text().replace("export ", ""))
    function: Callable[..., object] = context.get(name)
    return function


FOLD, CONTAINS = _exported("fold"), _exported("contains")
WRITTEN = [text for texts in ALIKE.values() for text in texts] + [text for pair in DIFFERENT for text in pair]


@pytest.mark.parametrize("text", WRITTEN)
def test_names_fold_alike_on_the_page_and_in_the_lambdas(text: str) -> None:
    assert FOLD(text) == names.fold(text)


@pytest.mark.parametrize(("query", "text", "found"), SEARCHES)
def test_a_search_finds_the_same_on_the_page_and_in_the_lambdas(query: str, text: str, *, found: bool) -> None:
    assert CONTAINS(query, text) is found


@given(LETTERS)
def test_any_text_folds_alike_in_both(text: str) -> None:
    assert FOLD(text) == names.fold(text)


@given(LETTERS, LETTERS)
def test_any_search_finds_the_same_in_both(query: str, text: str) -> None:
    assert CONTAINS(query, text) is names.contains(query, text)


@given(st.integers(0x20, 0x24F) | st.integers(0x370, 0x3FF) | st.integers(0x1E00, 0x1EFF) | st.integers(0x2000, 0x206F))
def test_every_latin_and_greek_letter_and_sign_folds_alike_in_both(code: int) -> None:
    text = f"ab{chr(code)}cd"
    assert FOLD(text) == names.fold(text)
