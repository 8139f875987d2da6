"""Read from AWS what a stack has that costs something. Nothing is changed.

Where something may not be read, the template's own value is assumed, and the estimate says so.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from infra.asking import AwsRefused, ask, pages
from infra.costs.model import PricedFunction
from infra.costs.template import setup_of
from infra.stacks.stack import read_resources

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.aws import Aws
    from infra.costs.model import Setup
    from infra.outputs import Stack

_GB = 1_000_000_000
_NAMES = {
    "BotFunctionName": "bot",
    "WebFunctionName": "web",
    "AnnounceFunctionName": "announce",
    "MailFunctionName": "mail",
}
_PAGES = 20  # of a bucket's list; a larger one is counted as far as that


class StackReading:
    """One reading of a stack. `unread` collects what was assumed instead."""

    def __init__(self, aws: Aws, stack: Stack) -> None:
        self._aws, self._stack = aws, stack
        self._unread: list[str] = []

    def setup(self) -> Setup:
        """Return what is deployed. Raises AwsRefused only when the stack itself cannot be read."""
        assumed = setup_of({name: value for name, value in self._stack.parameters.items() if value})
        kinds = [each.kind for each in read_resources(self._aws, self._stack.name) if each.is_there]
        alarms = kinds.count("AWS::CloudWatch::Alarm")
        dashboards = kinds.count("AWS::CloudWatch::Dashboard")
        counted = replace(
            assumed,
            alarms=alarms,
            dashboards=dashboards,
            secrets=kinds.count("AWS::SecretsManager::Secret") + 1,
            keys=kinds.count("AWS::KMS::Key"),
            firewalls=kinds.count("AWS::WAFv2::WebACL"),
            functions=tuple(self._functions(assumed)),
            table_gb=self._or("the tables' sizes", self._tables, 0.0),
            recovery=self._or("point-in-time recovery", self._recovery, assumed.recovery),
            buckets_gb=self._or("the buckets' sizes", self._buckets, assumed.buckets_gb),
            other_alarms=self._or("the account's other alarms", lambda: self._alarms() - alarms, 0),
            other_dashboards=self._or("the account's other dashboards", lambda: self._dashboards() - dashboards, 0),
        )
        kept, retention = self._or("the logs", self._logs, (0.0, assumed.retention))
        return replace(counted, logs_gb=kept, retention=retention, unread=tuple(self._unread))

    def _or(self, what: str, read: Callable[[], Any], instead: Any) -> Any:  # noqa: ANN401 - of whatever is read
        """Return what `read` returns; `instead`, with a note, where AWS refuses."""
        try:
            return read()
        except AwsRefused as refused:
            self._unread.append(f"{what}: {refused}")
            return instead

    def _functions(self, assumed: Setup) -> list[PricedFunction]:
        found = []
        usual = {each.role: each for each in assumed.functions}
        for output, role in _NAMES.items():
            if name := self._stack.outputs.get(output):
                instead = usual.get(role, PricedFunction(name, role, 1024, 0))
                found.append(self._or(f"the versions of {name}", partial(self._function, name, role), instead))
        return found

    def _function(self, name: str, role: str) -> PricedFunction:
        listed = pages(self._aws.functions, "ListVersionsByFunction", token=("NextMarker", "Marker"), FunctionName=name)
        versions = [each for page in listed for each in page["Versions"]]
        latest = next((each for each in versions if each["Version"] == "$LATEST"), versions[0])
        held = [each for each in versions if (each.get("SnapStart") or {}).get("OptimizationStatus") == "On"]
        return PricedFunction(
            name, role, int(latest["MemorySize"]), len([e for e in held if e["Version"] != "$LATEST"])
        )

    def _table_names(self) -> list[str]:
        return [name for key in ("EventsTableName", "AnnouncementsTableName") if (name := self._stack.outputs.get(key))]

    def _tables(self) -> float:
        described = [ask(self._aws.tables, "DescribeTable", TableName=name)["Table"] for name in self._table_names()]
        indexes = [index for each in described for index in each.get("GlobalSecondaryIndexes", ())]
        size = sum(int(each.get("TableSizeBytes", 0)) for each in described)
        return (size + sum(int(index.get("IndexSizeBytes", 0)) for index in indexes)) / _GB

    def _recovery(self) -> bool:
        answer = ask(self._aws.tables, "DescribeContinuousBackups", TableName=self._table_names()[0])
        recovery = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        return bool(recovery.get("PointInTimeRecoveryStatus") == "ENABLED")

    def _alarms(self) -> int:
        return sum(len(page.get("MetricAlarms", ())) for page in pages(self._aws.metrics, "DescribeAlarms"))

    def _dashboards(self) -> int:
        return sum(len(page.get("DashboardEntries", ())) for page in pages(self._aws.metrics, "ListDashboards"))

    def _logs(self) -> tuple[float, int | None]:
        """Return the GB that are kept, and the longest retention in days; None where one log is kept for ever."""
        groups = [
            group
            for page in pages(
                self._aws.logs,
                "DescribeLogGroups",
                token=("nextToken", "nextToken"),
                logGroupNamePrefix=f"/aws/lambda/{self._stack.name}-",
            )
            for group in page.get("logGroups", ())
        ]
        days = [group.get("retentionInDays") for group in groups]
        longest = None if not days or None in days else max(day for day in days if day is not None)
        return sum(group.get("storedBytes", 0) for group in groups) / _GB, longest

    def _buckets(self) -> float:
        keys = ("SiteBucketName", "WaiversBucketName")
        names = [self._stack.parameters.get("CodeBucket", ""), *(self._stack.outputs.get(key, "") for key in keys)]
        return sum(self._bucket(name) for name in names if name) / _GB

    def _bucket(self, name: str) -> int:
        """Return the bytes of all versions of all objects, of the first pages."""
        size = 0
        arguments: dict[str, str] = {}
        for _ in range(_PAGES):
            page = ask(self._aws.buckets, "ListObjectVersions", Bucket=name, **arguments)
            size += sum(int(each.get("Size", 0)) for each in page.get("Versions", ()))
            if not page.get("IsTruncated"):
                return size
            arguments = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}
        self._unread.append(f"the bucket {name} has more objects than were counted")
        return size
