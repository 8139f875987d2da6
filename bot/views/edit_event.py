"""The form that edits an event, and its reader. It proposes the id that follows from a new day or title. For admins."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from bot.kept import moment_of
from bot.text import clip, escape, shown, when
from bot.views.edit_event_inputs import Memo, build, mark_of, read_memo
from bot.views.state import read_state
from charter.editing import EventChange, fingerprint_of, id_after, mark_of_dues, usual_dues
from charter.events import Status
from charter.money import parse_amount, plain_amount
from charter.new_events import (
    LONGEST_TITLE,
    check_boat,
    check_capacity,
    check_channel,
    check_day,
    check_new_id,
    check_time,
    check_title,
)
from charter.payments import check_reason
from charter.refusals import FieldChecks, NothingPicked, Refusal, TitleMissing, on_field
from charter.starts import DayOnly, day_only

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import time, tzinfo
    from decimal import Decimal

    from bot.blocks import Block
    from charter.events import Event

# The inputs for the fields of the event, by block id. Day and time are the two halves of the start.
_INPUTS: Final = ("title", "day", "time", "price", "boat", "capacity", "channel", "status")
# Those from which an id is proposed.
_NAMING: Final = ("title", "day", "time")


def edit_form(  # noqa: PLR0913 - what the form shows, by name
    event: Event,
    zone: tzinfo,
    *,
    form: str,
    typed: Mapping[str, str] | None = None,
    said: str = "",
    turn: int = 0,
    taken: Collection[str] = (),
) -> Block:
    """Return the form over the event as it is. `typed` was entered or understood; `said` is a remark, escaped."""
    values, usual = values_of(event, zone), usual_dues(event)
    memo = Memo(
        eid=event.eid,
        form=form,
        seen=fingerprint_of(event),
        currency=event.currency,
        heading=heading_of(event, zone),
        title=values["title"],
        starts_at=event.starts_at.isoformat(),
        price=values["price"] if usual else "",
        count=len(usual),
        people=sum(patron.party for patron in usual),
        dues=mark_of_dues(event),
        held={name: mark_of(value) for name, value in values.items()},
        said=said,
        turn=turn,
        proposed=event.eid,
    )
    filled = {**values, "eid": event.eid, **(typed or {})}
    return build(*_proposing(memo, filled, zone, taken), zone)


def with_proposal(view: dict[str, Any], zone: tzinfo, *, taken: Collection[str] = ()) -> Block:
    """Return the form with the id for the day and title that were typed, and what a new price adds to the dues."""
    return build(*_proposing(read_memo(view), read_state(view), zone, taken), zone)


def values_of(event: Event, zone: tzinfo) -> dict[str, str]:
    """Return the values of the inputs for the event."""
    local = event.starts_at.astimezone(zone)
    return {
        "title": clip(event.title, LONGEST_TITLE),
        "day": local.date().isoformat(),
        "time": "" if isinstance(local, DayOnly) else f"{local:%H:%M}",
        "price": plain_amount(event.price) if event.price is not None else "",
        "boat": clip(event.boat or "", LONGEST_TITLE),
        "capacity": str(event.capacity or ""),
        "channel": event.channel or "",
        "status": event.status.value,
    }


def read_form(view: dict[str, Any], zone: tzinfo) -> tuple[EventChange, str]:
    """Return the change, and the id that the event is to have. Raises an ExceptionGroup with all fields' Refusals."""
    memo, state, checks = read_memo(view), read_state(view), FieldChecks()
    touched = {name for name in _INPUTS if mark_of(state.get(name, "")) != memo.held.get(name)}
    values = _read_values(memo, state, touched, checks)
    reason = checks.run(lambda: check_reason(state.get("reason", ""))) if _needs_reason(state, touched) else ""
    day, hour = checks.run(lambda: check_day(state["day"])), checks.run(lambda: _hour(memo, state))
    eid = None
    if day is not None and hour is not None:
        starts = _starts(memo, state, zone)
        eid = checks.run(lambda: _read_id(memo, state, starts))
        values |= {"starts_at": starts} if {"day", "time"} & touched else {}
    if checks.refusals or reason is None or eid is None:
        raise checks.error()
    dues = memo.dues if state.get("dues") and "price" in values else ""
    return EventChange(eid=memo.eid, seen=memo.seen, form=memo.form, values=values, reason=reason, dues=dues), eid


def overtaken(event: Event, view: dict[str, Any], zone: tzinfo, *, remark: str) -> Block:
    """Return the form over the event as it is now, with what was typed. `remark` says what somebody else changed."""
    memo, state = read_memo(view), read_state(view)
    typed = {name: state.get(name, "") for name in _INPUTS if mark_of(state.get(name, "")) != memo.held.get(name)}
    typed |= {name: state[name] for name in ("reason", "dues") if state.get(name)}
    if state.get("eid") not in {"", memo.proposed, None}:
        typed["eid"] = state["eid"]
    return edit_form(event, zone, form=memo.form, typed=typed, said=remark, turn=memo.turn + 1)


