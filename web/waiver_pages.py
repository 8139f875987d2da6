"""The waiver's pages."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache, partial
from http import HTTPStatus
from itertools import count, repeat
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools.event_handler import Response

from charter.drawing import HEIGHT, WIDTH
from charter.moments import utc
from charter.patrons import LONGEST_NAME
from charter.references import REFERENCE
from charter.waivers import FEWEST_DIGITS, LONGEST_CONTACT, LONGEST_NOTE, MOST_MINORS, OLDEST_MINOR, MarkKind
from web.pages import PRIVATE, notice, page, spoken
from web.problems import REFERENCE_HERE
from web.waiver_pass import progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from markdown_it import MarkdownIt

    from charter.events import Event
    from charter.patrons import Patron
    from charter.refusals import Unavailable
    from charter.signatures import Coverage
    from charter.waivers import Signed, WaiverText
    from web.waiver_pass import Pass

_SCRIPTS: Final = ("pad.js", "minors.js", "problems.js", "sending.js", "remembered.js", "pass.js", "waiver.js")
_QR_MODULE: Final = 12  # pixels; large enough to scan from a screen at arm's length, and for print


@dataclass(frozen=True, slots=True)
class Party:
    """The party of a personal link: its patron, the number of its people who have signed, and the link's token.

    `signed_in_person`: the patron has signed too.
    """

    patron: Patron
    coverage: Coverage
    token: str
    signed_in_person: bool

    @property
    def progress(self) -> str:
        """One sentence with the numbers of people who have signed and who have not."""
        return progress(self.coverage)


def waiver(  # noqa: PLR0913 - what the page shows, by name
    event: Event, text: WaiverText, *, party: Party | None, captain: str | None, over: bool, zone: tzinfo
) -> Response[str]:
    """Return the page to read the waiver and, unless the event is over, to sign it."""
    return page(
        "waiver.html",
        scripts=() if over else _SCRIPTS,
        width=WIDTH,
        height=HEIGHT,
        title=event.title,
        starts=spoken(event.starts_at, zone),
        starts_at=utc(event.starts_at),
        captain=None if captain is None or captain in event.title else captain,
        boat=event.boat,
        body=to_html(text.markdown),
        text=text,
        party=party,
        over=over,
        zone=str(zone),
        most_minors=MOST_MINORS,
        oldest_minor=OLDEST_MINOR,
        longest_name=LONGEST_NAME,
        longest_contact=LONGEST_CONTACT,
        longest_note=LONGEST_NOTE,
        fewest_digits=FEWEST_DIGITS,
    )


def signed(shown: Pass, *, party: str | None, zone: tzinfo) -> Response[str]:
    """Return the page of a signed waiver, its pass on top.

    `party` is the token of the personal link through which it was opened.
    """
    signed = shown.signed
    return page(
        "signed.html",
        width=WIDTH,
        height=HEIGHT,
        title=signed.title,
        shown=shown,
        say=partial(spoken, zone=zone),
        progress=progress,
        body=to_html(signed.text.markdown),
        signed=signed,
        party=party,
        drawn=signed.signing.mark.kind is MarkKind.DRAWN,
    )


def cancelled(event: Event, *, zone: tzinfo) -> Response[str]:
    """Return the page of a cancelled event. Its status is 200, because the office may schedule the event again."""
    return notice(
        "This event is cancelled",
        f"{event.title}, {spoken(event.starts_at, zone)}, does not take place, so there is nothing to sign.",
        "If you have paid already, or want to come another day, please ask the crew or the office.",
    )


def no_such_event() -> Response[str]:
    """Return the page of an unknown event. It does not repeat the id."""
    return notice(
        "We do not know this event",
        "There is no event at this address. Part of the link may be missing.",
        "Please open the link again from where you got it, or ask the crew for a new one.",
        status=HTTPStatus.NOT_FOUND,
    )


def no_such_signature() -> Response[str]:
    """Return the page of an unknown signature."""
    return notice(
        "We cannot find this signature",
        "Nothing was signed under this address. Part of the link may be missing.",
        "To sign the waiver, open the link that the crew gave you.",
        status=HTTPStatus.NOT_FOUND,
    )


def try_again(refusal: Unavailable) -> Response[str]:
    """Return the page of an outage."""
    return notice(
        "Please try again in a moment",
        "The waiver could not be loaded. Nothing is lost, and nothing was signed.",
        f"Load this page again. If that does not help, ask the crew for a waiver on paper.{REFERENCE}{REFERENCE_HERE}.",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        retry_after=refusal.retry_after,
    )


def out_of_order() -> Response[str]:
    """Return the page of an unexpected error."""
    return notice(
        "Something went wrong on our side",
        "The waiver cannot be shown now. Nothing is lost, and nothing was signed.",
        f"Load this page again. If that does not help, ask the crew for a waiver on paper.{REFERENCE}{REFERENCE_HERE}.",
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def qr_code(link: str) -> Response[bytes]:
    """Return the link as a QR code, with the white margin that scanners need."""
    import segno

    png = io.BytesIO()
    segno.make(link, error="m", micro=False).save(png, kind="png", scale=_QR_MODULE, border=4)
    return Response(status_code=200, content_type="image/png", headers=PRIVATE, body=png.getvalue())


def download(pdf: bytes, signed: Signed) -> Response[bytes]:
    """Return a PDF copy for the browser to show. Its file name contains the event's id."""
    name = f'inline; filename="waiver-{signed.eid}.pdf"'
    headers = {**PRIVATE, "content-disposition": name, "content-security-policy": "frame-ancestors 'none'"}
    return Response(status_code=200, content_type="application/pdf", headers=headers, body=pdf)


def to_html(markdown: str) -> str:
    """Return Markdown as HTML. HTML in it is escaped, links may be http(s) or mailto only, and images are ignored."""
    return str(_markdown().render(markdown))


def blocks(markdown: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and plain text of each block: `heading`, `paragraph`, or `item` with its bullet."""
    lists: list[Iterator[str]] = []
    kind, bullet = "paragraph", ""
    for token in _markdown().parse(markdown):
        match token.type:
            case "heading_open" | "paragraph_open":
                kind = "heading" if token.type == "heading_open" else "item" if lists else "paragraph"
            case "bullet_list_open":
                lists.append(repeat("•"))
            case "ordered_list_open":
                lists.append(f"{number}." for number in count(1))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                bullet = next(lists[-1])
            case "inline":
                parts = token.children or []
                text = "".join(" " if part.type.endswith("break") else part.content for part in parts)
                yield kind, f"{bullet} {text}".strip()
                bullet = ""


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable("image")
    reader.validateLink = lambda url: url.startswith(("https://", "http://", "mailto:"))  # type: ignore[method-assign]
    return reader
