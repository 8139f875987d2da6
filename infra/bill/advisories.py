"""Ask OSV, the open feed of advisories, about every pin. It takes names and versions, and needs no key."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infra.bill.pins import Pin

FEED: Final = "https://api.osv.dev"
ACCEPTED: Final[dict[str, str]] = {}
"""Advisories that do not concern this product, by id, each with the reason."""
_TIMEOUT: Final = 20  # seconds
_AT_ONCE: Final = 500  # queries in one request; OSV takes a thousand
_LONGEST: Final = 200  # letters of a summary


class FeedUnreachable(Exception):  # noqa: N818  # a fact, as the refusals are named
    """The feed did not answer. The text says why."""


@dataclass(frozen=True)
class Advisory:
    """One advisory about one pin. `fixed` are the versions without it, where the feed says any."""

    pin: Pin
    id: str
    names: tuple[str, ...] = ()
    summary: str = ""
    fixed: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """The reason why it does not concern this product; empty where it may."""
        return next((why for name in (self.id, *self.names) if (why := ACCEPTED.get(name))), "")

    def line(self) -> str:
        """Return it in words."""
        others = f" ({', '.join(self.names)})" if self.names else ""
        fixed = f" Fixed in {', '.join(self.fixed)}." if self.fixed else " No version is known without it."
        return f"{self.pin.name} {self.pin.version}: {self.id}{others}. {self.summary}{fixed}"


def find_advisories(pins: Sequence[Pin], *, feed: str = FEED) -> list[Advisory]:
    """Return what the feed knows about these pins. Raises FeedUnreachable."""
    found = [each for start in range(0, len(pins), _AT_ONCE) for each in _ids(pins[start : start + _AT_ONCE], feed)]
    return [_described(pin, name, feed) for pin, name in found]


def _ids(pins: Sequence[Pin], feed: str) -> Iterator[tuple[Pin, str]]:
    """Yield each pin with the id of an advisory, page by page."""
    waiting = [(pin, "") for pin in pins]
    while waiting:
        queries = [
            {"package": {"name": pin.name, "ecosystem": pin.ecosystem}, "version": pin.version}
            | ({"page_token": page} if page else {})
            for pin, page in waiting
        ]
        results = _ask(f"{feed}/v1/querybatch", {"queries": queries}).get("results", [])
        if len(results) != len(waiting):
            raise FeedUnreachable("it answered about other packages than those that it was asked about")
        following = []
        for (pin, _), result in zip(waiting, results, strict=True):
            yield from ((pin, str(each["id"])) for each in result.get("vulns") or ())
            if page := result.get("next_page_token"):
                following.append((pin, str(page)))
        waiting = following


def _described(pin: Pin, name: str, feed: str) -> Advisory:
    vulnerability = _ask(f"{feed}/v1/vulns/{quote(name, safe='')}")
    summary = " ".join(str(vulnerability.get("summary") or vulnerability.get("details") or "").split())[:_LONGEST]
    fixed = {
        str(event["fixed"])
        for affected in vulnerability.get("affected", ())
        if affected.get("package", {}).get("name", "").lower() == pin.name.lower()
        for each in affected.get("ranges", ())
        if each.get("type") != "GIT"
        for event in each.get("events", ())
        if "fixed" in event
    }
    ended = summary if not summary or summary.endswith((".", "!", "?")) else f"{summary}."
    return Advisory(pin, name, tuple(map(str, vulnerability.get("aliases", ()))), ended, tuple(sorted(fixed)))


def _ask(url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"})  # noqa: S310 - https, or a test's
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310 - as above
            parsed: Any = json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            raise FeedUnreachable(f"it answered {refused.code} {HTTPStatus(refused.code).phrase}") from None
    except OSError as error:
        reason = getattr(error, "reason", None) or error
        raise FeedUnreachable(f"{type(error).__name__}: {reason}") from None
    except ValueError:
        raise FeedUnreachable("its answer is no JSON") from None
    if not isinstance(parsed, dict):
        raise FeedUnreachable("its answer is no object")
    return parsed
