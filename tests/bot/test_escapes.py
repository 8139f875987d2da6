"""Escapes of a form are decoded quickly, and as the standard library decodes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, unquote_plus

from hypothesis import example, given
from hypothesis import strategies as st

from bot import http
from bot.http import decoded

if TYPE_CHECKING:
    import pytest

pieces = st.sampled_from(
    [
        "%",
        "%%",
        "%2",
        "%7B",
        "%7b",
        "%22",
        "%25",
        "%2B",
        "%C3",
        "%A9",
        "%FF",
        "%3D",
        "=",
        "==",
        "+",
        " ",
        "_",
        "\n",
        "\r",
    ]
)


@given(st.lists(pieces | st.text(max_size=3), max_size=8).map("".join))
@example("%")
@example("a%")
@example("%C3%A9+%F0%9F%8F%84")
def test_any_text_is_decoded_as_the_standard_library_does(text: str) -> None:
    assert decoded(text) == unquote_plus(text)


def test_a_form_is_decoded_in_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(http, "unquote_plus")
    form = {"view": {"title": "100 % = é 🏄", "private_metadata": json.dumps({"a": "1 + 1 = 2\n"})}}
    assert json.loads(decoded(quote_plus(json.dumps(form)))) == form
