"""The waiver's pages."""

from __future__ import annotations

import io
import json
from functools import cache, partial
from http import HTTPStatus
from itertools import count, repeat
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools.event_handler import Response

from charter.drawing import HEIGHT, WIDTH
from charter.frozen import dataclass
from charter.moments import utc
from charter.patrons import LONGEST_NAME
from charter.waivers import FEWEST_DIGITS, LONGEST_CONTACT, LONGEST_NOTE, MOST_MINORS, OLDEST_MINOR, MarkKind
from web.languages import language
from web.pages import PRIVATE, notice, page
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
    from web.languages import Visit
    from web.waiver_pass import Pass

_SCRIPTS: Final = (
    "words.js",
    "languages.js",
    "pad.js",
    "minors.js",
    "problems.js",
    "sending.js",
    "remembered.js",
    "pass.js",
    "waiver.js",
)
_QR_MODULE: Final = 12  # pixels; large enough to scan from a screen at arm's length, and for print


@dataclass(frozen=True, slots=True)
class LinkParty:
    """The party of a personal link: its patron, the number of its people who have signed, and the link's token.

    `signed_in_person`: the patron has signed too.
    """

    patron: Patron
    coverage: Coverage
    token: str
    signed_in_person: bool


def waiver(  # noqa: PLR0913 - what the page shows, by name
    visit: Visit,
    event: Event,
    text: WaiverText,
    *,
    party: LinkParty | None,
    captain: str | None,
    over: bool,
    zone: tzinfo,
) -> Response[str]:
    """Return the page to read the waiver and, unless the event is over, to sign it."""
    return page(
        "waiver.html",
        visit,
        scripts=() if over else _SCRIPTS,
        width=WIDTH,
        height=HEIGHT,
        title=event.title,
        starts=visit.language.spoken(event.starts_at, zone),
        starts_at=utc(event.starts_at),
        captain=None if captain is None or captain in event.title else captain,
        boat=event.boat,
        body=to_html(text.markdown),
        text=text,
        party=party,
        progress=progress(party.coverage, visit.language) if party else "",
        script_words=json.dumps(visit.language.script("pass", "script"), ensure_ascii=False),
        over=over,
        zone=str(zone),
        most_minors=MOST_MINORS,
        oldest_minor=OLDEST_MINOR,
        longest_name=LONGEST_NAME,
        longest_contact=LONGEST_CONTACT,
        longest_note=LONGEST_NOTE,
        fewest_digits=FEWEST_DIGITS,
    )


def signed(visit: Visit, shown: Pass, *, party: str | None, zone: tzinfo) -> Response[str]:
    """Return the page of a signed waiver, its pass on top.

    `party` is the token of the personal link through which it was opened.
    """
    signed = shown.signed
    return page(
        "signed.html",
        visit,
        width=WIDTH,
        height=HEIGHT,
        title=signed.title,
        shown=shown,
        say=partial(visit.language.spoken, zone=zone),
        progress=progress(shown.party.coverage, visit.language) if shown.party else "",
        signed_in=language(signed.text.language).name,
        body=to_html(signed.text.markdown),
        signed=signed,
        party=party,
        drawn=signed.signing.mark.kind is MarkKind.DRAWN,
    )


def cancelled(visit: Visit, event: Event, *, zone: tzinfo) -> Response[str]:
    """Return the page of a cancelled event. Its status is 200, because the office may schedule the event again."""
    return notice(visit, "cancelled", title=event.title, starts=visit.language.spoken(event.starts_at, zone))


def no_such_event(visit: Visit) -> Response[str]:
    """Return the page of an unknown event. It does not repeat the id."""
    return notice(visit, "no_such_event", status=HTTPStatus.NOT_FOUND)


def no_such_signature(visit: Visit) -> Response[str]:
    """Return the page of an unknown signature."""
    return notice(visit, "no_such_signature", status=HTTPStatus.NOT_FOUND)


def try_again(visit: Visit, refusal: Unavailable) -> Response[str]:
    """Return the page of an outage."""
    return notice(
        visit,
        "try_again",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        retry_after=refusal.retry_after,
        reference=REFERENCE_HERE,
    )


def out_of_order(visit: Visit) -> Response[str]:
    """Return the page of an unexpected error."""
    return notice(visit, "out_of_order", status=HTTPStatus.INTERNAL_SERVER_ERROR, reference=REFERENCE_HERE)


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
