"""GET /api/events and /api/events/{eid}, which the dispatch page shows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from devkit.season import plant
from tests.builders import DANA, EID, NOW, a_crew_row, a_row, a_signature_row

if TYPE_CHECKING:
    from tests.web.conftest import Answer, WebWorld

CARD = {
    "eid": EID,
    "title": "Captain Cory, afternoon",
    "starts_at": "2026-05-23T13:00:00-07:00",
    "status": "scheduled",
    "channel": "C0CORY",
    "currency": "USD",
    "price": "125.00",
    "outstanding": "250.00",
    "to_give_back": "0.00",
    "warnings": [],
    "patrons": 2,
    "people": 3,
    "paid": 1,
    "partial": 0,
    "unpaid": 1,
    "overpaid": 0,
    "signed": 1,
    "unmatched": 1,
    "boat": "Sea Otter",
    "capacity": 12,
    "aboard": 1,
    "cast_off": None,
}
ABOARD = {
    "eid": EID,
    "crew_id": "#boarding",
    "aboard": {"dave": {"count": Decimal(1), "at": "2026-05-23T20:30:00.000Z", "by": DANA}},
}
COUNTED = ("patrons", "people", "paid", "partial", "unpaid", "overpaid", "signed", "unmatched")


@pytest.fixture
def paid_world(web_world: WebWorld) -> WebWorld:
    """Dave has paid and is aboard. One of Ana's party of two has signed, and so has a stranger."""
    unknown: dict[str, Any] = {
        "patron_id": None,
        "matched_at": None,
        "matched_by": None,
        "booked_by": "Dave",
        "minors": ["Mia"],
    }
    web_world.put(
        a_row(boat="Sea Otter", capacity=Decimal(12)),
        ABOARD,
        a_signature_row("s1", name="Ana Lima", patron_id="ana"),
        a_signature_row("s2", name="Davy Kowalski", **unknown),
    )
    web_world.log()
    return web_world


def _list(world: WebWorld, **query: object) -> Answer:
    return world.get("/api/events", urlencode(query))


def _eids(answer: Answer) -> list[str]:
    return [card["eid"] for card in answer.json["events"]]


def test_the_coming_events_are_cards_with_counts(paid_world: WebWorld) -> None:
    answer = _list(paid_world)
    assert answer.status == 200
    assert answer.json == {"events": [CARD], "next": None}


def test_one_event_shows_its_patrons_in_one_read(paid_world: WebWorld) -> None:
    with paid_world.counting() as cost:
        answer = paid_world.get(f"/api/events/{EID}")
    assert cost == {"Query": 1}
    content: dict[str, Any] = answer.json
    assert content.pop("counts") == {name: CARD[name] for name in COUNTED}
    assert content.pop("methods") == ["cash", "venmo", "zelle", "card", "check", "other"]
    assert content.pop("patrons") == [
        {
            "patron_id": "ana",
            "name": "Ana Lima",
            "party": 2,
            "due": "250.00",
            "paid": "0.00",
            "balance": "250.00",
            "state": "unpaid",
            "signed": False,
            "signed_people": 1,
            "clear_to_board": False,
            "cleared": False,
            "method": None,
            "roster_state": None,
            "aboard": 0,
        },
        {
            "patron_id": "dave",
            "name": "Dave Kowalski",
            "party": 1,
            "due": "125.00",
            "paid": "125.00",
            "balance": "0.00",
            "state": "paid",
            "signed": False,
            "signed_people": 0,
            "clear_to_board": False,
            "cleared": True,
            "method": "cash",
            "roster_state": None,
            "aboard": 1,
        },
    ]
    assert content.pop("removed") == []
    assert content.pop("unmatched") == [
        {"name": "Davy Kowalski", "minors": 1, "signed_at": "2026-05-22T18:00:00.000Z", "booked_by": "Dave"}
    ]
    assert content == {name: value for name, value in CARD.items() if name not in COUNTED}


