"""Answer of `/payment-status lint`: events whose id breaks the rule, the reason, and a proposed id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from bot.admin_ids import LINT_PAGE
from bot.blocks import Block, context, header, section
from bot.text import clip, shown, when
from bot.views.pages import pager
from charter.event_ids import day_of, propose
from charter.starts import hour_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, tzinfo

    from bot.views.pages import Page
    from charter.events import Listing

# Eight of the longest titles and ids, with every reason that an id can have, stay below Slack's 13,200 characters.
EVENTS_A_PAGE: Final = 8

_LONGEST_ID: Final = 110  # letters of an id that are shown
_HOW: Final = (
    "To repair them, the operator runs `python -m roster events fix` for all, or "
    "`python -m roster events rename OLD NEW` for one. Links with the old id keep working."
)
_WHERE: Final = "Checked: last month to a year ahead. `python -m roster events lint` checks the whole table."


def broken(events: Iterable[Listing]) -> list[Listing]:
    """Return the events whose id breaks the rule."""
    return [event for event in events if event.warnings]


def before(found: Sequence[Listing], page: Page[Listing], zone: tzinfo) -> list[Listing]:
    """Return the events of earlier pages that share a day with one of this page. Their proposed ids are taken here."""
    days = {_day_of(event, zone) for event in page.items}
    earlier = found[: page.number * EVENTS_A_PAGE]
    return [event for event in earlier if _day_of(event, zone) in days]


def proposals(
    shown: Iterable[Listing], *, captains: Mapping[str, str], taken: Iterable[str], zone: tzinfo
) -> dict[str, str]:
    """Return the proposed id of each event: none that is `taken`, and none twice."""
    gone, given = set(taken), dict[str, str]()
    for event in shown:
        given[event.eid] = propose(
            _day_of(event, zone),
            title=_words(event),
            captain=captains.get(event.eid, ""),
            starts=hour_of(event.starts_at.astimezone(zone)),
            taken=gone,
        )
        gone.add(given[event.eid])
    return given


def answer(page: Page[Listing], proposed: Mapping[str, str], *, zone: tzinfo) -> dict[str, Any]:
    """Return one page of the events."""
    if not page.total:
        text = "Every event's id keeps the rule. Nothing needs repair."
        return {"text": text, "blocks": [section(f":white_check_mark: {text}"), context(_WHERE)]}
    heading = f"{page.total} event ids break the rule" if page.total > 1 else "One event id breaks the rule"
    lines = [_finding(event, proposed[event.eid], zone) for event in page.items]
    turns = pager(page, action=LINT_PAGE)
    return {"text": heading, "blocks": [header(heading), *lines, section(_HOW), context(_WHERE), *turns]}


def _finding(event: Listing, proposal: str, zone: tzinfo) -> Block:
    return section(
        f"*{shown(event.title, 150)}* · {when(event.starts_at, zone)}\n"
        f":warning: {_code(event.eid)} {shown('; '.join(event.warnings), 400)}\n"
        f":point_right: {_code(proposal)}"
    )


def _day_of(event: Listing, zone: tzinfo) -> date:
    """Return the day in the event's id, else the day on which the event starts."""
    try:
        return day_of(event.eid)
    except ValueError:
        return event.starts_at.astimezone(zone).date()


def _words(event: Listing) -> str:
    """Return the event's title, or the words of its id if it has none."""
    return event.title if event.title != event.eid else re.sub(r"[_\W]+", " ", event.eid[10:])


def _code(eid: str) -> str:
    """Return an id as code, escaped so that it cannot end the code or become a mention."""
    return f"`{shown(clip(eid, _LONGEST_ID).replace('`', 'ˋ'), 400)}`"
