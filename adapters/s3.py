"""S3's client, and what its answers mean for objects that are written once."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from botocore.config import Config
from botocore.exceptions import ClientError

from adapters.aws import NO_ANSWER, session
from charter.refusals import EvidenceUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

CONNECT_TIMEOUT: Final = 0.5  # seconds
READ_TIMEOUT: Final = 2.0  # seconds
ATTEMPTS: Final = 2

_THERE_ALREADY: Final = {"PreconditionFailed", "412", "ConditionalRequestConflict", "409"}
# S3 answers AccessDenied for a missing key where the role may not list the bucket, as with the template's role.
_MISSING: Final = {"NoSuchKey", "404", "AccessDenied"}


def connect_s3() -> S3Client:
    """Return a client for the region, credentials and endpoint that the environment names."""
    client: S3Client = session().create_client(  # type: ignore[assignment]  # the stubs know a BaseClient
        "s3",
        config=Config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            # A bucket's name in the path: the embedded AWS has no names for hosts of its own.
            s3={"addressing_style": "path"},
        ),
    )
    return client


def is_there_already(error: ClientError) -> bool:
    """Return whether a write with `If-None-Match: *` found an object, or another write of it, under its key."""
    return error.response["Error"].get("Code") in _THERE_ALREADY


def is_missing(error: ClientError) -> bool:
    """Return whether a read found no object under its key."""
    return error.response["Error"].get("Code") in _MISSING


@contextmanager
def outages_as_refusals() -> Iterator[None]:
    """Wrap one call: raise EvidenceUnavailable for an outage, and other errors as they are."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status >= 500 or error.response["Error"].get("Code") in {"SlowDown", "RequestTimeout"}:  # noqa: PLR2004 - server errors
            raise EvidenceUnavailable from error
        raise
    except NO_ANSWER as error:
        raise EvidenceUnavailable from error