def test_who_does_not_come_stays_with_what_must_be_given_back(paid_world: WebWorld) -> None:
    """Dave paid and was taken off; Ana did not come. The list was frozen with one soul."""
    paid_world.log(patron_id="ana", amount="20.00")
    key = {"eid": {"S": EID}, "crew_id": {"S": "#event"}}
    paid_world.client.update_item(
        TableName=paid_world.table,
        Key=key,
        UpdateExpression="SET patrons.dave.#s = :r, patrons.dave.due = :d, patrons.ana.#s = :n",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":r": {"S": "removed"}, ":d": {"N": "0"}, ":n": {"S": "no_show"}},
    )
    done = {"at": "2026-05-23T20:05:00.000Z", "by": DANA, "souls": Decimal(1), "sha256": "ab", "list_id": "01"}
    paid_world.put({**ABOARD, "cast_off": done})

    page = paid_world.get(f"/api/events/{EID}").json
    (ana,), (dave,) = page["patrons"], page["removed"]
    assert (ana["roster_state"], ana["balance"], ana["clear_to_board"]) == ("no_show", "230.00", False)
    assert (dave["roster_state"], dave["paid"], dave["balance"]) == ("removed", "125.00", "-125.00")
    (card,) = _list(paid_world).json["events"]
    assert (card["people"], card["patrons"], card["to_give_back"]) == (0, 1, "125.00")
    assert card["cast_off"] == {"at": "2026-05-23T20:05:00+00:00", "souls": 1}


def test_contacts_of_patrons_stay_in_the_table(bare_web_world: WebWorld) -> None:
    bare_web_world.put(a_row(patrons={"dave": {"name": "Dave", "email": "dave@example.com", "phone": "+1 555 0100"}}))
    for path in ("/api/events", f"/api/events/{EID}"):
        assert "example.com" not in bare_web_world.get(path).text
        assert "555" not in bare_web_world.get(path).text


def test_an_event_with_crew_rows_only_is_listed_and_an_unknown_one_is_404(bare_web_world: WebWorld) -> None:
    path = f"/api/events/{EID}"
    assert bare_web_world.get(path).status == 404
    bare_web_world.put(a_crew_row())
    content = bare_web_world.get(path).json
    assert (content["title"], content["price"], content["patrons"]) == ("Captain Cory, afternoon", None, [])


def test_bare_dates_and_cancelled_events_are_marked(bare_web_world: WebWorld) -> None:
    bare_web_world.put(a_row("2026-05-24"), a_row(status="cancelled"))
    cancelled, bare = _list(bare_web_world).json["events"]
    assert (cancelled["status"], cancelled["outstanding"]) == ("cancelled", "0.00")
    assert bare["warnings"] == ["is a bare date: it needs a name after the date"]


def test_a_cancelled_event_has_the_amount_to_give_back(web_world: WebWorld) -> None:
    web_world.log()
    web_world.put({**web_world.row(), "status": "cancelled"})
    for content in (_list(web_world).json["events"][0], web_world.get(f"/api/events/{EID}").json):
        assert (content["outstanding"], content["to_give_back"]) == ("0.00", "125.00")


def test_the_list_begins_today_or_on_the_day_that_is_asked_for(bare_web_world: WebWorld) -> None:
    days = ("2026-05-22", "2026-05-23", "2026-05-24", "2026-07-01", "2027-04-30")
    ids = [f"{day}-trip" for day in days]
    bare_web_world.put(*(a_row(eid) for eid in ids))
    assert _eids(_list(bare_web_world)) == ids[1:]
    assert _eids(_list(bare_web_world, **{"from": "2026-05-01"})) == ids
    assert _eids(_list(bare_web_world, **{"from": "2026-05-24"})) == ids[2:]
    assert _eids(_list(bare_web_world, **{"from": "2026-01-15"})) == ids[:-1], "a year ahead, no further"
    assert _eids(_list(bare_web_world, **{"from": "9999-12-31"})) == []
    assert _eids(_list(bare_web_world, **{"from": "0001-01-01"})) == []


