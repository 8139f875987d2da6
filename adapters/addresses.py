"""Addresses that people sign from, counted in rows of their own that DynamoDB forgets by itself.

One row for each address and window of time: `eid` is `#address:` and a keyed hash, so no row names an address, and no
event's rows are touched. A row counts to the limit and no further.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from adapters.dynamo import TimeBudget, errors_as_refusals, is_condition_failure
from charter.limits import PER_ADDRESS, WINDOW, network_of
from charter.refusals import TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

ADDRESS_ROW: Final = "#address:"
FORGOTTEN: Final = "forget_at"  # the table's TimeToLive attribute, in seconds since 1970; no other row has it

log = logging.getLogger(__name__)


class DynamoAddresses:
    """charter's SigningAddresses over the events table.

    `secret` keys the hashes, so that nobody can try all addresses.
    """

    def __init__(
        self, client: DynamoDBClient, table: str, *, secret: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._table = table
        self._secret = secret
        self._clock = clock

    def admits(self, address: str, *, now: datetime) -> bool:
        """Count the signing by one UpdateItem. See charter.ports.SigningAddresses.admits."""
        length = int(WINDOW.total_seconds())
        window = int(now.timestamp()) // length
        try:
            with errors_as_refusals(TimeBudget(self._clock)):
                self._client.update_item(
                    TableName=self._table,
                    Key=self._key(address, window),
                    UpdateExpression="SET #forget = :forget ADD #count :one",
                    ConditionExpression="attribute_not_exists(#count) OR #count < :most",
                    ExpressionAttributeNames={"#forget": FORGOTTEN, "#count": "signings"},
                    ExpressionAttributeValues={
                        ":forget": {"N": str((window + 2) * length)},
                        ":one": {"N": "1"},
                        ":most": {"N": str(PER_ADDRESS)},
                    },
                )
        except (TableUnavailable, ClientError) as error:
            if isinstance(error, ClientError) and is_condition_failure(error):
                return False
            # The limit protects from floods. It must not keep anybody from signing when the table is slow.
            log.warning("An address could not be counted, so the signing goes on: %s", type(error).__name__)
        return True

    def _key(self, address: str, window: int) -> Any:  # noqa: ANN401 - botocore's own
        content = f"address\n{network_of(address)}"
        digest = hmac.new(self._secret.encode(), content.encode(), hashlib.sha256).hexdigest()[:32]
        return {"eid": {"S": f"{ADDRESS_ROW}{digest}"}, "crew_id": {"S": f"#signings:{window}"}}
