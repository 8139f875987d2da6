"""The checks of the stream's readers: each reads the present stream, without an error and without a backlog."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from infra.asking import ask
from infra.doctor.finding import WAITING, bad, ok

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.aws import Aws
    from infra.smoke.checks import SmokeCheck
    from infra.stacks.stack import Now

LATE: Final = 15 * 60  # seconds; the lag alarm's


def reader_checks(aws: Aws, now: Now) -> Iterator[SmokeCheck]:
    """Check each reader of the stream: of the present one, enabled, without an error, and without a backlog."""
    table = ask(aws.tables, "DescribeTable", TableName=now.outputs.get("EventsTableName", ""))["Table"]
    stream, in_place = str(table.get("LatestStreamArn", "")), bool(now.parameters.get("EventsTableName"))
    for output in ("AnnounceFunctionName", "MailFunctionName"):
        if function := now.outputs.get(output):
            yield _reader(aws, function, stream, in_place=in_place)
            yield _backlog(aws, function)


def _reader(aws: Aws, function: str, stream: str, *, in_place: bool) -> SmokeCheck:
    name = f"reader of the stream: {function}"
    mappings = ask(aws.functions, "ListEventSourceMappings", FunctionName=f"{function}:live")["EventSourceMappings"]
    found: list[dict[str, Any]] = [each for each in mappings if "/stream/" in str(each.get("EventSourceArn"))]
    mapping = next((each for each in found if each["EventSourceArn"] == stream), next(iter(found), None))
    if mapping is None:
        return bad(name, "nothing reads the stream", "Run `python -m infra up`.", WAITING)
    if stream and mapping["EventSourceArn"] != stream:
        remedy = (
            "Run `python -m infra up`, which follows the table's stream."
            if in_place
            else f"Create a reader of {stream} with the settings of {mapping['UUID']}, and delete that one."
        )
        return bad(name, "it reads an earlier stream of the table, which has no news", remedy, WAITING)
    if mapping.get("State") != "Enabled":
        enable = f"aws lambda update-event-source-mapping --enabled --uuid {mapping['UUID']}"
        return bad(name, f"it is {mapping.get('State')}", f"Run `{enable}`.", WAITING)
    if str(mapping.get("LastProcessingResult", "OK")).startswith("PROBLEM"):
        return bad(name, str(mapping["LastProcessingResult"]), "Read the function's log.", WAITING)
    return ok(name, "enabled")


def _backlog(aws: Aws, function: str) -> SmokeCheck:
    name, now = f"backlog of {function}", datetime.now(UTC)
    points = ask(
        aws.metrics,
        "GetMetricStatistics",
        Namespace="AWS/Lambda",
        MetricName="IteratorAge",
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        StartTime=now - timedelta(minutes=30),
        EndTime=now,
        Period=300,
        Statistics=["Maximum"],
    )["Datapoints"]
    latest = max(points, key=lambda each: each["Timestamp"], default=None)
    if latest is None:
        return ok(name, "nothing was read in the last half hour")
    age = latest["Maximum"] / 1000
    if age > LATE:
        return bad(name, f"the oldest entry is {age / 60:.0f} minutes old", "Read the function's log.", WAITING)
    return ok(name, f"the oldest entry was {age:.0f} s old")
