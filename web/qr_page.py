"""The page that shows a waiver's link as a QR code, on the phone that the crew hold out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from web.pages import notice, page, spoken

if TYPE_CHECKING:
    from datetime import tzinfo

    from aws_lambda_powertools.event_handler import Response

    from charter.events import Event
    from charter.patrons import Patron
    from charter.signatures import Coverage

_STYLES: Final = ("waiver.css", "qr.css")
_QUIET_ZONE: Final = 4  # modules around the code that scanners need


def qr_page(event: Event, patron: Patron | None, *, link: str, over: bool, zone: tzinfo) -> Response[str]:
    """Return the page with the code: for the party of `patron`, or for everybody. Once the event is over it has none.

    The page of a party counts its signatures and reads itself anew; once all have signed, it has no code. The page for
    everybody names and counts nobody, because anyone can open it. `link` is the address in the code.
    """
    if over:
        return notice(
            "This event is over",
            f"{event.title}, {spoken(event.starts_at, zone)}, is over, so its waiver cannot be signed any more.",
            "If you did not sign, please ask the crew or the office.",
        )
    coverage = event.coverage(patron.patron_id) if patron else None
    complete = coverage is not None and coverage.complete
    return page(
        "qr.html",
        styles=_STYLES,
        scripts=("qr.js",) if coverage is not None and not complete else (),
        title=event.title,
        starts=spoken(event.starts_at, zone),
        boat=event.boat,
        name=patron.name if patron else None,
        count=_count(coverage) if coverage else None,
        complete=complete,
        alone=coverage is not None and coverage.people == 1,
        code=_svg(link),
        link=link,
        address=link.partition("://")[2],
    )


def _count(coverage: Coverage) -> str:
    return "Not signed yet" if coverage.people == 1 else str(coverage)


def _svg(link: str) -> str:
    """Return the code as an SVG element. Its colours are the style's."""
    import segno

    code = segno.make(link, error="m", micro=False)
    return code.svg_inline(border=_QUIET_ZONE, omitsize=True, svgclass="qr", lineclass="modules", dark="#000")
