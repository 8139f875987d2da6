"""Rewrites the rows of an event for people who are forgotten, one function for each kind of row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire, to_wire
from adapters.boarding_rows import BOARDING_ROW, FROZEN_ROW
from adapters.rows import CHANGE_ROW, EVENT_ROW, FORGOTTEN_AT, REDACTED_SHA256, SIGNATURE_ROW
from charter.names import fold
from charter.passengers import sha256_of
from charter.past import MATCHED
from charter.pseudonyms import FORGOTTEN, Pseudonym, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from adapters.dynamo import Wire

# The free texts of an entry and of a check-in. Everything else of them is no name.
_FREE: Final = ("notes", "reason")
_CONTACTS: Final = ("email", "phone")
# Names the other side of a move of money: `eid/patron_id`.
COUNTERPART: Final = "counterpart"


@dataclass(frozen=True)
class Rewriting:
    """Rewrites rows of one event on the wire. `moment` marks each row that changes, so that it announces nothing."""

    pseudonyms: tuple[Pseudonym, ...]
    moment: str

    def row(self, wire: Wire) -> Wire | None:
        """Return the row without what names the people; None where it names none of them."""
        rewrite = self._rewriter(str(wire["crew_id"].get("S", "")))
        new = wire if rewrite is None else rewrite(wire)
        return None if new == wire else {**new, FORGOTTEN_AT: {"S": self.moment}}

    @cached_property
    def _by_id(self) -> dict[str, Pseudonym]:
        return {each.old_id: each for each in self.pseudonyms if each.old_id}

    @cached_property
    def _by_signature(self) -> dict[str, Pseudonym]:
        return {signature_id: each for each in self.pseudonyms for signature_id in each.signature_ids}

    @cached_property
    def _words(self) -> dict[str, Words]:
        """The replacing of texts by the patron whose they are; under the empty id for all others."""
        return {"": Words(self.pseudonyms)} | {key: Words(self.pseudonyms, [each]) for key, each in self._by_id.items()}

    @cached_property
    def _names(self) -> dict[str, str]:
        """The pseudonyms by folded names that nobody else of the event has."""
        return {name: new for each in self.pseudonyms if each.unique for name, new in each.by_name.items()}

    def _rewriter(self, name: str) -> Callable[[Wire], Wire] | None:
        if name == EVENT_ROW:
            return self._event
        if name == BOARDING_ROW:
            return self._boarding
        kinds = {SIGNATURE_ROW: self._signature, CHANGE_ROW: self._edit, FROZEN_ROW: self._frozen}
        return next((rewrite for start, rewrite in kinds.items() if name.startswith(start)), None)

    def _text(self, text: str, patron_id: str = "") -> str:
        return self._words.get(patron_id, self._words[""]).replaced(text)

    def _name(self, text: str, *own: Pseudonym | None) -> str:
        """Return a whole name: the pseudonym of one of these people, or of anybody who alone has that name."""
        known = self._names | {name: new for each in own if each for name, new in each.by_name.items()}
        return known.get(fold(text), text)

    def _event(self, wire: Wire) -> Wire:
        new = dict(wire)
        for name, rewrite in (("patrons", self._line), ("payments", self._record)):
            content = wire.get(name, {}).get("M")
            if isinstance(content, Mapping):
                lines = {self._id(patron_id): rewrite(line, patron_id) for patron_id, line in content.items()}
                new[name] = {"M": lines}
        return new

    def _id(self, patron_id: str) -> str:
        known = self._by_id.get(patron_id)
        return known.new_id if known else patron_id

    def _line(self, line: Wire, patron_id: str) -> Wire:
        """Return a line of the roster. Texts of other programs in it lose the name too."""
        who, fields = self._by_id.get(patron_id), line.get("M")
        if who is None or not isinstance(fields, Mapping):
            return line
        kept = {
            name: {"S": self._text(value["S"], patron_id)} if "S" in value and name != "state" else value
            for name, value in fields.items()
            if name not in _CONTACTS
        }
        return {"M": {**kept, **({"name": {"S": who.name}} if "name" in fields else {})}}

    def _record(self, record: Wire, patron_id: str) -> Wire:
        """Return a ledger with its notes and reasons rewritten. Amounts, moments, methods and ids stay."""
        if not isinstance(record.get("M"), Mapping):
            return record
        return {
            "M": {
                name: {"S": self._text(value["S"], patron_id)}
                if name in _FREE and "S" in value
                else self._record(value, patron_id)
                for name, value in record["M"].items()
            }
        }

    def _boarding(self, wire: Wire) -> Wire:
        aboard = wire.get("aboard", {}).get("M")
        if not isinstance(aboard, Mapping):
            return wire
        lines = {self._id(patron_id): self._record(line, patron_id) for patron_id, line in aboard.items()}
        return {**wire, "aboard": {"M": lines}}

    def _signature(self, wire: Wire) -> Wire:
        row = from_wire(wire)
        party = self._by_id.get(str(row.get("patron_id")))
        signer = self._by_signature.get(str(row["crew_id"]).removeprefix(SIGNATURE_ROW))
        if signer:
            row["name"] = signer.name
        elif "name" in row:
            row["name"] = self._name(str(row["name"]), party)
        if isinstance(row.get("minors"), list):
            row["minors"] = [self._name(str(minor), signer, party) for minor in row["minors"]]
        if isinstance(row.get("booked_by"), str):
            row["booked_by"] = self._name(row["booked_by"], party)
        if party:
            row["patron_id"] = party.new_id
        return _wire(row)

    def _edit(self, wire: Wire) -> Wire:
        row = from_wire(wire)
        what, own = row.get("what"), str(row.get("patron_id") or "")
        if what == MATCHED and own not in self._by_id:
            own = next((str(row[name]) for name in ("to", "from") if row.get(name) in self._by_id), own)
        who = self._by_id.get(own)
        for name in ("from", "to"):
            text = row.get(name)
            if not isinstance(text, str) or not text:
                continue
            if who and row.get("patron_id") == own and what in {"name", *_CONTACTS}:
                row[name] = who.name if what == "name" else FORGOTTEN
            elif what == MATCHED:
                row[name] = self._id(text)
            else:
                row[name] = self._text(text, own)
        if isinstance(row.get("reason"), str):
            whole = self._name(row["reason"], who)
            row["reason"] = whole if whole != row["reason"] else self._text(row["reason"], own)
        if "patron_id" in row:
            row["patron_id"] = self._id(str(row["patron_id"]))
        return _wire(row)

    def _frozen(self, wire: Wire) -> Wire:
        """Return a frozen list without the names. `sha256` stays the hash of the evidence, which keeps them."""
        text = wire.get("list", {}).get("S", "")
        try:
            content = json.loads(text)
        except ValueError:
            return wire
        if not isinstance(content, dict):
            return wire
        for name in ("aboard", "not_aboard"):
            content[name] = [self._party(party) for party in content.get(name) or []]
        content["unmatched"] = [self._person(person, None) for person in content.get("unmatched") or []]
        new = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return wire if new == text else {**wire, "list": {"S": new}, REDACTED_SHA256: {"S": sha256_of(new)}}

    def _party(self, party: dict[str, Any]) -> dict[str, Any]:
        patron_id = str(party.get("patron_id", ""))
        who, aboard = self._by_id.get(patron_id), party.get("aboard")
        new = {**party, "passengers": [self._person(person, who) for person in party.get("passengers") or []]}
        if aboard and aboard.get("reason"):
            new["aboard"] = {**aboard, "reason": self._text(aboard["reason"], patron_id)}
        return {**new, "patron_id": who.new_id, "name": who.name, "phone": None} if who else new

    def _person(self, person: dict[str, Any], party: Pseudonym | None) -> dict[str, Any]:
        names = {name: self._name(person[name], party) for name in ("name", "guardian") if person.get(name)}
        return {**person, **names}


def counterparts(own: Wire, patron_ids: Collection[str]) -> list[str]:
    """Return the ids of the events to or from which money of these patrons was moved, by an event's own row."""
    records = own.get("payments", {}).get("M", {})
    found = [name for patron_id in patron_ids for name in _counterparts(records.get(patron_id, {}))]
    return [name.rpartition("/")[0] for name in found if "/" in name]


def with_counterparts(wire: Wire, named: Mapping[str, str]) -> Wire:
    """Return a row whose entries name the other side of a move of money as `named` says, by what they name now."""
    if "payments" not in wire:
        return wire
    return {**wire, "payments": _renamed(wire["payments"], named)}


def _counterparts(value: Wire) -> Iterator[str]:
    for name, each in (value.get("M") or {}).items():
        if name == COUNTERPART and "S" in each:
            yield each["S"]
        else:
            yield from _counterparts(each)


def _renamed(value: Wire, named: Mapping[str, str]) -> Wire:
    if not isinstance(value.get("M"), Mapping):
        return value
    return {
        "M": {
            name: {"S": named.get(each["S"], each["S"])}
            if name == COUNTERPART and "S" in each
            else _renamed(each, named)
            for name, each in value["M"].items()
        }
    }


def _wire(row: Mapping[str, object]) -> Wire:
    return {name: to_wire(value) for name, value in row.items()}
