"""Invalid signings: each error is on its field, all are reported at once, and nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from charter.drawing import LONGEST_PATH, read_drawing
from tests.builders import a_row
from tests.web.stage import DRAWN, MINORS, TYPED, an_id

if TYPE_CHECKING:
    from tests.web.stage import WebStage

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": None}, "name"),
    ({"name": ""}, "name"),
    ({"name": "  \n"}, "name"),
    ({"name": "🐬"}, "name"),
    ({"name": "\u202e"}, "name"),
    ({"name": "N" * 81}, "name"),
    ({"name": 7}, "name"),
    ({"name": ["Dave"]}, "name"),
    ({"signature_id": None}, "signature_id"),
    ({"signature_id": "1"}, "signature_id"),
    ({"signature_id": "../../x"}, "signature_id"),
    ({"signature_id": "short-enough-to"}, "signature_id"),
    ({"signature_id": "x" * 65}, "signature_id"),
    ({"signature_id": "a UUID, but not quite"}, "signature_id"),
    ({"signature_id": an_id() + "\n"}, "signature_id"),
    ({"agreed": None}, "agreed"),
    ({"agreed": False}, "agreed"),
    ({"agreed": "true"}, "agreed"),
    ({"agreed": 1}, "agreed"),
    ({"version": None}, "version"),
    ({"version": 3}, "version"),
    ({"minors": {"name": "Mia"}}, "minors"),
    ({"minors": ["Mia"]}, "minors.0"),
    ({"minors": [{"name": "Mia"}]}, "minors.0.age"),
    ({"minors": [{"name": "Mia", "age": 18}]}, "minors.0.age"),
    ({"minors": [{"name": "Mia", "age": -1}]}, "minors.0.age"),
    ({"minors": [{"name": "Mia", "age": 4.5}]}, "minors.0.age"),
    ({"minors": [{"name": "Mia", "age": True}]}, "minors.0.age"),
    ({"minors": [{"name": "Mia", "age": "9"}]}, "minors.0.age"),
    ({"minors": [{"name": "", "age": 9}]}, "minors.0.name"),
    ({"minors": [{"age": 9}]}, "minors.0.name"),
    ({"minors": [*MINORS, {"name": "A" * 81, "age": 9}]}, "minors.2.name"),
    ({"minors": [{"name": "Mia", "age": 9, "shoe": 31}]}, "minors.0.shoe"),
    ({"minors": MINORS * 5 + MINORS[:1]}, "minors"),
    ({"signature": None}, "signature"),
    ({"signature": "..."}, "signature"),
    ({"signature": "M 10 10"}, "signature"),
    ({"signature": ["M1 1L50 50"]}, "signature"),
    ({"signature": {"kind": "typed", "text": ""}}, "signature"),
    ({"signature": {"kind": "typed", "text": "..."}}, "signature"),
    ({"signature": {"kind": "typed"}}, "signature.text"),
    ({"signature": {"kind": "typed", "path": "M1 1L50 50"}}, "signature.path"),
    ({"signature": {"kind": "stamped", "text": "Dave"}}, "signature.kind"),
    ({"signature": {"kind": ["drawn"], "path": "M1 1L50 50"}}, "signature.kind"),
    ({"signature": {**TYPED, "path": "M1 1L50 50"}}, "signature.path"),
    ({"likes": "boats"}, "likes"),
    ({"patron_id": "dave"}, "patron_id"),
    ({"booked_by": 7}, "booked_by"),
    ({"booked_by": ["Dave"]}, "booked_by"),
    ({"booked_by": "N" * 81}, "booked_by"),
    ({"party": 7}, "party"),
    ({"party": ["x"]}, "party"),
    ({"name": "\u3164\u3164"}, "name"),
    ({"name": "\u2800 \u200b"}, "name"),
    ({"minors": [{"name": "\u3164", "age": 9}]}, "minors.0.name"),
    ({"signature": {"kind": "typed", "text": "\u3164"}}, "signature"),
]


@pytest.mark.parametrize(("changed", "field"), REFUSED, ids=str)
def test_what_cannot_be_signed_is_said_on_its_field_and_nothing_is_written(
    web_stage: WebStage, changed: dict[str, Any], field: str
) -> None:
    answer = web_stage.sign(**changed)

    assert answer.status == 422
    assert list(answer.errors) == [field]
    assert web_stage.nothing_written()


PATHS = [
    "",
    "hello",
    "M1 1",
    "L1 1L50 50",
    "M1 1A5 5 0 0 1 50 50",
    "M1 1L50",
    "M1 1M50 50",
    "M1 1L50 50Z9",
    "M1 1S50 50 60 60",
    "M50 50l-60 0",
    "M50 50v191",
    "M1 1LL50 50",
    "M1 1L50 50,",
    "M1 1L50.1234567 50",
    "M1 1L12345 50",
    "Z",
    "M1,,1L50 50",
    "M1 1L1e2 50",
    "M1 1L-5 50",
    "M1 1LNaN 50",
    "M1 1L601 50",
    "M1 1L50 241",
    "M1 1L9999 50",
    "M١ 1L50 50",
    'M1 1L50 50"/><script>alert(1)</script>',
    "M1 1L50 50&#x22;onload=alert(1)",
    "M1 1L50 50url(https://example.com)",
    "M10 10L10 10",
    "M10 10L15 15M12 8L11 9",
    "M1 1" + "L50 50" * (LONGEST_PATH // 6),
    "M1 1L50 50" + "z" * (LONGEST_PATH // 4),
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: repr(path[:40]))
def test_only_what_the_pad_draws_is_a_drawing(web_stage: WebStage, path: str) -> None:
    answer = web_stage.sign(signature={"kind": "drawn", "path": path})

    assert answer.status == 422
    assert list(answer.errors) == ["signature"]
    assert web_stage.nothing_written()


WRITINGS = {
    "M10 20 L60 20": "M10 20L60 20",
    "m10,20 50,0": "M10 20L60 20",
    "M10 20H60": "M10 20L60 20",
    "M 10 20 h 50": "M10 20L60 20",
    "M10 20V40h50v-20Z": "M10 20L10 40L60 40L60 20L10 20",
    "M10 20L60 20 l 0 5 m 5 5 l 10 0z": "M10 20L60 20L60 25M65 30L75 30L65 30",
    "M 10 20 C 20 30, 40 30, 60 20": "M10 20C20 30 40 30 60 20",
    "M10 20c10 10 30 10 50 0q5-5 10-10": "M10 20C20 30 40 30 60 20Q65 15 70 10",
    "\nM 10.0, 20.\r\n\tL 60.000000 20 ": "M10 20L60 20",
    "M10 20L60 20 70 20": "M10 20L60 20L70 20",
}


@pytest.mark.parametrize("path", WRITINGS, ids=lambda path: repr(path[:40]))
def test_a_drawing_may_use_any_notation_of_svg(web_stage: WebStage, path: str) -> None:
    given = web_stage.signing(signature=path)
    assert web_stage.sign(given).status == 201
    assert web_stage.kept()[given["signature_id"]]["signature"] == {"kind": "drawn", "content": path}, "as it was sent"
    steps = (
        segment.command + " ".join(f"{number:g}" for point in segment.points for number in point)
        for segment in read_drawing(path)
    )
    assert "".join(steps) == WRITINGS[path]
    assert web_stage.read(f"signed={given['signature_id']}&pdf").body.startswith(b"%PDF")


def test_a_drawing_of_the_longest_kind_is_signed(web_stage: WebStage) -> None:
    path = "M1 1" + "L50.5 50.5" * ((LONGEST_PATH - 4) // 10)

    assert web_stage.sign(signature={"kind": "drawn", "path": path}).status == 201


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Dave Kowalski", {"kind": "typed", "content": "Dave Kowalski"}),
        ("M Kowalski", {"kind": "typed", "content": "M Kowalski"}),
        (DRAWN["path"], {"kind": "drawn", "content": DRAWN["path"]}),
        ("M 60 150 L 80 60 L 120 160", {"kind": "drawn", "content": "M 60 150 L 80 60 L 120 160"}),
    ],
)
def test_a_signature_may_be_text_alone_typed_or_drawn(web_stage: WebStage, given: str, kept: dict[str, str]) -> None:
    assert web_stage.sign(signature=given).status == 201
    assert [evidence["signature"] for evidence in web_stage.kept().values()] == [kept]


def test_all_errors_are_reported_at_once(web_stage: WebStage) -> None:
    answer = web_stage.sign(
        name="", agreed=False, minors=[{"name": "", "age": 40}], signature={"kind": "drawn", "path": ""}
    )

    assert answer.status == 422
    assert answer.errors.keys() == {"name", "agreed", "minors.0.name", "minors.0.age", "signature"}


def test_a_waiver_that_changed_meanwhile_is_a_conflict_and_nothing_is_written(web_stage: WebStage) -> None:
    answer = web_stage.sign(version="2020-01-01-00000000")

    assert answer.status == 409
    assert list(answer.errors) == ["version"]
    assert web_stage.nothing_written()


def test_a_cancelled_event_cannot_be_signed_for(bare_web_stage: WebStage) -> None:
    bare_web_stage.world.put(a_row(status="cancelled"))

    answer = bare_web_stage.sign()

    assert answer.status == 409
    assert answer.errors == {"eid": "Captain Cory, afternoon is cancelled, so there is nothing to sign."}
    assert bare_web_stage.nothing_written()


def test_an_event_that_is_over_cannot_be_signed_for(web_stage: WebStage) -> None:
    web_stage.world.later(hours=11)

    answer = web_stage.sign()

    assert answer.status == 409
    assert list(answer.errors) == ["eid"]
    assert web_stage.nothing_written()


@pytest.mark.parametrize("eid", ["2026-05-23-nowhere", "2026-13-45-x", "2026-05-23-..", "x", "%00", "a%2fb", "y" * 300])
def test_an_unknown_event_cannot_be_signed_for(web_stage: WebStage, eid: str) -> None:
    assert web_stage.sign(eid=eid).status in (404, 422)


BODIES: list[tuple[bytes, dict[str, str], int]] = [
    (b"", {}, 400),
    (b"{", {}, 400),
    (b"[]", {}, 400),
    (b"null", {}, 400),
    (b'"sign"', {}, 400),
    (b"\xff\xfe", {}, 400),
    (b'{"name": "\\ud800"}', {}, 400),
    (b'{"name": NaN}', {}, 400),
    (b'{"name": "a", "name": "b"}', {}, 400),
    (b"[" * 10_000 + b"]" * 10_000, {}, 400),
    (b'{"minors":' * 10_000 + b"1" + b"}" * 10_000, {}, 400),
    (b"{}", {}, 422),
    (b"{}", {"content-type": "text/plain"}, 415),
    (b"{}", {"content-type": "application/x-www-form-urlencoded"}, 415),
    (b'{"name": "' + b"N" * 10_000_000 + b'"}', {}, 413),
    (b'{"signature_id": ' + b"9" * 200_000 + b"}", {}, 400),
]


@pytest.mark.parametrize(("body", "headers", "status"), BODIES, ids=lambda part: repr(part)[:40])
def test_bodies_that_no_page_sends_are_refused_in_words(
    web_stage: WebStage, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = web_stage.sign(body, headers=headers)

    assert answer.status == status
    assert answer.json["detail"]
    assert "Traceback" not in answer.text
    assert web_stage.nothing_written()


def test_logs_hold_nobodys_name(web_stage: WebStage, caplog: pytest.LogCaptureFixture) -> None:
    web_stage.sign(name="Secretive Sam", booked_by="Secretive Sue", minors=[{"name": "Secretive Kid", "age": 3}])
    web_stage.sign(name="Secretive Sam", agreed=False)
    web_stage.sign(party="Secretive token")

    assert "Secretive" not in caplog.text
