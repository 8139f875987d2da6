"""The world of the bot's tests: signed requests, the messages in Slack, and a real table that can fail."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from devkit.local import today_at_the_dock
from devkit.season import plant
from devkit.season.planting import to_item

if TYPE_CHECKING:
    from tests.conftest import World


def _season_with_todays_trip(world: World) -> str:
    today = today_at_the_dock()
    plant(world.client, world.table, today)
    return f"{today}-captain-cory-afternoon"


def _paid(world: World, eid: str, patron_id: str) -> Any:
    key: Any = to_item({"eid": eid, "crew_id": "#event"})
    row = world.client.get_item(TableName=world.table, Key=key, ConsistentRead=True)["Item"]
    return row["payments"]["M"].get(patron_id, {}).get("M", {}).get("amount", {}).get("N")


def test_a_payment_goes_from_the_command_to_the_table_and_every_request_is_counted(world: World) -> None:
    trip = _season_with_todays_trip(world)
    dana = world.slack.as_("U0DANA")
    dana.command("/log-payment", f"{trip} dave 120 cash", channel="C0CORY")
    assert dana.modal is not None, dana.troubles
    dana.modal.submit()
    assert not dana.troubles
    assert _paid(world, trip, "dave") in ("120", "120.00")
    assert world.calls["UpdateItem"] == 1
    assert world.calls["PutItem"] == 0, "the season was planted past the proxy"


def test_the_table_can_be_made_to_fail(world: World) -> None:
    trip = _season_with_todays_trip(world)
    dana = world.slack.as_("U0DANA")
    dana.command("/log-payment", f"{trip} dave 120 cash", channel="C0CORY")
    assert dana.modal is not None, dana.troubles
    world.table_faults.fail_next("UpdateItem", throttle=True, times=10)
    dana.modal.submit()
    assert world.calls["UpdateItem"] > 0
    assert _paid(world, trip, "dave") is None


def test_each_world_has_its_own_bot_table_and_environment(world: World) -> None:
    assert os.environ["EVENTS_TABLE"] == world.table
    assert os.environ["AWS_ENDPOINT_URL"] == world.table_faults.url
    assert world.lambda_function.settings.events_table == world.table
    assert world.calls == {}
    assert world.client.scan(TableName=world.table, Select="COUNT")["Count"] == 0
