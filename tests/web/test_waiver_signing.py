"""Signing: its evidence is stored, and it counts once, also after failures."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import EID, a_row
from tests.web.stage import DRAWN, MINORS, PHONE

if TYPE_CHECKING:
    from tests.web.conftest import Answer
    from tests.web.stage import WebStage


def test_a_signature_is_kept_as_evidence_and_gets_a_row_of_its_own(web_stage: WebStage) -> None:
    sent = web_stage.signing(minors=MINORS, signature=DRAWN, party=web_stage.party("dave"))

    answer = web_stage.sign(sent)

    assert answer.status == 201
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json == {
        "eid": EID,
        "title": "Captain Cory, afternoon",
        "starts_at": "2026-05-23T20:00:00.000Z",
        "boat": None,
        "signature_id": sent["signature_id"],
        "name": "Dave Kowalski",
        "patron_id": "dave",
        "booked_by": None,
        "minors": MINORS,
        "version": web_stage.version,
        "language": "en",
        "signed_at": "2026-05-23T20:30:00.000Z",
        "party": {"name": "Dave Kowalski", "signed": 1, "people": 1},
        "standing": "signed",
        "replayed": False,
    }
    assert web_stage.waivers() == {
        sent["signature_id"]: {
            "patron_id": "dave",
            "name": "Dave Kowalski",
            "minors": ["Mia Kowalski", "Leo Kowalski"],
            "signed_at": "2026-05-23T20:30:00.000Z",
            "version": web_stage.version,
            "language": "en",
            "matched_at": "2026-05-23T20:30:00.000Z",
            "matched_by": "name",
            "party_link": True,
        }
    }


def test_the_evidence_alone_shows_who_signed_what_when_and_from_where(web_stage: WebStage) -> None:
    from adapters.waiver_texts import read_waiver_texts

    party = web_stage.party("dave")
    text, sent = (
        read_waiver_texts()[0],
        web_stage.signing(minors=MINORS, signature=DRAWN, booked_by="Ana Lima", party=party),
    )
    web_stage.sign(sent)

    assert web_stage.kept() == {
        sent["signature_id"]: {
            "format": 1,
            "signature_id": sent["signature_id"],
            "event": {"eid": EID, "title": "Captain Cory, afternoon", "starts_at": "2026-05-23T13:00:00-07:00"},
            "name": "Dave Kowalski",
            "patron_id": "dave",
            "booked_by": "Ana Lima",
            "minors": MINORS,
            "guardian": text.guardian,
            "agreed": text.consent,
            "signature": {"kind": "drawn", "content": DRAWN["path"]},
            "signed_at": "2026-05-23T20:30:00.000Z",
            "address": "203.0.113.9",
            "user_agent": PHONE,
            "waiver": {
                "version": text.version,
                "language": "en",
                "sha256": text.sha256,
                "markdown": text.markdown,
                "consent": text.consent,
                "guardian": text.guardian,
            },
        }
    }


def test_the_address_that_the_edge_saw_counts_before_what_others_say(web_stage: WebStage) -> None:
    web_stage.sign(headers={"x-viewer-address": "2001:db8::7", "x-forwarded-for": "made up", "user-agent": "x" * 3000})

    (kept,) = web_stage.kept().values()
    assert kept["address"] == "2001:db8::7"
    assert kept["user_agent"] == "x" * 500


def test_the_same_signing_again_is_the_success_it_was(web_stage: WebStage) -> None:
    sent = web_stage.signing(minors=MINORS)
    first = web_stage.sign(sent)
    web_stage.world.later(minutes=3)
    web_stage.world.restart()

    again = web_stage.sign(sent, headers={"x-forwarded-for": "198.51.100.7"})

    assert again.status == 200
    assert again.json == {**first.json, "replayed": True}
    assert list(web_stage.waivers()) == list(web_stage.kept()) == [sent["signature_id"]]


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Ana Lima"},
        {"minors": MINORS},
        {"signature": DRAWN},
        {"booked_by": "Ana"},
        {"party": "ana"},
        {"party": None},
    ],
    ids=str,
)
def test_the_same_id_with_other_content_is_refused_and_the_first_is_kept(
    web_stage: WebStage, other: dict[str, Any]
) -> None:
    sent = web_stage.signing(party=web_stage.party("dave"))
    web_stage.sign(sent)
    before = web_stage.waivers(), web_stage.kept()

    if other.get("party"):
        other = {"party": web_stage.party(other["party"])}
    changed = {name: value for name, value in {**sent, **other}.items() if value is not None}
    answer = web_stage.sign(changed)

    assert answer.status == 409
    assert answer.errors.keys() == {"signature_id"}
    assert (web_stage.waivers(), web_stage.kept()) == before


def test_a_bare_date_is_signed_like_any_other_event(bare_web_stage: WebStage) -> None:
    bare_web_stage.world.put(a_row("2026-05-23"))

    assert bare_web_stage.sign(eid="2026-05-23").status == 201
    assert "bare date" not in bare_web_stage.read(eid="2026-05-23").text


NAMES = [
    "<script>alert(1)</script>",
    "Zoë Łukasz-Ωμέγα",
    "שלום כהן",
    "عمر الفاروق",
    "李雷",
    "Ana 🐬 Lima",
    "N" * 80,
    'O\'Brien & Sons "Bob"',
    "{{ config }} Dave",
    "x\u0301\u0302\u0303",
]


@pytest.mark.parametrize("name", NAMES)
def test_real_and_hostile_names_are_kept_and_shown_as_they_are(web_stage: WebStage, name: str) -> None:
    sent = web_stage.signing(name=name, signature={"kind": "typed", "text": name})

    assert web_stage.sign(sent).json["name"] == name

    shown = web_stage.read(f"signed={sent['signature_id']}")
    assert shown.status == 200
    assert "<script>" not in shown.text
    assert web_stage.read(f"signed={sent['signature_id']}&pdf").body.startswith(b"%PDF-")


def test_what_would_turn_the_text_around_a_name_is_left_out(web_stage: WebStage) -> None:
    assert web_stage.sign(name="Dave\u202e ikslawoK").json["name"] == "Dave ikslawoK"


def _completed(web_stage: WebStage, sent: dict[str, Any], answer: Answer) -> None:
    """Check that the page's next try leaves one object and one row."""
    final = answer if answer.status in (200, 201) else web_stage.sign(sent)
    assert final.status in (200, 201), final.text
    assert list(web_stage.waivers()) == list(web_stage.kept()) == [sent["signature_id"]]
    (entry,), (kept,) = web_stage.waivers().values(), web_stage.kept().values()
    assert entry["signed_at"] == kept["signed_at"] == final.json["signed_at"]


