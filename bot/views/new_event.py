"""The form for a new event, which proposes an id while it is filled in; its reader, and the answer to it.

Slack keeps an input's value while its block id and action id stay. So the action ids of the id and the period change
with each proposal: a new proposal replaces the old one, and a value that a person typed stays.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from bot.admin_ids import ADD_PATRON, EVENT_CREATED, LIVE, LOG_PAYMENT, NEW_EVENT, PASTE_ROSTER
from bot.blocks import Block, actions, button, context, fields, labelled, menu, modal, plain, section, text_input
from bot.kept import FormOutdated, read_kept, read_kept_as
from bot.text import clip, escape, when
from bot.views.boat import boat_in_words, boat_inputs
from bot.views.state import read_state
from charter.event_ids import LONGEST, PERIODS, lint, parse_event_id, propose
from charter.frozen import dataclass
from charter.money import format_amount, parse_amount
from charter.new_events import (
    LONGEST_TITLE,
    NewEvent,
    check_boat,
    check_capacity,
    check_channel,
    check_day,
    check_new_id,
    check_time,
    check_title,
    title_by,
)
from charter.party_links import waiver_link
from charter.refusals import DayMalformed, FieldChecks, TimeMalformed, on_field

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.settings import ViewSettings
    from charter.new_events import Created

_SOME_DAY: Final = date(2000, 1, 1)

# More proposals than anybody types letters for.
_TURNS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class NewEventInputs:
    """Values of the form's inputs as texts, empty where nothing is filled in. The names are the block ids."""

    title: str = ""
    day: str = ""
    time: str = ""
    captain: str = ""
    period: str = ""
    price: str = ""
    boat: str = ""
    capacity: str = ""
    channel: str = ""
    eid: str = ""


@dataclass(frozen=True, slots=True)
class Memo:
    """The last proposal: period, id, its number, and the fingerprint of the inputs that it is based on."""

    period: str = ""
    eid: str = ""
    turn: int = 0
    fingerprint: str = ""


def read_typed(view: dict[str, Any]) -> tuple[NewEventInputs, Memo]:
    """Return the values in the form, and the last proposal for it."""
    state = read_state(view)
    typed = NewEventInputs(**{name: state.get(name, "") for name in NewEventInputs.__slots__})
    memo = read_kept(view.get("private_metadata"))
    if "told" in memo:  # a form that was opened before the fingerprint had this name
        memo["fingerprint"] = memo.pop("told")
    kept = read_kept_as(Memo, memo)
    if kept.period not in {"", *PERIODS} or not 0 <= kept.turn < _TURNS:  # both are in action ids
        raise FormOutdated
    return typed, kept


def corrected(typed: NewEventInputs, memo: Memo, *, taken: Collection[str] = ()) -> tuple[NewEventInputs, Memo]:
    """Return the form with period and id proposed anew. Typed ones stay.

    `taken` are ids of other events, as far as they are known.
    """
    if typed.period == memo.period:
        period = _period(typed)
        typed, memo = replace(typed, period=period), replace(memo, period=period)
    if typed.eid in {"", memo.eid}:
        eid = _proposed(typed, taken)
        turn = memo.turn + (eid != typed.eid)
        typed, memo = replace(typed, eid=eid), replace(memo, eid=eid, turn=turn)
    return typed, replace(memo, fingerprint=_fingerprint(typed))


def is_behind(typed: NewEventInputs, memo: Memo) -> bool:
    """Return whether the form shows an outdated proposal, because the last keystrokes were not answered yet."""
    return memo.fingerprint != _fingerprint(typed) and typed.eid in {"", memo.eid}


def build(typed: NewEventInputs, memo: Memo, settings: ViewSettings, *, now: datetime, remark: str = "") -> Block:
    """The modal."""
    remarks = [remark] if remark else []
    if typed.day and (day := _day(typed)) and day < now.date():
        # Events may be entered afterwards, so this is a warning and no refusal.
        remarks.append("That day is over. You can still create the event, to record who sailed and paid.")
    if typed.eid not in {"", memo.eid} and (reasons := lint(typed.eid)):
        remarks.append(f"The id {escape(reasons[0])}.")
    return modal(
        "New event",
        [*(context(f":warning: {each}") for each in remarks), *_inputs(typed, memo, settings)],
        callback_id=NEW_EVENT,
        private_metadata=json.dumps({name: getattr(memo, name) for name in Memo.__slots__}),
        submit="Create",
        close="Cancel",
    )


def read_form(typed: NewEventInputs, settings: ViewSettings) -> NewEvent:
    """Return the event in the form. Raises an ExceptionGroup with the Refusals of all fields."""
    checks = FieldChecks()
    day, starts = checks.run(lambda: check_day(typed.day)), checks.run(lambda: check_time(typed.time))
    captain = checks.run(lambda: check_title(typed.captain, field="captain"))
    title = checks.run(lambda: title_by(check_title(typed.title), captain=typed.captain.strip(), eid=typed.eid))
    price = (
        checks.run(lambda: on_field("price", lambda: parse_amount(typed.price, currency=settings.currency)))
        if typed.price.strip()
        else None
    )
    boat, capacity = checks.run(lambda: check_boat(typed.boat)), checks.run(lambda: check_capacity(typed.capacity))
    channel = checks.run(lambda: check_channel(typed.channel))
    eid = checks.run(lambda: check_new_id(typed.eid.strip(), day=day)) if day else None
    if checks.refusals or day is None or starts is None or title is None or eid is None:
        raise checks.error()
    return NewEvent(
        eid=eid,
        title=title,
        starts_at=datetime.combine(day, starts, settings.zone),
        currency=settings.currency,
        price=price,
        boat=boat,
        capacity=capacity,
        channel=channel,
        captain=captain or "",
    )


