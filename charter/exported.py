"""Entries of the ledgers as they are exported: which ones are chosen, and who took the money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from charter.frozen import dataclass
from charter.moments import month_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from charter.events import Event
    from charter.payments import Entry


@dataclass(frozen=True, slots=True)
class ExportedEntry:
    """One entry of a patron. `holder` took the money. A void is attributed to the person who took the voided money."""

    patron_id: str
    patron: str
    entry: Entry
    holder: str


@dataclass(frozen=True, slots=True)
class ExportedLedger:
    """The entries of one event, patron by patron, and of each patron in the order in which they were logged."""

    event: Event
    lines: tuple[ExportedEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The chosen entries: of one event, of a month's events, logged in a month (both `2026-05`), by method, by crew."""

    event: str | None = None
    month: str | None = None
    logged: str | None = None
    method: str | None = None
    crew: str | None = None

    @property
    def in_words(self) -> str:
        """The choice in words; empty where it is everything."""
        parts = {
            "of event": self.event,
            "of events in": self.month,
            "logged in": self.logged,
            "by method": self.method,
            "taken by": self.crew,
        }
        return ", ".join(f"{what} {value}" for what, value in parts.items() if value)

    def has(self, event: Event) -> bool:
        """Return whether the event is chosen."""
        return self.month is None or month_of(event.starts_at) == self.month

    def picks(self, posted: ExportedEntry, zone: tzinfo) -> bool:
        """Return whether the entry is chosen. `crew` chooses by its holder."""
        entry = posted.entry
        return (
            (self.logged is None or month_of(entry.timestamp.astimezone(zone)) == self.logged)
            and (self.method is None or entry.method.casefold() == self.method.casefold())
            and (self.crew is None or self.crew in {posted.holder, posted.holder.partition(":")[2]})
        )


class Exported(Protocol):
    """The ledgers of a table, read once. `wrong` has the amounts that are not certain once the reading has ended."""

    wrong: list[str]

    def read(self, choice: Choice) -> Iterator[ExportedLedger]:
        """Yield the ledger of each event with chosen entries. Raises TableUnavailable, ExportTooLarge."""
        ...


def posted(event: Event) -> Iterator[ExportedEntry]:
    """Yield every entry of an event."""
    for patron_id in sorted(event.payments):
        payment = event.payments[patron_id]
        patron = event.patron(patron_id)
        for entry in payment.entries:
            yield ExportedEntry(patron_id, patron.name if patron else patron_id, entry, payment.holder_of(entry))
