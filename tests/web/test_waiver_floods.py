"""Floods of signatures: strangers can send a limited number, and refused ones leave nothing behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.wire import from_wire
from tests.builders import EID, a_row, a_signature_row
from tests.web.pier import MINORS, an_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.pier import Pier

OTHER = "2026-05-23-captain-ana-morning"


def planted(pier: Pier, number: int, **attributes: Any) -> None:
    """Write this many signatures of the plain link into the table."""
    unmatched: dict[str, Any] = {"patron_id": None, "matched_at": None, "matched_by": None}
    rows = (
        a_signature_row(f"planted-signature-{place}", name=f"Guest {place}", **{**unmatched, **attributes})
        for place in range(number)
    )
    pier.world.put(*rows)


def counted(pier: Pier) -> Iterator[dict[str, Any]]:
    """Return the rows that count addresses."""
    for item in pier.world.client.scan(TableName=pier.world.table, ConsistentRead=True)["Items"]:
        if (row := from_wire(item))["eid"].startswith("#address:"):
            yield row


def test_the_plain_link_takes_sixty_signatures_of_a_small_trip_and_no_more(pier: Pier) -> None:
    planted(pier, 59)
    assert pier.sign().status == 201
    before = pier.waivers(), pier.kept()

    answer = pier.sign()

    assert answer.status == 409
    assert answer.errors == {
        "eid": "Captain Cory, afternoon takes no more signatures over this link. "
        "Ask the crew for your party's own link, or sign on paper."
    }
    assert (pier.waivers(), pier.kept()) == before


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
def test_the_plain_link_takes_three_signatures_for_each_person(bare_pier: Pier, row: dict[str, Any], most: int) -> None:
    bare_pier.world.put(row)
    planted(bare_pier, most - 1)

    assert [bare_pier.sign().status for _ in range(2)] == [201, 409]


def test_a_personal_link_is_signed_over_however_many_have_signed(pier: Pier) -> None:
    planted(pier, 200)

    for _ in range(3):
        assert pier.sign(party=pier.party("dave")).status == 201
    assert pier.sign().status == 409


def test_signatures_over_personal_links_take_no_place_of_the_plain_links(pier: Pier) -> None:
    planted(pier, 59, party_link=True)
    planted(pier, 59)
    for _ in range(3):
        assert pier.sign(party=pier.party("dave")).status == 201

    assert [pier.sign().status for _ in range(61)].count(201) == 1


def test_many_at_the_same_moment_do_not_pass_the_limit(pier: Pier) -> None:
    planted(pier, 55)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: pier.sign().status, range(16)))

    assert statuses.count(201) == 5
    assert len(pier.kept()) == 5


def test_a_signature_that_counts_already_is_answered_as_the_success_it_was_when_the_event_is_full(pier: Pier) -> None:
    sent = pier.signing()
    pier.sign(sent)
    planted(pier, 60)

    assert pier.sign(sent).status == 200


def test_a_signature_whose_evidence_is_kept_is_completed_when_the_event_is_full(pier: Pier) -> None:
    sent = pier.signing()
    pier.table_faults.fail_next("PutItem", drop_request=True, times=2)
    assert pier.sign(sent).status == 503
    planted(pier, 60)
    pier.world.later(minutes=1)

    assert pier.sign(sent).status == 200
    assert sent["signature_id"] in pier.waivers()


def test_an_address_signs_sixty_times_and_is_asked_to_wait(pier: Pier) -> None:
    pier.world.put(a_row(OTHER, capacity=Decimal(100)))
    sent = [pier.sign(eid=OTHER) for _ in range(60)]
    assert {answer.status for answer in sent} == {201}

    refused = [pier.sign(eid=eid) for eid in (EID, OTHER)]

    assert [answer.status for answer in refused] == [429, 429]
    assert int(refused[0].headers["retry-after"]) > 0
    assert "own link" in refused[0].json["detail"]
    assert pier.nothing_written()
    assert pier.sign(headers={"x-forwarded-for": "203.0.113.10"}).status == 201, "another address"
    assert pier.sign(party=pier.party("dave")).status == 201, "a personal link"
    pier.world.later(minutes=20)
    assert pier.sign().status == 201, "later"


def test_an_address_is_counted_in_a_row_that_names_nobody_and_is_forgotten(pier: Pier) -> None:
    for address in ("2001:db8::7", "2001:db8::ffff:1", "2001:db8:0:1::1"):
        pier.sign(headers={"x-viewer-address": address})

    rows = list(counted(pier))
    assert sorted(row["signings"] for row in rows) == [1, 2], "one household has many addresses"
    for row in rows:
        assert row.keys() == {"eid", "crew_id", "signings", "forget_at"}
        assert 0 < float(row["forget_at"]) - pier.world.clock.moment.timestamp() < 3600
        assert "2001" not in row["eid"]
        assert row["eid"] != EID


def test_what_is_refused_and_what_is_sent_again_is_not_counted(pier: Pier) -> None:
    sent = pier.signing()
    for given in (sent, sent, pier.signing(name=""), pier.signing(version="x"), pier.signing(party=pier.party("dave"))):
        pier.sign(given)

    assert [row["signings"] for row in counted(pier)] == [1]


@pytest.mark.parametrize(
    "fault", [{"throttle": True}, {"error": "InternalServerError"}, {"error": "AccessDeniedException"}], ids=str
)
def test_a_count_that_cannot_be_kept_stops_nobody_and_is_logged(
    pier: Pier, fault: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    pier.table_faults.fail_next("UpdateItem", **fault, times=1 if "AccessDenied" in str(fault) else 2)

    assert pier.sign(name="Secretive Sam").status == 201
    assert "could not be counted" in caplog.text
    assert "203.0.113.9" not in caplog.text
    assert "Secretive" not in caplog.text


def test_nothing_that_is_refused_leaves_evidence(pier: Pier) -> None:
    pier.world.put(
        a_row("2026-05-23-cancelled", status="cancelled"),
        a_row("2026-04-01-long-ago"),
        a_signature_row("taken-by-another-writer", name="Somebody Else"),
    )
    taken = pier.signing()
    pier.sign(taken)
    planted(pier, 60)
    before = pier.kept()

    refused = [
        pier.sign(),
        pier.sign(minors=MINORS * 9),
        pier.sign(version="2020-01-01-00000000"),
        pier.sign(signature="hello"),
        pier.sign(party="nobody"),
        pier.sign(eid="2026-05-23-nowhere"),
        pier.sign(eid="2026-05-23-cancelled"),
        pier.sign(eid="2026-04-01-long-ago"),
        pier.sign(pier.signing(signature_id=taken["signature_id"], name="Ana Lima")),
        pier.sign(pier.signing(signature_id="taken-by-another-writer", party=pier.party("dave"))),
    ]

    assert {answer.status for answer in refused} <= {404, 409, 422}
    assert pier.kept() == before
    for eid in ("2026-05-23-nowhere", "2026-05-23-cancelled", "2026-04-01-long-ago"):
        assert pier.nothing_written(eid)


def test_a_payment_is_logged_however_many_strangers_sign(pier: Pier) -> None:
    for place in range(106):
        pier.sign(
            signature_id=an_id(),
            name=f"{'N' * 70} {place}",
            minors=[{"name": "M" * 80, "age": 9}] * 10,
            headers={"x-viewer-address": f"203.0.113.{place}"},
        )

    assert len(pier.waivers()) == 60
    assert pier.world.log().status == 201
