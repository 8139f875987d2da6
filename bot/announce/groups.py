"""One line for many signatures: a channel that reads a line for each of a hundred signers reads no payment any more."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from bot.announce import posts
from bot.announce.once import once
from charter.announcements import Behind, ChannelClosed, PostGone, remembered_until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.announce.channels import Channels
    from charter.announcements import PatronSigned
    from charter.events import Event
    from charter.ports import Meter, Place, Posted, Poster, Record

KIND: Final = "patrons_signed"
FLOOD_KIND: Final = "signature_flood"

# So many signatures of one event within a minute are a line each; further ones share one.
MOST_SINGLE: Final = 5
# So many within a minute are no group on the dock any more, and crew are warned.
FLOOD: Final = 25

_ROUNDS: Final = 4
_REMEMBERED: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The shared lines by their records. A record's `content` lists the references of the signatures in its line."""

    poster: Poster
    channels: Channels
    posted: Posted
    meter: Meter
    now: Callable[[], datetime]
    _singles: Counter[str] = field(default_factory=Counter, init=False)

    def takes(self, fact: PatronSigned, together: Sequence[PatronSigned]) -> bool:
        """Return whether a signature belongs into a shared line. `together` are those of its minute in this batch."""
        key = fact.group_id
        return len(together) > MOST_SINGLE or self._singles[key] >= MOST_SINGLE or self.posted.find(key) is not None

    def count_single(self, fact: PatronSigned) -> None:
        """Remember that a signature has a line of its own. A new process may forget it, at the cost of a few lines."""
        if len(self._singles) > _REMEMBERED:
            self._singles.clear()
        self._singles[fact.group_id] += 1

    def add(self, fact: PatronSigned, together: Sequence[PatronSigned]) -> None:
        """Let the shared line count these signatures. The same again changes nothing. Raises as Posting.announce."""
        refs = {each.signature.ref for each in together} | {fact.signature.ref}
        for _ in range(_ROUNDS):
            record = self.posted.find(fact.group_id)
            if record is None or not record.done:
                self._post(fact, refs)
                continue
            known = set(record.content.split())
            if refs <= known or self._write(fact.group_id, record, fact.event, refs | known):
                self._warn(fact, len(refs | known))
                return
        raise Behind(fact.group_id)

    def refresh(self, key: str, event: Event) -> None:
        """Bring the line up to date after one of its signatures was matched."""
        record = self.posted.find(key)
        if record is not None and record.done:
            self._write(key, record, event, set(record.content.split()))

    def _post(self, fact: PatronSigned, refs: set[str]) -> None:
        event, key, posted_now = fact.event, fact.group_id, False

        def post() -> Place | None:
            nonlocal posted_now
            place = self.channels.post(event, posts.signatures_line(event, refs), kind=KIND, key=key)
            posted_now = True
            return place

        def finish(record: Record) -> Record:
            # The line of an earlier try may count others, so it is written anew.
            return replace(record, content=" ".join(sorted(refs)) if posted_now else "")

        once(
            key,
            posted=self.posted,
            now=self.now(),
            until=remembered_until(event, self.now()),
            do=post,
            look=lambda record: self.channels.find(event, key=key, since=record.claimed_at),
            finish=finish,
        )

    def _write(self, key: str, record: Record, event: Event, refs: set[str]) -> bool:
        """Change the line; return False where another process changed its record meanwhile."""
        if record.place is not None:
            with suppress(PostGone, ChannelClosed):  # somebody took it down
                self.poster.update(record.place, posts.signatures_line(event, refs))
        counted = replace(record, content=" ".join(sorted(refs)))
        return self.posted.change(key, record, counted, until=remembered_until(event, self.now()))

    def _warn(self, fact: PatronSigned, number: int) -> None:
        """Warn the office's channel of a flood, once a day and event."""
        if number < FLOOD:
            return
        event, key = fact.event, f"flood:{fact.event.first_eid}:{fact.at:%Y-%m-%d}"

        def post() -> Place | None:
            self.meter.count("SignatureFlood")
            message = posts.flood_line(event, number)
            return self.channels.post(event, message, kind=FLOOD_KIND, key=key, office_first=True)

        once(
            key,
            posted=self.posted,
            now=self.now(),
            until=remembered_until(event, self.now()),
            do=post,
            look=lambda record: self.channels.find(event, key=key, since=record.claimed_at),
        )
