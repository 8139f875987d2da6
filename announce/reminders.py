"""Reminders to sign: one card each in the event's channel, with the QR code. It counts people, and names none."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from announce.authors import author_name
from announce.once import once
from announce.rich_text import rich, section, text
from bot.blocks import Block, actions, plain
from bot.take_back_menu import take_back_button
from bot.text import clip, escape, when
from bot.waiver_menu import open_button, qr_button
from charter.announcements import Refused
from charter.frozen import dataclass
from charter.party_links import qr_page_link, waiver_link
from charter.reminders import is_worth_it, left_in_words

if TYPE_CHECKING:
    from datetime import tzinfo

    from announce.channels import Channels
    from announce.services import Services
    from charter.events import Event
    from charter.records import MessagePlace, Record
    from charter.reminders import Reminded

KIND: Final = "reminded"
LONGEST_TITLE: Final = 80
LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderCards:
    """The cards of reminders."""

    services: Services
    channels: Channels
    public_base_url: str
    zone: tzinfo

    def announce(self, fact: Reminded) -> bool:
        """Post once, unless everybody has signed or nobody can any more. Return whether this call did it.

        Raises as Posting.announce.
        """
        now = self.services.now()
        if not is_worth_it(fact.event, now):
            return False
        return once(
            fact.id,
            event=fact.event,
            posted=self.services.posted,
            now=now,
            do=partial(self._post, fact),
            find_earlier=partial(self._find_earlier, fact),
        )

    def _post(self, fact: Reminded) -> MessagePlace | None:
        """Post the card with its image; without it where Slack could not fetch the image and so refuses the card."""
        message = self._card(fact)
        try:
            return self.channels.post(fact.event, message, kind=KIND, key=fact.id)
        except Refused:
            blocks = [block for block in message["blocks"] if block["type"] != "image"]
            return self.channels.post(fact.event, {**message, "blocks": blocks}, kind=KIND, key=fact.id)

    def _find_earlier(self, fact: Reminded, record: Record) -> MessagePlace | None:
        return self.channels.find(fact.event, key=fact.id, since=record.claimed_at)

    def _card(self, fact: Reminded) -> dict[str, Any]:
        by = author_name(fact.edit.by, self.services.poster.name)
        message = reminder_card(fact.event, by=by, public_base_url=self.public_base_url, zone=self.zone)
        transport, _, user_id = fact.edit.by.partition(":")
        if transport == "slack":  # they may take it back
            message["blocks"][-1]["elements"].append(take_back_button(user_id))
        return message


def reminder_card(event: Event, *, by: str, public_base_url: str, zone: tzinfo) -> dict[str, Any]:
    """Return the card: how many people have to sign, the QR code, and the buttons. `by` is the name of who reminds."""
    link, title = waiver_link(public_base_url, event.eid), clip(event.title, LONGEST_TITLE)
    said = f"{left_in_words(event)} to sign the waiver for {title}"
    starts = when(event.starts_at, zone)
    image: Block = {
        "type": "image",
        "image_url": f"{link}?qr",
        "alt_text": clip(f"QR code that opens the waiver for {title}", 2000),
        "title": plain("Scan to sign", 2000),
    }
    line = section(text("📝 "), text(said, bold=True), text(f"\n{starts} · reminded by {clip(by, LONGEST_NAME)}"))
    buttons = actions(open_button(link), qr_button(qr_page_link(public_base_url, event.eid)), block_id="waiver")
    return {"text": escape(f"{said} ({starts}): {link}"), "blocks": [rich(line), image, buttons]}
