"""Answers to a reminder to sign: what was done, and the questions before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, actions, context, modal, section
from bot.text import author, clip, distinct_name, escape, shown, when
from bot.views.remarks import flags
from bot.waiver_menu import remind_button
from charter.reminders import left_in_words, unsigned

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from bot.sharing import Public
    from charter.events import Event
    from charter.refusals import RemindedJustNow

FORM: Final = "reminder"  # callback id of the form on top of the boarding list
ROW: Final = "remind"  # begins the block ids of this module's own buttons, whose answer takes their place

ASKED_AT_MOST: Final = 8
MOST_NAMED: Final = 60
NAMES_A_BLOCK: Final = 15
LONGEST_SHOWN: Final = 150  # a name after escaping: a section takes 3,000 characters, and a message 13,200


def reminded(event: Event, *, named: bool) -> list[Block]:
    """Return the answer that the reminder is on its way, and how many have to sign; if `named` also who they are."""
    # The bot cannot check whether it may post there. The announcements fall back to the office's channel.
    title = f"*{escape(clip(event.title, 150))}*"
    said = f":bell: *The reminder goes to <#{event.channel}>.* {left_in_words(event)} to sign the waiver for {title}."
    if not named:
        return [section(said), context("The reminder names nobody. `/board` shows what each party lacks.")]
    return [section(said), *_names(event), context("Only you see these names; the reminder names nobody.")]


def ask_again(eid: str, refusal: RemindedJustNow) -> list[Block]:
    """Return the question whether to remind again, minutes after somebody did."""
    question = f":bell: {author(refusal.by)} reminded at {refusal.at}. Remind again?"
    again = remind_button(eid, seen=refusal.seen, label="Remind again")
    return [section(question), actions(again, block_id=ROW)]


def ask(meant: Public, *, words: str, zone: tzinfo, now: datetime) -> dict[str, Any]:
    """Return the question which event is meant, with a button for each candidate."""
    text = escape(clip(meant.trouble, 400)) or (
        f"I am not sure which event “{escape(clip(words, 100))}” means."
        if words
        else "Remind the people of which event?"
    )
    if not meant.asked:
        text += " No events are coming; write its id, as in `/waiver remind 2026-05-23-captain-cory-afternoon`."
    choices = [
        section(
            f"*{escape(clip(listing.title, 150))}* · {when(listing.starts_at, zone)}{flags(listing, now)}",
            accessory=remind_button(listing.eid),
            block_id=f"{ROW}.{number}",
        )
        for number, listing in enumerate(meant.asked[:ASKED_AT_MOST])
        if listing.served
    ]
    return {"response_type": "ephemeral", "text": text, "blocks": [section(text), *choices]}


def message(blocks: list[Block]) -> dict[str, Any]:
    """Return the answer as a message that only the person sees."""
    return {"response_type": "ephemeral", "text": blocks[0]["text"]["text"], "blocks": blocks}


def form(blocks: list[Block]) -> Block:
    """Return the answer as a form on top of the boarding list."""
    return modal("Reminder", blocks, callback_id=FORM, close="Close")


def _names(event: Event) -> list[Block]:
    """Return the parties that have to sign, with the count of those of which some have."""
    found, alike = unsigned(event), event.alike
    lines = [
        f"• {shown(distinct_name(patron, alike, 80), LONGEST_SHOWN)}{f': {coverage}' if patron.party > 1 else ''}"
        for patron, coverage in found[:MOST_NAMED]
    ]
    blocks = [section("\n".join(lines[at : at + NAMES_A_BLOCK])) for at in range(0, len(lines), NAMES_A_BLOCK)]
    more = len(found) - MOST_NAMED
    return [*blocks, *([context(f"And {more} more. `/payment-status` shows them all.")] if more > 0 else [])]
