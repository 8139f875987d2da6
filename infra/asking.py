"""Call AWS, and turn its errors into sentences that are safe to show.

AWS quotes its input ("String measured: {…}", with the whole environment), and botocore quotes values that it rejects.
So the sentences contain codes and names of operations, never a message.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from botocore import xform_name
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    TokenRetrievalError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXPIRED: Final = frozenset(
    {
        *("ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"),
        *("InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired", "InvalidAccessKeyId"),
    }
)
_DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException"})
SERVER_ERROR: Final = 500


class AwsRefused(Exception):  # noqa: N818  # a fact, as the refusals are named
    """AWS refused a call, or gave no clear answer. The text is one sentence without a secret.

    `lost`: there was no answer, or one that leaves open if the call took effect.
    `words`: AWS's own message. It may quote the input, so show it only where the input held no secret.
    """

    def __init__(self, sentence: str, *, code: str = "", lost: bool = False) -> None:
        super().__init__(sentence)
        self.code, self.lost, self.words = code, lost, ""


def ask(client: object, operation: str, **arguments: Any) -> dict[str, Any]:
    """Call `operation` of a boto3 client and return the answer. Raises AwsRefused."""
    try:
        answer: dict[str, Any] = getattr(client, xform_name(operation))(**arguments)
    except ClientError as error:
        refused = _refused(operation, error)
        refused.words = str(error.response.get("Error", {}).get("Message", ""))
        raise refused from None
    except (NoCredentialsError, PartialCredentialsError, TokenRetrievalError, NoRegionError) as error:
        raise AwsRefused(
            f"Your AWS configuration is incomplete ({type(error).__name__}). Log in, or pass --profile."
        ) from None
    except ParamValidationError as error:
        names = ", ".join(dict.fromkeys(re.findall(r"parameter (\w+)", str(error)))) or "its name"
        raise AwsRefused(
            f"{operation} was not sent, because a value is empty or malformed ({names}). Check your options.",
            code=type(error).__name__,
        ) from None
    except (BotoCoreError, OSError) as error:
        raise AwsRefused(f"AWS did not answer {operation} ({type(error).__name__}). Try again.", lost=True) from None
    return answer


def pages(
    client: object, operation: str, *, token: tuple[str, str] = ("NextToken", "NextToken"), **arguments: Any
) -> Iterator[dict[str, Any]]:
    """Yield each page of an answer. `token` names the next page: its key in an answer and in a request."""
    given, wanted = token
    while True:
        page = ask(client, operation, **arguments)
        yield page
        if not page.get(given):
            return
        arguments[wanted] = page[given]


def _refused(operation: str, error: ClientError) -> AwsRefused:
    code = str(error.response.get("Error", {}).get("Code", "Unknown"))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _EXPIRED:
        return AwsRefused(f"Your AWS credentials are no longer valid ({code}). Renew them.", code=code)
    if code in _DENIED:
        return AwsRefused(f"You lack the permission for {operation} ({code}).", code=code)
    if code == "PreconditionFailedException":
        return AwsRefused(f"Somebody else changed it after it was read ({operation}: {code}).", code=code)
    if code == "ResourceConflictException":
        return AwsRefused(f"Somebody else is changing it right now ({operation}: {code}).", code=code)
    return AwsRefused(f"AWS refused {operation}: {code}.", code=code, lost=status >= SERVER_ERROR)
