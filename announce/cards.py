"""Each event's one live boarding card: posting, moving and updating it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from announce.card import card, content_of, outdated_card
from announce.once import once
from charter.announcements import BlockedByEarlier, ChannelClosed, PostGone, remembered_until
from charter.events import Status
from charter.frozen import dataclass
from charter.refusals import EventUnknown

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from announce.channels import Channels
    from announce.services import Services
    from charter.events import Event
    from charter.records import MessagePlace, Record

CARD: Final = "boarding_card"

# What `wanted` of a record says after its card was taken back.
TAKEN_BACK: Final = "taken back"

# Each round does one thing: post, move, update or clean up. Only concurrent writers make more rounds necessary.
_ROUNDS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """The boarding cards. A card's record has the key `card:{first_eid}`, so a renamed event keeps its card.

    `names_unsigned` is False where a card counts those who have to sign and names none of them.
    """

    services: Services
    channels: Channels
    zone: tzinfo
    names_unsigned: bool = True

    def refresh(self, eid: str) -> None:
        """Update the event's card from the event's rows. A stream image may be out of date.

        The card is posted for the first payment, or when somebody asks for it. When somebody asks again, it moves to
        the end of the channel. When the request is taken back, a card that nothing else needs is deleted. Raises
        SlackUnavailable, InHand, TableUnavailable; BlockedByEarlier when others keep changing it.
        """
        for _ in range(_ROUNDS):
            try:
                event = self.services.ledger.event(eid)
            except EventUnknown:
                return  # removed from the table meanwhile
            key = f"card:{event.first_eid}"
            record = self.services.posted.find(key)
            if (record is None or record.wanted == TAKEN_BACK) and not self._due(event):
                return
            if record is None or not record.done:
                self._make(key, event)
            elif record.instead_of is None and _is_taken_back(record, event):
                self._take_back(key, record, event)
            elif record.instead_of is not None:  # before anything else: another move would forget this message
                self._take_down(record.instead_of, event)
                self.services.posted.change(key, record, replace(record, instead_of=None), until=self._until(event))
            elif record.wanted != _wanted(event, self.channels.of(event)):
                self._repost(key, event, record)
            elif self._update(key, event, record):
                return
        raise BlockedByEarlier(f"card:{eid}")

    def _due(self, event: Event) -> bool:
        if event.card_asked_at:
            return True
        return _has_entries(event) and event.status is not Status.CANCELLED and not event.over(self.services.now())

    def _make(self, key: str, event: Event) -> None:
        """Post the card. If an earlier, unfinished try posted it, the next round updates that one."""
        wanted, content = _wanted(event, self.channels.of(event)), ""

        def find_earlier(record: Record) -> MessagePlace | None:
            nonlocal wanted
            found = self._find_earlier(key, event, record)
            # The earlier try's card is in the channel of that time. The next round moves it if that has changed.
            wanted = record.wanted if found and record.wanted else wanted
            return found

        def post() -> MessagePlace | None:
            nonlocal content
            message = self._card(event)
            place = self.channels.post(event, message, kind=CARD, key=key)
            content = content_of(message)
            return place

        once(
            key,
            posted=self.services.posted,
            event=event,
            now=self.services.now(),
            do=post,
            find_earlier=find_earlier,
            wanted=wanted,
            finish=lambda record: replace(record, wanted=wanted, content=content),
        )

    def _find_earlier(self, key: str, event: Event, record: Record) -> MessagePlace | None:
        channels = dict.fromkeys([*self.channels.of(event), *record.wanted.split(" ")[:1]])
        finds = (
            self.services.poster.find(channel, key=key, since=record.claimed_at) for channel in channels if channel
        )
        return next((found for found in finds if found and found != record.instead_of), None)

    def _repost(self, key: str, event: Event, record: Record) -> None:
        """Let the next round post the card again, and delete the message that it replaces."""
        wanted = _wanted(event, self.channels.of(event))
        reopened = replace(
            record,
            claimed_at=self.services.now(),
            done=False,
            place=None,
            content="",
            wanted=wanted,
            instead_of=record.place,
        )
        self.services.posted.change(key, record, reopened, until=self._until(event))

    def _take_back(self, key: str, record: Record, event: Event) -> None:
        """Delete a card that only a request made. One that payments or a cast-off need stays where it is."""
        left = replace(record, wanted=_wanted(event, self.channels.of(event)))
        if not (_has_entries(event) or event.boarding.cast_off or event.cast_offs):
            if record.place is not None:
                self._take_down(record.place, event)
            left = replace(record, done=False, place=None, content="", wanted=TAKEN_BACK)
        self.services.posted.change(key, record, left, until=self._until(event))

    def _update(self, key: str, event: Event, record: Record) -> bool:
        """Update the message where it is out of date. Return False where another round is needed."""
        message = self._card(event)
        content = content_of(message)
        if record.place is None or record.content == content:
            return True
        try:
            self.services.poster.update(record.place, message)
        except (PostGone, ChannelClosed):
            self._repost(key, event, record)
            return False
        return self.services.posted.change(key, record, replace(record, content=content), until=self._until(event))

    def _take_down(self, place: MessagePlace, event: Event) -> None:
        """Delete the card that was replaced. Where Slack does not delete it, mark it as out of date."""
        try:
            self.services.poster.delete(place)
        except (PostGone, ChannelClosed):
            with suppress(PostGone, ChannelClosed):
                self.services.poster.update(place, outdated_card(event))

    def _card(self, event: Event) -> dict[str, Any]:
        return card(event, zone=self.zone, names_unsigned=self.names_unsigned)

    def _until(self, event: Event) -> datetime:
        return remembered_until(event, self.services.now())


def _has_entries(event: Event) -> bool:
    return any(payment.entries for payment in event.payments.values())


def _is_taken_back(record: Record, event: Event) -> bool:
    """Return whether the card was posted for a request that was taken back."""
    return not event.card_asked_at and bool(record.wanted.partition(" ")[2]) and record.wanted != TAKEN_BACK


def _wanted(event: Event, channels: list[str]) -> str:
    """Return the card's channel and when it was last asked for. A change of either moves the card."""
    return " ".join([*channels[:1], event.card_asked_at or ""])
