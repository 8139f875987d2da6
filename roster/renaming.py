"""Renaming an event: all its rows move to the new id at one moment, and the old id redirects (docs/adr/0021).

One transaction is that moment: it writes the event's row at the new id and turns the one at the old id into a redirect,
on the condition that nobody changed it since it was read. The other rows, which are signatures, edits and the crew's,
move in the same transaction where they fit; of more, copies are made first, behind a row `#moving` that hides them, and
the originals are removed after. Rows that were written at the old id meanwhile are moved last, since every writer looks
for the redirect after writing. Whatever happens in between, the same command again goes on from there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from adapters.moved import MOVED_TO, MOVING_ROW, RENAMED_FROM, moved_to
from adapters.rows import EVENT_ROW, SIGNATURE_ROW, read_signature
from adapters.shapes import key, own_row
from adapters.sizes import LARGEST_ITEM, item_size
from adapters.wire import from_wire, to_wire
from charter.event_ids import parse_event_id
from charter.events import known_by_id
from roster.transactions import LARGEST, MOST_ACTIONS, RowChanged, Transactions, as_read, holds, missing, size_of
from roster.walking import earlier_ids, kind_of, rows_of
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

# Ours in an event's row: one that it lacks must not have appeared since it was read.
_OURS: Final = (
    "title starts_at status channel price currency month patrons payments payment_ids card_asked_at "
    f"calendar {MOVED_TO} {RENAMED_FROM}"
).split()
_TRIES: Final = 40  # each one that fails means that somebody paid, or signed, in that very instant


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything under one id: the event's own row and the mark of a rename, empty without one, and the others."""

    own: Wire
    mark: Wire
    others: Mapping[str, Wire]

    @property
    def copies(self) -> set[str]:
        """The crew ids whose rows a rename has put here, or was about to."""
        return {each["S"] for each in self.mark.get(COPIES, {}).get("L", [])}


@dataclass(frozen=True, slots=True)
class Move:
    """What there is to be moved from `old` to `new`. `done`: it was, but for `left`: rows that are still at `old`."""

    old: str
    new: str
    here: Rows
    there: Rows
    redirects: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Whether the new id is the event's already."""
        return moved_to(self.here.own) == self.new

    @property
    def staged(self) -> bool:
        """Whether every other row stands at the new id too, as it is, and none that is gone at the old one."""
        stale = (self.there.copies & self.there.others.keys()) - self.here.others.keys()
        same = all(_moved(row, self.new) == self.there.others.get(name) for name, row in self.here.others.items())
        return bool(self.there.mark) and same and not stale

    @property
    def plan(self) -> list[str]:
        """What will happen, a line each."""
        own = self.here.own
        if self.done:
            return [f"{self.old} is renamed already; {counted(len(self.here.others), 'row')} still to move"]
        parts = [
            counted(len(own.get(name, {}).get("M", {})), word)
            for name, word in (("patrons", "patron"), ("payments", "payment record"))
        ]
        kinds = Counter(map(kind_of, self.here.others))
        parts += [
            counted(kinds[kind], kind)
            for kind in ("signature", "edit", "other row", "crew row")
            if kinds[kind] or kind in {"signature", "crew row"}
        ]
        return [f"{self.old} → {self.new}: {', '.join(parts)}"]


