"""One call to AWS, and what went wrong as a sentence that can be shown.

AWS quotes what it was sent ("String measured: {…}", with the whole environment in it), and botocore quotes what it did
not like. So only codes and the names of operations are told, never a message.
"""

from __future__ import annotations

from typing import Any, Final

from botocore import xform_name
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    TokenRetrievalError,
)

_EXPIRED: Final = frozenset(
    {
        *("ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"),
        *("InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired", "InvalidAccessKeyId"),
    }
)
_DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException"})
SERVER_ERROR: Final = 500


class Refused(Exception):  # noqa: N818  # a fact, as the refusals are named
    """AWS did not do it, or nobody knows. The text says so in one sentence without a secret.

    `lost`: no answer, or one that leaves open whether it was done.
    `words`: AWS's own, which may quote what it was sent. To be shown only where nothing secret was.
    """

    def __init__(self, sentence: str, *, code: str = "", lost: bool = False) -> None:
        super().__init__(sentence)
        self.code, self.lost, self.words = code, lost, ""


def ask(client: object, operation: str, **arguments: Any) -> dict[str, Any]:
    """Calls `operation` of a boto3 client. Raises Refused."""
    try:
        answer: dict[str, Any] = getattr(client, xform_name(operation))(**arguments)
    except ClientError as error:
        refused = _refused(operation, error)
        refused.words = str(error.response.get("Error", {}).get("Message", ""))
        raise refused from None
    except (NoCredentialsError, PartialCredentialsError, TokenRetrievalError, NoRegionError) as error:
        raise Refused(
            f"Your AWS configuration does not do ({type(error).__name__}). Log in, or name --profile and --region."
        ) from None
    except (BotoCoreError, OSError) as error:
        raise Refused(f"AWS gave no answer to {operation} ({type(error).__name__}).", lost=True) from None
    return answer


def _refused(operation: str, error: ClientError) -> Refused:
    code = str(error.response.get("Error", {}).get("Code", "Unknown"))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _EXPIRED:
        return Refused(f"Your AWS credentials do not hold any more ({code}). Renew them.", code=code)
    if code in _DENIED:
        return Refused(f"You lack a right that {operation} needs ({code}).", code=code)
    if code == "PreconditionFailedException":
        return Refused(f"Somebody else changed it since it was read ({operation}: {code}).", code=code)
    if code == "ResourceConflictException":
        return Refused(f"Somebody else changes it at this moment ({operation}: {code}).", code=code)
    return Refused(f"AWS refused {operation}: {code}.", code=code, lost=status >= SERVER_ERROR)
