"""The undo of payments that were logged together, as far as they are not undone yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charter.frozen import dataclass
from charter.group_payments import is_voided, together
from charter.refusals import EntryReversed, EntryUnknown
from charter.undoing import Undo

if TYPE_CHECKING:
    from datetime import datetime

    from charter.events import Event
    from charter.payments import Entry, Source


@dataclass(frozen=True, slots=True)
class GroupUndo:
    """A request to undo what is left of a group that the same person logged. `Ledger.undo_group` writes the voids."""

    eid: str
    group: str

    def entries(self, event: Event, *, by: str, source: Source, now: datetime) -> list[tuple[str, Entry]]:
        """Return the entries that undo it, each with its patron's id; if nothing is left, those that undid it.

        Raises as charter.undoing.Undo.entry does, for the first entry that cannot be undone.
        """
        logged = together(event, self.group)
        if not logged:
            raise EntryUnknown
        left = [pair for pair in logged if not is_voided(event, *pair)]
        found: list[tuple[str, Entry]] = []
        for patron, entry in left or logged:
            undo, payment = Undo(self.eid, patron.patron_id, entry.payment_id), event.payment(patron.patron_id)
            try:
                found.append((patron.patron_id, undo.entry(payment, by=by, source=source, now=now)))
            except EntryReversed:
                continue  # somebody else voided it
        if not found:
            raise EntryReversed
        return found
