"""Answers to an edited, a cancelled and a brought back event, and to words that name no event. For admins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, actions, context, modal, section
from bot.event_menu import bring_back_button
from bot.settle_menu import settle_row
from bot.text import author, clip, escape, shown, when
from bot.views.change_words import field_in_words
from bot.views.seats import over_in_words
from charter.editing import FIELDS, difference
from charter.edits import amount_in
from charter.events import Status
from charter.money import format_amount
from charter.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from charter.editing import EventSaved
    from charter.edits import Edit
    from charter.events import Event, Listing

_ASKED_AT_MOST: Final = 5


def saved(done: EventSaved, *, old_eid: str = "", waits: bool = False) -> Block:
    """Return the answer: what changed, from and to. `old_eid` is the id that the event had before it was renamed.

    `waits`: it gets its new id within a minute.
    """
    event, edits = done.event, [edit for what in FIELDS for edit in done.edits if edit.what == what]
    lines = [f"• {field_in_words(event, edit, Role.ADMIN)}" for edit in edits]
    lines += _dues(event, done.edits)
    blocks = [section(f":white_check_mark: *{_heading(done, old_eid)}: {shown(event.title, 150)}*")]
    blocks += [section("\n".join(lines))] if lines else []
    if old_eid:
        new = "gets its new id within a minute" if waits else f"has the id `{escape(event.eid)}` now"
        blocks.append(section(f":link: It {new}. Links with `{escape(old_eid)}` keep working."))
    if reason := next((edit.reason for edit in done.edits if edit.reason), ""):
        blocks.append(context(f"Because “{shown(reason, 300)}”"))
    blocks += [context(over)] if (over := over_in_words(event)) else []
    if lines:
        blocks.append(context("The event's channel is told, and the waiver page shows it."))
    return modal(_title(event, done.edits), [*blocks, *_next_steps(event)], close="Done")


def changes_in_words(event: Event, names: Iterable[str], zone: tzinfo) -> str:
    """Return what somebody else changed meanwhile, and to what, as mrkdwn. `names` are inputs of the form."""
    values = {
        "start": when(event.starts_at, zone) if {"day", "time"} & set(names) else "",
        "title": shown(event.title, 150) if "title" in names else "",
        "price": _price(event) if "price" in names else "",
        "boat": shown(event.boat or "none", 150) if "boat" in names else "",
        "capacity": str(event.capacity or "none") if "capacity" in names else "",
        "channel": (f"<#{event.channel}>" if event.channel else "the office's") if "channel" in names else "",
        "status": event.status.value if "status" in names else "",
    }
    now = " · ".join(f"{name} *{value}*" for name, value in values.items() if value)
    edits = [edit for edit in event.edits if edit.what in FIELDS and edit.patron_id is None]
    last = max(edits, key=lambda edit: edit.at, default=None)
    said = [f"Now: {now}."] if now else []
    said += [f"Last change: {field_in_words(event, last, Role.ADMIN)} · {author(last.by)}."] if last else []
    warning = ":warning: Somebody else changed this event meanwhile, so nothing is saved yet."
    return " ".join([warning, *said, "Check the form, then press again."])


def unclear(found: Sequence[Listing], trouble: str, zone: tzinfo, *, rest: str = "") -> dict[str, Any]:
    """Return the question which event is to be edited, with commands to type: its id, and the `rest` of the words.

    `trouble` is about the words.
    """
    said = f"{escape(clip(trouble, 400))}\n" if trouble else ""
    commands = ((f"{each.eid} {rest}".replace("`", "'").strip(), each) for each in found[:_ASKED_AT_MOST])
    lines = [
        f"• `/payment-status edit {shown(words, 250)}` {shown(each.title, 80)}, {when(each.starts_at, zone)}"
        for words, each in commands
    ]
    example = ["• `/payment-status edit 2026-05-23-captain-cory-afternoon to 9:30`"]
    text = f"{said}Which event is to be edited? Type its id, as in:"
    blocks = [section("\n".join([text, *(lines or example)]))]
    return {"response_type": "ephemeral", "text": text, "blocks": blocks}


def _heading(done: EventSaved, old_eid: str) -> str:
    if not done.edits:
        return "Saved" if old_eid else "Nothing was changed"
    if done.replayed:
        return "Already saved, and counted once"
    status = _status(done.edits)
    return "Cancelled" if status == Status.CANCELLED else "Takes place again" if status else "Saved"


def _status(edits: Iterable[Edit]) -> str | None:
    return next((edit.after for edit in edits if edit.what == "status"), None)


def _title(event: Event, edits: Iterable[Edit]) -> str:
    return "Event cancelled" if event.status is Status.CANCELLED and _status(edits) else "Event saved"


def _dues(event: Event, edits: tuple[Edit, ...]) -> list[str]:
    """Return what became of the dues at the old price, where the price changed."""
    price = next((edit for edit in edits if edit.what == "price"), None)
    changed = [edit for edit in edits if edit.field == "due"]
    if changed:
        more = difference(edits)
        words = f"{format_amount(abs(more), event.currency)} {'more' if more > 0 else 'less'} in all"
        return [f"• dues of {_patrons(len(changed))} changed: {words}"]
    old = amount_in(price.before) if price else 0
    stay = [each for each in event.expected if old and each.due == old * each.party]
    return (
        [f"• what {_patrons(len(stay))} {'owes' if len(stay) == 1 else 'owe'} stays at the old price"] if stay else []
    )


def _patrons(number: int) -> str:
    return "1 patron" if number == 1 else f"{number} patrons"


def _price(event: Event) -> str:
    return format_amount(event.price, event.currency) if event.price is not None else "none"


def _next_steps(event: Event) -> list[Block]:
    """Return what must go back after a cancellation, and the buttons to go on with."""
    if event.status is not Status.CANCELLED:
        return []
    back = event.to_give_back
    money = f"*{format_amount(back, event.currency)}* was paid and must go back." if back else "Nothing must go back."
    buttons = actions(bring_back_button(event.eid), block_id="after_cancelling")
    return [section(f":moneybag: {money}"), *settle_row(event), buttons]
