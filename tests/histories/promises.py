"""The promises of docs/table.md and the design, checked on a table, a workspace, a bucket and an outbox at rest."""

from __future__ import annotations

import hashlib
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from tests.histories.announcements import ANNOUNCED, is_unsearched
from tests.histories.boat import POSTS
from tests.histories.deeds import PAYMENT, REVERSAL, Said, lines_of, sums_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.histories.day import Day

_KEPT: Final = ("#change:", "#manifest:", "#signature:")
_OF_A_MATCH: Final = frozenset(
    {"patron_id", "matched_at", "matched_by", "companion", "set_aside_at", "set_aside_by", "party_link"}
)


def broken_promises(day: Day) -> list[str]:
    """Return a sentence for each promise that does not hold, after all faults have ended and all was delivered."""
    return [fault for check in CHECKS for fault in check(day)]


def ledgers_add_up(day: Day) -> Iterator[str]:
    """Check that each amount is the sum of its entries, and that an id is written once (promises 1, 2 and 4)."""
    for row in day.event_rows():
        ids = Counter[str]()
        for patron, record in (row.get("payments") or {}).items():
            entries = record.get("entries", {})
            ids.update(list(entries))
            if record["amount"] != sum((entry["amount"] for entry in entries.values()), Decimal(0)):
                yield f"{row['eid']} {patron}: the amount {record['amount']} is not the sum of the entries"
        if twice := [payment_id for payment_id, number in ids.items() if number > 1]:
            yield f"{row['eid']}: {twice} are written twice"
        if ids.keys() != (row.get("payment_ids") or set()):
            yield f"{row['eid']}: payment_ids are not the ids of the entries"


def deeds_are_kept(day: Day) -> Iterator[str]:
    """Check that each deed that was reported as done is there once, and each refused one is not."""
    found = [line for row in day.event_rows() for _, _, line in lines_of(row)]
    derived = [line for line in found if line.kind == "transfer" or _is_settled(day, line)]
    yield from day.deeds.faults(line for line in found if line not in derived)


def _is_settled(day: Day, line: Any) -> bool:
    """Return whether a refund or reversal is no deed itself, but follows from one: from a settled event, say."""
    return line not in {each for deed in day.deeds.all for each in deed.lines} and (
        line.kind == "refund" or _is_asked(day, line)
    )


def _is_asked(day: Day, line: Any) -> bool:
    """Return whether a reversal takes back something that was paid: the office may do so for a request."""
    paid = {each.reversed for deed in day.deeds.all for each in deed.lines if each.kind == PAYMENT}
    return line.kind == REVERSAL and line in paid


def each_entry_is_taken_back_once(day: Day) -> Iterator[str]:
    """Check that an entry has at most one reversal."""
    for row in day.event_rows():
        undone = Counter(
            entry["reverses"]
            for record in (row.get("payments") or {}).values()
            for entry in record.get("entries", {}).values()
            if entry.get("reverses")
        )
        yield from (f"{row['eid']}: {each} is taken back {times} times" for each, times in undone.items() if times > 1)


def transfers_come_in_pairs(day: Day) -> Iterator[str]:
    """Check that what left one event arrived in the other one."""
    moved: dict[str, list[Decimal]] = {}
    for row in day.event_rows():
        for record in (row.get("payments") or {}).values():
            for payment_id, entry in record.get("entries", {}).items():
                if entry["kind"] == "transfer":
                    moved.setdefault(payment_id, []).append(entry["amount"])
    yield from (f"{key} moved {sums}" for key, sums in moved.items() if len(sums) != 2 or sum(sums) != 0)


def nothing_is_changed_or_removed(day: Day) -> Iterator[str]:
    """Check in the stream that entries and edits only ever came, and signatures only got matches (promise 3).

    A rename moves rows to another id, and `forget` writes pseudonyms into texts.
    """
    for record in day.boat.changes:
        change = record["dynamodb"]
        old, new = from_wire(change.get("OldImage", {})), from_wire(change.get("NewImage", {}))
        crew_id = str(change["Keys"]["crew_id"]["S"])
        if not old or not new or day.forgotten:
            continue
        if crew_id == "#event" and "moved_to" not in new and "moved_to" not in old:
            yield from _lost_entries(old, new)
        if crew_id.startswith("#handover:") and (rewritten := [name for name in old if old[name] != new.get(name)]):
            yield f"{change['Keys']}: {rewritten} changed"
        if crew_id.startswith(_KEPT[:2]) and old != new:
            yield f"{change['Keys']} was changed"
        if crew_id.startswith(_KEPT[2]):
            changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
            if changed - _OF_A_MATCH:
                yield f"{change['Keys']}: {changed - _OF_A_MATCH} changed"


