"""Keeps the names of people who were forgotten from coming back with a backup or an old file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from adapters.moved import earlier_ids, moved_to
from adapters.rows import EVENT_ROW, FORGOTTEN_AT, SIGNATURE_ROW
from roster.forgetting.people import event_of, people_of, pseudonyms_for
from roster.forgetting.rows import Rewriting
from roster.wording import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from adapters.dynamo import Wire
    from charter.pseudonyms import Pseudonym
    from roster.forgetting.journal import ForgettingJournal

Rows = dict[str, "Wire"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Veil:
    """Lays the pseudonyms of the living table over the rows of a backup. `journals` are by the events' first ids.

    `all_of_them`: patrons who may have been forgotten come back too. `lost` are the rows of journals that only the
    backup has.
    """

    journals: Mapping[str, Sequence[ForgettingJournal]]
    zone: tzinfo
    currency: str
    all_of_them: bool = False
    lost: Sequence[Wire] = ()

    def over(self, before: Rows, living: Rows, eid: str) -> tuple[Rows, list[str]]:
        """Return the rows of a backup without the names of those who were forgotten, and what to say of it.

        A person is recognised by the ids of entries and signatures. A patron of the backup who has none may be one of
        those who were forgotten, so their line is left out.
        """
        own = living.get(EVENT_ROW) or before.get(EVENT_ROW, {})
        journals = self.journals.get(next(iter(earlier_ids(own)), eid), [])
        if not journals or moved_to(before.get(EVENT_ROW, {})):
            return before, []
        if EVENT_ROW not in living:
            marks = [row[FORGOTTEN_AT]["S"] for row in before.values() if FORGOTTEN_AT in row]
            if marks and max(marks) >= max(each.at for each in journals):
                return before, []  # the backup is newer than that
            return before, [f"{_said(eid, journals)}. The names of the backup come back: run `forget` again."]
        new_ids = [patron_id for each in journals for patron_id in each.patrons]
        old_ids = {new: old for new in new_ids if (old := _old_id(new, before, living))}
        rewriting = Rewriting(tuple(self._pseudonyms(before, living, old_ids, eid)), max(each.at for each in journals))
        rows = {name: rewriting.row(row) or row for name, row in before.items()}
        rows |= {
            name: row for name, row in living.items() if name in rows and name != EVENT_ROW and FORGOTTEN_AT in row
        }
        return self._without_doubtful(rows, living, [new for new in new_ids if new not in old_ids], eid, journals)

    def _without_doubtful(
        self, rows: Rows, living: Rows, unknown: Sequence[str], eid: str, journals: Sequence[ForgettingJournal]
    ) -> tuple[Rows, list[str]]:
        """Leave out the lines of patrons who may be those with the ids `unknown`, of whom the backup says nothing."""
        known, lines = _map(living, "patrons"), _map(rows, "patrons")
        left_out = [patron_id for patron_id in lines if patron_id not in known]
        if not left_out or self.all_of_them or all(new in lines for new in unknown):
            return rows, []
        kept = {patron_id: line for patron_id, line in lines.items() if patron_id in known}
        sentence = f"{_said(eid, journals)}. Of the backup, {named(left_out)} may be meant and is left out"
        return {**rows, EVENT_ROW: {**rows[EVENT_ROW], "patrons": {"M": kept}}}, [f"{sentence}: see --forgotten."]

    def _pseudonyms(self, before: Rows, living: Rows, old_ids: Mapping[str, str], eid: str) -> Iterator[Pseudonym]:
        event = event_of(eid, before, zone=self.zone, currency=self.currency)
        if event is None or not old_ids:
            return
        new_ids = {old: new for new, old in old_ids.items()}
        for each in pseudonyms_for(event, [person for person in people_of(event) if person.patron_id in new_ids]):
            new = new_ids[each.old_id]
            name = _map(living, "patrons").get(new, {}).get("M", {}).get("name", {}).get("S", new)
            yield replace(each, new_id=new, name=str(name))


def warning_of(eid: str, journals: Sequence[ForgettingJournal], file: str) -> str:
    """Return the warning for an import into an event at which people were forgotten."""
    return f"{_said(eid, journals)}. Check that {file} does not bring their names back."


def _said(eid: str, journals: Sequence[ForgettingJournal]) -> str:
    number = sum(each.people for each in journals)
    last = max(each.at for each in journals)[:10]
    return f"{eid}: {number:,} {'person was' if number == 1 else 'people were'} forgotten there, last on {last}"


def _old_id(new: str, before: Rows, living: Rows) -> str | None:
    """Return the patron id in the backup of a person who has the id `new` now; None where nothing connects them."""
    entries = set(_entries(living, new))
    for patron_id in _map(before, "payments"):
        if entries & set(_entries(before, patron_id)):
            return patron_id if patron_id != new else None
    for name, row in living.items():
        if name.startswith(SIGNATURE_ROW) and row.get("patron_id") == {"S": new} and name in before:
            found = str(before[name].get("patron_id", {}).get("S", ""))
            return found if found != new else None
    return None


def _entries(rows: Rows, patron_id: str) -> Iterable[str]:
    record = _map(rows, "payments").get(patron_id, {}).get("M", {})
    return record.get("entries", {}).get("M", {})  # type: ignore[no-any-return]  # a map on the wire


def _map(rows: Rows, name: str) -> dict[str, Any]:
    content = rows.get(EVENT_ROW, {}).get(name, {}).get("M")
    return content if isinstance(content, dict) else {}
