"""Signing: its evidence is stored, and it counts once, also after failures."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import EID, a_row
from tests.web.pier import DRAWN, MINORS, PHONE

if TYPE_CHECKING:
    from tests.web.conftest import Answer
    from tests.web.pier import Pier


def test_a_signature_is_kept_as_evidence_and_gets_a_row_of_its_own(pier: Pier) -> None:
    sent = pier.signing(minors=MINORS, signature=DRAWN, party=pier.party("dave"))

    answer = pier.sign(sent)

    assert answer.status == 201
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json == {
        "eid": EID,
        "signature_id": sent["signature_id"],
        "name": "Dave Kowalski",
        "patron_id": "dave",
        "booked_by": None,
        "minors": MINORS,
        "version": pier.version,
        "signed_at": "2026-05-23T20:30:00.000Z",
        "party": {"name": "Dave Kowalski", "signed": 1, "people": 1},
        "replayed": False,
    }
    assert pier.waivers() == {
        sent["signature_id"]: {
            "patron_id": "dave",
            "name": "Dave Kowalski",
            "minors": ["Mia Kowalski", "Leo Kowalski"],
            "signed_at": "2026-05-23T20:30:00.000Z",
            "version": pier.version,
            "matched_at": "2026-05-23T20:30:00.000Z",
            "matched_by": "name",
            "party_link": True,
        }
    }


def test_the_evidence_alone_shows_who_signed_what_when_and_from_where(pier: Pier) -> None:
    from web.waiver import read_waiver_text

    party = pier.party("dave")
    text, sent = read_waiver_text(), pier.signing(minors=MINORS, signature=DRAWN, booked_by="Ana Lima", party=party)
    pier.sign(sent)

    assert pier.kept() == {
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
                "sha256": text.sha256,
                "markdown": text.markdown,
                "consent": text.consent,
                "guardian": text.guardian,
            },
        }
    }


def test_the_address_that_the_edge_saw_counts_before_what_others_say(pier: Pier) -> None:
    pier.sign(headers={"x-viewer-address": "2001:db8::7", "x-forwarded-for": "made up", "user-agent": "x" * 3000})

    (kept,) = pier.kept().values()
    assert kept["address"] == "2001:db8::7"
    assert kept["user_agent"] == "x" * 500


def test_the_same_signing_again_is_the_success_it_was(pier: Pier) -> None:
    sent = pier.signing(minors=MINORS)
    first = pier.sign(sent)
    pier.world.later(minutes=3)
    pier.world.restart()

    again = pier.sign(sent, headers={"x-forwarded-for": "198.51.100.7"})

    assert again.status == 200
    assert again.json == {**first.json, "replayed": True}
    assert list(pier.waivers()) == list(pier.kept()) == [sent["signature_id"]]


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
def test_the_same_id_with_other_content_is_refused_and_the_first_is_kept(pier: Pier, other: dict[str, Any]) -> None:
    sent = pier.signing(party=pier.party("dave"))
    pier.sign(sent)
    before = pier.waivers(), pier.kept()

    if other.get("party"):
        other = {"party": pier.party(other["party"])}
    changed = {name: value for name, value in {**sent, **other}.items() if value is not None}
    answer = pier.sign(changed)

    assert answer.status == 409
    assert answer.errors.keys() == {"signature_id"}
    assert (pier.waivers(), pier.kept()) == before


def test_a_bare_date_is_signed_like_any_other_event(bare_pier: Pier) -> None:
    bare_pier.world.put(a_row("2026-05-23"))

    assert bare_pier.sign(eid="2026-05-23").status == 201
    assert "bare date" not in bare_pier.read(eid="2026-05-23").text


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
def test_real_and_hostile_names_are_kept_and_shown_as_they_are(pier: Pier, name: str) -> None:
    sent = pier.signing(name=name, signature={"kind": "typed", "text": name})

    assert pier.sign(sent).json["name"] == name

    shown = pier.read(f"signed={sent['signature_id']}")
    assert shown.status == 200
    assert "<script>" not in shown.text
    assert pier.read(f"signed={sent['signature_id']}&pdf").body.startswith(b"%PDF-")


def test_what_would_turn_the_text_around_a_name_is_left_out(pier: Pier) -> None:
    assert pier.sign(name="Dave\u202e ikslawoK").json["name"] == "Dave ikslawoK"


def _completed(pier: Pier, sent: dict[str, Any], answer: Answer) -> None:
    """Check that the page's next try leaves one object and one row."""
    final = answer if answer.status in (200, 201) else pier.sign(sent)
    assert final.status in (200, 201), final.text
    assert list(pier.waivers()) == list(pier.kept()) == [sent["signature_id"]]
    (entry,), (kept,) = pier.waivers().values(), pier.kept().values()
    assert entry["signed_at"] == kept["signed_at"] == final.json["signed_at"]


