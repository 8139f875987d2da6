"""The two kinds of shared lines: signatures of one event within a minute, and of many events in one channel."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from announce import posts
from bot.text import clip
from charter.announcements import minute_of
from charter.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from charter.announcements import PatronSigned
    from charter.events import Event

# So many signatures of one event within a minute are a line each; further ones share one.
MOST_SINGLE: Final = 5
# Signatures of so many events within a minute share one line of their channel, if they are more than the above.
FEWEST_EVENTS: Final = 4

_REF: Final = 12  # letters of a signature's reference, enough to distinguish those of one event and minute
_OF_EVENT: Final = "signatures:"


@dataclass(frozen=True, slots=True)
class EventLine:
    """The line of one event and minute. Its record holds the references of its signatures."""

    facts: Sequence[PatronSigned]
    given_key: str = ""

    @property
    def key(self) -> str:
        """The key of the line's record."""
        return self.given_key or self.facts[0].group_id

    @property
    def flood(self) -> str:
        """The event or channel, and the day. A flood is reported once for each."""
        return f"{self.facts[0].event.first_eid}:{self.facts[0].at:%Y-%m-%d}"

    def joined(self, content: str) -> str:
        """Return the content with the signatures of this batch added."""
        return " ".join(sorted({*content.split(), *(each.signature.ref for each in self.facts)}))

    def number(self, content: str) -> int:
        """Return the number of signatures."""
        return len(content.split())

    def title(self, event: Event) -> str:
        """Return the title for the warning about a flood."""
        return event.title

    def message(self, event: Event, content: str) -> dict[str, Any]:
        """Return the line."""
        return posts.signatures_line(event, set(content.split()))


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """The line of one channel and minute. Its record holds the events' titles and their signatures, as JSON."""

    channel: str
    facts: Sequence[PatronSigned]

    @property
    def key(self) -> str:
        """See EventLine.key."""
        return f"signatures-in:{self.channel}:{minute_of(self.facts[0].at)}"

    @property
    def flood(self) -> str:
        """See EventLine.flood."""
        return f"{self.channel}:{self.facts[0].at:%Y-%m-%d}"

    def joined(self, content: str) -> str:
        """See EventLine.joined."""
        events: dict[str, list[Any]] = json.loads(content or "{}")
        for fact in self.facts:
            title, refs = events.get(fact.event.first_eid, (clip(fact.event.title, posts.LONGEST_TITLE), []))
            events[fact.event.first_eid] = [title, sorted({*refs, fact.signature.ref[:_REF]})]
        return json.dumps(events, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    def number(self, content: str) -> int:
        """See EventLine.number."""
        return sum(len(refs) for _, refs in json.loads(content).values())

    def title(self, _event: Event) -> str:
        """See EventLine.title."""
        return "several events"

    def message(self, _event: Event, content: str) -> dict[str, Any]:
        """See EventLine.message."""
        return posts.signatures_of_events_line([(title, len(refs)) for title, refs in json.loads(content).values()])


SharedLine = EventLine | ChannelLine


def line_of(key: str) -> EventLine | None:
    """Return the line with this key; None for a line that does not show parties."""
    return EventLine((), key) if key.startswith(_OF_EVENT) else None
