"""New values of an event's fields, from the words behind `/payment-status edit`."""

from __future__ import annotations

from dataclasses import field
from datetime import time
from typing import TYPE_CHECKING, Final

from charter.frozen import dataclass
from charter.money import parse_amount, plain_amount
from charter.new_events import check_boat, check_capacity, check_channel, check_title
from charter.payments import check_reason
from charter.refusals import Refusal
from charter.starts import DayOnly

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.understanding.event_edits import EditWords
    from charter.events import Event

_NOON: Final = time(12)


@dataclass(frozen=True, slots=True)
class Filled:
    """Values for the form's inputs, by block id. `lost` are words without a meaning; `asked` what is not plain."""

    values: dict[str, str] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


def values_in(words: EditWords, event: Event, now: datetime) -> Filled:
    """Return the values that the words give the event. The zone of `now` is the boat's."""
    readers: dict[str, Callable[[str], str]] = {
        "title": check_title,
        "boat": lambda text: check_boat(text) or "",
        "price": lambda text: plain_amount(parse_amount(text, currency=event.currency)),
        "capacity": lambda text: str(check_capacity(text) or ""),
        "channel": lambda text: check_channel(text) or "",
        "reason": check_reason,
    }
    values, lost = dict[str, str](), list(words.lost)
    for name, text in {**words.texts, **({"reason": words.reason} if words.reason else {})}.items():
        try:
            values[name] = readers[name](text)
        except Refusal:
            lost.append(f"{name} {text}")
    if words.status:
        values["status"] = words.status
    started = _start_in(words, event, now)
    return Filled({**values, **started.values}, (*lost, *started.lost), started.asked)


def _start_in(words: EditWords, event: Event, now: datetime) -> Filled:
    """Return the day and the time that the words name."""
    start, local = words.start, event.starts_at.astimezone(now.tzinfo)
    if start is None:
        return Filled()
    day = start.day(local.date(), now.date())
    if start.days and day is None:
        return Filled(lost=(f"to {words.start_said}",))
    values = {"day": day.isoformat()} if day else {}
    clock = start.clock
    if clock is None:
        return Filled(values)
    unclear = not start.half and clock < _NOON and (isinstance(local, DayOnly) or local.time() >= _NOON)
    plain = f"{clock.hour}:{clock:%M}"
    asked = (f"{plain} was read as {plain} AM. Correct the time if it is PM.",) if unclear else ()
    return Filled({**values, "time": f"{clock:%H:%M}"}, asked=asked)
