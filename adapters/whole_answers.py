"""Checks that DynamoDB's answers are complete: a body that was cut in transit is an outage, never an empty result.

DynamoDB sends the CRC-32 of each body. botocore's legacy retries raise ChecksumError where it does not fit. Its
standard retries try again, and then hand over the damaged answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from botocore.exceptions import HTTPClientError

from adapters.sizes import Arrived

if TYPE_CHECKING:
    from botocore.awsrequest import AWSResponse
    from botocore.model import OperationModel
    from mypy_boto3_dynamodb import DynamoDBClient

# The part that each answer of these operations has, and its type.
_PARTS: Final[Mapping[str, tuple[str, type]]] = {
    "Query": ("Items", list),
    "Scan": ("Items", list),
    "BatchGetItem": ("Responses", dict),
}

# Set in the metadata of an answer whose body is not JSON, by DynamoParser.
UNREADABLE: Final = "Unreadable"

# Set in the metadata of each other answer by the same parser: the length of the body.
BYTES: Final = "Bytes"


class AnswerCut(HTTPClientError):  # noqa: N818 - a fact
    """The answer of a call lacks a part that it always has. Whether the call took effect is not known."""

    fmt = "the answer arrived incomplete"


def refuse_cut_answers(client: DynamoDBClient) -> None:
    """Let each call of the client raise AnswerCut where its last answer, after all retries, arrived incomplete."""
    client.meta.events.register("before-parse.dynamodb", _check_body)
    client.meta.events.register("after-call.dynamodb", _check)


def item_in(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the item that a GetItem found, an empty one where there is none. Raise AnswerCut where that is not known.

    An answer without an item is `{}`. A body that is not JSON is the same once botocore has read it.
    """
    item = answer.get("Item", {})
    if answer.get("ResponseMetadata", {}).get(UNREADABLE) or not isinstance(item, Mapping):
        raise AnswerCut
    return item


def attributes_in(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the row that an UpdateItem answered with, and with it the length of the answer where that is known."""
    length = answer.get("ResponseMetadata", {}).get(BYTES)
    return answer["Attributes"] if length is None else Arrived(answer["Attributes"], length)


def _check_body(*, response_dict: Mapping[str, Any], **_: object) -> None:
    """Raise AnswerCut for a good answer whose body is no JSON object, as a web page is: botocore fails on some."""
    body = response_dict["body"].lstrip()
    if response_dict["status_code"] < 300 and body and not body.startswith(b"{"):  # noqa: PLR2004 - as below
        raise AnswerCut


def _check(*, http_response: AWSResponse, parsed: Mapping[str, Any], model: OperationModel, **_: object) -> None:
    """Raise AnswerCut for a good answer that cannot be what DynamoDB sent."""
    if http_response.status_code >= 300:  # noqa: PLR2004 - an error, which has a reader of its own
        return
    if not (_fits_its_checksum(http_response) and _has_its_parts(model.name, parsed)):
        raise AnswerCut


def _fits_its_checksum(response: AWSResponse) -> bool:
    expected = str(response.headers.get("x-amz-crc32", ""))
    return not expected.isdecimal() or crc32(response.content) == int(expected)


def _has_its_parts(operation: str, parsed: Mapping[str, Any]) -> bool:
    """Return whether the answer holds what the operation always answers. What a GetItem found is for `item_in`."""
    if operation in _PARTS:
        name, kind = _PARTS[operation]
        return isinstance(parsed.get(name), kind)
    return operation == "GetItem" or not parsed["ResponseMetadata"].get(UNREADABLE)
