"""The waiver card in a channel, and the question which event is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, actions, button, context, section
from bot.route_ids import SHARE_WAIVER
from bot.take_back_menu import take_back_button
from bot.text import clip, distinct_name, escape, when
from bot.views.remarks import flags
from bot.waiver_menu import open_button, qr_button
from charter.party_links import qr_page_link, waiver_link

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from bot.sharing import Public
    from charter.events import Event
    from charter.party_links import PartyLinks
    from charter.patrons import Patron

ASKED_AT_MOST: Final = 8

_OVER: Final = "This event is finished, so its waiver cannot be signed any more."


def card(event: Event, *, public_base_url: str, zone: tzinfo, now: datetime, by: str) -> dict[str, Any]:
    """Return the message with the link, which `by` may take back.

    Everybody in the channel sees it, so it has no names and no amounts.
    """
    link = waiver_link(public_base_url, event.eid)
    title = escape(clip(event.title, 150))
    covered = event.covered
    counted = (
        f"{covered.signed} of {covered.people} people have signed" if covered.people else "Nobody is on the roster yet"
    )
    # A page instead of an image: Slack refuses a message whose image it cannot fetch in time (docs/adr/0012).
    code = qr_button(qr_page_link(public_base_url, event.eid))
    blocks: list[Block] = [
        section(f":memo: *Waiver for {title}*\n{when(event.starts_at, zone)}\n<{link}|Read and sign it here>"),
        actions(open_button(link), code, take_back_button(by), block_id="waiver"),
        context(f"{counted} · `{escape(event.eid)}`"),
    ]
    blocks += [context(f":warning: {_OVER}")] if event.over(now) else []
    blocks += [context(f":warning: The id of this event {escape(reason)}.") for reason in event.warnings[:1]]
    return {"text": f"Waiver for {title}: {link}", "blocks": blocks}


def party_card(event: Event, patron: Patron, *, links: PartyLinks, zone: tzinfo, now: datetime) -> dict[str, Any]:
    """Return the link of one party, which only the sender sees. The page greets the party by the patron's name."""
    link, name = links.link(event, patron.patron_id), escape(distinct_name(patron, event.alike, 80))
    text = f"Waiver link for {name}'s party"
    code = qr_button(links.qr_page(event, patron.patron_id), name=distinct_name(patron, event.alike, 80))
    coverage = event.coverage(patron.patron_id)
    return {
        "response_type": "ephemeral",
        "text": text,
        "blocks": [
            section(
                f":memo: *{text}*\n{escape(clip(event.title, 150))} · {when(event.starts_at, zone)}\n"
                f"<{link}|Read and sign it here>"
            ),
            actions(open_button(link), code, block_id="waiver"),
            *([context(f":warning: {_OVER}")] if event.over(now) else []),
            context(f"{coverage} · Send this link only to the party: signatures made with it count for the party."),
        ],
    }


def ask(meant: Public, *, words: str, zone: tzinfo, now: datetime) -> dict[str, Any]:
    """Return the question which event is meant, with a button for each candidate."""
    quoted = escape(clip(words, 100))
    if meant.trouble:
        text = f"{escape(clip(meant.trouble, 400))} I share nothing before you pick one."
    elif meant.named:
        text = f"I am not sure which event “{quoted}” means. Which one's waiver should I share?"
    else:
        text = f"No event matches “{quoted}”." if words else "Which event's waiver should I share?"
    if not meant.asked:
        text += " No events are coming; write its id, as in `/waiver 2026-05-23-captain-cory-afternoon`."
    choices = [
        section(
            f"*{escape(clip(listing.title, 150))}* · {when(listing.starts_at, zone)}{flags(listing, now)}",
            accessory=button("Share here", action_id=f"{SHARE_WAIVER}.{listing.eid}", value=listing.eid),
        )
        for listing in meant.asked[:ASKED_AT_MOST]
    ]
    if (left := len(meant.asked) - ASKED_AT_MOST) > 0:
        choices.append(context(f"And {left} more. Write more of the event's name, or its day."))
    return {"text": text, "blocks": [section(text), *choices]}
