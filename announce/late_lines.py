"""The texts of late announcements. They say when it happened, so that nobody takes them for news."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from announce.posts import LONGEST_TITLE
from announce.rich_text import line_message, text
from bot.blocks import context
from bot.text import clip, when
from charter.announcements import EntryLogged
from charter.frozen import dataclass
from charter.money import ZERO, format_amount
from charter.returned import NOUNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, tzinfo

    from charter.announce_ports import Poster
    from charter.announcements import PatronSigned
    from charter.events import Event
    from charter.records import MessagePlace


def group_line(event: Event, facts: Sequence[EntryLogged | PatronSigned], *, zone: tzinfo) -> dict[str, Any]:
    """Return one line for many facts of an event: the number of each kind, their sums, and when they happened."""
    kinds = ", ".join(counted(event, facts))
    return line_message(text(f"🕰 Late, from {time_of(facts, zone=zone)}: {kinds} · {clip(event.title, LONGEST_TITLE)}"))


def counted(event: Event, facts: Sequence[EntryLogged | PatronSigned]) -> list[str]:
    """Return the number of facts of each kind, with their sums."""
    counts, sums = Counter[str](), dict[str, Decimal]()
    for fact in facts:
        kind = NOUNS[fact.entry.kind] if isinstance(fact, EntryLogged) else "signature"
        counts[kind] += 1
        if isinstance(fact, EntryLogged):
            sums[kind] = sums.get(kind, ZERO) + abs(fact.entry.amount)
    return [
        f"{number} {kind}{'s' if number > 1 else ''}"
        + (f" ({format_amount(sums[kind], event.currency)}{' in all' if number > 1 else ''})" if kind in sums else "")
        for kind, number in counts.items()
    ]


def time_of(facts: Sequence[EntryLogged | PatronSigned], *, zone: tzinfo) -> str:
    """Return when the first and the last of these facts happened."""
    first, last = when(facts[0].at, zone=zone), when(facts[-1].at, zone=zone)
    return first if first == last else f"{first} to {last}"


@dataclass(frozen=True, slots=True)
class LatePoster:
    """charter's Poster. Its posts say that they are late, and when it happened."""

    poster: Poster
    moment: datetime
    zone: tzinfo

    def post(
        self, channel: str, message: Mapping[str, Any], *, kind: str, key: str, thread: MessagePlace | None = None
    ) -> MessagePlace:
        """See charter.announce_ports.Poster.post."""
        said = f"🕰 Late: this is from {when(self.moment, zone=self.zone)}"
        late = {"text": f"{said}. {message['text']}", "blocks": [*message.get("blocks", ()), context(said)]}
        return self.poster.post(channel, late, kind=kind, key=key, thread=thread)

    def update(self, place: MessagePlace, message: Mapping[str, Any]) -> None:
        """See charter.announce_ports.Poster.update."""
        self.poster.update(place, message)

    def delete(self, place: MessagePlace) -> None:
        """See charter.announce_ports.Poster.delete."""
        self.poster.delete(place)

    def find(
        self, channel: str, *, key: str, since: datetime, thread: MessagePlace | None = None
    ) -> MessagePlace | None:
        """See charter.announce_ports.Poster.find."""
        return self.poster.find(channel, key=key, since=since, thread=thread)

    def name(self, user_id: str) -> str | None:
        """See charter.announce_ports.Poster.name."""
        return self.poster.name(user_id)
