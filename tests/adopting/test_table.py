"""`infra table` adds missing settings to an old system's table, also if calls are lost, and `up` uses that table."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from devkit.aws import REGION
from tests.adopting.old_system import SEASON, OldSystem
from tests.infra.stacks.building_site import a_site
from tests.infra.stacks.releasing import MODULES, saying
from tests.infra.standing import transformed
from tests.infra.weather import AFTER, BEFORE, Weather

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Engine
    from tests.infra.stacks.building_site import BuildingSite

_numbers = itertools.count()
# The operations of a run that change something, with their number. UpdateTable protects, bills, streams and indexes.
CHANGES = {"UpdateContinuousBackups": 1, "UpdateTable": 4, "UpdateTimeToLive": 1}
READS = {"DescribeTable": 8, "DescribeContinuousBackups": 2, "DescribeTimeToLive": 1}


@pytest.fixture
def site(dynamodb: Engine, tmp_path: Path) -> BuildingSite:
    """An engineer whose calls of AWS may be lost."""
    return a_site(dynamodb, tmp_path)


@pytest.fixture
def weather(site: BuildingSite) -> Weather:
    made = Weather()
    site.aws = made.aws
    return made


@pytest.fixture
def old(dynamodb: Engine, site: BuildingSite) -> OldSystem:
    """The old system's table, with a season in it."""
    system = OldSystem(dynamodb.client, f"{site.stack}-events-{next(_numbers)}")
    system.make_table()
    system.put(*SEASON)
    return system


def described(old: OldSystem) -> dict[str, Any]:
    table: Any = old.client.describe_table(TableName=old.table)["Table"]
    backups = old.client.describe_continuous_backups(TableName=old.table)["ContinuousBackupsDescription"]
    expiry = old.client.describe_time_to_live(TableName=old.table)["TimeToLiveDescription"]
    return {
        "billing": table["BillingModeSummary"]["BillingMode"],
        "stream": table.get("StreamSpecification", {}).get("StreamViewType"),
        "indexes": [each["IndexName"] for each in table.get("GlobalSecondaryIndexes", ())],
        "recovers": backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"],
        "protected": table["DeletionProtectionEnabled"],
        "expires": expiry.get("AttributeName"),
    }


WHOLE = {
    "billing": "PAY_PER_REQUEST",
    "stream": "NEW_AND_OLD_IMAGES",
    "indexes": ["by_month"],
    "recovers": "ENABLED",
    "protected": True,
    "expires": "forget_at",
}


