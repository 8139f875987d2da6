"""The present state of an events table: its keys, index, stream, backups and billing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from infra.asking import AwsRefused, ask
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.aws import Aws

INDEX: Final = "by_month"
INDEX_KEYS: Final = [{"AttributeName": "month", "KeyType": "HASH"}, {"AttributeName": "eid", "KeyType": "RANGE"}]
PROJECTED: Final = ("title", "starts_at", "status", "channel")
IMAGES: Final = "NEW_AND_OLD_IMAGES"
EXPIRES: Final = "forget_at"
_KEYS: Final = {"HASH": "eid", "RANGE": "crew_id"}


@dataclass(frozen=True, slots=True)
class TableState:
    """A table as AWS describes it. `expires` is the attribute of its time to live, empty without one."""

    name: str
    described: Mapping[str, Any]
    recovers: bool
    expires: str

    @property
    def busy(self) -> str:
        """The reason why the table cannot be changed at this moment, in AWS's words; empty when it can be."""
        if self.described["TableStatus"] != "ACTIVE":
            return f"the table is {self.described['TableStatus']}"
        building = [each for each in self._indexes if each.get("IndexStatus", "ACTIVE") != "ACTIVE"]
        if not building:
            return ""
        filling = ", being filled from the rows" if building[0].get("Backfilling") else ""
        return f"the index {building[0]['IndexName']} is {building[0]['IndexStatus']}{filling}"

    @property
    def index(self) -> Mapping[str, Any]:
        """The index `by_month`; empty without one."""
        return next((each for each in self._indexes if each["IndexName"] == INDEX), {})

    @property
    def view(self) -> str:
        """The view of each change that the stream shows; empty when the stream is off."""
        stream = self.described.get("StreamSpecification", {})
        return str(stream.get("StreamViewType", "")) if stream.get("StreamEnabled") else ""

    @property
    def stream_label(self) -> str:
        """The last part of the ARN of the present stream; empty when the stream is off."""
        return str(self.described.get("LatestStreamLabel", "")) if self.view else ""

    @property
    def on_demand(self) -> bool:
        """True if AWS bills each request, without a capacity that may be too small."""
        billing = self.described.get("BillingModeSummary", {}).get("BillingMode")
        return bool(billing == "PAY_PER_REQUEST")

    @property
    def protected(self) -> bool:
        """True if AWS refuses to delete the table."""
        return bool(self.described.get("DeletionProtectionEnabled"))

    @property
    def types(self) -> dict[str, str]:
        """The types of the attributes that keys use, by name."""
        return {each["AttributeName"]: each["AttributeType"] for each in self.described["AttributeDefinitions"]}

    @property
    def rows(self) -> int:
        """About how many rows it has: AWS counts them every six hours."""
        return int(self.described.get("ItemCount", 0))

    @property
    def _indexes(self) -> list[dict[str, Any]]:
        return list(self.described.get("GlobalSecondaryIndexes", ()))

    def check_keys(self) -> None:
        """Raise Stopped where the table's keys are not those of an events table, which nobody can change."""
        keys = {each["KeyType"]: each["AttributeName"] for each in self.described["KeySchema"]}
        if keys != _KEYS or {self.types[name] for name in keys.values()} != {"S"}:
            found = " and ".join(f"{name} ({self.types[name]})" for name in keys.values())
            raise Stopped(
                f"{self.name} is no events table: its keys are {found}, not eid (S) and crew_id (S). Pass another name."
            )

    def check_ready(self) -> None:
        """Raise Stopped where the product could not run on the table, with the command that prepares it."""
        self.check_keys()
        lacking = [
            *(["the index by_month"] if not self.index else []),
            *([f"a stream with {IMAGES}"] if self.view != IMAGES else []),
        ]
        if lacking or self.busy:
            why = f"lacks {' and '.join(lacking)}" if lacking else f"is not ready: {self.busy}"
            raise Stopped(f"{self.name} {why}. Nothing was changed. Run first: python -m infra table {self.name}")


def read_table(aws: Aws, name: str) -> TableState:
    """Return the state of the table. Raises Stopped where there is none, and AwsRefused."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]{3,255}", name):
        raise Stopped(f"“{name}” cannot be the name of a table. Pass its name alone, not its ARN.")
    try:
        described = ask(aws.tables, "DescribeTable", TableName=name)["Table"]
    except AwsRefused as refused:
        if refused.code != "ResourceNotFoundException":
            raise
        raise Stopped(
            f"There is no table “{name}” in this account and region. Pass another name, or --region or --profile."
        ) from None
    backups = ask(aws.tables, "DescribeContinuousBackups", TableName=name)["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    expiry = ask(aws.tables, "DescribeTimeToLive", TableName=name)["TimeToLiveDescription"]
    expires = expiry.get("AttributeName", "") if expiry.get("TimeToLiveStatus", "").startswith("ENABL") else ""
    return TableState(name, described, recovers=recovery == "ENABLED", expires=expires)
