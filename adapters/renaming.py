"""Renames an event: all its rows move to the new id at one moment, and the old id redirects (docs/adr/0021).

One transaction is that moment. It writes the event's row at the new id and turns the row at the old id into a redirect,
on the condition that nobody changed it since it was read. `#boarding` always moves in it: a check-in is written only
while the event has its id, so none is left at the old one. The other rows (signatures, edits, crew assignments) move in
the same transaction if they fit. Otherwise they are copied first, behind a row `#moving` that hides them, and the
originals are removed afterwards. Rows that were written at the old id meanwhile are moved last, because every writer
checks for the redirect after it wrote. A rename that was interrupted continues from what it finds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from adapters.attribute_values import from_wire, to_wire
from adapters.boarding_rows import BOARDING_ROW
from adapters.expressions import Update
from adapters.moved import MOVED_TO, MOVING_ROW, RENAMED_FROM, earlier_ids, moved_to
from adapters.moves import (
    ASKED_AT,
    ASKED_BY,
    COPIES,
    MOVING_FROM,
    RenamedElsewhere,
    RenamePlan,
    RowsOfId,
    asked,
    check_free,
    moved,
)
from adapters.rows import EVENT_ROW, SIGNATURE_ROW, edit_row, read_signature
from adapters.shapes import key, own_row
from adapters.sizes import LARGEST_ITEM, item_size
from adapters.transactions import LARGEST, MOST_ACTIONS, RowChanged, as_read, holds, missing, size_of
from charter.event_ids import parse_event_id
from charter.events import known_by_id
from charter.refusals import (
    EventUnknown,
    NoRoomForId,
    Refusal,
    TableUnavailable,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

    from adapters.dynamo import Wire
    from adapters.transactions import Action, TransactionWriter
    from charter.edits import Edit

# Attributes of an event's row that are ours. One that was missing when the row was read must still be missing.
OURS: Final = (
    "title starts_at status channel price currency month boat capacity patrons payments payment_ids card_asked_at "
    f"calendar {MOVED_TO} {RENAMED_FROM}"
).split()
_TRIES: Final = 40  # an attempt fails if somebody pays or signs at that moment


class EventRenamer:
    """Renames events of one table. `rows` returns all rows of an id by their sort keys.

    `zone` and `currency` are for events of which only crew rows exist.
    """

    def __init__(
        self, rows: Callable[[str], dict[str, Wire]], transactions: TransactionWriter, *, zone: tzinfo, currency: str
    ) -> None:
        self._read, self._transactions = rows, transactions
        self._zone, self._currency = zone, currency

    def prepare(self, old: str, new: str) -> RenamePlan:
        """Read everything to move.

        Raises EventIdMalformed if `new` breaks the rule, EventUnknown, RenamedElsewhere, and where `new` belongs to
        another event, EventIdTaken, EventIdIsOld or EventIdBusy.
        """
        parse_event_id(new)
        there = self._rows(new)
        here = self._rows(old)  # last, for it must not change before the flip
        if not here.own and not here.others:
            raise EventUnknown(old)
        elsewhere = moved_to(here.own)
        if elsewhere and elsewhere != new:
            raise RenamedElsewhere(old, elsewhere)
        if not elsewhere:
            check_free(old, new, there)
        return RenamePlan(old, new, here, there, () if elsewhere else self._redirects(here.own, old, new))

    def carry_out(self, old: str, new: str) -> list[str]:
        """Rename, or continue a rename. Return the sort keys of rows that differ at both ids and were kept.

        Raises as `prepare` does, after the copies that an unfinished rename made are removed; NoRoomForId, and
        TableUnavailable where the event changes constantly.
        """
        for _ in range(_TRIES):
            try:
                move = self.prepare(old, new)
            except Unavailable:
                raise
            except (Refusal, RenamedElsewhere):
                self.unstage(old, new)
                raise
            try:
                if move.done:
                    return self._tidy(move)
                self._step(move)
            except RowChanged:
                continue
        raise TableUnavailable

    def fits(self, move: RenamePlan, edit: Edit | None = None) -> bool:
        """Return whether the whole rename, with its edit, fits into one transaction."""
        whole = self._whole(move, edit)
        return len(whole) <= MOST_ACTIONS and sum(map(size_of, whole)) <= LARGEST

    def write_at_once(self, move: RenamePlan, edit: Edit) -> None:
        """Rename in one transaction, with the edit. Raises RowChanged, and as the transactions do."""
        self._transactions.write(self._whole(move, edit))

    def ask(self, move: RenamePlan, *, by: str, at: str) -> None:
        """Write that the rename is to be carried out, at the new id, which nobody else can take meanwhile.

        Raises RowChanged where either id changed.
        """
        write, there = self._transactions, move.there
        mark = {**self._mark(move), ASKED_BY: to_wire(by), ASKED_AT: to_wire(at)}
        only_if = as_read(there.mark) if there.mark else missing()
        present = {"ConditionExpression": f"attribute_not_exists({MOVED_TO})"}
        free = holds(MOVED_TO, move.old) if there.own else missing()
        write.write(
            [
                write.put(mark, only_if=only_if),
                write.check(key(move.old), present),
                write.check(key(move.new), free),
            ]
        )

    def _step(self, move: RenamePlan) -> None:
        """Do the next step: the flip, or the copies that must exist before it."""
        edit = asked(move)
        if not move.there.copies and self.fits(move, edit):
            self._transactions.write(self._whole(move, edit))
        elif move.staged:
            self._transactions.write([*self._flip(move, edit), *self._boarding(move)])
        else:
            self._stage(move)

    def _whole(self, move: RenamePlan, edit: Edit | None) -> list[Action]:
        """Return all actions of a rename without copies."""
        together = [self._across(row, move.new) for name, row in move.here.others.items() if name != BOARDING_ROW]
        flip = [*self._flip(move, edit), *self._boarding(move)]
        return [*flip, *(action for pair in together for action in pair)]

    def _flip(self, move: RenamePlan, edit: Edit | None) -> list[Action]:
        """Return the actions that write the event's row at the new id and make all older ids redirect to it."""
        write, own = self._transactions, move.here.own
        row = self._new_row(move)
        if item_size(row) > LARGEST_ITEM:
            raise NoRoomForId(move.old)
        back = moved_to(move.there.own) == move.old
        redirect = {**key(move.old), MOVED_TO: {"S": move.new}}
        redirected = Update()
        redirected.when(MOVED_TO, is_="=", value=move.old)
        redirected.set(MOVED_TO, to=move.new)
        unchanged = as_read(own, without=OURS) if own else missing()
        return [
            write.put(row, only_if=holds(MOVED_TO, move.old) if back else missing()),
            write.put(redirect, only_if=unchanged),
            *(write.update(key(eid), redirected) for eid in move.redirects),
            *([write.delete(move.there.mark, only_if=holds(MOVING_FROM, move.old))] if move.there.mark else []),
            *([write.put(_wire(edit_row(move.new, edit)))] if edit else []),
        ]

    def _boarding(self, move: RenamePlan) -> list[Action]:
        """Return the actions that move `#boarding` if it is as it was read, or the condition that there is still none.

        A copy that a rename has made before is replaced.
        """
        row = move.here.others.get(BOARDING_ROW)
        if row is not None:
            copied = BOARDING_ROW in move.there.copies
            put = self._transactions.put(moved(row, move.new), only_if={} if copied else None)
            return [put, self._transactions.delete(row)]
        where = {**key(move.old), "crew_id": {"S": BOARDING_ROW}}
        return [{"ConditionCheck": {"TableName": self._transactions.table, "Key": where, **missing()}}]

    def _new_row(self, move: RenamePlan) -> Wire:
        own = move.here.own
        if not own:
            event = known_by_id(move.new, zone=self._zone, currency=self._currency)
            own = _wire({**own_row(event), "patrons": {}, "payments": {}})
        names = list(dict.fromkeys([*earlier_ids(own), move.old]))
        return {**own, **key(move.new), RENAMED_FROM: to_wire(names)}

    def _stage(self, move: RenamePlan) -> None:
        """Copy the other rows to the new id, where the mark hides them until the flip."""
        write, here, there = self._transactions, move.here.others, move.there
        mark = {**self._mark(move), COPIES: to_wire(sorted({*here, *there.copies}))}
        write.write([write.put(mark, only_if=as_read(there.mark) if there.mark else missing())])
        copied = {name: moved(row, move.new) for name, row in here.items()}
        stale = [there.others[name] for name in there.copies & there.others.keys() if name not in here]
        groups = [[write.put(row, only_if={})] for name, row in copied.items() if row != there.others.get(name)]
        write.write_all([*groups, *([write.delete(row)] for row in stale)])

    def _mark(self, move: RenamePlan) -> Wire:
        """Return the row that hides what is at the new id, with what it holds already."""
        return {COPIES: {"L": []}, **move.there.mark, **_mark_key(move.new), MOVING_FROM: {"S": move.old}}

    def _tidy(self, move: RenamePlan) -> list[str]:
        """Move or remove the rows that are still at the old id. Return the names of those that differ and are kept."""
        write, groups, differing = self._transactions, [], []
        for name, row in move.here.others.items():
            there = move.there.others.get(name)
            if there is None:
                groups.append(self._across(row, move.new))
            elif there == moved(row, move.new) or _is_later(there, row):
                groups.append([write.delete(row)])
            elif _is_later(row, there):
                groups.append([write.put(moved(row, move.new), only_if=as_read(there)), write.delete(row)])
            else:
                differing.append(name)
        write.write_all(groups)
        return differing

    def unstage(self, old: str, new: str) -> None:
        """Remove the copies of an unfinished rename from the new id, once it cannot be finished."""
        there = self._rows(new)
        if there.mark.get(MOVING_FROM) != {"S": old} or moved_to(self._rows(old).own) == new:
            return
        write = self._transactions
        write.write_all([write.delete(there.others[name])] for name in there.copies & there.others.keys())
        write.write([write.delete(there.mark)])

    def _across(self, row: Wire, new: str) -> list[Action]:
        return [self._transactions.put(moved(row, new)), self._transactions.delete(row)]

    def _redirects(self, own: Wire, old: str, new: str) -> tuple[str, ...]:
        """Return the older ids that redirect to `old`. They must redirect to `new`, so that none leads to another."""
        older = [eid for eid in earlier_ids(own) if eid not in (old, new)]
        return tuple(eid for eid in older if moved_to(self._rows(eid).own) == old)

    def _rows(self, eid: str) -> RowsOfId:
        rows = self._read(eid)
        return RowsOfId(rows.pop(EVENT_ROW, {}), rows.pop(MOVING_ROW, {}), rows)


def _mark_key(eid: str) -> Wire:
    return {**key(eid), "crew_id": {"S": MOVING_ROW}}


def _wire(row: Mapping[str, object]) -> Wire:
    return {name: to_wire(value) for name, value in row.items()}


def _is_later(row: Wire, other: Wire) -> bool:
    """Return whether both are the same signature, and `row` was matched to a patron later."""
    if not all(str(each["crew_id"].get("S", "")).startswith(SIGNATURE_ROW) for each in (row, other)):
        return False
    one, two = read_signature(from_wire(row)), read_signature(from_wire(other))
    return one.has_content_of(two) and (one.matched_at or "") > (two.matched_at or "")
