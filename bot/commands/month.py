"""`/payment-status month`: a month's money from the books, tips by crew, and closing the month. For admins."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from bot import month_ids as ids
from bot import words
from bot.access import check_admin
from bot.kept import read_kept, value_in
from bot.reads import in_time, side_by_side
from bot.reply import reply
from bot.text import typed
from bot.understanding.months import read_month

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.services import Services
    from charter.months import BookedMonth

# Events whose crew one thread reads, one after another.
_AT_ONCE = 10


def show(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Answer with the month that the words name, by one read of the books."""
    check_admin(context, words.MONTH_FOR_ADMINS)
    month = read_month(typed(str(body.get("text") or "")), services.now().date())
    ack(**_answer(_read(month, services), ids.MAIN, 0, context, services))


def turn(ack: Ack, payload: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Replace the answer with what the pressed button names: a month, a view of it, or a page of that, read anew."""
    check_admin(context, words.MONTH_FOR_ADMINS)
    pressed = read_kept(value_in(payload))
    found = _read(str(pressed["month"]), services)
    answer = _answer(found, str(pressed["show"]), int(pressed.get("page", 0)), context, services)
    reply(body, {**answer, "replace_original": True})
    ack()


def close(ack: Ack, payload: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Freeze the summary of the month once, and show the month. A second press shows who closed it."""
    check_admin(context, words.MONTH_FOR_ADMINS)
    months, by = services.open_months(), f"slack:{body['user']['id']}"
    found = in_time(partial(months.close, value_in(payload), by=by, now=services.now()))
    reply(body, {**_answer(found, ids.MAIN, 0, context, services), "replace_original": True})
    ack()


def _read(month: str, services: Services) -> BookedMonth:
    return in_time(partial(services.open_months().month, month))


def _answer(found: BookedMonth, show: str, page: int, context: BoltContext, services: Services) -> dict[str, Any]:
    from bot.views import month as views

    viewer = services.viewer(context["role"])
    if show == ids.TRIPS:
        return views.trips_page(found, page=page)
    if show == ids.TIPS:
        from bot.views import month_tips
        from charter.tips import tipped

        part = month_tips.part_of(tipped(found.sums), page)
        return month_tips.tips_page(found, _crew([eid for eid, _, _ in part], services), page=page)
    return views.main_page(found, viewer)


def _crew(eids: Sequence[str], services: Services) -> Mapping[str, Mapping[str, str]]:
    """Return the crew of these events, by a Query for each, some side by side."""
    months, wanted = services.open_months(), list(dict.fromkeys(eids))
    parts = [wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE)]
    found = side_by_side([partial(months.crew_of, part) for part in parts]) if parts else []
    return {eid: people for each in found for eid, people in each.items()}
