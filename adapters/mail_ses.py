"""charter's Mailer over SES (API v2)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
)
from botocore.session import Session

from adapters.mail_addresses import in_ascii
from charter.announcements import MailUnavailable, Refused
from charter.mail_links import ONE_CLICK
from charter.patron_mails import RecipientRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from charter.records import Mail

CONNECT_TIMEOUT: Final = 1.0  # seconds
READ_TIMEOUT: Final = 4.0  # seconds

# The error code for a sender or, in the sandbox, a recipient that is not verified.
_REJECTED: Final = "MessageRejected"

# SES's error codes that concern the account and its rights: once they are repaired, every mail can be sent. Any
# other code concerns the one mail alone.
_OUTAGES: Final = {
    "AccessDenied",
    "AccessDeniedException",
    "AccountSuspendedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InternalFailure",
    "InternalServerError",
    "InternalServiceErrorException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MailFromDomainNotVerifiedException",
    _REJECTED,
    "RequestTimeout",
    "SendingPausedException",
    "ServiceUnavailable",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}

# Error codes that guarantee that nothing was sent.
_BUSY: Final = {"TooManyRequestsException", "ThrottlingException", "LimitExceededException"}


class SesClient(Protocol):
    """The one operation of botocore's `sesv2` client that is used."""

    def send_email(
        self,
        *,
        FromEmailAddress: str,  # noqa: N803 - botocore's own name, as the two below
        Destination: Mapping[str, object],  # noqa: N803
        Content: Mapping[str, object],  # noqa: N803
        ReplyToAddresses: Sequence[str] = (),  # noqa: N803
    ) -> Any:  # noqa: ANN401 - the message's id is of no use here
        """Send one mail."""
        ...


def connect_ses() -> SesClient:
    """Return a client for the region, credentials and endpoint that the environment names.

    It retries nothing: a mail whose answer was lost may have been sent, and the caller decides about another try.
    """
    client: SesClient = Session().create_client(  # type: ignore[assignment]  # the stubs know a BaseClient
        "sesv2",
        config=Config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": 1},
        ),
    )
    return client


class SesMailer:
    """charter's Mailer, from one address. `to` are the office's. The client is made when the first mail is sent."""

    def __init__(self, connect: Callable[[], SesClient], *, sender: str, to: Sequence[str]) -> None:
        self._connect = connect
        self._sender = in_ascii(sender)
        self._to = [in_ascii(each) for each in to]

    @cached_property
    def _client(self) -> SesClient:
        return self._connect()

    def send(self, mail: Mail) -> None:
        """Send by one SendEmail. See charter.announce_ports.Mailer.send."""
        try:
            self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [in_ascii(mail.to)] if mail.to else self._to},
                Content={"Simple": _simple(mail)},
                **({"ReplyToAddresses": [in_ascii(mail.reply_to)]} if mail.reply_to else {}),
            )
        except ClientError as error:
            code = str(error.response["Error"].get("Code"))
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            failed = status >= 500 or status == 429  # noqa: PLR2004 - server errors, and too many calls
            if not failed and code not in _OUTAGES | _BUSY:
                raise Refused(code) from error
            unsure = status >= 500 and code not in _BUSY  # noqa: PLR2004 - server errors
            kind = RecipientRefused if code == _REJECTED and mail.to else MailUnavailable
            raise kind(code, unsure=unsure) from error
        except (ConnectTimeoutError, EndpointConnectionError) as error:
            raise MailUnavailable(type(error).__name__) from error
        except BotoCoreError as error:
            raise MailUnavailable(type(error).__name__, unsure=True) from error


def _simple(mail: Mail) -> dict[str, object]:
    body = {"Text": _part(mail.text), **({"Html": _part(mail.html)} if mail.html else {})}
    simple: dict[str, object] = {"Subject": _part(mail.subject), "Body": body}
    if mail.unsubscribe:
        headers = {"List-Unsubscribe": f"<{mail.unsubscribe}>", "List-Unsubscribe-Post": ONE_CLICK}
        simple["Headers"] = [{"Name": name, "Value": value} for name, value in headers.items()]
    return simple


def _part(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
