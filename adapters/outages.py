"""Separates outages of AWS and of the network from errors of one request."""

from __future__ import annotations

from typing import Final

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

# AWS's error codes for a request that it refuses each time. All others, missing rights included, concern the account.
_OF_THE_REQUEST: Final = {"ItemCollectionSizeLimitExceededException", "SerializationException", "ValidationException"}


def is_outage(error: Exception) -> bool:
    """Return whether the same call may succeed later, because the error concerns the account or the connection."""
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code") not in _OF_THE_REQUEST
    return isinstance(error, (BotoCoreError, OSError)) and not isinstance(error, ParamValidationError)
