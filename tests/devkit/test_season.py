"""The sample season has valid rows, and every oddity of a real table."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from boto3.dynamodb.types import TypeDeserializer

from charter.event_ids import lint
from devkit.season import plant, season
from devkit.season.planting import NotPlanted, to_item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Engine

TODAY = date(2026, 5, 23)
METHODS = {"cash", "venmo", "zelle", "card", "check", "other"}

Rows = dict[str, dict[str, Any]]


@pytest.fixture(scope="module", params=[TODAY, date(2026, 11, 1), date(2027, 2, 28), date(2028, 2, 29)], ids=str)
def today(request: pytest.FixtureRequest) -> date:
    day: date = request.param
    return day


@pytest.fixture(scope="module")
def events(today: date) -> Rows:
    """Return the events' own rows by id."""
    return {row["eid"]: row for row in season(today) if row["crew_id"] == "#event"}


def _records(events: Rows) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for eid, row in events.items():
        for patron_id, record in row.get("payments", {}).items():
            yield eid, patron_id, record


def _eid(today: date, days: int, words: str = "") -> str:
    day = (today + timedelta(days=days)).isoformat()
    return f"{day}-{words}" if words else day


def test_the_season_is_the_same_whenever_it_is_asked_for() -> None:
    assert season(TODAY) == season(TODAY)


def test_there_are_a_dozen_events_and_one_more_that_only_its_crew_knows(events: Rows, today: date) -> None:
    assert len(events) == 12
    crew = [row for row in season(today) if not row["crew_id"].startswith("#")]
    assert {row["eid"] for row in crew} - set(events) == {_eid(today, 12, "captain-mia-afternoon")}
    assert all(row["role"] and row["name"] and row["call_time"] for row in crew)
    keys = Counter((row["eid"], row["crew_id"]) for row in season(today))
    assert max(keys.values()) == 1


def test_every_id_keeps_the_rule_but_the_bare_date(events: Rows, today: date) -> None:
    assert [eid for eid in events if lint(eid)] == [_eid(today, -3)]


def test_every_event_row_has_the_attributes_and_types_of_the_design(events: Rows) -> None:
    for eid, row in events.items():
        assert row["month"] == eid[:7]
        starts_at = datetime.fromisoformat(row["starts_at"])
        assert starts_at.utcoffset() in (timedelta(hours=-7), timedelta(hours=-8))
        assert starts_at.date().isoformat() == eid[:10]
        assert row["status"] in ("scheduled", "cancelled")
        assert isinstance(row["price"], Decimal)
        assert row["currency"] == "USD"
        assert row["title"]
        for patron_id, patron in row["patrons"].items():
            assert re.fullmatch(r"[A-Za-z0-9._@+-]{1,64}", patron_id)
            assert 1 <= len(patron["name"]) <= 80
            assert isinstance(patron["due"], Decimal)
            assert patron["party"] >= 1


def test_what_was_paid_is_the_sum_of_its_entries(events: Rows) -> None:
    with_entries = 0
    for _, _, record in _records(events):
        assert isinstance(record["amount"], Decimal)
        if "entries" in record:
            with_entries += 1
            assert record["amount"] == sum(entry["amount"] for entry in record["entries"].values())
            latest = max(record["entries"].values(), key=lambda entry: entry["timestamp"])
            assert {name: record.get(name) for name in ("timestamp", "method", "logged_by", "notes")} == {
                name: latest.get(name) for name in ("timestamp", "method", "logged_by", "notes")
            }
    assert with_entries > 100


def test_every_entry_has_the_fields_of_the_ledger(events: Rows, today: date) -> None:
    ids: Counter[str] = Counter()
    for eid, _, record in _records(events):
        for payment_id, entry in record.get("entries", {}).items():
            ids[payment_id] += 1
            assert re.fullmatch(r"(void:)?[0-9a-f]{32}", payment_id)
            assert entry["kind"] in ("payment", "refund", "void")
            assert (entry["amount"] > 0) == (entry["kind"] == "payment")
            assert entry["method"] in METHODS
            assert re.fullmatch(r"(slack|web):U0[A-Z]+", entry["logged_by"])
            assert entry["source"] == entry["logged_by"].partition(":")[0]
            when = datetime.fromisoformat(entry["timestamp"])
            assert when.tzinfo is UTC
            assert when <= datetime.combine(today, datetime.max.time(), UTC)
            assert when <= datetime.fromisoformat(events[eid]["starts_at"])
            if entry["kind"] == "void":
                assert payment_id == f"void:{entry['reverses']}"
                assert entry["amount"] == -record["entries"][entry["reverses"]]["amount"]
                assert entry["reason"]
    assert max(ids.values()) == 1


