"""One line for many signatures: a channel that reads a line for each of a hundred signers reads no payment any more."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import field, replace
from typing import TYPE_CHECKING, Final

from announce import posts
from announce.once import once
from announce.shared_lines import FEWEST_EVENTS, MOST_SINGLE, ChannelLine, EventLine, line_of
from charter.announcements import BlockedByEarlier, ChannelClosed, NoChannel, PostGone, remembered_until
from charter.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from announce.channels import Channels
    from announce.services import Services
    from announce.shared_lines import SharedLine
    from charter.announcements import PatronSigned
    from charter.events import Event
    from charter.records import MessagePlace, Record

KIND: Final = "patrons_signed"
FLOOD_KIND: Final = "signature_flood"

# More signatures than this within a minute are unlikely to be one group, and the office is warned.
FLOOD: Final = 25

_ROUNDS: Final = 4
_REMEMBERED: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The shared lines. The `content` of a line's record lists the signatures in the line."""

    services: Services
    channels: Channels
    _singles: dict[str, Counter[str]] = field(default_factory=dict, init=False)
    """The number of lines in one channel and minute, by event."""

    def line_for(self, fact: PatronSigned, together: Sequence[PatronSigned]) -> SharedLine | None:
        """Return the shared line of a signature; None where it has a line of its own.

        `together` are all signatures of its minute in this batch, this one included.
        """
        channel = self._channel(fact)
        beside = [each for each in together if self._channel(each) == channel]
        own = [each for each in beside if each.event.first_eid == fact.event.first_eid]
        of_channel, of_event = ChannelLine(channel, beside or [fact]), EventLine(own or [fact])
        single = self._singles.get(of_channel.key, Counter[str]())
        events = {each.event.first_eid for each in beside} | {fact.event.first_eid}
        if (len(events) >= FEWEST_EVENTS and len(beside) > MOST_SINGLE) or (
            len(single.keys() | {fact.event.first_eid}) >= FEWEST_EVENTS and single.total() >= MOST_SINGLE
        ):
            return of_channel
        if self.services.posted.find(of_channel.key) is not None:
            return of_channel
        many = len(own) > MOST_SINGLE or single[fact.event.first_eid] >= MOST_SINGLE
        return of_event if many or self.services.posted.find(of_event.key) is not None else None

    def count_single(self, fact: PatronSigned) -> None:
        """Remember that a signature has a line of its own. A new process does not, and posts a few lines more."""
        if len(self._singles) > _REMEMBERED:
            self._singles.clear()
        key = ChannelLine(self._channel(fact), [fact]).key
        self._singles.setdefault(key, Counter())[fact.event.first_eid] += 1

    def add(self, line: SharedLine, event: Event) -> None:
        """Add the signatures to the shared line. A second call changes nothing. Raises as Posting.announce."""
        for _ in range(_ROUNDS):
            record = self.services.posted.find(line.key)
            if record is None or not record.done:
                self._post(line, event)
                continue
            content = line.joined(record.content)
            if content == record.content or self._write(line, record, event, content):
                self._warn(line, event, line.number(content))
                return
        raise BlockedByEarlier(line.key)

    def refresh(self, key: str, event: Event) -> None:
        """Bring the line up to date after one of its signatures was matched."""
        line, record = line_of(key), self.services.posted.find(key)
        if line is not None and record is not None and record.done:
            self._write(line, record, event, record.content)

    def _channel(self, fact: PatronSigned) -> str:
        return next(iter(self.channels.of(fact.event)), "")

    def _post(self, line: SharedLine, event: Event) -> None:
        content, posted_now = line.joined(""), False

        def post() -> MessagePlace | None:
            nonlocal posted_now
            place = self.channels.post(event, line.message(event, content), kind=KIND, key=line.key)
            posted_now = True
            return place

        def finish(record: Record) -> Record:
            # The line of an earlier try may count other signatures, so it is written again.
            return replace(record, content=content if posted_now else "")

        self._once(line.key, event, post, finish)

    def _write(self, line: SharedLine, record: Record, event: Event, content: str) -> bool:
        """Change the line; return False where another process changed its record meanwhile."""
        if record.place is not None:
            with suppress(PostGone, ChannelClosed):  # somebody deleted it
                self.services.poster.update(record.place, line.message(event, content))
        counted = replace(record, content=content)
        return self.services.posted.change(
            line.key, record, counted, until=remembered_until(event, self.services.now())
        )

    def _warn(self, line: SharedLine, event: Event, number: int) -> None:
        """Warn the office's channel of a flood, once a day for each event or channel, if there is one that takes it."""
        if number < FLOOD:
            return
        message, key = posts.flood_line(line.title(event), number), f"flood:{line.flood}"

        def post() -> MessagePlace | None:
            self.services.meter.count("SignatureFlood")
            return self.channels.post(event, message, kind=FLOOD_KIND, key=key, office_first=True)

        with suppress(NoChannel):  # the line itself was posted, so its signatures are announced
            self._once(key, event, post)

    def _once(
        self,
        key: str,
        event: Event,
        post: Callable[[], MessagePlace | None],
        finish: Callable[[Record], Record] = lambda record: record,
    ) -> None:
        """Post a message once, in the first channel that takes it."""
        once(
            key,
            posted=self.services.posted,
            event=event,
            now=self.services.now(),
            do=post,
            find_earlier=lambda record: self.channels.find(event, key=key, since=record.claimed_at),
            finish=finish,
        )