FAULTS: list[dict[str, Any]] = [{"drop_answer": True}, {"drop_request": True}, {"delay": 2.2}]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("fault", [*FAULTS[:2], {"error": "SlowDown"}, {"error": "InternalError"}], ids=str)
def test_an_object_that_is_hard_to_write_is_written_once(
    web_stage: WebStage, fault: dict[str, Any], times: int
) -> None:
    web_stage.s3_faults.fail_next("PUT", **fault, times=times)
    sent = web_stage.signing()

    answer = web_stage.sign(sent)

    assert answer.status in (200, 201, 503)
    if answer.status == 503:
        assert int(answer.headers["retry-after"]) > 0
        assert not web_stage.waivers()
    web_stage.world.later(minutes=1)
    _completed(web_stage, sent, answer)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("fault", [*FAULTS[:2], {"throttle": True}, {"error": "InternalServerError"}], ids=str)
def test_an_entry_that_is_hard_to_write_is_written_once(web_stage: WebStage, fault: dict[str, Any], times: int) -> None:
    web_stage.table_faults.fail_next("PutItem", **fault, times=times)
    sent = web_stage.signing()

    answer = web_stage.sign(sent)

    assert answer.status in (200, 201, 503)
    web_stage.world.later(minutes=1)
    _completed(web_stage, sent, answer)


def test_a_slow_bucket_is_given_up_and_the_next_try_completes(web_stage: WebStage) -> None:
    web_stage.s3_faults.fail_next("PUT", delay=2.3, times=2)
    sent = web_stage.signing()

    answer = web_stage.sign(sent)

    assert answer.status == 503
    _completed(web_stage, sent, answer)


@pytest.mark.parametrize("since", ["text", "cancelled", "over", "roster"])
def test_a_crash_between_the_two_writes_is_completed_by_the_next_try_despite_later_changes(
    web_stage: WebStage, monkeypatch: pytest.MonkeyPatch, since: str
) -> None:
    sent = web_stage.signing()
    web_stage.table_faults.fail_next("PutItem", drop_request=True, times=2)
    assert web_stage.sign(sent).status == 503
    assert list(web_stage.kept()) == [sent["signature_id"]]
    assert not web_stage.waivers()
    web_stage.world.later(minutes=1)

    match since:
        case "text":
            monkeypatch.setattr("charter.waivers.WaiverText.version", "2027-01-01-ffffffff")
        case "cancelled":
            web_stage.world.put(a_row(status="cancelled"))
        case "over":
            web_stage.world.later(days=2)
        case _:
            web_stage.world.put(a_row(patrons={}))
    answer = web_stage.sign(sent)

    assert answer.status == 200
    assert answer.json["signed_at"] == "2026-05-23T20:30:00.000Z"
    assert list(web_stage.waivers()) == [sent["signature_id"]]


def test_the_answer_of_the_first_try_can_be_asked_for_again_at_the_same_time(web_stage: WebStage) -> None:
    """Two tabs send one signing: both get a success, and it is signed once."""
    from concurrent.futures import ThreadPoolExecutor

    sent = web_stage.signing()
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: web_stage.sign(copy.deepcopy(sent)).status, range(4)))

    assert set(statuses) <= {200, 201}
    assert list(web_stage.waivers()) == list(web_stage.kept()) == [sent["signature_id"]]
