"""Merges the rows of a restored table into the living one, event by event.

Entries, patrons, signatures and edits that the living table lacks are added by their ids. Everything in the living
table is newer and stays as it is. An event is found under its present id, also if it was renamed since or renamed back.
Each event is read again right before it is written, and written on the condition that it is still as it was read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from adapters.attribute_values import from_wire
from adapters.dynamo import rows_of
from adapters.moved import MOVED_TO, MOVING_ROW, moved_to
from adapters.moves import MOVING_FROM
from adapters.rows import CHANGE_ROW, EVENT_ROW, RESTORED_AT, read_signature
from adapters.shapes import key
from adapters.sizes import LARGEST_ITEM, item_size
from adapters.transactions import LARGEST, MOST_ACTIONS, RowChanged, size_of
from roster.merging import Merge, condition_of, merge, same_row
from roster.walking import MOST_STEPS, kind_of
from roster.wording import counted
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.dynamo import Wire
    from adapters.transactions import Action
    from roster.forgetting.returning import Veil
    from roster.present_ids import EventIndex
    from roster.transactions import OperatorTransactions

_MARK: Final = 64  # bytes for the mark of the restore, which is added
_UNFINISHED: Final = "restore_unfinished"  # in an event's row that was put back, until its other rows are back too
_TRIES: Final = 40  # an attempt fails if somebody changes the event at that moment


@dataclass(frozen=True, slots=True)
class Outline:
    """A planned step without its rows. `plan` is None where there is nothing to write."""

    eid: str
    target: str
    plan: str | None
    differing: tuple[str, ...]
    crew_left: int
    said: tuple[str, ...] = ()


@dataclass(slots=True)
class RestoreStep:
    """Additions from one id of the restored table to the event at `target`.

    `rows` are put where there are none. With `redirect` the id gets back the row that leads to `target`. `unfinished`:
    an earlier restore put the event's row back and was interrupted before its end.
    """

    eid: str
    target: str
    living: Wire
    new: Wire | None = None
    merge: Merge = field(default_factory=Merge)
    rows: list[Wire] = field(default_factory=list)
    redirect: bool = False
    unfinished: bool = False
    differing: list[str] = field(default_factory=list)
    crew_left: int = 0
    said: list[str] = field(default_factory=list)

    @property
    def outline(self) -> Outline:
        """The step without its rows."""
        plan = None if self.empty else self.plan
        return Outline(self.eid, self.target, plan, tuple(self.differing), self.crew_left, tuple(self.said))

    @property
    def empty(self) -> bool:
        """True if there is nothing to write."""
        return not (self.new or self.merge.sets or self.rows or self.redirect or self.unfinished)

    @property
    def plan(self) -> str:
        """The line of the plan: everything that the event gains."""
        kinds = Counter(kind_of(row["crew_id"]["S"]) for row in self.rows)
        gained = {"entry": self.merge.entries, "patron": self.merge.patrons, **kinds}
        parts = ["the whole row with its payments"] if self.new else []
        parts += [counted(number, word) for word, number in gained.items() if number]
        parts += [f"{counted(self.merge.sums, 'sum')} set right"] if self.merge.sums else []
        parts += [f"its {', '.join(self.merge.fields)}"] if self.merge.fields else []
        parts += [f"{counted(self.merge.ids, 'payment id')} guarded again"] if self.merge.ids else []
        parts += [f"{self.eid} redirects to it again"] if self.redirect else []
        parts = parts or ["the end of a restore that was interrupted"]
        where = self.target if self.target == self.eid else f"{self.eid}, now {self.target}"
        return f"{where}: {', '.join(parts)}"


class Restoring:
    """Restores events from the table `restored`. `moment` marks written rows, so that they are not announced again.

    `veil` keeps the names of people who were forgotten from coming back.
    """

    def __init__(  # noqa: PLR0913 - both tables, and how to restore
        self,
        client: DynamoDBClient,
        transactions: OperatorTransactions,
        restored: str,
        *,
        moment: str,
        veil: Veil,
        crew: bool = False,
    ) -> None:
        self._client, self._transactions = client, transactions
        self._restored, self._moment, self._crew, self._veil = restored, moment, crew, veil

    def prepare(self, eid: str, names: EventIndex) -> RestoreStep:
        """Read everything to add from one id. Raises Stopped where that is impossible."""
        before = rows_of(self._client, self._restored, eid)
        own = before.get(EVENT_ROW, {})
        source = before.get(MOVING_ROW, {}).get(MOVING_FROM, {}).get("S") if not own else None
        leads_to = moved_to(own) or source
        target = names.find(leads_to or eid, own) or (names.find(eid, {}) if leads_to else eid)
        if target is None:
            raise Stopped(f"{eid} redirected to {leads_to}, which is in neither table. It is left out.")
        target, living = self._living(target)
        if MOVING_ROW in living:
            origin = living[MOVING_ROW].get(MOVING_FROM, {}).get("S")
            raise Stopped(f"{origin} is being renamed to {target}. Finish that first: events rename {origin} {target}")
        before, said = self._veil.over(before, living, target)
        own = before.get(EVENT_ROW, {})
        step = RestoreStep(eid, target, living=living.get(EVENT_ROW, {}), said=said)
        step.unfinished = _UNFINISHED in step.living and bool(own) and not moved_to(own)
        if own and not moved_to(own):
            self._merge_own(step, own, living, before)
        self._add_rows(step, before, living)
        if eid != target and not source:
            step.redirect = EVENT_ROW not in rows_of(self._client, self._transactions.table, eid)
        return step

    def carry_out(self, eid: str, names: EventIndex) -> RestoreStep:
        """Restore one id, and return the step. Raises Stopped if the event is changed constantly."""
        for _ in range(_TRIES):
            step = self.prepare(eid, names)
            try:
                for batch in self._batches(step):
                    self._transactions.write(batch)
            except RowChanged:
                continue
            return step
        raise Stopped(f"{eid} is being changed constantly. Run the same command again in a minute.")

    def _living(self, eid: str) -> tuple[str, dict[str, Wire]]:
        """Return the present id of an event, and its living rows."""
        for _ in range(MOST_STEPS):
            living = rows_of(self._client, self._transactions.table, eid)
            further = moved_to(living.get(EVENT_ROW, {}))
            if further is None:
                return eid, living
            eid = further
        raise Stopped(f"{eid} redirects in a circle and is left out. `verify` lists the ids.")

    def _merge_own(self, step: RestoreStep, own: Wire, living: Mapping[str, Wire], before: Mapping[str, Wire]) -> None:
        if not step.living:
            step.new = {**own, **key(step.target)}
            return
        removed = {
            row["patron_id"]["S"]
            for name, row in living.items()
            if name.startswith(CHANGE_ROW) and name not in before and "S" in row.get("patron_id", {})
            if "removed" in row.get("what", {}).get("S", "")
        }
        step.merge = merge(step.living, own, removed=removed)
        step.differing += step.merge.differing
        if item_size({**step.living, **step.merge.sets}) > LARGEST_ITEM - _MARK:
            raise Stopped(f"{step.target} is left as it is: with its lost content its row would exceed 400 KB.")

    def _add_rows(self, step: RestoreStep, before: Mapping[str, Wire], living: Mapping[str, Wire]) -> None:
        for name, row in before.items():
            if name in {EVENT_ROW, MOVING_ROW}:
                continue
            if name in living:
                if not _agree(row, living[name]):
                    step.differing.append(f"{kind_of(name)} {name.partition(':')[2]}".rstrip())
            elif name.startswith("#") or self._crew or not living or step.unfinished:
                step.rows.append({**row, "eid": {"S": step.target}})
            else:
                step.crew_left += 1

    def _batches(self, step: RestoreStep) -> Iterator[list[Action]]:
        """Yield the actions in transactions. Each is written only if the event was not renamed meanwhile."""
        if step.empty:
            return
        write, mark = self._transactions, {RESTORED_AT: {"S": self._moment}}
        first = self._check(step.target)
        if step.new:
            first = write.put({**step.new, **mark})
        elif step.merge.sets:
            changes = condition_of(step.living, {**step.merge.sets, **mark})
            first = {"Update": {"TableName": write.table, "Key": key(step.target), **changes}}
        puts = [write.put({**row, **(mark if _is_announced(row) else {})}) for row in step.rows]
        if step.redirect:
            puts.append(write.put({**key(step.eid), MOVED_TO: {"S": step.target}}))
        rest = _filled(puts, first)
        if step.new and len(rest) > 1:
            first["Put"]["Item"][_UNFINISHED] = {"BOOL": True}
        ends = step.unfinished or (step.new is not None and len(rest) > 1)
        for place, batch in enumerate(rest):
            yield [self._finish(first, step.target) if ends and place == len(rest) - 1 else first, *batch]
            first = self._check(step.target)

    def _finish(self, first: Action, eid: str) -> Action:
        """Return the action that also takes the mark of an unfinished restore away."""
        if "Update" in first:
            update = first["Update"]
            names = {**update["ExpressionAttributeNames"], "#unfinished": _UNFINISHED}
            expression = f"{update['UpdateExpression']} REMOVE #unfinished"
            return {"Update": {**update, "UpdateExpression": expression, "ExpressionAttributeNames": names}}
        check = self._check(eid)["ConditionCheck"]
        names = {**check["ExpressionAttributeNames"], "#unfinished": _UNFINISHED}
        condition = f"{check['ConditionExpression']} AND attribute_exists(#unfinished)"
        changed = {"UpdateExpression": "REMOVE #unfinished", "ConditionExpression": condition}
        return {"Update": {**check, **changed, "ExpressionAttributeNames": names}}

    def _check(self, eid: str) -> Action:
        """Return the condition that the event was not renamed."""
        return {
            "ConditionCheck": {
                "TableName": self._transactions.table,
                "Key": key(eid),
                "ConditionExpression": "attribute_not_exists(#moved)",
                "ExpressionAttributeNames": {"#moved": MOVED_TO},
            }
        }


def _filled(puts: Sequence[Action], first: Action) -> list[list[Action]]:
    """Return the actions in batches, each of which leaves room in its transaction for `first` or a check."""
    batches: list[list[Action]] = [[]]
    size = size_of(first)
    for put in puts:
        more = size_of(put)
        if batches[-1] and (len(batches[-1]) == MOST_ACTIONS - 1 or size + more > LARGEST):
            batches.append([])
            size = 0
        batches[-1].append(put)
        size += more
    return batches


def _agree(row: Wire, living: Wire) -> bool:
    """Return whether two rows may be one row at different times. A signature may be matched.

    An edit and a frozen list never change. A boarding that differs is reported, for people may be aboard by one alone.
    """
    kind = kind_of(row["crew_id"]["S"])
    if kind == "signature":
        return read_signature(from_wire(row)).has_content_of(read_signature(from_wire(living)))
    return kind not in {"edit", "boarding", "passenger list"} or same_row(row, living)


def _is_announced(row: Wire) -> bool:
    """Return whether a row is announced when it is written, so that a restored one needs a mark."""
    return kind_of(row["crew_id"]["S"]) in {"signature", "boarding"}
