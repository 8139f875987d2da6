"""Floods of signatures: strangers can send a limited number, and refused ones leave nothing behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.attribute_values import from_wire
from tests.builders import EID, a_row, a_signature_row
from tests.web.stage import MINORS, an_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.stage import WebStage

OTHER = "2026-05-23-captain-ana-morning"


def planted(web_stage: WebStage, number: int, **attributes: Any) -> None:
    """Write this many signatures of the plain link into the table."""
    unmatched: dict[str, Any] = {"patron_id": None, "matched_at": None, "matched_by": None}
    rows = (
        a_signature_row(f"planted-signature-{place}", name=f"Guest {place}", **{**unmatched, **attributes})
        for place in range(number)
    )
    web_stage.world.put(*rows)


def counted(web_stage: WebStage) -> Iterator[dict[str, Any]]:
    """Return the rows that count addresses."""
    for item in web_stage.world.client.scan(TableName=web_stage.world.table, ConsistentRead=True)["Items"]:
        if (row := from_wire(item))["eid"].startswith("#address:"):
            yield row


def test_the_plain_link_takes_sixty_signatures_of_a_small_trip_and_no_more(web_stage: WebStage) -> None:
    planted(web_stage, 59)
    assert web_stage.sign().status == 201
    before = web_stage.waivers(), web_stage.kept()

    answer = web_stage.sign()

    assert answer.status == 409
    assert answer.errors == {
        "eid": "Captain Cory, afternoon takes no more signatures over this link. "
        "Ask the crew for your party's own link, or sign on paper."
    }
    assert (web_stage.waivers(), web_stage.kept()) == before


@pytest.mark.parametrize(
    ("row", "most"),
    [
        (a_row(capacity=Decimal(30)), 90),
        (a_row(capacity=Decimal(4)), 60),
        (a_row(capacity="many"), 60),
        (a_row(patrons={"dave": {"name": "Dave Kowalski", "party": Decimal(25), "due": Decimal(9)}}), 75),
        (a_row(patrons={}), 60),
    ],
    ids=["capacity", "small", "odd", "roster", "nobody"],
)
def test_the_plain_link_takes_three_signatures_for_each_person(
    bare_web_stage: WebStage, row: dict[str, Any], most: int
) -> None:
    bare_web_stage.world.put(row)
    planted(bare_web_stage, most - 1)

    assert [bare_web_stage.sign().status for _ in range(2)] == [201, 409]


def test_a_personal_link_is_signed_over_however_many_have_signed(web_stage: WebStage) -> None:
    planted(web_stage, 200)

    for _ in range(3):
        assert web_stage.sign(party=web_stage.party("dave")).status == 201
    assert web_stage.sign().status == 409


def test_signatures_over_personal_links_take_no_place_of_the_plain_links(web_stage: WebStage) -> None:
    planted(web_stage, 59, party_link=True)
    planted(web_stage, 59)
    for _ in range(3):
        assert web_stage.sign(party=web_stage.party("dave")).status == 201

    assert [web_stage.sign().status for _ in range(61)].count(201) == 1


def test_many_at_the_same_moment_do_not_pass_the_limit(web_stage: WebStage) -> None:
    planted(web_stage, 55)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: web_stage.sign().status, range(16)))

    assert statuses.count(201) == 5
    assert len(web_stage.kept()) == 5


def test_a_signature_that_counts_already_is_answered_as_the_success_it_was_when_the_event_is_full(
    web_stage: WebStage,
) -> None:
    sent = web_stage.signing()
    web_stage.sign(sent)
    planted(web_stage, 60)

    assert web_stage.sign(sent).status == 200


def test_a_signature_whose_evidence_is_kept_is_completed_when_the_event_is_full(web_stage: WebStage) -> None:
    sent = web_stage.signing()
    web_stage.table_faults.fail_next("PutItem", drop_request=True, times=2)
    assert web_stage.sign(sent).status == 503
    planted(web_stage, 60)
    web_stage.world.later(minutes=1)

    assert web_stage.sign(sent).status == 200
    assert sent["signature_id"] in web_stage.waivers()


def test_an_address_signs_sixty_times_and_is_asked_to_wait(web_stage: WebStage) -> None:
    web_stage.world.put(a_row(OTHER, capacity=Decimal(100)))
    sent = [web_stage.sign(eid=OTHER) for _ in range(60)]
    assert {answer.status for answer in sent} == {201}

    refused = [web_stage.sign(eid=eid) for eid in (EID, OTHER)]

    assert [answer.status for answer in refused] == [429, 429]
    assert int(refused[0].headers["retry-after"]) > 0
    assert "own link" in refused[0].json["detail"]
    assert web_stage.nothing_written()
    assert web_stage.sign(headers={"x-forwarded-for": "203.0.113.10"}).status == 201, "another address"
    assert web_stage.sign(party=web_stage.party("dave")).status == 201, "a personal link"
    web_stage.world.later(minutes=20)
    assert web_stage.sign().status == 201, "later"


def test_an_address_is_counted_in_a_row_that_names_nobody_and_is_forgotten(web_stage: WebStage) -> None:
    for address in ("2001:db8::7", "2001:db8::ffff:1", "2001:db8:0:1::1"):
        web_stage.sign(headers={"x-viewer-address": address})

    rows = list(counted(web_stage))
    assert sorted(row["signings"] for row in rows) == [1, 2], "one household has many addresses"
    for row in rows:
        assert row.keys() == {"eid", "crew_id", "signings", "forget_at"}
        assert 0 < float(row["forget_at"]) - web_stage.world.clock.moment.timestamp() < 3600
        assert "2001" not in row["eid"]
        assert row["eid"] != EID


def test_what_is_refused_and_what_is_sent_again_is_not_counted(web_stage: WebStage) -> None:
    sent = web_stage.signing()
    for given in (
        sent,
        sent,
        web_stage.signing(name=""),
        web_stage.signing(version="x"),
        web_stage.signing(party=web_stage.party("dave")),
    ):
        web_stage.sign(given)

    assert [row["signings"] for row in counted(web_stage)] == [1]


@pytest.mark.parametrize(
    "fault", [{"throttle": True}, {"error": "InternalServerError"}, {"error": "AccessDeniedException"}], ids=str
)
def test_a_count_that_cannot_be_kept_stops_nobody_and_is_logged(
    web_stage: WebStage, fault: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    web_stage.table_faults.fail_next("UpdateItem", **fault, times=1 if "AccessDenied" in str(fault) else 2)

    assert web_stage.sign(name="Secretive Sam").status == 201
    assert "could not be counted" in caplog.text
    assert "203.0.113.9" not in caplog.text
    assert "Secretive" not in caplog.text


def test_nothing_that_is_refused_leaves_evidence(web_stage: WebStage) -> None:
    web_stage.world.put(
        a_row("2026-05-23-cancelled", status="cancelled"),
        a_row("2026-04-01-long-ago"),
        a_signature_row("taken-by-another-writer", name="Somebody Else"),
    )
    taken = web_stage.signing()
    web_stage.sign(taken)
    planted(web_stage, 60)
    before = web_stage.kept()

    refused = [
        web_stage.sign(),
        web_stage.sign(minors=MINORS * 9),
        web_stage.sign(version="2020-01-01-00000000"),
        web_stage.sign(signature="hello"),
        web_stage.sign(party="nobody"),
        web_stage.sign(eid="2026-05-23-nowhere"),
        web_stage.sign(eid="2026-05-23-cancelled"),
        web_stage.sign(eid="2026-04-01-long-ago"),
        web_stage.sign(web_stage.signing(signature_id=taken["signature_id"], name="Ana Lima")),
        web_stage.sign(web_stage.signing(signature_id="taken-by-another-writer", party=web_stage.party("dave"))),
    ]

    assert {answer.status for answer in refused} <= {404, 409, 422}
    assert web_stage.kept() == before
    for eid in ("2026-05-23-nowhere", "2026-05-23-cancelled", "2026-04-01-long-ago"):
        assert web_stage.nothing_written(eid)


def test_a_payment_is_logged_however_many_strangers_sign(web_stage: WebStage) -> None:
    for place in range(106):
        web_stage.sign(
            signature_id=an_id(),
            name=f"{'N' * 70} {place}",
            minors=[{"name": "M" * 80, "age": 9}] * 10,
            headers={"x-viewer-address": f"203.0.113.{place}"},
        )

    assert len(web_stage.waivers()) == 60
    assert web_stage.world.log().status == 201
