"""Send one HTTP request to the site or to the bot, as a browser or Slack would. Redirects are not followed."""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE: Final = urllib3.Timeout(connect=5, read=20)  # seconds; a cold start takes about one

LONGEST_PAUSE: Final = 5  # seconds; a longer Retry-After is not waited for

# The first match counts: in urllib3, a refused connection is a subclass of a time-out.
_REASONS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (urllib3.exceptions.NameResolutionError, "is not a known name"),
    (urllib3.exceptions.NewConnectionError, "refuses connections"),
    (urllib3.exceptions.TimeoutError, "did not answer in time"),
    (urllib3.exceptions.SSLError, "has an invalid certificate"),
    (urllib3.exceptions.ProxyError, "is behind a proxy that does not answer"),
    (urllib3.exceptions.LocationParseError, "is not an address"),
)


class Unreachable(Exception):  # noqa: N818  # a fact, as the refusals are named
    """There was no answer. The text is one sentence with the reason."""


@dataclass(frozen=True)
class FetchedAnswer:
    """A decompressed answer. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def fetch(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> FetchedAnswer:
    """Return the answer to one request, with any status. Raises Unreachable.

    A GET is retried once after a 503 with a short Retry-After, as clients do: one throttled read of the table says
    nothing about the code.
    """
    answer = _fetched(method, url, headers, body)
    pause = answer.headers.get("retry-after", "")
    again = method == "GET" and answer.status == HTTPStatus.SERVICE_UNAVAILABLE and pause.isdecimal()
    if not again or int(pause) > LONGEST_PAUSE:
        return answer
    time.sleep(int(pause))
    return _fetched(method, url, headers, body)


def _fetched(method: str, url: str, headers: Mapping[str, str] | None, body: bytes | None) -> FetchedAnswer:
    try:
        response = _pool(_proxy(url)).request(
            method,
            url,
            headers={"accept-encoding": "gzip", "user-agent": "ship-captain-crew-infra", **(headers or {})},
            body=body,
            timeout=PATIENCE,
            retries=False,
            redirect=False,
        )
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise Unreachable(f"{urlsplit(url).netloc} {_why(error)}.") from None
    known = {name.lower(): value for name, value in response.headers.items()}
    return FetchedAnswer(response.status, known, response.data)


def site_root(url: str) -> str:
    """Return scheme and host of a public address. Raises Stopped where it has more, or is not encrypted."""
    parts = _split(url)
    if parts is None or parts.username or parts.path.strip("/") or parts.query or parts.fragment:
        raise Stopped("The site's address must be only scheme and host, such as https://trips.example.com.")
    return _encrypted(f"{parts.scheme}://{parts.netloc}")


def function_address(url: str) -> str:
    """Return a complete function URL. Raises Stopped as `site_root` does."""
    parts = _split(url)
    if parts is None or parts.username or parts.query or parts.fragment:
        raise Stopped("The bot's address is not a function URL. Pass it as https://….lambda-url.us-west-2.on.aws/.")
    return _encrypted(f"{parts.scheme}://{parts.netloc}{parts.path or '/'}")


def _split(url: str) -> SplitResult | None:
    """Return the parts of an address with a host, https:// where it names no scheme; None where it is none."""
    try:
        parts = urlsplit(url if "//" in url else f"https://{url}")
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, or a bracket that is no address
        return None
    return parts if has_host else None


def _encrypted(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and is_here(parts.hostname or "")):
        return url
    raise Stopped("The address must start with https://, because tokens and signatures are sent to it.")


def is_here(host: str) -> bool:
    """Return True for a name or an address of this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _proxy(url: str) -> str | None:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return None if is_here(host) or proxy_bypass(host) else getproxies().get(parts.scheme)


@cache
def _pool(proxy: str | None) -> urllib3.PoolManager:
    return urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()


def _why(error: Exception) -> str:
    return next(
        (words for kind, words in _REASONS if isinstance(error, kind)), "closed the connection without an answer"
    )
