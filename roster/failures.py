"""The front of the command line: whatever AWS refuses ends in one sentence that says what to do, for every command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click
from botocore.exceptions import (
    BotoCoreError,
    ChecksumError,
    ClientError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    NoRegionError,
)
from botocore.parsers import ResponseParserError

from adapters.dynamo import BUSY, is_named
from adapters.whole_answers import AnswerCut
from charter.refusals import Refusal
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_YOU: Final = {
    "AccessDeniedException",
    "ExpiredTokenException",
    "InvalidSignatureException",
    "UnrecognizedClientException",
}

INTERRUPTED: Final = "Interrupted. What was done stays done: run the same again, and it goes on from there."
CUT: Final = "The table's answer arrived incomplete. What was done stays done: run the same again in a minute."
TOO_BUSY: Final = "The table is too busy. What was done stays done: run the same again in a minute."


class Commands(click.Group):
    """A group whose commands need no try: expected troubles of theirs become Stopped."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - the parent's own
        """Runs the command that was asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Stopped(INTERRUPTED) from None
        except Refusal as refusal:
            raise Stopped(str(refusal)) from refusal
        except ClientError as error:
            raise Stopped(_refused(error.response, str(ctx.params.get("table", "")))) from error
        except (AnswerCut, ChecksumError, IncompleteReadError, ResponseParserError) as error:
            raise Stopped(CUT) from error
        except BotoCoreError as error:
            raise Stopped(_unreachable(error)) from error


def _refused(response: Mapping[str, Any], table: str) -> str:
    code, words = response["Error"].get("Code", ""), response["Error"].get("Message", "")
    reasons = {str(reason.get("Code")) for reason in response.get("CancellationReasons", [])}
    if code == "ResourceNotFoundException":
        return f"There is no table “{table}” there. Name it with --table, and its AWS with --endpoint or --profile."
    if code in BUSY or reasons & {
        *BUSY,
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
        "TransactionConflict",
    }:
        return TOO_BUSY
    if code in _NOT_YOU:
        return f"AWS does not let you: {code}. See which account you are with `aws sts get-caller-identity`."
    if not is_named(code):
        return CUT
    return f"DynamoDB refused: {code}: {words}"


def _unreachable(error: BotoCoreError) -> str:
    match error:
        case NoCredentialsError():
            return "AWS has no credentials for you here. Log in, or name a --profile."
        case NoRegionError():
            return "Which region? Name it with --region, or set AWS_REGION."
        case EndpointConnectionError():
            return f"Nothing answers at {error.kwargs.get('endpoint_url', 'the endpoint')}. Is it running?"
    return f"DynamoDB did not answer: {error}"
