"""Large requests: each gets a short answer in a short time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from charter.drawing import LONGEST_PATH
from tests.work import counted_work

if TYPE_CHECKING:
    from tests.web.stage import WebStage

SMALL = 8 * 1024  # bytes of an answer


@pytest.mark.parametrize("length", [8, 200, 60_000])
def test_a_body_of_unknown_fields_gets_a_short_answer_on_every_route(web_stage: WebStage, length: int) -> None:
    for largest, send in ((255 * 1024, web_stage.sign), (63 * 1024, web_stage.world.log)):
        number = max(1, largest // (length + 6))
        body = json.dumps({f"{place:x}".ljust(length, "x"): 1 for place in range(number)}, separators=(",", ":"))

        answer = send(body.encode())

        assert answer.status == 422
        assert len(answer.body) < SMALL
        assert "There is no such field here." in answer.text
    assert web_stage.nothing_written()


def test_what_is_not_listed_is_counted(web_stage: WebStage) -> None:
    answer = web_stage.sign({**web_stage.signing(), **{f"field_{place}": 1 for place in range(1000)}})

    assert len(answer.json["errors"]) == 30
    assert answer.json["detail"].endswith("And 970 more.")


@pytest.mark.parametrize("step", ["L50.5 50.5", "L1 1", "C1 1 2 2 3 3"])
def test_the_copy_of_the_longest_drawing_takes_little_work(web_stage: WebStage, step: str) -> None:
    path = "M1 1L60 60" + step * ((LONGEST_PATH - 10) // len(step))
    sent = web_stage.signing(signature={"kind": "drawn", "path": path})
    assert web_stage.sign(sent).status == 201

    with counted_work() as work:
        copy = web_stage.read(f"signed={sent['signature_id']}&pdf")

    assert copy.body.startswith(b"%PDF")
    assert work.calls < 4_000_000  # measured: 2,100,000 for the longest drawing


def test_a_drawing_that_was_kept_while_longer_ones_were_taken_is_still_shown(
    web_stage: WebStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = web_stage.signing(signature={"kind": "drawn", "path": "M1 1" + "L50.5 50.5" * 6000})
    with monkeypatch.context() as earlier:
        earlier.setattr("charter.drawing.LONGEST_PATH", 200 * 1024)
        assert web_stage.sign(sent).status == 201

    assert web_stage.read(f"signed={sent['signature_id']}&pdf").body.startswith(b"%PDF")
