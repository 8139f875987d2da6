"""Late announcements in Slack: one post for each fact, or one line for many facts of one event."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Final

from announce.late_lines import LatePoster, group_line
from announce.once import once_together
from charter.announcements import EntryLogged, remembered_until
from charter.frozen import dataclass
from charter.late import POST_POSITION, post_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from announce.posting import Posting
    from charter.announce_ports import Posted
    from charter.events import Event
    from charter.late import LateFact, PatronFact
    from charter.records import MessagePlace, Record

KIND: Final = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePosts:
    """Announces facts late in Slack. Both `announce` methods raise as Posting.announce."""

    posting: Posting
    zone: tzinfo
    position: str = field(default=POST_POSITION, init=False)

    @property
    def posted(self) -> Posted:
        """The records of announcements."""
        return self.posting.services.posted

    def key(self, fact: LateFact) -> str:
        """Return the key of a fact's record."""
        return post_key(fact)

    def is_single(self, fact: PatronFact) -> bool:
        """Return whether a fact is announced by itself whatever its age: it strikes an entry's post."""
        if not isinstance(fact, EntryLogged) or fact.reversed_id is None:
            return False
        record = self.posted.find(fact.reversed_id)
        return record is not None and record.place is not None

    def announce(self, fact: LateFact) -> None:
        """Post one fact, marked as late."""
        late = LatePoster(self.posting.services.poster, fact.at, self.zone)
        services, channels = replace(self.posting.services, poster=late), replace(self.posting.channels, poster=late)
        requests = replace(self.posting.requests, services=services, channels=channels)
        news = replace(self.posting.event_news, services=services, channels=channels)
        posting = replace(self.posting, services=services, channels=channels, requests=requests, event_news=news)
        posting.announce(fact)

    def announce_together(self, event: Event, facts: Sequence[PatronFact]) -> int:
        """Post one line for facts of one event, marked as late. Return their number."""
        of = {fact.id: fact for fact in facts}

        def post(ids: Sequence[str]) -> None:
            message = group_line(event, [of[each] for each in ids], zone=self.zone)
            self.posting.channels.post(event, message, kind=KIND, key=_line_of(ids[0]))

        def find_earlier(key: str, record: Record) -> MessagePlace | None:
            return self.posting.channels.find(event, key=key, since=record.claimed_at)

        now = self.posting.services.now()
        until = remembered_until(event, now)
        return len(
            once_together(
                list(of), posted=self.posted, now=now, until=until, do=post, find_earlier=find_earlier, name=_line_of
            )
        )

    def refresh_card(self, eid: str) -> None:
        """Update the event's boarding card."""
        self.posting.refresh_card(eid)


def _line_of(fact_id: str) -> str:
    """Return the key of a line for many facts, by the first one."""
    return f"{KIND}:{fact_id}"
