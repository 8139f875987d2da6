"""Answers of `/payment-status` about the past: what changed since a moment, and what the balances were at one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, actions, context, header, section
from bot.route_ids import STATUS_PAGE
from bot.text import clip, clock_of, distinct_name, escape, when
from bot.understanding.moments import Question
from bot.views.change_words import in_words
from bot.views.clearance import clear_line, missing_in_words, not_clear_lines
from bot.views.pages import page_of, pager, turn_button
from bot.views.status import Viewer, counts_for, message
from charter.boarding import Boarding
from charter.changes import changes
from charter.events import Status
from charter.money import format_amount
from charter.past import Gap, as_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.understanding.moments import Asked
    from charter.changes import PastChange
    from charter.events import Event, Listing
    from charter.past import Past
    from charter.patrons import Patron

# The longest lines of a page stay within Slack's 13,200 characters of a message.
CHANGES_A_PAGE: Final = 10
_SECTION: Final = 2900
# Lines about each of several trips.
_OF_EACH: Final = 4
_NOT_CLEAR: Final = 30
_NAMED: Final = 5
_FIRST: Final = datetime(1900, 1, 1, tzinfo=UTC)

_EXAMPLES: Final = "`since 10:00`, `since monday 18:00`, `since 3h`, `yesterday`, `asof 14:00` or `asof 2026-05-20`"
_NEW_PATRONS: Final = "Who was put on the roster by the office or an import is not listed: no time is kept for that."

_GAPS: Final = {
    Gap.LINE: "What was due then is not known; the present due is shown: {}.",
    Gap.JOINED: "Whether they were on the roster yet is not known: {}.",
    Gap.PAID: "What was paid by then is not known, as the record is older than the ledger; nothing is counted: {}.",
    Gap.EVENT: "The price, or since when the event is cancelled, is not known of then; the present state is shown.",
    Gap.SIGNED: "Whether the signature counted for them then is not known for sure: {}.",
}


def unclear(asked: Asked | None, viewer: Viewer) -> dict[str, Any]:
    """Return the answer to words that name no moment, or one that is still to come."""
    if asked is not None and asked.start is not None:
        text = f"{_moment(asked.start, viewer)} is still ahead. Name a time that has passed, such as {_EXAMPLES}."
    elif asked is not None and asked.unknown:
        text = f"“{escape(clip(asked.unknown, 100))}” was not understood as a time. Write {_EXAMPLES}."
    else:
        text = f"A time is missing. Write {_EXAMPLES}."
    return message(text, [section(text)])


def answer(event: Event, patron: Patron | None, viewer: Viewer, *, page: int, unknown: str = "") -> dict[str, Any]:
    """Return what changed on the event or for the patron, or what their balance was, as the viewer asked."""
    asked = viewer.asked
    if asked is None or asked.start is None:
        raise TypeError(asked)
    heading = _heading(event, patron, viewer)
    if unknown:
        heading.append(context(f":warning: Nobody on this roster is called “{escape(clip(unknown, 100))}”."))
    person = {"patron": patron.patron_id} if patron else {}
    if asked.question is Question.AS_OF:
        past, turning = as_of(event, asked.start), list[Block]()
        body = _patron_then(past, patron, viewer) if patron else _event_then(past, viewer)
    else:
        found = changes(event, asked.start, asked.until, patron_id=patron.patron_id if patron else None)
        listed = page_of(found, page, size=CHANGES_A_PAGE)
        body = [section(_counted(len(found))), *_paragraphs(_lines(event, listed.items, viewer, patron))]
        body += [] if patron else [context(_NEW_PATRONS)]
        turning = pager(listed, action=STATUS_PAGE, count=True, eid=event.eid, **person, **viewer.carried)
    now = actions(turn_button("Status now", f"{STATUS_PAGE}.now", eid=event.eid, **person), block_id="now")
    fallback = f"{escape(clip(patron.name if patron else event.title, 150))}: {_span(viewer)}"
    return message(fallback, [*heading, *body, now, *turning])


def of_trips(events: Sequence[Event], viewer: Viewer) -> dict[str, Any]:
    """Return the answer for one trip whole, or for several a few lines each with a button for more."""
    if len(events) == 1:
        return answer(events[0], None, viewer, page=0)
    if not events:
        text = "No trips are near. Name one, as in `/payment-status 2026-05-23-captain-cory-afternoon since 10:00`."
        return message(text, [section(text)])
    blocks: list[Block] = [section(f"*{_span(viewer)}*")]
    for event in events:
        opening = turn_button("More", f"{STATUS_PAGE}.{event.eid}"[:255], eid=event.eid, **viewer.carried)
        title = f"*{escape(clip(event.title, 100))}* · {when(event.starts_at, viewer.zone)}"
        lines = _of_one_of_many(event, viewer)
        blocks += [section(title, accessory=opening), *_paragraphs(lines)]
    if viewer.asked is not None and viewer.asked.question is Question.SINCE:
        blocks.append(context(_NEW_PATRONS))
    return message(_span(viewer), blocks)


def with_trip(answered: dict[str, Any], listing: Listing, viewer: Viewer) -> dict[str, Any]:
    """Return the answer with a button for a trip of that day, which the words may mean as well."""
    trip = f"*{escape(clip(listing.title, 100))}* was on {when(listing.starts_at, viewer.zone)}. Do you mean that trip?"
    opening = turn_button("Open", f"{STATUS_PAGE}.that_day", eid=listing.eid)
    return {**answered, "blocks": [*answered["blocks"], section(trip, accessory=opening)]}


def _heading(event: Event, patron: Patron | None, viewer: Viewer) -> list[Block]:
    title = f"{escape(clip(event.title, 150))} · " if patron else ""
    trip = f"{title}{when(event.starts_at, viewer.zone)}"
    return [header(patron.name if patron else event.title), context(trip), section(f"*{_span(viewer)}*")]


def _of_one_of_many(event: Event, viewer: Viewer) -> list[str]:
    asked = viewer.asked
    if asked is None or asked.start is None:
        raise TypeError(asked)
    if asked.question is Question.AS_OF:
        then = _ashore(as_of(event, asked.start).event)
        return [*counts_for(then, viewer).splitlines(), *not_clear_lines(then, viewer.role, most=_OF_EACH)]
    found = changes(event, asked.start, asked.until)
    more = [f"… and {len(found) - _OF_EACH} more"] if len(found) > _OF_EACH else []
    return [*_lines(event, found[:_OF_EACH], viewer, None), *more] if found else ["Nothing changed."]


def _event_then(past: Past, viewer: Viewer) -> list[Block]:
    """Return the event as it was: its counts, who was not clear first, and what is not known."""
    event = _ashore(past.event)
    lines = [*counts_for(event, viewer).splitlines(), *not_clear_lines(event, viewer.role, most=_NOT_CLEAR)]
    clear = clear_line(event)
    return [*_paragraphs([*lines, *([clear] if clear else [])]), *_unknown(past, viewer)]


def _ashore(event: Event) -> Event:
    """Return the event without who was aboard, of which later check-ins leave too little to know."""
    return replace(event, boarding_read=Boarding())


def _patron_then(past: Past, patron: Patron, viewer: Viewer) -> list[Block]:
    """Return the patron's balance as it was, with its entries for admins, and what is not known."""
    event, then = past.event, past.event.patron(patron.patron_id)
    if then is None:
        return [section("They were not on the roster yet.")]
    missing = missing_in_words(event, then, viewer.role)
    clear = "🔴 Not clear to board: " + missing if missing else "🟢 Clear to board"
    lines = ["⛔ The event was cancelled" if event.status is Status.CANCELLED else clear]
    if viewer.role.sees_money:
        balance = event.balance(then.patron_id)
        due, paid, owed = (format_amount(each, event.currency) for each in (balance.due, balance.paid, balance.owed))
        is_off = event.status is Status.CANCELLED
        lines.append(f"paid {paid}" if is_off else f"due {due} · paid {paid} · balance {owed}")
    entries = [each for each in changes(event, _FIRST, patron_id=then.patron_id) if each.at <= past.at]
    listed = _lines(event, entries[:CHANGES_A_PAGE], viewer, then, dated=True)
    more = [f"… and {len(entries) - CHANGES_A_PAGE} earlier"] if len(entries) > CHANGES_A_PAGE else []
    return [section("\n".join(lines)), *_paragraphs([*listed, *more]), *_unknown(past, viewer, of=then)]


