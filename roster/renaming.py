"""Renames an event: all its rows move to the new id at one moment, and the old id redirects (docs/adr/0021).

One transaction is that moment. It writes the event's row at the new id and turns the row at the old id into a redirect,
on the condition that nobody changed it since it was read. `#boarding` always moves in it: a check-in is written only
while the event has its id, so none is left at the old one. The other rows (signatures, edits, crew assignments) move in
the same transaction if they fit. Otherwise they are copied first, behind a row `#moving` that hides them, and the
originals are removed afterwards. Rows that were written at the old id meanwhile are moved last, because every writer
checks for the redirect after it wrote. If the command is interrupted, the same command again continues from there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from adapters.attribute_values import from_wire, to_wire
from adapters.boarding_rows import BOARDING_ROW
from adapters.expressions import Update
from adapters.moved import MOVED_TO, MOVING_ROW, RENAMED_FROM, moved_to
from adapters.rows import EVENT_ROW, SIGNATURE_ROW, read_signature
from adapters.shapes import key, own_row
from adapters.sizes import LARGEST_ITEM, item_size
from charter.event_ids import parse_event_id
from charter.events import known_by_id
from roster.transactions import LARGEST, MOST_ACTIONS, RowChanged, Transactions, as_read, holds, missing, size_of
from roster.walking import contents_of, earlier_ids, kind_of, rows_of
from roster.wording import counted
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from mypy_boto3_dynamodb import DynamoDBClient

    from roster.transactions import Action
    from roster.walking import Wire

MOVING_FROM: Final = "moving_from"
COPIES: Final = "copies"

# Attributes of an event's row that are ours. One that was missing when the row was read must still be missing.
_OURS: Final = (
    "title starts_at status channel price currency month boat capacity patrons payments payment_ids card_asked_at "
    f"calendar {MOVED_TO} {RENAMED_FROM}"
).split()
_TRIES: Final = 40  # an attempt fails if somebody pays or signs at that moment


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of one id: the event's own and the mark of a rename, each empty where there is none, and the others."""

    own: Wire
    mark: Wire
    others: Mapping[str, Wire]

    @property
    def copies(self) -> set[str]:
        """The sort keys of the rows that a rename has copied here, or was about to."""
        return {each["S"] for each in self.mark.get(COPIES, {}).get("L", [])}


@dataclass(frozen=True, slots=True)
class Move:
    """Everything that a rename moves from `old` to `new`. `redirects` are older ids that redirect to `old`."""

    old: str
    new: str
    here: Rows
    there: Rows
    redirects: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """True if the event already has the new id. Some rows may still be at the old one."""
        return moved_to(self.here.own) == self.new

    @property
    def staged(self) -> bool:
        """True if every other row has an up-to-date copy at the new id, and no copy is of a row that is gone."""
        stale = (self.there.copies & self.there.others.keys()) - self.here.others.keys()
        same = all(_moved(row, self.new) == self.there.others.get(name) for name, row in self.here.others.items())
        return bool(self.there.mark) and same and not stale

    @property
    def plan(self) -> list[str]:
        """The plan for the operator, one line."""
        own = self.here.own
        if self.done:
            return [f"{self.old} is already renamed; {counted(len(self.here.others), 'row')} still to move"]
        parts = [counted(number, word) for word, number in contents_of(own).items()]
        kinds = Counter(map(kind_of, self.here.others))
        parts += [
            counted(kinds[kind], kind)
            for kind in ("signature", "edit", "boarding", "passenger list", "other row", "crew row")
            if kinds[kind] or kind in {"signature", "crew row"}
        ]
        return [f"{self.old} → {self.new}: {', '.join(parts)}"]


