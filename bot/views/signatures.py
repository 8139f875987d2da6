"""Signatures in the status of an event: unmatched ones, and those that were set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.blocks import Block, actions, context, section
from bot.signature_menu import aside_button, match_block, match_menu
from bot.text import author, clip, escape, isolated, quoted, when
from charter.limits import most_by_plain_link

if TYPE_CHECKING:
    from datetime import tzinfo

    from charter.events import Event

_AT_MOST: Final = 5


def about_signatures(event: Event, zone: tzinfo) -> list[Block]:
    """Return a warning of a flood, unmatched signatures, and those set aside; nothing if there are none."""
    return [*_flooded(event), *_unmatched(event, zone), *_set_aside(event)]


def _unmatched(event: Event, zone: tzinfo) -> list[Block]:
    """Return the unmatched signatures, each with a menu to match it."""
    found = event.unmatched
    if not found:
        return []
    whose = "Whose is it?" if len(found) == 1 else "Whose are they?"
    heading = f":grey_question: *{len(found)} signed, but not matched to the roster.* {whose}"
    blocks = [section(heading)]
    for signature in found[:_AT_MOST]:
        booked = f" · booked by {escape(quoted(signature.booked_by, 60))}" if signature.booked_by else ""
        minors = f" · for {escape(isolated(clip(', '.join(signature.minors), 150)))}" if signature.minors else ""
        signed = f" · {when(moment, zone)}" if (moment := signature.moment) else ""
        blocks.append(
            section(
                f"{escape(quoted(signature.name, 80))}{minors}{booked}{signed}",
                accessory=match_menu(),
                block_id=match_block(event.eid, signature),
            )
        )
    if len(found) > _AT_MOST:
        blocks.append(context(f"And {len(found) - _AT_MOST} more, once these are matched."))
    false = [aside_button(event.eid, each, number=place) for place, each in enumerate(found[:_AT_MOST])]
    return [*blocks, actions(*false, block_id="false_signatures")]


def _flooded(event: Event) -> list[Block]:
    """Return a warning if the event's plain link has reached its limit of signatures."""
    if len(event.by_plain_link) < most_by_plain_link(event):
        return []
    return [
        context(
            f":warning: {len(event.by_plain_link)} people signed with the plain link, so it takes no more signatures. "
            "Set false signatures aside, or give each party its own link."
        )
    ]


def _set_aside(event: Event) -> list[Block]:
    """Return the signatures that were set aside, each with a button to take it back."""
    found = event.set_aside
    if not found:
        return []
    shown = found[-_AT_MOST:]
    names = ", ".join(f"{escape(quoted(each.name, 60))} by {author(each.set_aside_by or '')}" for each in shown)
    more = f" And {len(found) - len(shown)} earlier." if len(found) > len(shown) else ""
    backs = [aside_button(event.eid, each, number=place) for place, each in enumerate(shown)]
    counted = f":no_entry_sign: *{len(found)} set aside, counting for nobody:* {names}.{more}"
    return [section(counted), actions(*backs, block_id="set_aside_signatures")]