def _unknown(past: Past, viewer: Viewer, *, of: Patron | None = None) -> list[Block]:
    """Return a warning for each thing that is not known of the past, with the names of the patrons."""
    blocks = []
    for gap, ids in past.gaps.items():
        people = [patron for patron in past.event.people if patron.patron_id in ids and of in (None, patron)]
        people += [patron for patron in past.event.left_out if patron.patron_id in ids and of == patron]
        if not people or (gap is Gap.PAID and not viewer.role.may_log):
            continue
        names = ", ".join(escape(distinct_name(each, past.event.alike, 40)) for each in people[:_NAMED])
        more = f" and {len(people) - _NAMED} more" if len(people) > _NAMED else ""
        blocks.append(context(f":warning: {_GAPS[gap].format(names + more)}"))
    return blocks


def _lines(
    event: Event, found: Sequence[PastChange], viewer: Viewer, patron: Patron | None, *, dated: bool = False
) -> list[str]:
    """Return a line for each change: the time, the patron unless all are of one, and what changed.

    Changes of another day than today are under a line with their day.
    """
    lines, last, now = list[str](), None, viewer.now
    today = now.astimezone(viewer.zone).date() if now is not None and not dated else None
    for each in found:
        local = each.at.astimezone(viewer.zone)
        if local.date() not in {last, today} or (last is not None and local.date() != last):
            lines.append(f"*{local:%a %b} {local.day}*")
        last = local.date()
        words = in_words(event, each, viewer.role, named=patron is None)
        lines.append(f"{clock_of(each.at, viewer.zone)} · {words}")
    return lines