class Renaming:
    """Renames events of one table. `zone` and `currency` are for events of which only crew rows exist."""

    def __init__(self, client: DynamoDBClient, transactions: Transactions, *, zone: tzinfo, currency: str) -> None:
        self._client, self._transactions = client, transactions
        self._zone, self._currency = zone, currency

    def prepare(self, old: str, new: str) -> Move:
        """Read everything to move. Raises EventIdMalformed if `new` breaks the rule, Stopped if it is impossible."""
        parse_event_id(new)
        if old == new:
            raise Stopped("The old and the new id are the same. Pass another new id.")
        there = self._rows(new)
        here = self._rows(old)  # last, for it must not change before the flip
        if not here.own and not here.others:
            raise Stopped(f"There is no event “{old}” in the table. Check the id.")
        elsewhere = moved_to(here.own)
        if elsewhere and elsewhere != new:
            raise Stopped(f"“{old}” was already renamed to {elsewhere}. Rename that event.")
        if not elsewhere:
            _check_free(old, new, there)
        return Move(old, new, here, there, () if elsewhere else self._redirects(here.own, old, new))

    def carry_out(self, old: str, new: str) -> list[str]:
        """Rename, or continue a rename. Return the sort keys of rows that differ at both ids and were kept."""
        for _ in range(_TRIES):
            try:
                move = self.prepare(old, new)
            except Stopped:
                self._unstage(old, new)
                raise
            try:
                if move.done:
                    return self._tidy(move)
                self._step(move)
            except RowChanged:
                continue
        raise Stopped(
            f"“{old}” is being changed constantly. Finished steps are kept. Run the same command again in a minute."
        )

    def _step(self, move: Move) -> None:
        """Do the next step: the flip, or the copies that must exist before it."""
        actions = [*self._flip(move), *self._boarding(move)]
        together = [self._across(row, move.new) for name, row in move.here.others.items() if name != BOARDING_ROW]
        whole = [*actions, *(action for pair in together for action in pair)]
        if not move.there.mark and len(whole) <= MOST_ACTIONS and sum(map(size_of, whole)) <= LARGEST:
            self._transactions.write(whole)
        elif move.staged:
            self._transactions.write(actions)
        else:
            self._stage(move)

    def _flip(self, move: Move) -> list[Action]:
        """Return the actions that write the event's row at the new id and make all older ids redirect to it."""
        write, own = self._transactions, move.here.own
        row = self._new_row(move)
        if item_size(row) > LARGEST_ITEM:
            raise Stopped(f"The row of “{move.old}” is full to its last bytes. Choose a shorter new id.")
        back = moved_to(move.there.own) == move.old
        redirect = {**key(move.old), MOVED_TO: {"S": move.new}}
        redirected = Update()
        redirected.when(MOVED_TO, is_="=", value=move.old)
        redirected.set(MOVED_TO, to=move.new)
        unchanged = as_read(own, without=_OURS) if own else missing()
        return [
            write.put(row, only_if=holds(MOVED_TO, move.old) if back else missing()),
            write.put(redirect, only_if=unchanged),
            *(write.update(key(eid), redirected) for eid in move.redirects),
            *([write.delete(move.there.mark, only_if=holds(MOVING_FROM, move.old))] if move.there.mark else []),
        ]

    def _boarding(self, move: Move) -> list[Action]:
        """Return the actions that move `#boarding` if it is as it was read, or the condition that there is still none.

        A copy that a rename has made before is replaced.
        """
        row = move.here.others.get(BOARDING_ROW)
        if row is not None:
            copied = BOARDING_ROW in move.there.copies
            put = self._transactions.put(_moved(row, move.new), only_if={} if copied else None)
            return [put, self._transactions.delete(row)]
        where = {**key(move.old), "crew_id": {"S": BOARDING_ROW}}
        return [{"ConditionCheck": {"TableName": self._transactions.table, "Key": where, **missing()}}]

    def _new_row(self, move: Move) -> Wire:
        own = move.here.own
        if not own:
            event = known_by_id(move.new, zone=self._zone, currency=self._currency)
            fresh = {**own_row(event), "patrons": {}, "payments": {}}
            own = {name: to_wire(value) for name, value in fresh.items()}
        names = list(dict.fromkeys([*earlier_ids(own), move.old]))
        return {**own, **key(move.new), RENAMED_FROM: to_wire(names)}

    def _stage(self, move: Move) -> None:
        """Copy the other rows to the new id, where the mark hides them until the flip."""
        write, here, there = self._transactions, move.here.others, move.there
        copies = to_wire(sorted({*here, *there.copies}))
        mark = {**key(move.new), "crew_id": {"S": MOVING_ROW}, MOVING_FROM: {"S": move.old}, COPIES: copies}
        write.write([write.put(mark, only_if=holds(MOVING_FROM, move.old) if there.mark else missing())])
        moved = {name: _moved(row, move.new) for name, row in here.items()}
        stale = [there.others[name] for name in there.copies & there.others.keys() if name not in here]
        groups = [[write.put(row, only_if={})] for name, row in moved.items() if row != there.others.get(name)]
        write.write_all([*groups, *([write.delete(row)] for row in stale)])

    def _tidy(self, move: Move) -> list[str]:
        """Move or remove the rows that are still at the old id. Return the names of those that differ and are kept."""
        write, groups, differing = self._transactions, [], []
        for name, row in move.here.others.items():
            there = move.there.others.get(name)
            if there is None:
                groups.append(self._across(row, move.new))
            elif there == _moved(row, move.new) or _is_later(there, row):
                groups.append([write.delete(row)])
            elif _is_later(row, there):
                groups.append([write.put(_moved(row, move.new), only_if=as_read(there)), write.delete(row)])
            else:
                differing.append(name)
        write.write_all(groups)
        return differing

    def _unstage(self, old: str, new: str) -> None:
        """Remove the copies of an unfinished rename from the new id, once it cannot be finished."""
        there = self._rows(new)
        if there.mark.get(MOVING_FROM) != {"S": old} or moved_to(self._rows(old).own) == new:
            return
        write = self._transactions
        write.write_all([write.delete(there.others[name])] for name in there.copies & there.others.keys())
        write.write([write.delete(there.mark)])

    def _across(self, row: Wire, new: str) -> list[Action]:
        return [self._transactions.put(_moved(row, new)), self._transactions.delete(row)]

    def _redirects(self, own: Wire, old: str, new: str) -> tuple[str, ...]:
        """Return the older ids that redirect to `old`. They must redirect to `new`, so that none leads to another."""
        older = [eid for eid in earlier_ids(own) if eid not in (old, new)]
        return tuple(eid for eid in older if moved_to(self._rows(eid).own) == old)

    def _rows(self, eid: str) -> Rows:
        rows = rows_of(self._client, self._transactions.table, eid)
        return Rows(rows.pop(EVENT_ROW, {}), rows.pop(MOVING_ROW, {}), rows)


def _check_free(old: str, new: str, there: Rows) -> None:
    """Raise Stopped if the id belongs to another event or redirects to one."""
    source = there.mark.get(MOVING_FROM, {}).get("S")
    if source not in (None, old):
        raise Stopped(f"“{source}” is being renamed to {new}. Finish that first: events rename {source} {new}")
    target = moved_to(there.own)
    if target is not None and target != old:
        raise Stopped(f"“{new}” is an old id of {target}, and its links still work. Choose another id.")
    if (there.own and target is None) or there.others.keys() - there.copies:
        raise Stopped(f"An event “{new}” already exists. Choose another id.")


def _is_later(row: Wire, other: Wire) -> bool:
    """Return whether both are the same signature, and `row` was matched to a patron later."""
    if not all(str(each["crew_id"].get("S", "")).startswith(SIGNATURE_ROW) for each in (row, other)):
        return False
    one, two = read_signature(from_wire(row)), read_signature(from_wire(other))
    return one.has_content_of(two) and (one.matched_at or "") > (two.matched_at or "")


def _moved(row: Wire, new: str) -> Wire:
    return {**row, "eid": {"S": new}}
