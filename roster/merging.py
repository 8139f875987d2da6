"""Merges the backup of one event's row into the present row: adds what is missing and changes nothing else.

Entries are merged by their ids. The only value that may change is `amount`, which is the sum of the entries.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire, to_wire
from adapters.moved import MOVED_TO
from adapters.rows import RESTORED_AT, entry_line, read_payment
from adapters.sums import exact_number
from charter.money import ZERO
from charter.payments import BEFORE_THE_LEDGER, HEADLINE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from adapters.dynamo import Wire

# Attributes of the event that are restored where the living row has none. A value in the living row is newer.
_FIELDS: Final = (
    *("title", "starts_at", "ends_at", "status", "channel"),
    *("price", "currency", "month", "boat", "capacity"),
)


@dataclass(slots=True)
class Merge:
    """Changes of the living row. `sets` holds the new values of its attributes, on the wire.

    `differing` names the parts that are in both rows with different content. The living one is kept.
    """

    sets: dict[str, Wire] = field(default_factory=dict)
    entries: int = 0
    patrons: int = 0
    sums: int = 0
    ids: int = 0
    fields: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)


def merge(living: Wire, restored: Wire, *, removed: Collection[str] = ()) -> Merge:
    """Return the changes that add to `living` what only `restored` has. Both are an event's own rows on the wire.

    `removed` are patrons whom an admin has since removed: they stay removed, and their payments are restored.
    """
    merged = Merge()
    _merge_payments(merged, living, restored)
    lines, before = _map(living, "patrons"), _map(restored, "patrons")
    missing = {
        patron_id: line
        for patron_id, line in before.items()
        if "M" in line and "M" not in lines.get(patron_id, {}) and patron_id not in removed
    }
    if missing:
        merged.patrons = len(missing)
        merged.sets["patrons"] = {"M": {**lines, **missing}}
    for name in _FIELDS:
        if _has(restored, name) and not _has(living, name):
            merged.fields.append(name)
            merged.sets[name] = restored[name]
    return merged


def same_row(one: Wire, other: Wire) -> bool:
    """Return whether two rows have the same content, apart from their event id and the time of a restore."""
    aside = {"eid", RESTORED_AT}
    one, other = ({name: value for name, value in row.items() if name not in aside} for row in (one, other))
    return from_wire(one) == from_wire(other)


def condition_of(living: Wire, sets: Mapping[str, Wire]) -> dict[str, Any]:
    """Return the parts of an update that writes `sets` if each of these attributes is still as it was read.

    Other attributes may change meanwhile. An event that was renamed meanwhile is not written.
    """
    names, values = {"#moved": MOVED_TO, "#eid": "eid"}, {}
    conditions, changes = ["attribute_exists(#eid)", "attribute_not_exists(#moved)"], []
    for place, (name, value) in enumerate(sets.items()):
        names[f"#s{place}"], values[f":s{place}"] = name, value
        changes.append(f"#s{place} = :s{place}")
        if name == RESTORED_AT:
            continue
        if name in living:
            values[f":w{place}"] = living[name]
            conditions.append(f"#s{place} = :w{place}")
        else:
            conditions.append(f"attribute_not_exists(#s{place})")
    return {
        "UpdateExpression": f"SET {', '.join(changes)}",
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }


def _merge_payments(merged: Merge, living: Wire, restored: Wire) -> None:
    records, added = dict(_map(living, "payments")), set[str]()
    owners = {payment_id: patron for patron, record in records.items() for payment_id in entries_of(record)}
    for patron_id, before in _map(restored, "payments").items():
        theirs, mine = entries_of(before), entries_of(records.get(patron_id, {}))
        if _stripped(records.get(patron_id, {}), before):
            mine = {}
        for payment_id, entry in theirs.items():
            owner = owners.get(payment_id, patron_id)
            elsewhere = payment_id != BEFORE_THE_LEDGER and owner != patron_id
            if elsewhere or (payment_id in mine and from_wire(mine[payment_id]["M"]) != from_wire(entry["M"])):
                merged.differing.append(f"payment {payment_id} of {owner if elsewhere else patron_id}")
        new = {
            payment_id: entry
            for payment_id, entry in theirs.items()
            if payment_id not in mine
            and (payment_id == BEFORE_THE_LEDGER or owners.get(payment_id, patron_id) == patron_id)
        }
        older = "M" not in records.get(patron_id, {}) and "M" not in before["M"].get("entries", {}) if new else False
        record = before if older else with_entries(records.get(patron_id, {}), {**mine, **new}, new)
        if record is None:
            if new:
                merged.differing.append(f"the payments of {patron_id}")
        elif record != records.get(patron_id):
            records[patron_id] = record
            merged.entries += len(new)
            merged.sums += not new
            added |= new.keys()
    if records != _map(living, "payments"):
        merged.sets["payments"] = {"M": records}
        _merge_ids(merged, living, restored, records, added)
    elif "SS" in restored.get("payment_ids", {}):
        merged.ids = _merge_ids(merged, living, restored, records, added)


def _merge_ids(merged: Merge, living: Wire, restored: Wire, records: Mapping[str, Wire], added: set[str]) -> int:
    """Add the ids of what was merged, or lost its guard, to the set that guards them, and return how many.

    A row that has no set gets all of them.
    """
    present = {payment_id for record in records.values() for payment_id in entries_of(record)}
    mine, theirs = (set(row.get("payment_ids", {}).get("SS", ())) for row in (living, restored))
    ids = mine | added | (theirs & present) if mine else present
    ids.discard(BEFORE_THE_LEDGER)
    if ids - mine:
        merged.sets["payment_ids"] = to_wire(ids)
    return len(ids - mine)


def with_entries(record: Wire, entries: Mapping[str, Wire], new: Mapping[str, Wire]) -> Wire | None:
    """Return the record with these entries and their sum; None where an entry has no amount that is a number."""
    kept = record.get("M", {})
    if not new and "M" not in kept.get("entries", {}):
        return record
    amounts = [exact_number(from_wire(entry["M"]).get("amount")) for entry in entries.values()]
    if any(amount is None for amount in amounts):
        return None
    total = sum((amount for amount in amounts if amount is not None), ZERO)
    if not new:
        right = exact_number(from_wire(kept).get("amount")) == total
        return record if right else {"M": {**kept, "amount": to_wire(total)}}
    latest = read_payment({"entries": {name: from_wire(entry["M"]) for name, entry in entries.items()}}).latest
    last = entries[latest.payment_id]["M"] if latest else {}
    headline = {name: last[name] for name in HEADLINE if name in last}
    others = {name: value for name, value in kept.items() if name not in HEADLINE}
    odd = {name: value for name, value in kept.get("entries", {}).get("M", {}).items() if "M" not in value}
    return {"M": {**others, **headline, "amount": to_wire(Decimal(total)), "entries": {"M": {**odd, **entries}}}}


def _stripped(record: Wire, before: Wire) -> bool:
    """Return whether a record lost its entries and kept their sum. Then the backup's entries replace it."""
    kept, past = record.get("M", {}), before.get("M", {})
    if not kept or "M" in kept.get("entries", {}) or "M" not in past.get("entries", {}):
        return False
    amount = exact_number(from_wire(kept).get("amount"))
    return amount is not None and amount == exact_number(from_wire(past).get("amount"))


def entries_of(record: Wire) -> dict[str, Wire]:
    """Return the entries of a patron's record by their ids. A record from before the ledger counts as one."""
    kept = record.get("M", {})
    entries = kept.get("entries", {}).get("M")
    if entries is not None:
        return {payment_id: entry for payment_id, entry in entries.items() if "M" in entry}
    if exact_number(from_wire(kept).get("amount")) is None:
        return {}
    return {entry.payment_id: to_wire(entry_line(entry)) for entry in read_payment(from_wire(kept)).entries}


def _map(row: Wire, name: str) -> dict[str, Wire]:
    content = row.get(name, {}).get("M")
    return content if isinstance(content, dict) else {}


def _has(row: Wire, name: str) -> bool:
    return name in row and "NULL" not in row[name]
