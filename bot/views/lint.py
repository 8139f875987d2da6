"""The answer of `/payment-status lint`: events whose id breaks the rule, why, and the id to have instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from bot.admin_ids import LINT_PAGE
from bot.blocks import Block, context, header, section
from bot.text import clip, shown, when
from bot.views.pages import pager
from charter.event_ids import day_of, propose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, tzinfo

    from bot.views.pages import Page
    from charter.events import Listing

# Eight of the longest titles and ids, with every reason that an id can have, stay below Slack's 13,200 characters.
EVENTS_A_PAGE: Final = 8

_LONGEST_ID: Final = 110  # letters of an id that are shown; a long one is one of the ways to break the rule
_HOW: Final = (
    "Whoever looks after the table mends them: `python -m roster events fix` does all, "
    "`python -m roster events rename OLD NEW` one. Links with the old id go on working."
)
_WHERE: Final = "Looked at: last month to a year ahead. `python -m roster events lint` looks at the whole table."


def broken(events: Iterable[Listing]) -> list[Listing]:
    """Those of the events whose id breaks the rule."""
    return [event for event in events if event.warnings]


def before(found: Sequence[Listing], page: Page[Listing], zone: tzinfo) -> list[Listing]:
    """Return the events of earlier pages that share a day with one of this page. Their proposed ids are taken here."""
    days = {_day_of(event, zone) for event in page.items}
    earlier = found[: page.number * EVENTS_A_PAGE]
    return [event for event in earlier if _day_of(event, zone) in days]


def proposals(
    shown: Iterable[Listing], *, captains: Mapping[str, str], taken: Iterable[str], zone: tzinfo
) -> dict[str, str]:
    """The id that each event is to have instead; none that is `taken`, nor twice the same."""
    gone, given = set(taken), dict[str, str]()
    for event in shown:
        given[event.eid] = propose(
            _day_of(event, zone),
            title=_words(event),
            captain=captains.get(event.eid, ""),
            starts=event.starts_at.astimezone(zone).time(),
            taken=gone,
        )
        gone.add(given[event.eid])
    return given


def answer(page: Page[Listing], proposed: Mapping[str, str], *, zone: tzinfo) -> dict[str, Any]:
    """One page of them, for the asker alone."""
    if not page.total:
        text = "Every event's id keeps the rule. Nothing is to be mended."
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
    """The day of the id where it names one, as people know the event by it; else the day on which it starts."""
    try:
        return day_of(event.eid)
    except ValueError:
        return event.starts_at.astimezone(zone).date()


def _words(event: Listing) -> str:
    """The title, where it is one: an event without any is called by its id, whose words are all that is known."""
    return event.title if event.title != event.eid else re.sub(r"[_\W]+", " ", event.eid[10:])


def _code(eid: str) -> str:
    """An id as code; no id can end the code early, nor be taken for a mention."""
    return f"`{shown(clip(eid, _LONGEST_ID).replace('`', 'ˋ'), 400)}`"
