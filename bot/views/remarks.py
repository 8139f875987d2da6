"""Remarks in the form that logs a payment: words that were not understood, and other events that may be meant."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, button, context, section
from bot.text import clip, escape, shown, when
from bot.views.choices import owed_by
from charter.events import Event, Status
from charter.money import format_amount
from charter.names import listed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from bot.settings import ViewSettings
    from bot.views.payment_form import Form, Memo, Offer
    from charter.events import Listing

SWITCH: Final = "switch_event"
OFFERED_AT_MOST: Final = 4

_QUOTED: Final = 150
_NEAR: Final = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def origin(memo: Memo) -> list[Block]:
    """Return who wrote the message from which the form was opened, with its link; nothing for other forms."""
    said = [f"From a message of <@{memo.author}>"] if memo.author.isalnum() else []
    said += [f"<{escape(memo.permalink)}|Message>"] if memo.permalink else []
    return [context(f":speech_balloon: {' · '.join(said)}")] if said else []


def remarks(form: Form) -> list[Block]:
    """Return warnings about the event, and about words that were not understood."""
    said = [escape(form.trouble)] if form.trouble else []
    said += about_the_event(form.event, form.now)
    if form.words:
        said.append(f"You typed “{_quoted(form.words)}”. Please pick who that is from the list.")
    said += _about_the_amount(form)
    if form.memo.lost:
        said.append(f"Not understood: “{_quoted(form.memo.lost)}”.")
    return [context(f":warning: {remark}") for remark in said]


def candidates(form: Form, settings: ViewSettings) -> list[Block]:
    """Return the events that unknown words may mean, each with a button to take it."""
    offered = [offer for offer in form.offers if offer.patron is None]
    return [
        section(
            f"*{escape(clip(offer.event.title, 150))}* · {when(offer.event.starts_at, settings.zone)}"
            f"{flags(offer.event, form.now)}",
            accessory=_button("Take this", offer, number),
        )
        for number, offer in enumerate(offered[:OFFERED_AT_MOST])
    ]


def switches(form: Form, settings: ViewSettings) -> list[Block]:
    """Return the other near events with a patron of that name, each with a button to switch to it."""
    offered = [offer for offer in form.offers if offer.patron is not None]
    blocks = [
        section(
            f"*{_who(offer)}* {'are' if offer.others else 'is'} on *{escape(clip(offer.event.title, 150))}*, "
            f"{_day(offer.event, form.now, settings.zone)}{flags(offer.event, form.now)}.",
            accessory=_button("Switch", offer, number),
        )
        for number, offer in enumerate(offered[:OFFERED_AT_MOST])
        if offer.patron is not None
    ]
    if len(offered) > OFFERED_AT_MOST:
        blocks.append(context(f"And {len(offered) - OFFERED_AT_MOST} more on other events. Pick the event first."))
    return blocks


def _who(offer: Offer) -> str:
    return shown(listed([patron.name for patron in (offer.patron, *offer.others) if patron]), 300)


def finished(listing: Listing, now: datetime | None) -> bool:
    """Return whether the event is over by `now`; False if `now` is None."""
    return now is not None and listing.over(now)


def amounts_asked(asked: Sequence[str]) -> str:
    """Return the question which of these words is the amount, escaped."""
    quoted = [f"“{_quoted(word)}”" for word in asked]
    if len(quoted) == 1:
        return f"{quoted[0]} was not understood as an amount. Write the amount."
    return f"Which one is the amount: {', '.join(quoted[:-1])} or {quoted[-1]}? Write it."


def about_the_event(event: Listing | None, now: datetime | None) -> list[str]:
    """Return warnings about the event: it is cancelled, over or full, or its id is malformed."""
    if event is None:
        return []
    said = []
    if event.status is Status.CANCELLED:
        said.append("This event is cancelled. A payment can still be written down.")
    elif finished(event, now):
        said.append("This event is finished. A payment can still be written down.")
    said += [f"The id of this event {reason}." for reason in event.warnings[:1]]
    if isinstance(event, Event) and event.full:
        said.append("This event's ledger is full: it takes no more payments.")
    return said


def _about_the_amount(form: Form) -> list[str]:
    memo, event = form.memo, form.event
    if memo.asked and not form.amount:
        return [amounts_asked(memo.asked)]
    if not memo.is_half or form.amount != memo.prefilled:
        return []
    if form.patron is None or not isinstance(event, Event):
        return ["“half” was not understood yet: pick the patron, and half of what is owed is filled in."]
    owed = format_amount(owed_by(event, form.patron), event.currency)
    return [
        f"Half of {owed} is filled in." if form.amount else "Nothing is owed, so “half” is not an amount. Write it."
    ]


def flags(listing: Listing, now: datetime | None) -> str:
    """Return `cancelled` or `finished` as the end of a line, if the event is."""
    if listing.status is Status.CANCELLED:
        return " · cancelled"
    return " · finished" if finished(listing, now) else ""


def _button(label: str, offer: Offer, number: int) -> Block:
    value: dict[str, Any] = {"eid": offer.event.eid}
    if offer.patron is not None:
        value["patron"] = offer.patron.patron_id
    if offer.others:
        value["others"] = [patron.patron_id for patron in offer.others]
    kind = "event" if offer.patron is None else "patron"
    action_id = f"{SWITCH}.{kind}.{number}"
    return button(label, action_id=action_id, value=json.dumps(value, separators=(",", ":")))


def _day(event: Listing, now: datetime | None, zone: tzinfo) -> str:
    """Return `tomorrow` or the like, or the day and the hour of a more distant event."""
    local = event.starts_at.astimezone(zone)
    off = (local.date() - now.astimezone(zone).date()).days if now is not None else None
    return _NEAR.get(off, when(event.starts_at, zone)) if off is not None else when(event.starts_at, zone)


def _quoted(text: str) -> str:
    return escape(clip(text, _QUOTED))
