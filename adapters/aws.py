"""botocore sessions that read the region from AWS_REGION or AWS_DEFAULT_REGION."""

from __future__ import annotations

from typing import Final

from botocore.exceptions import (
    ChecksumError,
    ConnectionError,  # noqa: A004 - botocore's own name
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
)
from botocore.parsers import ResponseParserError
from botocore.session import Session

# botocore itself reads AWS_DEFAULT_REGION alone; Lambda sets both, people and tools mostly AWS_REGION.
_REGION: Final = {"region": ("region", ["AWS_REGION", "AWS_DEFAULT_REGION"], None, None)}

# Errors of calls that got no answer, or one that cannot be read: it was cut, or damaged. All of them are outages.
NO_ANSWER: Final = (
    ConnectionError,
    HTTPClientError,
    ChecksumError,
    FlexibleChecksumError,
    IncompleteReadError,
    ResponseParserError,
)


def session(*, handlers: bool = True) -> Session:
    """Return a session for the region, credentials and endpoints that the environment names.

    Without `handlers`, what botocore does for single services is left to the caller.
    """
    return Session(session_vars=_REGION, include_builtin_handlers=handlers)