FAULTS: list[dict[str, Any]] = [{"drop_answer": True}, {"drop_request": True}, {"delay": 2.2}]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("fault", [*FAULTS[:2], {"error": "SlowDown"}, {"error": "InternalError"}], ids=str)
def test_an_object_that_is_hard_to_write_is_written_once(pier: Pier, fault: dict[str, Any], times: int) -> None:
    pier.s3_faults.fail_next("PUT", **fault, times=times)
    sent = pier.signing()

    answer = pier.sign(sent)

    assert answer.status in (200, 201, 503)
    if answer.status == 503:
        assert int(answer.headers["retry-after"]) > 0
        assert not pier.waivers()
    pier.world.later(minutes=1)
    _completed(pier, sent, answer)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("fault", [*FAULTS[:2], {"throttle": True}, {"error": "InternalServerError"}], ids=str)
def test_an_entry_that_is_hard_to_write_is_written_once(pier: Pier, fault: dict[str, Any], times: int) -> None:
    pier.table_faults.fail_next("PutItem", **fault, times=times)
    sent = pier.signing()

    answer = pier.sign(sent)

    assert answer.status in (200, 201, 503)
    pier.world.later(minutes=1)
    _completed(pier, sent, answer)


def test_a_slow_bucket_is_given_up_and_the_next_try_completes(pier: Pier) -> None:
    pier.s3_faults.fail_next("PUT", delay=2.3, times=2)
    sent = pier.signing()

    answer = pier.sign(sent)

    assert answer.status == 503
    _completed(pier, sent, answer)


@pytest.mark.parametrize("since", ["text", "cancelled", "over", "roster"])
def test_a_crash_between_the_two_writes_is_completed_by_the_next_try_despite_later_changes(
    pier: Pier, monkeypatch: pytest.MonkeyPatch, since: str
) -> None:
    sent = pier.signing()
    pier.table_faults.fail_next("PutItem", drop_request=True, times=2)
    assert pier.sign(sent).status == 503
    assert list(pier.kept()) == [sent["signature_id"]]
    assert not pier.waivers()
    pier.world.later(minutes=1)

    match since:
        case "text":
            monkeypatch.setattr("charter.waivers.WaiverText.version", "2027-01-01-ffffffff")
        case "cancelled":
            pier.world.put(a_row(status="cancelled"))
        case "over":
            pier.world.later(days=2)
        case _:
            pier.world.put(a_row(patrons={}))
    answer = pier.sign(sent)

    assert answer.status == 200
    assert answer.json["signed_at"] == "2026-05-23T20:30:00.000Z"
    assert list(pier.waivers()) == [sent["signature_id"]]


def test_the_answer_of_the_first_try_can_be_asked_for_again_at_the_same_time(pier: Pier) -> None:
    """Two tabs send one signing: both get a success, and it is signed once."""
    from concurrent.futures import ThreadPoolExecutor

    sent = pier.signing()
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: pier.sign(copy.deepcopy(sent)).status, range(4)))

    assert set(statuses) <= {200, 201}
    assert list(pier.waivers()) == list(pier.kept()) == [sent["signature_id"]]