def _paragraphs(lines: Sequence[str]) -> list[Block]:
    """Return the lines in as few sections as they fit into."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + len(line) < _SECTION:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [section(text) for text in texts]


def _counted(number: int) -> str:
    if not number:
        return "Nothing changed."
    latest = ", the latest first" if number > 1 else ""
    return f"{number} change{'' if number == 1 else 's'}{latest}."


def _span(viewer: Viewer) -> str:
    """Return `Since Sat May 23, 10:00 AM`, `On Fri May 22`, or `As of Sat May 23, 2:00 PM`."""
    asked = viewer.asked
    if asked is None or asked.start is None:
        raise TypeError(asked)
    if asked.question is Question.AS_OF:
        return f"As of {_moment(asked.start, viewer)}"
    start, end = asked.start.astimezone(viewer.zone), asked.until.astimezone(viewer.zone) if asked.until else None
    if end and (start.time(), end.time(), end.date() - start.date()) == (time(), time(), timedelta(days=1)):
        return f"On {start:%a %b} {start.day}"
    return f"Since {_moment(asked.start, viewer)}" + (f", until {_moment(asked.until, viewer)}" if asked.until else "")


def _moment(moment: datetime, viewer: Viewer) -> str:
    """Return the moment with its year where that is not the present one."""
    local, now = moment.astimezone(viewer.zone), viewer.now
    is_this_year = now is not None and local.year == now.astimezone(viewer.zone).year
    year = "" if is_this_year else f" {local.year}"
    return when(moment, viewer.zone).replace(",", f"{year},", 1)
