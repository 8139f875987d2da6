"""Finds the people of an event by its rows, and draws the pseudonyms of those who are to be forgotten."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from adapters.attribute_values import from_wire
from adapters.event_rows import read_beside, sorted_rows
from adapters.rows import EVENT_ROW, read_event
from charter.events import known_by_id
from charter.names import fold, same
from charter.patrons import is_id_of
from charter.pseudonyms import (
    FORGOTTEN,
    Pseudonym,
    is_forgotten,
    is_pseudonym,
    new_patron_id,
    patron_pseudonym,
    same_phone,
    signer_pseudonym,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

    from adapters.dynamo import Wire
    from charter.events import Event
    from charter.signatures import Signature

_CHANCE: Final = 2  # bytes of a pseudonym


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPerson:
    """One person of an event: a patron by `patron_id`, or a signer alone. `key` names them in a command.

    `names` and `contacts` are all that the event knows of them, also from before an edit; `shown_name` is the present
    name. `minors` are those for whom they signed.
    """

    key: str
    shown_name: str
    names: tuple[str, ...]
    contacts: tuple[str, ...] = ()
    patron_id: str = ""
    signature_ids: tuple[str, ...] = ()
    minors: tuple[str, ...] = ()

    def fits(self, wanted: str) -> bool:
        """Return whether the person has this name, e-mail, phone or patron id."""
        return (
            wanted in {self.key, self.patron_id}
            or any(same(name, wanted) for name in self.names)
            or any(each.casefold() == wanted.casefold() or same_phone(each, wanted) for each in self.contacts)
        )

    def shares_contact(self, other: EventPerson) -> bool:
        """Return whether both have an e-mail or a phone in common, so that they are one person."""
        return any(
            one.casefold() == two.casefold() or same_phone(one, two) for one in self.contacts for two in other.contacts
        )

    def has_name_of(self, other: EventPerson) -> bool:
        """Return whether both have a name in common."""
        return any(same(one, two) for one in self.names for two in other.names)


def event_of(eid: str, rows: Mapping[str, Wire], *, zone: tzinfo, currency: str) -> Event | None:
    """Return the event of these rows; None where nothing says when it was."""
    own = rows.get(EVENT_ROW)
    try:
        event = (
            read_event(from_wire(own), zone=zone, currency=currency)
            if own
            else known_by_id(eid, zone=zone, currency=currency)
        )
    except (ValueError, LookupError):
        return None
    return read_beside(event, sorted_rows(list(rows.values())))


def people_of(event: Event) -> list[EventPerson]:
    """Return everybody at the event who is not forgotten yet: patrons first, then those who only signed."""
    found = [
        _patron(event, patron_id) for patron_id in {**event.patrons, **event.payments} if not is_forgotten(patron_id)
    ]
    theirs = {signature_id for person in found for signature_id in person.signature_ids}
    signed = [each for each in (event.signatures or {}).values() if each.signature_id not in theirs]
    return found + [_signer(each) for each in signed if each.name and not is_pseudonym(each.name)]


def pseudonyms_for(event: Event, people: Iterable[EventPerson]) -> list[Pseudonym]:
    """Return a new pseudonym for each of these people of the event, drawn at random and different from all others."""
    everybody = people_of(event)
    taken = {patron.name for patron in event.patrons.values()} | {
        each.name for each in (event.signatures or {}).values()
    }
    found = []
    for person in people:
        name, chance = "", ""
        while not name or name in taken:
            chance = secrets.token_hex(_CHANCE)
            name = (patron_pseudonym if person.patron_id else signer_pseudonym)(chance)
        taken.add(name)
        others = set[str]().union(*(_folded(other) for other in everybody if other.key != person.key))
        found.append(
            Pseudonym(
                name=name,
                old_id=person.patron_id,
                new_id=new_patron_id(chance, mark=_mark(event, person.patron_id)) if person.patron_id else "",
                names=person.names,
                contacts=person.contacts,
                minors=person.minors,
                signature_ids=person.signature_ids,
                unique=not _folded(person) & others,
            )
        )
    return found


def _patron(event: Event, patron_id: str) -> EventPerson:
    """Return a patron with every name and contact that the event's rows have of them."""
    patron = event.patron(patron_id)
    signed = [each for each in (event.signatures or {}).values() if each.patron_id == patron_id and not each.companion]
    own = [
        each for each in signed if patron is not None and each.covers(patron) and not _is_guardian(each, patron.name)
    ]
    edits = [edit for edit in event.edits if edit.patron_id == patron_id]
    names = [
        *([patron.name] if patron else []),
        *(text for edit in edits if edit.what == "name" for text in (edit.before, edit.after)),
        *(each.name for each in own),
    ]
    contacts = [
        *((patron.email, patron.phone) if patron else ()),
        *(text for edit in edits if edit.what in {"email", "phone"} for text in (edit.before, edit.after)),
    ]
    return EventPerson(
        key=patron_id,
        shown_name=patron.name if patron else patron_id,
        names=_named(names),
        contacts=tuple(dict.fromkeys(each for each in contacts if each and each != FORGOTTEN)),
        patron_id=patron_id,
        signature_ids=tuple(each.signature_id for each in own),
        minors=_named(minor for each in own for minor in each.minors),
    )


def _signer(signature: Signature) -> EventPerson:
    return EventPerson(
        key=signature.ref[:12],
        shown_name=signature.name,
        names=(signature.name,),
        signature_ids=(signature.signature_id,),
        minors=_named(signature.minors),
    )


def _folded(person: EventPerson) -> set[str]:
    return {fold(each) for each in (*person.names, *person.minors)}


def _is_guardian(signature: Signature, name: str) -> bool:
    """Return whether somebody else signed for the patron, who is a minor."""
    return not same(signature.name, name) and any(same(minor, name) for minor in signature.minors)


def _named(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that say something and are no pseudonyms, each once as people compare them."""
    return tuple({fold(name): name for name in names if fold(name) and not is_pseudonym(name)}.values())


def _mark(event: Event, patron_id: str) -> str:
    """Return the end of a walk-up's id, which says with which payment they joined; empty for all others."""
    mark = patron_id.rpartition("-")[2]
    return mark if any(is_id_of(patron_id, entry.payment_id) for entry in event.payment(patron_id).entries) else ""
