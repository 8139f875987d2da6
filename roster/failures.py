"""AWS's errors as one sentence each, for every command: what happened, then what to do."""

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
from adapters.transactions import CONFLICTS
from adapters.whole_answers import AnswerCut
from charter.refusals import Refusal
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_ALLOWED: Final = {
    "AccessDeniedException",
    "ExpiredTokenException",
    "InvalidSignatureException",
    "UnrecognizedClientException",
}

INTERRUPTED: Final = "Interrupted. Finished steps are kept. Run the same command again to continue."
CUT: Final = "The table's answer arrived incomplete. Finished steps are kept. Run the same command again in a minute."
TOO_BUSY: Final = "The table is too busy. Finished steps are kept. Run the same command again in a minute."


class CommandGroup(click.Group):
    """A group of commands that turns expected errors into Stopped, so that no command needs a try."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as the parent
        """Run a command. Raises Stopped for expected errors."""
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
        return f"There is no table “{table}”. Pass another --table, or another --endpoint, --region or --profile."
    if code in BUSY or reasons & {*BUSY, *CONFLICTS}:
        return TOO_BUSY
    if code in _NOT_ALLOWED:
        return f"AWS denied access: {code}. Check your account with `aws sts get-caller-identity`."
    if not is_named(code):
        return CUT
    return f"DynamoDB refused the request: {code}: {words}"


def _unreachable(error: BotoCoreError) -> str:
    match error:
        case NoCredentialsError():
            return "No AWS credentials were found. Log in, or pass --profile."
        case NoRegionError():
            return "No region is configured. Set AWS_REGION or pass --region."
        case EndpointConnectionError():
            return (
                f"Nothing answers at {error.kwargs.get('endpoint_url', 'the endpoint')}. Start it or change --endpoint."
            )
    return f"DynamoDB did not answer: {error}. Check your connection and run the same command again."
