"""The console, the table and the boat's settings that every command needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config

from adapters.books import DynamoBooks
from adapters.whole_answers import refuse_cut_answers
from roster.forgetting.evidence import Bucket
from roster.forgetting.work import Forgetting
from roster.renaming import OperatorRenaming
from roster.transactions import OperatorTransactions
from terminal.console import Console
from terminal.failures import Stopped

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from mypy_boto3_dynamodb import DynamoDBClient

# An operator can wait. Every write is guarded by a condition, so a retry writes nothing twice.
PATIENT: Final = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 5})


@dataclass(frozen=True, kw_only=True)
class Services:
    """The dependencies of the commands. `table` is a name, `zone` the boat's; AWS is connected at the first use."""

    table: str
    zone: ZoneInfo
    currency: str
    endpoint: str | None
    region: str | None
    profile: str | None
    console: Console = field(default_factory=Console)

    @cached_property
    def client(self) -> DynamoDBClient:
        """DynamoDB's low-level client."""
        client: DynamoDBClient = self._client("dynamodb", PATIENT)
        refuse_cut_answers(client)
        return client

    @cached_property
    def transactions(self) -> OperatorTransactions:
        """Transactions over the table."""
        return OperatorTransactions(self.client, self.table)

    @cached_property
    def books(self) -> DynamoBooks:
        """The running totals of the table."""
        return DynamoBooks(self.client, self.table, zone=self.zone, currency=self.currency, clock=lambda: 0.0)

    @cached_property
    def renaming(self) -> OperatorRenaming:
        """The tool that gives an event another id."""
        return OperatorRenaming(self.client, self.transactions, zone=self.zone, currency=self.currency)

    def evidence(self, bucket: str | None) -> Bucket | None:
        """Return the evidence bucket of this name; None without one."""
        if bucket is None:
            return None
        return Bucket(self._client("s3", PATIENT.merge(Config(s3={"addressing_style": "path"}))), bucket)

    def _client(self, service: Any, config: Config) -> Any:  # noqa: ANN401 - boto3 makes clients at run time
        session = boto3.Session(region_name=self.region, profile_name=self.profile)
        try:
            return session.client(service, endpoint_url=self.endpoint, config=config)
        except ValueError as error:  # botocore's, for an address that it cannot use
            raise Stopped(f"{str(error).rstrip('.')}. Pass --endpoint as `make run` prints it, or none.") from error

    def forgetting(self, bucket: str | None, *, now: datetime) -> Forgetting:
        """Return the tool that forgets people. `bucket` says whether a frozen list was filed."""
        evidence = self.evidence(bucket)
        return Forgetting(
            self.client,
            self.transactions,
            zone=self.zone,
            currency=self.currency,
            now=now,
            filed=evidence.filed if evidence else lambda _eid, _list_id: None,
        )
