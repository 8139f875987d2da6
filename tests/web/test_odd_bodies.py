"""Bodies that our pages never send: each gets a short 4xx answer, and nothing is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.work import counted_work

if TYPE_CHECKING:
    from tests.web.stage import WebStage

SMALL = 4 * 1024  # bytes of an answer
LONG = 60_000


def _deep(opening: str, closing: str, depth: int) -> str:
    return opening * depth + "1" + closing * depth


VALUES: dict[str, str] = {
    "a long text": json.dumps("x" * LONG),
    "a long text of wide letters": json.dumps("🚤" * (LONG // 12)),
    "a long array": json.dumps([1] * (LONG // 4)),
    "an array of objects": json.dumps([{"name": "A", "age": 1}] * (LONG // 26)),
    "an array of empty objects": json.dumps([{}] * (LONG // 4)),
    "an object of many fields": json.dumps({f"{place:x}": 1 for place in range(LONG // 12)}),
    "an object of one long name": json.dumps({"x" * LONG: 1}),
    "deep arrays": _deep("[", "]", LONG // 2 - 100),
    "deep objects": _deep('{"a":', "}", LONG // 7),
    "deep but readable": _deep("[", "]", 400),
    "a long number": "9" * LONG,
    "a number beyond floats": "1e999999999",
    "a small number": "1e-999999999",
    "NaN": "NaN",
    "Infinity": "-Infinity",
    "half a letter": '"\\ud800"',
    "nothing": '"\\u0000"',
    "true": "true",
    "null": "null",
    "a number": "-0",
    "a fraction": "1.5",
    "links": json.dumps("https://evil.example/" * 2000),
    "markup": json.dumps("<script>alert(1)</script>" * 2000),
}
HARMLESS = {
    ("agreed", "true"),
    ("amount", "a fraction"),
    ("booked_by", "nothing"),
    ("booked_by", "null"),
    ("emergency_contact", "nothing"),
    ("emergency_contact", "null"),
    ("medical_note", "nothing"),
    ("medical_note", "null"),
    ("notes", "nothing"),
    ("notes", "null"),
    ("party", "null"),
    ("tip", "a fraction"),
    ("tip", "a number"),
    ("tip", "null"),
}
OF_A_WAIVER = (
    *("signature_id", "name", "booked_by", "party", "minors", "emergency_contact", "medical_note"),
    *("agreed", "version", "signature", "email"),
)
OF_A_PAYMENT = ("patron_id", "amount", "method", "notes", "tip")


@pytest.mark.parametrize("value", VALUES)
def test_no_value_in_any_field_gets_a_long_or_a_late_answer(web_stage: WebStage, value: str) -> None:
    payment = {"patron_id": "dave", "amount": "5.00", "method": "cash"}
    sent = [(web_stage.sign, web_stage.signing(), field) for field in OF_A_WAIVER]
    sent += [(web_stage.world.log, payment, field) for field in OF_A_PAYMENT]
    for send, whole, field in sent:
        others = {name: given for name, given in whole.items() if name != field}
        body = f'{json.dumps(others)[:-1]}, "{field}": {VALUES[value]}}}'.encode()

        with counted_work() as work:
            answer = send(body)

        assert len(answer.body) < SMALL, field
        assert work.calls < 800_000, field  # measured: 241,000 at most
        assert answer.status == 201 if (field, value) in HARMLESS else answer.status in {400, 404, 409, 413, 422}, field


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "spaces": b" \n ",
    "null": b"null",
    "a text": b'"name"',
    "an array": b"[]",
    "two objects": b"{}{}",
    "half an object": b'{"name": "Dave',
    "a name twice": b'{"name": "Dave Kowalski", "name": "Eve"}',
    "a name twice within": b'{"signature": {"kind": "typed", "kind": "drawn"}}',
    "a comment": b'{"name": "Dave" /* x */}',
    "single quotes": b"{'name': 'Dave'}",
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "Dave"}'.encode("utf-16"),
    "half a letter in UTF-8": b'{"name": "\xed\xa0\x80"}',
    "a byte order mark": b'\xef\xbb\xbf{"name": "Dave"}',
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 12_000,
    "a form": b"name=Dave&agreed=true",
    "XML": b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
    "a prototype": b'{"__proto__": {"admin": true}, "__class__": "x"}',
}


@pytest.mark.parametrize("body", BODIES)
def test_no_body_gets_more_than_a_sentence(web_stage: WebStage, body: str) -> None:
    for send in (web_stage.sign, web_stage.world.log):
        answer = send(BODIES[body] or b" ")
        assert answer.status in {400, 413, 422}, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert len(answer.body) < SMALL
    assert web_stage.nothing_written()


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "text/html",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/json; charset=utf-16",
        "application/json; charset=utf-8; charset=utf-7",
        "application/json, text/plain",
        "application/xml",
        "application/octet-stream",
        "application/problem+json",
        "x" * 5000,
        "\u202eapplication/json",
    ],
    ids=ascii,
)
def test_another_kind_of_content_is_refused_before_it_is_read(web_stage: WebStage, kind: str) -> None:
    headers: dict[str, Any] = {"content-type": kind}
    answer = web_stage.sign(headers=headers)
    assert (answer.status, len(answer.body) < SMALL) == (415, True)
    assert web_stage.nothing_written()
