"""The changes of an event in a span of time: entries, signatures, edits, and the boarding."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - dataclass fields
from typing import TYPE_CHECKING, Final

from charter.boarding import Aboard, FrozenList  # noqa: TC001 - dataclass fields
from charter.edits import Edit
from charter.frozen import dataclass
from charter.moments import read_moment, utc
from charter.past import MATCHED, SET_ASIDE, signatures_read
from charter.payments import Entry  # noqa: TC001 - dataclass fields
from charter.signatures import MatchedBy, Signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from charter.events import Event

_ABOARD: Final = "aboard"
_BY_THE_SYSTEM: Final = frozenset(MatchedBy)


@dataclass(frozen=True, slots=True)
class PastChange:
    """One thing that changed at `at` (aware), and what was written with it.

    `patron_id` is the patron whom it concerns; None where it is the whole event, or a signature that is not matched.
    """

    at: datetime
    what: Entry | Signature | Edit | Aboard | FrozenList
    patron_id: str | None = None


def changes(
    event: Event, since: datetime, until: datetime | None = None, *, patron_id: str | None = None
) -> list[PastChange]:
    """Return what changed from `since` up to but without `until`, the latest first; of one patron if one is given.

    Raises SignaturesNotRead or BoardingNotRead where the event was read without them.
    """
    found = [
        each
        for each in (*_entries(event), *_signatures(event), *_boarding(event), *_edits(event))
        if since <= each.at and (until is None or each.at < until) and (patron_id is None or _is_of(each, patron_id))
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)


def _is_of(change: PastChange, patron_id: str) -> bool:
    """Return whether the change concerns the patron. A signature that was theirs before does too."""
    what = change.what
    was_theirs = isinstance(what, Edit) and what.what == MATCHED and what.before == patron_id
    return change.patron_id == patron_id or was_theirs


def _entries(event: Event) -> Iterator[PastChange]:
    for patron_id, payment in event.payments.items():
        for entry in payment.entries:
            yield PastChange(entry.timestamp, entry, patron_id)


def _signatures(event: Event) -> Iterator[PastChange]:
    """Yield each signing, and the matches and marks that people made before these left an edit."""
    edited = {(edit.what, utc(edit.at)) for edit in event.edits}
    for each in signatures_read(event).values():
        if each.moment is not None:
            yield PastChange(each.moment, each, each.patron_id)
        by_hand = each.matched_by if each.matched_by not in _BY_THE_SYSTEM else None
        for what, at, by, after in (
            (MATCHED, each.matched_at, by_hand, each.patron_id or ""),
            (SET_ASIDE, each.set_aside_at, each.set_aside_by, "set aside"),
        ):
            moment = read_moment(at)
            if moment is not None and by and (what, utc(moment)) not in edited:
                yield PastChange(moment, Edit(what, "", after, by, moment, each.patron_id, each.name), each.patron_id)


def _boarding(event: Event) -> Iterator[PastChange]:
    for patron_id, party in event.boarding.aboard.items():
        yield PastChange(party.at, party, patron_id)
    for frozen in event.cast_offs:
        yield PastChange(frozen.at, frozen)


def _edits(event: Event) -> Iterator[PastChange]:
    """Yield the edits, without those of check-ins that the boarding has as well."""
    checked_in = {(patron_id, utc(party.at)) for patron_id, party in event.boarding.aboard.items()}
    for edit in event.edits:
        if edit.what == _ABOARD and edit.after and (edit.patron_id, utc(edit.at)) in checked_in:
            continue
        yield PastChange(edit.at, edit, edit.patron_id)