def test_a_trip_of_late_evening_is_todays_though_the_world_is_a_day_ahead(bare_web_world: WebWorld) -> None:
    bare_web_world.put(a_row("2026-05-31-night", starts_at="2026-05-31T21:00:00-07:00"))
    bare_web_world.clock.moment = bare_web_world.clock.moment.replace(
        month=6, day=1, hour=5
    )  # 22:00 on May 31, on deck
    assert _eids(_list(bare_web_world)) == ["2026-05-31-night"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_page_after_page_lists_every_event_once(bare_web_world: WebWorld, limit: int) -> None:
    ids = [f"2026-05-{day}-{name}" for day in (24, 25) for name in ("ana", "bo", "cy")] + [
        "2026-06-01-a",
        "2027-01-01-z",
    ]
    bare_web_world.put(*(a_row(eid) for eid in ids))
    seen: list[str] = []
    query: dict[str, object] = {"limit": limit}
    while True:
        answer = _list(bare_web_world, **query)
        assert len(answer.json["events"]) <= limit
        seen += _eids(answer)
        if answer.json["next"] is None:
            break
        query["from"] = answer.json["next"]
    assert seen == ids


def test_a_next_that_is_gone_goes_on_with_what_follows(bare_web_world: WebWorld) -> None:
    ids = ["2026-05-24-a", "2026-05-25-b", "2026-05-26-c"]
    bare_web_world.put(*(a_row(eid) for eid in ids))
    following = _list(bare_web_world, limit=1).json["next"]
    bare_web_world.client.delete_item(
        TableName=bare_web_world.table, Key={"eid": {"S": ids[1]}, "crew_id": {"S": "#event"}}
    )
    assert _eids(_list(bare_web_world, **{"from": following})) == ids[2:]


def test_invalid_parameters_are_reported_on_their_fields_all_at_once(web_world: WebWorld) -> None:
    for day in (
        "",
        "soon",
        "2026-02-30",
        "2026-5-1",
        "1e9~x",
        "99999999999~x",
        "1~",
        "x" * 3000,
        "\x00",
        "2026-05-23~a",
    ):
        for limit in ("0", "101", "-1", "1.0", "", " 5", "x", "٣", "9" * 5000):
            answer = _list(web_world, **{"from": day, "limit": limit})
            assert (answer.status, set(answer.errors)) == (422, {"from", "limit"}), (day, limit)


def test_the_list_costs_a_query_for_each_month_and_one_for_each_event(web_world: WebWorld) -> None:
    with web_world.counting() as cost:
        assert _list(web_world, limit=1).status == 200
    assert cost == {"Query": 12 + 1}
    web_world.put(a_row("2026-06-01-b"))
    with web_world.counting() as cost:
        assert _list(web_world, limit=1).status == 200
    assert cost == {"Query": 3 + 1}


def test_an_empty_season_is_an_empty_list(bare_web_world: WebWorld) -> None:
    with bare_web_world.counting() as cost:
        assert _list(bare_web_world).json == {"events": [], "next": None}
    assert cost == {"Query": 12}


def test_a_table_that_does_not_answer_is_503(web_world: WebWorld) -> None:
    web_world.table_faults.fail_next("Query", throttle=True, times=2)
    assert _list(web_world).status == 503
    web_world.table_faults.fail_next("Query", drop_request=True, times=2)
    assert web_world.get(f"/api/events/{EID}").status == 503


def test_every_event_of_a_real_season_is_listed_despite_odd_rows(bare_web_world: WebWorld) -> None:
    plant(bare_web_world.client, bare_web_world.table, NOW.date())
    cards = _list(bare_web_world, limit=100, **{"from": "2026-01-01"}).json["events"]
    assert len(cards) > 10
    for card in cards:
        answer = bare_web_world.get(f"/api/events/{card['eid']}")
        assert answer.status == 200, card["eid"]
        content = answer.json
        assert content["counts"] == {name: card[name] for name in COUNTED}
        for patron in content["patrons"]:
            query = urlencode({"patron_id": patron["patron_id"]})
            cleared = bare_web_world.get(f"/api/events/{card['eid']}/payment-cleared", query).json
            assert (cleared["balance"], cleared["cleared"]) == (patron["balance"], patron["cleared"])
