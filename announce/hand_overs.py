"""Announce hand-overs of cash in Slack: ask the receiver, change that message at the end, and notify the giver."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from announce import cash_posts
from announce.authors import author_id, author_name
from announce.once import once
from charter import cash
from charter.announcements import ChannelClosed, PostGone
from charter.cash_news import HandOverOffered, offered_id
from charter.frozen import dataclass

if TYPE_CHECKING:
    from datetime import tzinfo

    from announce.channels import Channels
    from announce.services import Services
    from charter.cash import HandOver
    from charter.cash_news import HandOverFact
    from charter.records import MessagePlace, Record

KIND: Final = "hand_over"
_TITLES: Final = 5  # trips that a message names


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOvers:
    """The messages about hand-overs: direct ones to people, and posts in the office's channel."""

    services: Services
    channels: Channels
    zone: tzinfo

    def announce(self, fact: HandOverFact) -> bool:
        """Post once. Return whether this call did it. Raises as Posting.announce."""
        hand_over, asks = fact.hand_over, isinstance(fact, HandOverOffered)
        if not asks:
            self._end(hand_over)
            if hand_over.closed_by == hand_over.giver:
                return False  # the giver did it themselves
        to = hand_over.receiver if asks else hand_over.giver
        if asks:
            message = self._asked(hand_over)
        else:
            message = cash_posts.message_to_giver(hand_over, by=self._name(hand_over.closed_by))
        return once(
            fact.id,
            event=None,
            posted=self.services.posted,
            now=self.services.now(),
            do=partial(self._post, to, message, fact.id),
            find_earlier=partial(self._find_earlier, to, fact.id),
        )

    def _end(self, hand_over: HandOver) -> None:
        """Change the message that asked, if there is one. A second call changes nothing."""
        record = self.services.posted.find(offered_id(hand_over))
        if record is not None and record.place is not None:
            giver, receiver, by = map(self._name, (hand_over.giver, hand_over.receiver, hand_over.closed_by))
            message = cash_posts.ended_line(hand_over, giver=giver, receiver=receiver, by=by, zone=self.zone)
            with suppress(PostGone, ChannelClosed):
                self.services.poster.update(record.place, message)

    def _asked(self, hand_over: HandOver) -> dict[str, Any]:
        giver, receiver = self._name(hand_over.giver), self._name(hand_over.receiver)
        trips = [eid for eid in sorted(hand_over.trips) if not eid.isalnum()]  # else it is the id of a hand-over
        titles = {event.eid: event.title for event in self.services.ledger.events(trips[:_TITLES])}
        return cash_posts.offer_line(hand_over, giver=giver, receiver=receiver, titles=titles)

    def _post(self, to: str, message: dict[str, Any], key: str) -> MessagePlace | None:
        return self.channels.post_in(self._channels(to), message, kind=KIND, key=key)

    def _find_earlier(self, to: str, key: str, record: Record) -> MessagePlace | None:
        """Return the post of an earlier try. The bot may not read direct messages: there it asks once more."""
        for channel in self._channels(to):
            if place := self.services.poster.find(channel, key=key, since=record.claimed_at):
                return place
        return None

    def _channels(self, to: str) -> list[str]:
        """Return where a message to this person, or to the office, is tried. Slack takes a person's id as a channel."""
        own = [] if to == cash.OFFICE else [author_id(to)]
        return [*own, *([self.channels.ops] if self.channels.ops else [])]

    def _name(self, who: str) -> str:
        return author_name(who, self.services.poster.name)