def changed_since(view: dict[str, Any], event: Event, zone: tzinfo) -> set[str]:
    """Return the inputs whose values in the event are not those with which the form was built."""
    held = read_memo(view).held
    return {name for name, value in values_of(event, zone).items() if mark_of(value) != held.get(name)}


def heading_of(event: Event, zone: tzinfo) -> str:
    """Return title, start and id of the event as mrkdwn."""
    off = " · :no_entry: cancelled" if event.status is Status.CANCELLED else ""
    return f"*{shown(event.title, 150)}* · {when(event.starts_at, zone)}{off} · `{escape(event.eid)}`"


def _read_values(memo: Memo, state: Mapping[str, str], touched: Collection[str], checks: FieldChecks) -> dict[str, Any]:
    """Return the new value of each field that was edited, but the start. The checks collect what is refused."""
    readers: dict[str, Callable[[], Any]] = {
        "title": lambda: _title(state.get("title", "")),
        "price": lambda: on_field("price", lambda: _price(memo, state)),
        "boat": lambda: check_boat(state.get("boat", "")),
        "capacity": lambda: check_capacity(state.get("capacity", "")),
        "channel": lambda: check_channel(state.get("channel", "")),
        "status": lambda: _status(state.get("status", "")),
    }
    return {name: checks.run(read) for name, read in readers.items() if name in touched}


def _title(text: str) -> str:
    title = check_title(text)
    if not title:
        raise TitleMissing
    return title


def _price(memo: Memo, state: Mapping[str, str]) -> Decimal | None:
    """Return the new price. It may be left empty, but not where dues are to follow it."""
    text = state.get("price", "")
    return parse_amount(text, currency=memo.currency) if text.strip() or state.get("dues") else None


def _status(text: str) -> Status:
    if text not in set(Status):
        raise NothingPicked("status")
    return Status(text)


def _needs_reason(state: Mapping[str, str], touched: Collection[str]) -> bool:
    cancels = "status" in touched and state.get("status") == Status.CANCELLED
    return cancels or bool(state.get("reason", "").strip())


def _read_id(memo: Memo, state: Mapping[str, str], starts: datetime) -> str:
    """Return the event's id after the edit: the one that was typed, else the one that follows from day and title."""
    typed = state.get("eid", "").strip()
    if typed not in {"", memo.proposed}:
        return check_new_id(typed, day=starts.date())
    return typed if typed and memo.based_on == _based_on(state) else _id(memo, state, starts, ())


def _proposing(
    memo: Memo, state: Mapping[str, str], zone: tzinfo, taken: Collection[str]
) -> tuple[Memo, Mapping[str, str]]:
    """Return the form's state with the id that follows from day and title, unless another one was typed."""
    if state.get("eid", "") not in {"", memo.proposed}:
        return replace(memo, based_on=_based_on(state)), state
    try:
        eid = _id(memo, state, _starts(memo, state, zone), taken)
    except Refusal:  # a day or a time is missing
        return memo, state
    number = memo.number + (eid != memo.proposed)
    return replace(memo, proposed=eid, number=number, based_on=_based_on(state)), {**state, "eid": eid}


def _id(memo: Memo, state: Mapping[str, str], starts: datetime, taken: Collection[str]) -> str:
    before: date = moment_of(memo.starts_at).astimezone(starts.tzinfo).date()
    title = " ".join(state.get("title", "").split()) or memo.title
    return id_after(
        memo.eid,
        title=title,
        starts_at=starts,
        titled=title != memo.title,
        moved=starts.date() != before,
        taken=set(taken) - {memo.eid},
    )


def _starts(memo: Memo, state: Mapping[str, str], zone: tzinfo) -> datetime:
    """Return the start in the form on the boat's clock. Raises DayMalformed and TimeMalformed.

    A time that is not known may be left empty.
    """
    day, hour = check_day(state.get("day", "")), _hour(memo, state)
    return datetime.combine(day, hour, zone) if hour else day_only(day, memo.eid, zone)


def _hour(memo: Memo, state: Mapping[str, str]) -> time | Literal[""]:
    """Return the time in the form; an empty text where it is not known and was left empty. Raises TimeMalformed."""
    text = state.get("time", "")
    return "" if not text and not memo.is_timed else check_time(text)


def _based_on(state: Mapping[str, str]) -> str:
    return mark_of(json.dumps([state.get(name, "") for name in _NAMING]))
