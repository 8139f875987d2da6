"""The faster reader of headers returns the same headers as the standard library's."""

from __future__ import annotations

import http.client
import io

import pytest

from tests.quick_headers import quick_headers

read_by_email = http.client.parse_headers


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: application/json\r\nContent-Length: 2\r\nX-Odd:  a: b \r\nEmpty:\r\n\r\n{}",
        b"Set-Cookie: a=1\r\nset-cookie: b=2\r\n\r\n",
        b"Name: caf\xe9\r\n\r\n",
        b"A: b\r\n folded\r\nC: d\r\n\r\nrest",
        b"no colon\r\nA: b\r\n\r\nrest",
        b"a b: c\r\n\r\n",
        b"A : b\r\n\r\n",
        b"A: b\n\nrest",
        b"A: b\rC: d\r\n\r\n",
        b"A: b",
        b"\r\n",
    ],
)
def test_it_reads_the_same_and_no_further(raw: bytes) -> None:
    usual, quick = io.BytesIO(raw), io.BytesIO(raw)
    expected = read_by_email(usual)

    with quick_headers():
        found = http.client.parse_headers(quick)

    assert found.items() == expected.items()
    assert found.get_all("set-cookie") == expected.get_all("set-cookie")
    assert quick.read() == usual.read()


def test_too_many_or_too_long_ones_are_refused_as_ever() -> None:
    with quick_headers():
        with pytest.raises(http.client.HTTPException, match="more than 100 headers"):
            http.client.parse_headers(io.BytesIO(b"A: b\r\n" * 101 + b"\r\n"))
        with pytest.raises(http.client.LineTooLong):
            http.client.parse_headers(io.BytesIO(b"A: " + b"b" * 70_000 + b"\r\n\r\n"))