class Renaming:
    """Renames events of one table. `zone` and `currency` are for events that only crew rows tell of."""

    def __init__(self, client: DynamoDBClient, transactions: Transactions, *, zone: tzinfo, currency: str) -> None:
        self._client, self._transactions = client, transactions
        self._zone, self._currency = zone, currency

    def prepare(self, old: str, new: str) -> Move:
        """What there is to do. Raises EventIdMalformed when `new` breaks the rule, Stopped where it cannot be done."""
        parse_event_id(new)
        if old == new:
            raise Stopped("The old and the new id are the same.")
        there = self._rows(new)
        here = self._rows(old)  # last, for it must not change before the flip
        if not here.own and not here.others:
            raise Stopped(f"There is no event “{old}” in the table.")
        elsewhere = moved_to(here.own)
        if elsewhere and elsewhere != new:
            raise Stopped(f"“{old}” was renamed to {elsewhere} already. Rename that one.")
        if not elsewhere:
            _check_free(old, new, there)
        return Move(old, new, here, there, () if elsewhere else self._redirects(here.own, old, new))

    def carry_out(self, old: str, new: str) -> list[str]:
        """Does it, or goes on with it. Gives the crew ids whose rows at both ids differ, so that both were left."""
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
            f"“{old}” is being changed all the time. What was done stays done: run the same again in a minute."
        )

    def _step(self, move: Move) -> None:
        """The flip, or what must come before it."""
        actions = self._flip(move)
        together = [self._across(row, move.new) for row in move.here.others.values()]
        whole = [*actions, *(action for pair in together for action in pair)]
        if not move.there.mark and len(whole) <= MOST_ACTIONS and sum(map(size_of, whole)) <= LARGEST:
            self._transactions.write(whole)
        elif move.staged:
            self._transactions.write(actions)
        else:
            self._stage(move)

    def _flip(self, move: Move) -> list[Action]:
        """The event's row at the new id, and redirects at all the others: one moment for every reader."""
        write, own = self._transactions, move.here.own
        row = self._new_row(move)
        if item_size(row) > LARGEST_ITEM:
            raise Stopped(f"The row of “{move.old}” is full to its last bytes: a shorter new id is needed.")
        back = moved_to(move.there.own) == move.old
        redirect = {**key(move.old), MOVED_TO: {"S": move.new}}
        unchanged = as_read(own, without=_OURS) if own else missing()
        return [
            write.put(row, only_if=holds(MOVED_TO, move.old) if back else missing()),
            write.put(redirect, only_if=unchanged),
            *(write.set_text(key(eid), MOVED_TO, to=move.new, was=move.old) for eid in move.redirects),
            *([write.delete(move.there.mark, only_if=holds(MOVING_FROM, move.old))] if move.there.mark else []),
        ]

    def _new_row(self, move: Move) -> Wire:
        own = move.here.own
        if not own:
            event = known_by_id(move.new, zone=self._zone, currency=self._currency)
            fresh = {**own_row(event), "patrons": {}, "payments": {}}
            own = {name: to_wire(value) for name, value in fresh.items()}
        names = list(dict.fromkeys([*earlier_ids(own), move.old]))
        return {**own, **key(move.new), RENAMED_FROM: to_wire(names)}

    def _stage(self, move: Move) -> None:
        """Copies the other rows to the new id, where the mark hides them until the flip."""
        write, here, there = self._transactions, move.here.others, move.there
        copies = to_wire(sorted({*here, *there.copies}))
        mark = {**key(move.new), "crew_id": {"S": MOVING_ROW}, MOVING_FROM: {"S": move.old}, COPIES: copies}
        write.write([write.put(mark, only_if=holds(MOVING_FROM, move.old) if there.mark else missing())])
        moved = {name: _moved(row, move.new) for name, row in here.items()}
        stale = [there.others[name] for name in there.copies & there.others.keys() if name not in here]
        groups = [[write.put(row, only_if={})] for name, row in moved.items() if row != there.others.get(name)]
        write.write_all([*groups, *([write.delete(row)] for row in stale)])

    def _tidy(self, move: Move) -> list[str]:
        """Moves or removes what is still at the old id. Gives the names of what differs, which is left."""
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
        """Takes away what an unfinished rename had put at the new id, once it cannot be finished any more."""
        there = self._rows(new)
        if there.mark.get(MOVING_FROM) != {"S": old} or moved_to(self._rows(old).own) == new:
            return
        write = self._transactions
        write.write_all([write.delete(there.others[name])] for name in there.copies & there.others.keys())
        write.write([write.delete(there.mark)])

    def _across(self, row: Wire, new: str) -> list[Action]:
        return [self._transactions.put(_moved(row, new)), self._transactions.delete(row)]

    def _redirects(self, own: Wire, old: str, new: str) -> tuple[str, ...]:
        """The older ids that lead to `old`: they are to lead to `new`, so that no redirect leads to another."""
        older = [eid for eid in earlier_ids(own) if eid not in (old, new)]
        return tuple(eid for eid in older if moved_to(self._rows(eid).own) == old)

    def _rows(self, eid: str) -> Rows:
        rows = rows_of(self._client, self._transactions.table, eid)
        return Rows(rows.pop(EVENT_ROW, {}), rows.pop(MOVING_ROW, {}), rows)


def _check_free(old: str, new: str, there: Rows) -> None:
    """Raises Stopped when the id belongs to another event, or is one that leads to another."""
    source = there.mark.get(MOVING_FROM, {}).get("S")
    if source not in (None, old):
        raise Stopped(f"“{source}” is being renamed to {new}. Finish that first: events rename {source} {new}")
    target = moved_to(there.own)
    if target is not None and target != old:
        raise Stopped(f"“{new}” is an old id of {target}: links with it lead there. Choose another.")
    if (there.own and target is None) or there.others.keys() - there.copies:
        raise Stopped(f"There is an event “{new}” already. Choose another id.")


def _is_later(row: Wire, other: Wire) -> bool:
    """Return whether both are one signature, and `row` was matched to a patron after the other was."""
    if not all(str(each["crew_id"].get("S", "")).startswith(SIGNATURE_ROW) for each in (row, other)):
        return False
    one, two = read_signature(from_wire(row)), read_signature(from_wire(other))
    return one.has_content_of(two) and (one.matched_at or "") > (two.matched_at or "")


def _moved(row: Wire, new: str) -> Wire:
    return {**row, "eid": {"S": new}}