def test_a_table_gets_what_it_lacks_by_one_plan_and_lacks_nothing_the_next_time(
    site: BuildingSite, old: OldSystem
) -> None:
    before, rows = described(old), old.rows()
    dry = site.run("table", old.table, "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert f"{old.table} lacks 6. Nothing was changed." in dry.stdout
    for words in ("index by_month", "on-demand billing", "NEW_AND_OLD_IMAGES", "point-in-time recovery"):
        assert words in dry.stderr
    assert site.run("table", old.table, answers="n\n").exit_code == 1
    assert described(old) == before

    done = site.run("table", old.table, answers="y\n")

    assert done.exit_code == 0, done.output
    assert described(old) == WHOLE
    assert old.rows() == rows
    again = site.run("table", old.table)
    assert (again.exit_code, "Plan:" in again.stderr) == (0, False)
    assert f"up --parameter EventsTableName={old.table}" in again.stdout


@pytest.mark.parametrize("when", [BEFORE, AFTER], ids=["on its way", "when it was done"])
@pytest.mark.parametrize(
    "lost", [*((name, nth) for name, times in CHANGES.items() for nth in range(1, times + 1)), *READS.items()]
)
def test_a_lost_call_is_made_up_for_by_the_next_run(
    site: BuildingSite, weather: Weather, old: OldSystem, lost: tuple[str, int], when: str
) -> None:
    operation, nth = lost
    weather.lose(operation, when, nth=nth)

    result = site.run("table", old.table, "--yes")

    assert weather.calls[operation] >= nth, "the call was made"
    if result.exit_code:
        assert f"AWS did not answer {operation}" in result.stderr
    else:
        assert when == AFTER or operation in READS, "reading the table again showed what was done"
    assert site.run("table", old.table, "--yes").exit_code == 0
    assert described(old) == WHOLE


def test_work_that_aws_still_does_is_waited_for_and_shown(site: BuildingSite, weather: Weather, old: OldSystem) -> None:
    polls: Counter[str] = Counter()

    def busy(parsed: dict[str, Any], **_: Any) -> None:
        index = next(iter(parsed["Table"].get("GlobalSecondaryIndexes", ())), None)
        seen = "index" if index else "billing" if "PAY_PER" in str(parsed["Table"]["BillingModeSummary"]) else ""
        polls[seen] += 1
        if index and polls["index"] < 4:
            index |= {"IndexStatus": "CREATING", "Backfilling": True}
        elif seen == "billing" and polls["billing"] < 3:
            parsed["Table"]["TableStatus"] = "UPDATING"

    events: Any = weather.aws(region=REGION, profile=None)._session.events
    events.register("after-call.dynamodb.DescribeTable", busy)
    result = site.run("table", old.table, "--yes")
    assert result.exit_code == 0, result.output
    assert "Waiting: the table is UPDATING" in result.stderr
    assert result.stderr.count("Waiting: the index by_month is CREATING, being filled from the rows") == 1
    assert polls["index"] >= 4
    assert described(old) == WHOLE


def test_what_only_its_owner_may_remove_is_refused(site: BuildingSite, old: OldSystem) -> None:
    narrow: Any = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    old.client.update_table(TableName=old.table, StreamSpecification=narrow)
    before = described(old)
    refused = site.run("table", old.table, "--yes")
    assert (refused.exit_code, described(old)) == (1, before)
    assert "--replace-stream" in refused.stderr
    assert site.run("table", old.table, "--yes", "--replace-stream").exit_code == 0
    assert described(old) == WHOLE

    other = OldSystem(old.client, f"{old.table}-other")
    old.client.create_table(
        TableName=other.table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    assert "keys are id (S), not eid (S) and crew_id (S)" in site.run("table", other.table).stderr
    assert "There is no table" in site.run("table", "no-such-table").stderr

    indexed = OldSystem(old.client, f"{old.table}-indexed")
    indexed.make_table()
    index: Any = {
        "IndexName": "by_month",
        "KeySchema": [{"AttributeName": "role", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    }
    names: Any = [{"AttributeName": name, "AttributeType": "S"} for name in ("eid", "crew_id", "role")]
    indexed.client.update_table(
        TableName=indexed.table, AttributeDefinitions=names, GlobalSecondaryIndexUpdates=[{"Create": index}]
    )
    assert "has another index by_month" in site.run("table", indexed.table, "--yes").stderr


def test_up_uses_the_table_in_place_and_follows_its_stream(
    site: BuildingSite, old: OldSystem, dynamodb: Engine
) -> None:
    site.template, site.modules, site.zip_says = transformed(), MODULES, saying("one")
    named = ("--yes", "--parameter", f"EventsTableName={old.table}")
    early = site.up(*named)
    assert early.exit_code == 1
    assert f"Run first: python -m infra table {old.table}" in early.stderr
    assert site.status == ""
    assert site.run("table", old.table, "--yes").exit_code == 0
    unwanted = site.up(*named, "--parameter", "EventsTableImported=true")
    assert "follows from an import, which up cannot make" in unwanted.stderr

    result = site.up(*named)

    assert result.exit_code == 0, result.output
    assert site.outputs["EventsTableName"] == old.table
    assert old.table in site.outputs["EventsStreamArn"]
    kinds = {each["ResourceType"] for each in resources(site)}
    assert {each["LogicalResourceId"] for each in resources(site)} & {"EventsTable"} == set()
    assert "AWS::DynamoDB::Table" in kinds, "that of the announcements"
    assert streams_of(site) == {site.outputs["EventsStreamArn"]}
    bot = site.client("lambda").get_function_configuration(FunctionName=site.outputs["BotFunctionName"])
    assert bot["Environment"]["Variables"]["EVENTS_TABLE"] == old.table

    first = site.outputs["EventsStreamArn"]
    for enabled in ({"StreamEnabled": False}, {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}):
        wanted: Any = enabled
        dynamodb.client.update_table(TableName=old.table, StreamSpecification=wanted)
    nowhere = ("--url", "http://127.0.0.1:9", "--bot-url", "http://127.0.0.1:9")
    examined = site.run("doctor", "--stack", site.stack, *nowhere, "--json")
    checks = {each["name"]: each for each in json.loads(examined.stdout)["checks"]}
    reader = checks[f"reader of the stream: {site.outputs['AnnounceFunctionName']}"]
    assert reader["detail"] == "it reads an earlier stream of the table, which has no news"
    assert f"Run `python -m infra up --stack {site.stack}`, which follows" in reader["remedy"]
    assert site.up("--yes").exit_code == 0
    assert site.outputs["EventsStreamArn"] != first
    assert streams_of(site) == {site.outputs["EventsStreamArn"]}
    second = site.up(*named, "--stack", f"{site.stack}-b")
    assert f"The stack {site.stack} uses the table {old.table}" in second.stderr
    assert site.up("--yes", ships=False).exit_code == 0


def resources(site: BuildingSite) -> list[dict[str, Any]]:
    pages = site.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=site.stack)
    return [each for page in pages for each in page["StackResourceSummaries"]]


def streams_of(site: BuildingSite) -> set[str]:
    mappings = site.client("lambda").list_event_source_mappings(FunctionName=site.outputs["AnnounceFunctionName"])
    return {each["EventSourceArn"] for each in mappings["EventSourceMappings"]}