def test_patrons_are_in_every_state_and_pay_by_every_method(events: Rows) -> None:
    states: set[str] = set()
    for row in events.values():
        for patron_id, patron in row["patrons"].items():
            paid = row.get("payments", {}).get(patron_id, {}).get("amount", Decimal(0))
            owed = patron["due"] - paid
            states.add("overpaid" if owed < 0 else "paid" if not owed else "partial" if paid else "unpaid")
    assert states == {"unpaid", "partial", "paid", "overpaid"}
    entries = [entry for _, _, record in _records(events) for entry in record.get("entries", {}).values()]
    assert {entry["kind"] for entry in entries} == {"payment", "refund", "void"}
    assert {entry["method"] for entry in entries} == METHODS
    assert {entry["source"] for entry in entries} == {"slack", "web"}
    assert any("notes" in entry for entry in entries)


def test_last_night_cast_off_with_those_who_came_and_the_frozen_list_is_kept(events: Rows, today: date) -> None:
    eid = _eid(today, -1, "captain-mia-evening")
    own = [row for row in season(today) if row["eid"] == eid]
    rows = {row["crew_id"].partition(":")[0]: row for row in own}
    boarding, manifest = rows["#boarding"], rows["#manifest"]
    came = [(patron, line["count"], line.get("reason")) for patron, line in boarding["aboard"].items()]
    assert came[2:] == [("noor.haddad", 2, "her sister is ill"), ("otto.lindh", 1, "signs on board")]
    marks = {row["patron_id"]: row["to"] for row in own if row.get("what") == "state"}
    assert marks == {"sam.adeyemi": "no_show", "rita.moss": "removed"}
    assert marks == {key: line["state"] for key, line in events[eid]["patrons"].items() if "state" in line}
    assert boarding["cast_off"]["sha256"] == manifest["sha256"] == sha256(manifest["list"].encode()).hexdigest()
    assert boarding["cast_off"]["souls"] == manifest["souls"] == json.loads(manifest["list"])["souls"] == 5
    assert sum("boat" in row and row["capacity"] >= 12 for row in events.values()) == 9


def test_dave_owes_a_hundred_and_twenty_five_on_this_afternoons_trip(events: Rows, today: date) -> None:
    row = events[f"{today.isoformat()}-captain-cory-afternoon"]
    assert row["patrons"]["dave"]["name"] == "Dave Kowalski"
    assert row["patrons"]["dave"]["due"] == Decimal("125.00")
    assert "dave" not in row["payments"]
    assert row["channel"] == "C0CORY"
    assert row["starts_at"].startswith(f"{today.isoformat()}T13:00:00-0")


def test_tomorrow_evening_there_is_a_sunset_trip_in_its_channel(events: Rows, today: date) -> None:
    row = events[_eid(today, 1, "golden-gate-sunset")]
    assert row["channel"] == "C0SUNSET"
    assert "🏄" in row["patrons"]["kai"]["name"]


@pytest.mark.parametrize(
    "holds",
    [
        lambda row: len(row["patrons"]) == 130,
        lambda row: row["status"] == "cancelled",
        lambda row: "payments" not in row and row["patrons"],
        lambda row: any("entries" not in record for record in row.get("payments", {}).values()),
        lambda row: any(len(patron["name"]) == 80 for patron in row["patrons"].values()),
        lambda row: any(patron["name"] == "<!channel> & Sons" for patron in row["patrons"].values()),
        lambda row: any("🏄" in patron["name"] for patron in row["patrons"].values()),
        lambda row: "boat" in row and isinstance(row.get("tags"), set),
    ],
    ids=[
        "130 patrons",
        "cancelled",
        "no payments map",
        "no entries",
        "80 letters",
        "a ping",
        "emoji",
        "others' attributes",
    ],
)
def test_exactly_one_event_is_the_odd_one(events: Rows, holds: Callable[[dict[str, Any]], bool]) -> None:
    assert len([eid for eid, row in events.items() if holds(row)]) == 1


