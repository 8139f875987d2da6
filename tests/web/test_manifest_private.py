"""Contacts and medical notes are on the passenger list on the day, for the captain and the office alone."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import EID, ZONE, a_row
from tests.web.test_manifest import PATH, crew_token, words

if TYPE_CHECKING:
    from tests.web.stage import WebStage

CONTACT, NOTE = "Rui Lima +1 310 555 0101", "Allergic to bees"
ANA: dict[str, Any] = {
    "name": "Ana Lima",
    "emergency_contact": CONTACT,
    "medical_note": NOTE,
    "minors": [{"name": "Leo", "age": 9}],
}


@pytest.fixture
def signed(web_stage: WebStage) -> WebStage:
    """Ana wrote both for the captain, and Dave nothing. It is the morning of the trip."""
    web_stage.world.clock.moment = datetime(2026, 5, 23, 9, tzinfo=ZONE)
    web_stage.signed(**ANA)
    web_stage.signed("Dave Kowalski")
    return web_stage


def private(stage: WebStage, **token: Any) -> list[dict[str, Any]]:
    """Return the private details, which the last page of the PDF must have too, and only then."""
    given = crew_token(stage.world, **token) if token else None
    said = stage.world.get(PATH, token=given).json
    pages = words(stage.world.get(f"{PATH}.pdf", token=given))
    for each in said["private"]:
        assert "For the captain only" in pages[-1]
        assert each["medical_note"] in " ".join(pages[-1].split())
    assert NOTE not in "".join(pages[: -1 if said["private"] else None])
    assert said["private_unread"] == 0
    found: list[dict[str, Any]] = said["private"]
    return found


def test_the_captain_and_the_office_see_them_and_other_crew_do_not(signed: WebStage) -> None:
    details = {"name": "Ana Lima", "minors": ["Leo"], "emergency_contact": CONTACT, "medical_note": NOTE}
    assert private(signed) == [details]
    assert private(signed, captain=True) == [details]
    assert private(signed, captain=False) == []


def test_they_are_shown_on_the_day_until_the_trip_is_over(signed: WebStage) -> None:
    for hour, day, shown in ((23, 22, False), (0, 23, True), (22, 23, True), (23, 23, False)):
        signed.world.clock.moment = datetime(2026, 5, day, hour, 30, tzinfo=ZONE)
        assert bool(private(signed, captain=True)) is shown, (day, hour)
    signed.world.clock.moment = datetime(2026, 5, 23, 12, tzinfo=ZONE)
    signed.world.put(a_row(status="cancelled"))
    assert private(signed) == []


def test_a_rename_of_the_event_loses_none(signed: WebStage) -> None:
    renamed = "2026-05-23-captain-cory-evening"
    key = {"eid": EID, "crew_id": "#event"}
    signed.world.put({**key, "moved_to": renamed}, a_row(renamed, renamed_from=[EID]))
    for signature_id, row in signed.waivers().items():
        signed.world.put({"eid": renamed, "crew_id": f"#signature:{signature_id}", **row})
    assert [each["medical_note"] for each in private(signed)] == [NOTE]


def test_an_outage_of_the_evidence_keeps_nobody_from_the_list_and_is_said(
    signed: WebStage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="web")
    signed.s3_faults.fail_next("GET", error="SlowDown", times=4)  # two tries for each answer
    said = signed.world.get(PATH).json
    assert (said["private"], said["private_unread"]) == ([], 1)
    assert len(said["parties"]) == 2
    last = words(signed.world.get(f"{PATH}.pdf"))[-1]
    assert "The details of 1 signature could not be read now." in last
    assert NOTE not in caplog.text