def created(new: Created, settings: ViewSettings, *, public_base_url: str) -> Block:
    """Return the answer to a created event: its fields, its waiver's link, and buttons for the next steps."""
    event = new.event
    heading = "Already created, and stored once" if new.replayed else "Created"
    link = waiver_link(public_base_url, event.eid)
    value = json.dumps({"eid": event.eid}, separators=(",", ":"))
    price = format_amount(event.price, event.currency) if event.price else "none: enter what is due for each patron"
    return modal(
        "Event created",
        [
            section(f":white_check_mark: *{heading}: {escape(clip(event.title, 150))}*"),
            fields(
                ("Starts", when(event.starts_at, settings.zone)),
                ("Price", price),
                ("Boat", boat_in_words(event)),
                ("Channel", f"<#{event.channel}>" if event.channel else "the office's"),
                ("Id", f"`{escape(event.eid)}`"),
            ),
            section(f":memo: *Waiver*\n<{link}>"),
            actions(
                button("Add patron…", action_id=ADD_PATRON, value=value, style="primary"),
                button("Paste a roster…", action_id=PASTE_ROSTER, value=value),
                button("Log a payment…", action_id=LOG_PAYMENT, value=value),
                block_id="next",
            ),
            context("Share the waiver in a channel with `/waiver`. Crew are assigned in the crew list."),
        ],
        callback_id=EVENT_CREATED,
        close="Done",
    )


def _inputs(typed: NewEventInputs, memo: Memo, settings: ViewSettings) -> list[Block]:
    channel: Block = {
        "type": "conversations_select",
        "action_id": "channel",
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    price = _text("price", typed.price, placeholder=plain("125.00"))
    return [
        *_live_inputs(typed, memo, settings),
        labelled(
            "eid",
            "Id",
            _text(f"eid.{memo.turn}", typed.eid, max_length=LONGEST),
            hint="It is part of the waiver's link. Proposed from date, captain or title, and part of the day.",
        ),
        labelled(
            "price",
            f"Price for one in {settings.currency}",
            price,
            optional=True,
            hint="Left empty, you enter what is due for each patron.",
        ),
        *boat_inputs(typed.boat, typed.capacity),
        labelled(
            "channel",
            "Channel",
            channel | _initial("conversation", typed.channel),
            optional=True,
            hint="Payments and signatures are announced there. Invite the bot. If empty, the office's channel is used.",
        ),
    ]


def _live_inputs(typed: NewEventInputs, memo: Memo, settings: ViewSettings) -> list[Block]:
    """Return the inputs that period and id are proposed from. Each change in them is sent to the bot."""

    def live(block_id: str, label: str, element: Block, **rest: Any) -> Block:
        return labelled(block_id, label, element, dispatch_action=True, **rest)

    at_each_letter: Block = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    periods = menu(f"period.{memo.period}", [*PERIODS], typed.period, placeholder=plain("None"))
    day: Block = {"type": "datepicker", "action_id": "day"}
    time: Block = {"type": "timepicker", "action_id": "time"}
    return [
        live(
            "title",
            "Title",
            _text("title", typed.title, **at_each_letter),
            optional=True,
            hint="Left empty, the title is made from the id.",
        ),
        live("day", "Date", day | _initial("date", typed.day)),
        live("time", "Time", time | _initial("time", typed.time), hint=f"On the boat's clock, {settings.zone}."),
        live(
            "captain",
            "Captain",
            _text("captain", typed.captain, **at_each_letter),
            optional=True,
            hint="The first name goes into the id. Crew are still assigned in the crew list.",
        ),
        live("period", "Part of the day", periods, optional=True),
    ]


def _text(action_id: str, value: str, *, max_length: int = LONGEST_TITLE, **rest: Any) -> Block:
    return text_input(action_id, value[:max_length], max_length=max_length, **rest)


def _initial(kind: str, value: object) -> Block:
    return {f"initial_{kind}": value} if value else {}


def _day(typed: NewEventInputs) -> date | None:
    try:
        return check_day(typed.day)
    except DayMalformed:
        return None


def _period(typed: NewEventInputs) -> str:
    """Return the part of the day in the title, or by the time; empty while there is no time."""
    try:
        starts = check_time(typed.time)
    except TimeMalformed:
        return ""
    named = parse_event_id(propose(_SOME_DAY, title=typed.title, captain=typed.captain, starts=starts))
    return named.period or ""


def _proposed(typed: NewEventInputs, taken: Collection[str]) -> str:
    """Return the id proposed from the inputs; empty while the day, or both title and captain, are missing."""
    day = _day(typed)
    if day is None or not (typed.title.strip() or typed.captain.strip()):
        return ""
    named = propose(day, title=f"{typed.title} {typed.period}", captain=typed.captain, taken=taken)
    return named if typed.period else str(replace(parse_event_id(named), period=None))


def _fingerprint(typed: NewEventInputs) -> str:
    """Return a fingerprint of the inputs that the id is proposed from. It changes whenever they do."""
    return f"{crc32(json.dumps([getattr(typed, name) for name in LIVE]).encode()):08x}"