def _lost_entries(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for patron, record in (old.get("payments") or {}).items():
        after = (new.get("payments") or {}).get(patron, {}).get("entries", {})
        for payment_id, entry in record.get("entries", {}).items():
            if after.get(payment_id) != entry:
                yield f"{new['eid']}: the entry {payment_id} of {patron} was changed or lost"


def signatures_have_evidence(day: Day) -> Iterator[str]:
    """Check that each signature that was confirmed has a row, and each row evidence that nobody wrote over.

    A second copy at the id that an event had until that moment is read by nobody, and `verify` names it.
    """
    present = {row["eid"] for row in day.event_rows()}
    there = Counter(
        str(row["crew_id"]).removeprefix("#signature:")
        for row in day.rows()
        if str(row["crew_id"]).startswith("#signature:") and "signed_for" not in row and row["eid"] in present
    )
    for signature_id, (name, said) in day.signatures.items():
        if said is Said.YES and there[signature_id] != 1:
            yield f"the signature of {name} was confirmed and is there {there[signature_id]} times"
    objects = day.boat.bucket.objects
    yield from (f"{path} was written over" for path, versions in objects.items() if len(versions) > 1)
    kept = {path.rpartition("/")[2].removesuffix(".json") for path, versions in objects.items() if versions}
    yield from (f"the signature {each} has no evidence" for each in there if each not in kept)


def cast_offs_are_filed(day: Day) -> Iterator[str]:
    """Check that each frozen list is in the bucket, byte for byte, and was posted once."""
    posted = [
        post.text for post in day.boat.slack.board.posts if post.only_for is None and "Cast off with" in post.text
    ]
    frozen = [row for row in day.rows() if str(row["crew_id"]).startswith("#manifest:")]
    for row in frozen:
        list_id = str(row["crew_id"]).removeprefix("#manifest:")
        filed = [versions for path, versions in day.boat.bucket.objects.items() if path.endswith(f"{list_id}.json")]
        if not filed or not filed[0] or hashlib.sha256(filed[0][0]).hexdigest() != row["sha256"]:
            yield f"the list {list_id} is not filed as it was frozen"
    if len(posted) != len(frozen) and not (is_unsearched(day) and len(posted) > len(frozen)):
        yield f"{len(frozen)} lists were frozen, and {len(posted)} cast-offs posted"


def hand_overs_are_kept(day: Day) -> Iterator[str]:
    """Check that each hand-over is written once and ends at most once (promise 8)."""
    rows = [row for row in day.rows() if row["eid"] == "#cash"]
    counted = Counter(row["counted"] for row in rows)
    for amount, said, *_ in day.hand_overs:
        if counted[amount] > 1 or (said is Said.YES and not counted[amount]) or (said is Said.NO and counted[amount]):
            yield f"the hand-over of {amount} was answered “{said}” and is there {counted[amount]} times"
    for row in rows:
        ends = [name for name in ("accepted_at", "declined_at", "withdrawn_at") if name in row]
        if len(ends) > 1:
            yield f"{row['crew_id']} ended as {ends}"


def the_api_shows_the_ledgers(day: Day) -> Iterator[str]:
    """Check that a month's totals are the sums of all ledgers, by method (promise 7, by an independent sum)."""
    expected = {method: amount for method, amount in sums_of(day.event_rows()).items() if amount}
    shown: dict[str, Decimal] = {}
    for month in ("2026-05", "2026-06"):
        for (group, _, method, kind), value in _books(day, month):
            if group == "by_method" and kind not in {"tip", "entries", "transfer"} and method != "transfer":
                shown[method] = shown.get(method, Decimal(0)) + value
    shown = {method: amount for method, amount in shown.items() if amount}
    if shown != expected:
        yield f"the books have {shown}, and the ledgers {expected}"


def _books(day: Day, month: str) -> Iterator[tuple[tuple[str, str, str, str], Decimal]]:
    row = day.row("#books", month)
    for currency, methods in (row.get("by_method") or {}).items():
        for method, kinds in methods.items():
            for kind, value in kinds.items():
                yield ("by_method", currency, method, kind), value


def verify_finds_nothing(day: Day) -> Iterator[str]:
    """Check that `roster verify` finds nothing broken, the books included (promise 7)."""
    code, said = day.boat.roster("verify")
    if code != 0:
        yield f"verify ended with {code}: {said}"


def nobody_was_disturbed(day: Day) -> Iterator[str]:
    """Check that no text of the app notified a whole channel, and that no reader has undelivered records."""
    yield from (f"a whole channel was notified: {ping}" for ping in day.boat.slack.pings)
    if day.boat.read[POSTS] != len(day.boat.changes):
        yield "the stream was not read to its end"


CHECKS: Final = (
    *ANNOUNCED,
    ledgers_add_up,
    deeds_are_kept,
    each_entry_is_taken_back_once,
    transfers_come_in_pairs,
    nothing_is_changed_or_removed,
    signatures_have_evidence,
    cast_offs_are_filed,
    hand_overs_are_kept,
    the_api_shows_the_ledgers,
    verify_finds_nothing,
    nobody_was_disturbed,
)
