"""The page that shows a waiver's link as a QR code, on the phone that the crew hold out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from web.pages import notice, page

if TYPE_CHECKING:
    from datetime import tzinfo

    from aws_lambda_powertools.event_handler import Response

    from charter.events import Event
    from charter.patrons import Patron
    from charter.signatures import Coverage
    from web.languages import Language, Visit

_STYLES: Final = ("waiver.css", "qr.css")
_QUIET_ZONE: Final = 4  # modules around the code that scanners need


def qr_page(  # noqa: PLR0913 - what the page shows, by name
    visit: Visit, event: Event, patron: Patron | None, *, link: str, over: bool, zone: tzinfo
) -> Response[str]:
    """Return the page with the code: for the party of `patron`, or for everybody. Once the event is over it has none.

    The page of a party counts its signatures and reads itself anew; once all have signed, it has no code. The page for
    everybody names and counts nobody, because anyone can open it. `link` is the address in the code.
    """
    starts = visit.language.spoken(event.starts_at, zone)
    if over:
        return notice(visit, "over", title=event.title, starts=starts)
    coverage = event.coverage(patron.patron_id) if patron else None
    complete = coverage is not None and coverage.complete
    return page(
        "qr.html",
        visit,
        styles=_STYLES,
        scripts=("qr.js",) if coverage is not None and not complete else (),
        title=event.title,
        starts=starts,
        boat=event.boat,
        name=patron.name if patron else None,
        count=_count(coverage, visit.language) if coverage else None,
        script_words=json.dumps(visit.language.script("qr_script"), ensure_ascii=False),
        complete=complete,
        alone=coverage is not None and coverage.people == 1,
        code=_svg(link),
        link=link,
        address=link.partition("://")[2],
    )


def _count(coverage: Coverage, language: Language) -> str:
    if coverage.people == 1:
        return language.say("qr.nobody_yet")
    return language.say("qr.count", signed=coverage.signed, people=coverage.people)


def _svg(link: str) -> str:
    """Return the code as an SVG element. Its colours are the style's."""
    import segno

    code = segno.make(link, error="m", micro=False)
    return code.svg_inline(border=_QUIET_ZONE, omitsize=True, svgclass="qr", lineclass="modules", dark="#000")