def test_planting_twice_adds_nothing_and_overwrites_nothing(dynamodb: Engine, events_table: str) -> None:
    client = dynamodb.client
    assert plant(client, events_table, TODAY) == 12
    key: Any = to_item({"eid": f"{TODAY}-captain-cory-afternoon", "crew_id": "#event"})
    client.update_item(
        TableName=events_table,
        Key=key,
        UpdateExpression="SET #t = :t",
        ExpressionAttributeNames={"#t": "title"},
        ExpressionAttributeValues={":t": {"S": "renamed by the office"}},
    )
    assert plant(client, events_table, TODAY) == 0
    assert client.get_item(TableName=events_table, Key=key)["Item"]["title"] == {"S": "renamed by the office"}
    assert client.scan(TableName=events_table, Select="COUNT")["Count"] == len(season(TODAY))


def test_a_new_day_brings_its_own_events_and_keeps_yesterdays(dynamodb: Engine, events_table: str) -> None:
    plant(dynamodb.client, events_table, TODAY)
    assert plant(dynamodb.client, events_table, TODAY + timedelta(days=1)) == 12
    today = {"eid": f"{TODAY}-captain-cory-afternoon", "crew_id": "#event"}
    assert "Item" in dynamodb.client.get_item(TableName=events_table, Key=to_item(today))


@pytest.mark.dynamodb
def test_what_is_planted_reads_back_as_it_was_meant(dynamodb: Engine, events_table: str) -> None:
    plant(dynamodb.client, events_table, TODAY)
    read = TypeDeserializer().deserialize
    for row in season(TODAY):
        key: Any = to_item({"eid": row["eid"], "crew_id": row["crew_id"]})
        item = dynamodb.client.get_item(TableName=events_table, Key=key)["Item"]
        assert {name: read(value) for name, value in item.items()} == row


@pytest.mark.dynamodb
def test_the_index_lists_each_event_of_a_month_and_no_crew(dynamodb: Engine, events_table: str) -> None:
    plant(dynamodb.client, events_table, TODAY)
    found = dynamodb.client.query(
        TableName=events_table,
        IndexName="by_month",
        KeyConditionExpression="#m = :m",
        ExpressionAttributeNames={"#m": "month"},
        ExpressionAttributeValues={":m": {"S": "2026-05"}},
    )["Items"]
    months = [row["eid"] for row in season(TODAY) if row.get("month") == "2026-05"]
    assert [item["eid"]["S"] for item in found] == sorted(months)
    assert all("patrons" not in item for item in found)


def test_writes_that_a_busy_table_put_off_are_sent_again(
    dynamodb: Engine, events_table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, asked = dynamodb.client, []
    send = client.batch_write_item

    def busy_at_first(RequestItems: Any) -> Any:  # noqa: N803  # boto3's name
        asked.append(RequestItems)
        if len(asked) > 1:
            return send(RequestItems=RequestItems)
        ((table, batch),) = RequestItems.items()
        send(RequestItems={table: batch[3:]})
        return {"UnprocessedItems": {table: batch[:3]}}

    monkeypatch.setattr(client, "batch_write_item", busy_at_first)
    plant(client, events_table, TODAY)
    assert len(asked) > 1
    assert client.scan(TableName=events_table, Select="COUNT")["Count"] == len(season(TODAY))


def test_a_table_that_takes_nothing_at_all_is_named(
    dynamodb: Engine, events_table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        dynamodb.client,
        "batch_write_item",
        lambda RequestItems: {"UnprocessedItems": RequestItems},  # noqa: N803
    )
    with pytest.raises(NotPlanted, match=events_table):
        plant(dynamodb.client, events_table, TODAY, sleep=lambda _seconds: None)


def test_reads_that_a_busy_table_put_off_are_sent_again_and_never_given_up_silently(
    dynamodb: Engine, events_table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, asked = dynamodb.client, []
    read = client.batch_get_item
    plant(client, events_table, TODAY)

    def busy(RequestItems: Any) -> Any:  # noqa: N803  # boto3's name
        asked.append(RequestItems)
        return {"Responses": {}, "UnprocessedKeys": RequestItems} if len(asked) < 3 else read(RequestItems=RequestItems)

    monkeypatch.setattr(client, "batch_get_item", busy)
    assert plant(client, events_table, TODAY, sleep=lambda _seconds: None) == 0
    monkeypatch.setattr(
        client,
        "batch_get_item",
        lambda RequestItems: {"Responses": {}, "UnprocessedKeys": RequestItems},  # noqa: N803
    )
    with pytest.raises(NotPlanted, match="reads"):
        plant(client, events_table, TODAY, sleep=lambda _seconds: None)


def test_money_is_never_a_float() -> None:
    with pytest.raises(TypeError, match="float"):
        to_item({"amount": 1.5})
