"""The page on which somebody ends our mails to their address, or begins them again.

Whoever has the link in one of our mails may do both. To open the page changes nothing, because mail services open links
to check them. A POST changes it: from the page's button, or from the mail program itself (RFC 8058).
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import parse_qs

from aws_lambda_powertools.event_handler.openapi.params import Query

from charter.mail_links import ONE_CLICK, PATH
from charter.references import REFERENCE
from charter.refusals import Unavailable
from web.contract import HTML, pages
from web.pages import notice, page
from web.problems import REFERENCE_HERE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.data_classes import LambdaFunctionUrlEvent

    from charter.mail_links import MailLinks, Unsubscribed

AddressToken = Annotated[
    str | None,
    Query(alias="address", description="The token in the link of a mail", json_schema_extra={"maxLength": 64}),
]
Again = Annotated[str | None, Query(alias="again", description="Begins the mails again, where it is there")]

MAIL_PAGES: Final = pages(
    {
        HTTPStatus.OK: ("The page", (HTML,)),
        HTTPStatus.NOT_FOUND: ("No such link", (HTML,)),
        HTTPStatus.SERVICE_UNAVAILABLE: ("A page that asks to try again", (HTML,)),
    }
)


@dataclass(frozen=True, slots=True)
class MailServices:
    """The dependencies of the page."""

    unsubscribed: Unsubscribed
    links: MailLinks
    now: Callable[[], datetime]


def handle_mails(request: LambdaFunctionUrlEvent, *, services: MailServices, changes: bool) -> Response[str]:
    """Return the page of the address whose token is in `?address=`.

    `changes`: its mails are ended first, or begun again where `&again` is there too. A token that we never made is a
    page with 404, and an outage one with 503.
    """
    query = parse_qs(str(request.get("rawQueryString") or "")[:2000], keep_blank_values=True, errors="replace")
    token = query.get("address", [""])[0]
    mark = services.links.find(token)
    if mark is None:
        return _unknown()
    try:
        if changes and "again" in query:
            services.unsubscribed.remove(mark, now=services.now())
        elif changes:
            services.unsubscribed.add(mark, now=services.now())
        has_ended = ("again" not in query) if changes else services.unsubscribed.has(mark)
    except Unavailable as refusal:
        return _try_again(refusal)
    return _page(token, has_ended=has_ended, changed=changes)


def _page(token: str, *, has_ended: bool, changed: bool) -> Response[str]:
    name, _, value = ONE_CLICK.partition("=")
    link = f"{PATH}?address={token}"
    shown: dict[str, Any] = {"has_ended": has_ended, "changed": changed, "name": name, "value": value}
    return page("mails.html", form_action="'self'", action=f"{link}&again=yes" if has_ended else link, **shown)


def _unknown() -> Response[str]:
    return notice(
        "We do not know this link",
        "Part of it may be missing, or it is from an old mail. Nothing was changed.",
        "Open the link in the newest mail that you got from us, or answer that mail.",
        status=HTTPStatus.NOT_FOUND,
    )


def _try_again(refusal: Unavailable) -> Response[str]:
    return notice(
        "Please try again in a moment",
        "The page could not be loaded, so it is not certain that anything was changed.",
        f"Open the link in your mail again. If that does not help, answer the mail.{REFERENCE}{REFERENCE_HERE}.",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        retry_after=refusal.retry_after,
    )
