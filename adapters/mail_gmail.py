"""charter's Mailer over Gmail's API: the office's own mailbox sends to the office.

A refresh token gets an access token for an hour (developers.google.com/identity/protocols/oauth2/web-server#offline),
which sends mail (developers.google.com/gmail/api/guides/sending). Where Google denies access, for example because the
token was revoked, no retry helps: another mailer sends the mail, and the metric GmailRefused is counted.
"""

from __future__ import annotations

import base64
import json
import time
from dataclasses import field
from email.message import EmailMessage
from email.policy import SMTP
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import urllib3

from adapters.mail_addresses import in_ascii
from charter.announcements import MailUnavailable, Refused
from charter.frozen import dataclass
from charter.mail_links import ONE_CLICK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from charter.announce_ports import Mailer, Meter
    from charter.records import Mail

TOKEN_URL: Final = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
SEND_URL: Final = "https://gmail.googleapis.com/gmail/v1/users/me/messages/send"
CONNECT_TIMEOUT: Final = 1.0  # seconds
READ_TIMEOUT: Final = 3.0  # seconds
_LONGEST_LINE: Final = 998  # letters, by RFC 5322
EARLIER: Final = 60.0  # seconds before its end at which an access token is no longer used

# Google's reasons for a 403 that passes (developers.google.com/gmail/api/guides/handle-errors).
_PASSING: Final = {"dailyLimitExceeded", "rateLimitExceeded", "userRateLimitExceeded"}

# Its reason for a 400 that is not the mail's fault: the account has no Gmail.
_NO_MAILBOX: Final = "failedPrecondition"


@dataclass(frozen=True, slots=True, kw_only=True)
class GmailAccess:
    """Credentials with which mail is sent as the mailbox."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)


class GmailMailer:
    """charter's Mailer. `instead` sends where Google denies access, which is counted as GmailRefused."""

    def __init__(  # noqa: PLR0913 - what it takes, by name
        self,
        access: GmailAccess,
        *,
        sender: str,
        to: Sequence[str],
        instead: Mailer,
        meter: Meter,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._access = access
        self._sender = in_ascii(sender)
        self._to = ", ".join(in_ascii(each) for each in to)
        self._instead = instead
        self._meter = meter
        self._urls = TOKEN_URL, SEND_URL
        self._timeout = urllib3.Timeout(connect=CONNECT_TIMEOUT, read=READ_TIMEOUT)
        self._clock = clock
        self._token = ""
        self._token_ends = 0.0
        self._shut_out = ""

    def send(self, mail: Mail) -> None:
        """Send through Gmail, or by the other mailer where Google denies access. See announce_ports.Mailer.send."""
        try:
            self._send(mail)
        except _ShutOut as shut:
            # A new refresh token comes with a new process, so this one does not ask Google again.
            self._shut_out = shut.why
            self._meter.count("GmailRefused")
            self._meter.count("GmailRefused", why=shut.why)
            self._instead.send(mail)

    def _send(self, mail: Mail) -> None:
        if self._shut_out:
            raise _ShutOut(self._shut_out)
        answer = self._post_mail(mail)
        if answer.status == HTTPStatus.UNAUTHORIZED:  # its hour was cut short
            self._token = ""
            answer = self._post_mail(mail)
        if answer.status == HTTPStatus.OK:
            return
        why = _reason(answer)
        barred = answer.status == HTTPStatus.FORBIDDEN and why not in _PASSING
        if answer.status == HTTPStatus.UNAUTHORIZED or barred or why == _NO_MAILBOX:
            raise _ShutOut(why)
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise MailUnavailable(why, unsure=answer.status != HTTPStatus.SERVICE_UNAVAILABLE)
        passes = answer.status in (HTTPStatus.FORBIDDEN, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
        if passes or answer.status < HTTPStatus.BAD_REQUEST:  # a redirect is no answer of Gmail's
            raise MailUnavailable(why)
        raise Refused(why)

    def _post_mail(self, mail: Mail) -> urllib3.BaseHTTPResponse:
        authorized = {"Authorization": f"Bearer {self._fresh_token()}", "Content-Type": "application/json"}
        raw = base64.urlsafe_b64encode(self._mime(mail)).decode()
        return self._post(self._urls[1], body=json.dumps({"raw": raw}), headers=authorized, sends=True)

    def _mime(self, mail: Mail) -> bytes:
        # A link that is longer than a line must not be folded: no mail client would find it.
        message = EmailMessage(policy=SMTP.clone(max_line_length=_LONGEST_LINE) if mail.unsubscribe else SMTP)
        to = in_ascii(mail.to) if mail.to else self._to
        message["From"], message["To"], message["Subject"] = self._sender, to, mail.subject
        if mail.reply_to:
            message["Reply-To"] = in_ascii(mail.reply_to)
        if mail.unsubscribe:
            message["List-Unsubscribe"], message["List-Unsubscribe-Post"] = f"<{mail.unsubscribe}>", ONE_CLICK
        message.set_content(mail.text)
        if mail.html:
            message.add_alternative(mail.html, subtype="html")
        return bytes(message)

    def _fresh_token(self) -> str:
        if self._token and self._clock() < self._token_ends:
            return self._token
        asked = {
            "grant_type": "refresh_token",
            "client_id": self._access.client_id,
            "client_secret": self._access.client_secret,
            "refresh_token": self._access.refresh_token,
        }
        asked_at = self._clock()
        answer = self._post(self._urls[0], fields=asked, encode_multipart=False)
        if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise _ShutOut(_reason(answer))  # invalid_grant, invalid_client, …
        granted = _json(answer)
        token, lasts = granted.get("access_token"), granted.get("expires_in", 0)
        if answer.status != HTTPStatus.OK or not isinstance(token, str) or not isinstance(lasts, int):
            raise MailUnavailable(_reason(answer))
        self._token, self._token_ends = token, asked_at + lasts - EARLIER
        return token

    def _post(self, url: str, *, sends: bool = False, **rest: Any) -> urllib3.BaseHTTPResponse:
        """Send one POST. `sends`: when its answer is lost, a mail may have been sent.

        It is tried once, since a second one could send a second mail. It has a connection of its own: a connection
        that was kept while the process was frozen may be dead, and it would not be known whether the mail was sent.
        """
        try:
            with urllib3.PoolManager(timeout=self._timeout, retries=False) as http:
                return http.request("POST", url, redirect=False, **rest)
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
            raise MailUnavailable(type(error).__name__) from error
        except urllib3.exceptions.HTTPError as error:
            raise MailUnavailable(type(error).__name__, unsure=sends) from error


class _ShutOut(Exception):  # noqa: N818 - a fact
    """Google denies access, and a person must repair that."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _reason(answer: urllib3.BaseHTTPResponse) -> str:
    """Return Google's reason, else the status: `invalid_grant`, `rateLimitExceeded`."""
    error = _json(answer).get("error")
    if isinstance(error, str):
        return error[:60]
    details = error.get("errors") if isinstance(error, dict) else None
    first = details[0] if isinstance(details, list) and details else None
    reason = first.get("reason") if isinstance(first, dict) else None
    return str(reason)[:60] if reason else f"http_{answer.status}"


def _json(answer: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
