"""Invalidate paths in CloudFront."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Final

from infra.asking import ask
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_cloudfront import CloudFrontClient

EVERY: Final = 5.0  # seconds
AT_MOST: Final = 900.0


def invalidate(client: CloudFrontClient, distribution_id: str, paths: Sequence[str]) -> str:
    """Begin an invalidation with a unique reference, and return its id. Raises AwsRefused."""
    batch = {"Paths": {"Quantity": len(paths), "Items": list(paths)}, "CallerReference": f"infra-{uuid.uuid4()}"}
    made = ask(client, "CreateInvalidation", DistributionId=distribution_id, InvalidationBatch=batch)
    return str(made["Invalidation"]["Id"])


def await_invalidation(client: CloudFrontClient, distribution_id: str, invalidation_id: str) -> None:
    """Wait until the invalidation is complete. Raises Stopped after a quarter of an hour, and AwsRefused."""
    deadline = time.monotonic() + AT_MOST
    while time.monotonic() < deadline:
        got = ask(client, "GetInvalidation", DistributionId=distribution_id, Id=invalidation_id)
        if got["Invalidation"]["Status"] == "Completed":
            return
        time.sleep(EVERY)
    raise Stopped(f"CloudFront has not finished the invalidation {invalidation_id} yet. It continues by itself.")
