"""The page on which somebody ends our mails to their address, or begins them again.

Whoever has the link in one of our mails may do both. To open the page changes nothing, because mail services open links
to check them. A POST changes it: from the page's button, or from the mail program itself (RFC 8058). The page lets its
own site alone see a referrer: without one a browser sends the form as from nowhere, with `Origin: null`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from charter.frozen import dataclass
from charter.mail_links import ONE_CLICK
from charter.refusals import Unavailable
from web.languages import visit_of
from web.pages import page
from web.problems import REFERENCE_HERE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.data_classes import LambdaFunctionUrlEvent

    from charter.mail_links import MailLinks, Unsubscribed
    from web.languages import Visit


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
    visit = visit_of(request)
    mark, begins = services.links.find(visit.query.get("address", "")), "again" in visit.query
    if mark is None:
        return _unknown(visit)
    try:
        if changes and begins:
            services.unsubscribed.remove(mark, now=services.now())
        elif changes:
            services.unsubscribed.add(mark, now=services.now())
        has_ended = not begins if changes else services.unsubscribed.has(mark)
    except Unavailable as refusal:
        return _try_again(visit, refusal)
    return _page(visit, has_ended=has_ended, changed=changes)


def _page(visit: Visit, *, has_ended: bool, changed: bool) -> Response[str]:
    name, _, value = ONE_CLICK.partition("=")
    address = {"address": visit.query["address"]}
    shown: dict[str, Any] = {
        "has_ended": has_ended,
        "changed": changed,
        "name": name,
        "value": value,
        "action": visit.link(**address, again="yes") if has_ended else visit.link(**address),
    }
    return page("mails.html", visit, form_action="'self'", **shown)


def _unknown(visit: Visit) -> Response[str]:
    say = visit.language.say
    headline, what, then = say("mails.unknown"), say("mails.unknown_what"), say("mails.unknown_then")
    return page("notice.html", visit, status=HTTPStatus.NOT_FOUND, headline=headline, what=what, then=then)


def _try_again(visit: Visit, refusal: Unavailable) -> Response[str]:
    say = visit.language.say
    return page(
        "notice.html",
        visit,
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        retry_after=refusal.retry_after,
        headline=say("try_again.headline"),
        what=say("mails.try_again_what"),
        then=say("mails.try_again_then", reference=REFERENCE_HERE),
    )
