"""An event without a known hour: pages, PDFs, evidence and API show only its day."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.web.stage import WebStage


@pytest.fixture
def timeless(bare_web_stage: WebStage) -> WebStage:
    """The site over today's event, of which only the day is known."""
    bare_web_stage.world.put(a_row(starts_at="2026-05-23"))
    return bare_web_stage


def test_the_waiver_its_pass_its_copy_and_its_evidence_have_the_day(timeless: WebStage) -> None:
    page = timeless.read().text
    assert "Saturday, May 23, 2026<" in page
    assert "PDT" not in page
    assert "sábado 23 de mayo de 2026<" in timeless.read("lang=es").text
    sent = timeless.signing()
    answer = timeless.sign(sent).json
    assert (answer["starts_at"], answer["day_only"]) == ("2026-05-23T20:00:00.000Z", True)
    signature_id = sent["signature_id"]
    shown = timeless.read(f"signed={signature_id}").text
    assert "Saturday, May 23, 2026<" in shown
    assert "1:00 PM" not in shown
    copy = PdfReader(io.BytesIO(timeless.read(f"signed={signature_id}&pdf").body)).pages[0].extract_text()
    assert "Saturday, May 23, 2026\n" in copy
    assert "1:00 PM" not in copy
    (kept,) = timeless.kept().values()
    assert kept["event"]["day_only"] is True
    timeless.world.put(a_row(starts_at="2026-05-23T13:00:00-07:00"))
    changed = timeless.read(f"signed={signature_id}").text
    assert "1:00 PM" in changed, "whoever signed reads the hour once it is known"


def test_the_api_marks_it_and_the_passenger_list_prints_the_day(timeless: WebStage) -> None:
    world = timeless.world
    (card,) = world.get("/api/events", "days=1").json["events"]
    assert (card["day_only"], card["starts_at"]) == (True, "2026-05-23T13:00:00-07:00")
    assert world.get(f"/api/events/{EID}").json["day_only"] is True
    assert world.get(f"/api/events/{EID}/manifest").json["day_only"] is True
    paper = PdfReader(io.BytesIO(world.get(f"/api/events/{EID}/manifest.pdf").body)).pages[0].extract_text()
    assert "Saturday, May 23, 2026 Boat" in " ".join(paper.split())
    world.log()
    exported = json.loads(world.get("/api/exports/payments", "format=json").text)
    assert exported[0]["starts_at"] == "2026-05-23"
    world.put(a_row())
    assert "day_only" not in world.get(f"/api/events/{EID}").json
