"""The five promises of the ledger over random histories, against a real table with faults.

Each step acts through one of three ledgers (two that remember what they last saw, one that just started), perhaps with
a fault, and then the row itself is compared with a model that is nothing but a list of entries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator  # noqa: TC003 - a fixture's annotation
from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from charter.payments import BEFORE_THE_LEDGER, Draft, Entry, Kind, Refund, Source, Void
from charter.refusals import EntryReversed, PatronUnknown, Refusal, TableUnavailable
from tests.adapters.model import FAULTS, OLD_AMOUNT, STARTS, Model, number_on, of_others
from tests.builders import DANA, MARCO, NOW, a_crew_row, a_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.ledger import DynamoLedger
    from charter.events import Logged
    from tests.adapters.conftest import Table

pytestmark = pytest.mark.dynamodb

cents = st.integers(1, 30000).map(lambda number: Decimal(number).scaleb(-2))
notes = st.sampled_from(["", "on the dock", "⚓ <!channel> & “half”"])
people = st.integers(0, 9)
authors = st.sampled_from([DANA, MARCO])
faults = st.sampled_from([*["none"] * 5, *FAULTS, "both answers lost", "both answers lost"])
ledgers = st.sampled_from([0, 1, 2])


class Histories(RuleBasedStateMachine):
    """One history on one event, whose id is new in each."""

    table: Table
    numbers: Iterator[int]
    reached: Counter[str]
    """Counts of the kinds of answers. They show whether the histories still cause every kind."""

    @initialize(start=st.sampled_from([*STARTS, "known by its crew only"]))
    def begin(self, start: str) -> None:
        self.eid = f"2026-05-23-history-{next(self.numbers)}"
        self.clock = count()
        self.kept: dict[tuple[str, str], Any] = {}
        rows = [a_crew_row(self.eid)]
        if start in STARTS:
            rows.append(a_row(self.eid, skipper_note={"pets": [Decimal("2.5"), None]}, **STARTS[start]))
        self.table.put(*rows)
        row = rows[-1] if len(rows) > 1 else {}
        old = Entry(BEFORE_THE_LEDGER, Kind.PAYMENT, OLD_AMOUNT, "check", "office", NOW, Source.WEB)
        self.model = Model(set(row.get("patrons", ())), {patron_id: [old] for patron_id in row.get("payments", ())})
        self.others = of_others(self.table.wire(self.eid))
        self.memories = [self._new_ledger(), self._new_ledger()]

    @rule(number=ledgers, who=people, amount=cents, note=notes, by=authors, fault=faults, sure=st.booleans())
    def log(self, *, number: int, who: int, amount: Decimal, note: str, by: str, fault: str, sure: bool) -> None:
        draft = Draft(f"p{next(self.numbers)}", self.eid, self._person(who), amount, "cash", note, confirmed=sure)
        self._log(number, draft, by, fault)

    @rule(number=ledgers, amount=cents, fault=faults)
    def walk_up(self, number: int, amount: Decimal, fault: str) -> None:
        name = f"walker-{next(self.numbers)}"
        self._log(number, Draft(f"p-{name}", self.eid, name, amount, "venmo", walk_up="Zoë 🚤"), DANA, fault)

    @precondition(lambda self: self.model.sent)
    @rule(number=ledgers, which=st.integers(0), fault=faults)
    def send_again(self, number: int, which: int, fault: str) -> None:
        self._log(number, *self.model.sent[which % len(self.model.sent)], fault)

    @precondition(lambda self: self.model.sent)
    @rule(number=ledgers, which=st.integers(0), who=people, amount=cents, note=notes, by=authors, fault=faults)
    def contradict(self, *, number: int, which: int, who: int, amount: Decimal, note: str, by: str, fault: str) -> None:
        draft, _ = self.model.sent[which % len(self.model.sent)]
        self._log(
            number, replace(draft, patron_id=self._person(who), amount=amount, notes=note, walk_up=None), by, fault
        )

    @precondition(lambda self: self.model.ledgers)
    @rule(number=ledgers, which=st.integers(0), by=authors, fault=faults)
    def void(self, number: int, which: int, by: str, fault: str) -> None:
        entries = [(who, entry) for who, lines in self.model.ledgers.items() for entry in lines]
        who, entry = entries[which % len(entries)]
        self._reverse(number, Void(self.eid, who, entry.payment_id, "mistake"), by, fault)

    @rule(number=ledgers, who=people, amount=cents, by=authors, fault=faults)
    def refund(self, number: int, who: int, amount: Decimal, by: str, fault: str) -> None:
        self._reverse(
            number, Refund(f"r{next(self.numbers)}", self.eid, self._person(who), amount, "cash", "seasick"), by, fault
        )

    @rule(text=st.text("abc⚓", max_size=5))
    def another_writer_passes_by(self, text: str) -> None:
        if self.others:
            self.table.client.update_item(
                TableName=self.table.name,
                Key={"eid": {"S": self.eid}, "crew_id": {"S": "#event"}},
                UpdateExpression="SET #theirs = :theirs",
                ExpressionAttributeNames={"#theirs": f"theirs.{next(self.numbers)}"},
                ExpressionAttributeValues={":theirs": {"M": {"note": {"S": text}}}},
            )
            self.others = of_others(self.table.wire(self.eid))

    @invariant()
    def the_row_is_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        wire = self.table.wire(self.eid)
        records = {who: record["M"] for who, record in wire.get("payments", {}).get("M", {}).items()}
        assert set(records) == set(self.model.ledgers)
        for who, record in records.items():
            self._check_record(who, record)
        ids = [key for who, key in self.kept if key != BEFORE_THE_LEDGER]
        assert len(ids) == len(set(ids))
        assert set(wire.get("patrons", {}).get("M", {})) == self.model.roster
        if self.others:
            assert of_others(wire) == self.others
        else:
            self.others = of_others(wire)

    def teardown(self) -> None:
        if hasattr(self, "model"):
            self._meet_every_refusal()
            self.the_row_is_the_model()
            assert self.table.row(self.eid, "cory") == a_crew_row(self.eid)

    def _meet_every_refusal(self) -> None:
        """Run the last steps of each history, which reach the answers that random steps may miss."""
        self._log(2, Draft(f"p{next(self.numbers)}", self.eid, "nobody", Decimal(1), "cash"), DANA, "none")
        for who, entry in [(who, entry) for who, lines in self.model.ledgers.items() for entry in lines][:1]:
            self._reverse(2, Void(self.eid, who, entry.payment_id, "mistake"), DANA, "none")
            too_much = sum(line.amount for line in self.model.ledgers[who]) + Decimal("0.01")
            self._reverse(2, Refund(f"r{next(self.numbers)}", self.eid, who, too_much, "cash", "all"), DANA, "none")
        for who, void in self.model.voids[:1]:
            for reverses in (void.reverses, void.payment_id):
                self._reverse(2, Void(self.eid, who, reverses or "", "twice"), DANA, "none")
        for draft, by in self.model.sent[:1]:
            self._log(2, draft, by, "none")
            self._log(2, replace(draft, amount=draft.amount + 1), by, "none")
            again = Draft(f"p{next(self.numbers)}", self.eid, draft.patron_id, draft.amount, draft.method)
            for number in range(3):
                self._log(number, again, MARCO, "none")
            self._log(0, replace(again, confirmed=True), MARCO, "none")
            self._log(1, replace(again, payment_id=f"p{next(self.numbers)}"), DANA, "none")  # it stands there now

    def _person(self, number: int) -> str:
        """Draw a patron of the event, or in one of ten cases an unknown one."""
        known = sorted(self.model.roster | set(self.model.ledgers))
        return known[number % len(known)] if known and number < 9 else "ghost"

    def _check_record(self, who: str, record: dict[str, Any]) -> None:
        expected, total = self.model.ledgers[who], record["amount"]
        lines = record["entries"]["M"] if "entries" in record else {BEFORE_THE_LEDGER: {"M": record}}
        assert {key: number_on(line["M"]["amount"]) for key, line in lines.items()} == {
            entry.payment_id: entry.amount for entry in expected
        }
        assert number_on(total) == sum(number_on(line["M"]["amount"]) for line in lines.values())
        assert number_on(total) >= 0
        if "entries" not in record:
            return
        latest = expected[-1]
        assert (record["method"]["S"], record["logged_by"]["S"]) == (latest.method, latest.logged_by)
        assert record.get("notes", {"S": ""})["S"] == latest.notes
        for key, line in lines.items():
            assert self.kept.setdefault((who, key), line) == line

    def _log(self, number: int, draft: Draft, by: str, fault: str) -> None:
        now = NOW.replace(microsecond=1000 * next(self.clock))
        entry = draft.entry(by=by, source=Source.SLACK, now=now)
        joins = draft.walk_up is not None
        expected = self.model.answer(draft.patron_id, entry, joins=joins, confirmed=draft.confirmed)
        if self._act(
            lambda ledger: ledger.log(draft, by=by, source=Source.SLACK, now=now),
            number=number,
            fault=fault,
            expected=expected,
            key=entry.payment_id,
        ):
            self.model.ledgers.setdefault(draft.patron_id, []).append(entry)
            self.model.sent.append((draft, by))
            self.model.roster |= {draft.patron_id} if joins else set()

    def _reverse(self, number: int, reversal: Void | Refund, by: str, fault: str) -> None:
        now = NOW.replace(microsecond=1000 * next(self.clock))
        payment, entry = self.model.payment(reversal.patron_id), None
        expected: bool | type[Refusal] = PatronUnknown
        if self.model.knows(reversal.patron_id):
            try:
                entry = reversal.entry(payment, by=by, source=Source.SLACK, now=now)
                expected = self.model.answer(reversal.patron_id, entry)
            except Refusal as refusal:
                expected = type(refusal)
        if isinstance(reversal, Void) and payment.voided(reversal.reverses):
            assert expected in (True, EntryReversed)
        if self._act(
            lambda ledger: ledger.reverse(reversal, by=by, source=Source.SLACK, now=now),
            number=number,
            fault=fault,
            expected=expected,
            key=entry.payment_id if entry else "",
        ):
            assert entry is not None
            self.model.ledgers[reversal.patron_id].append(entry)

    def _act(
        self,
        act: Callable[[DynamoLedger], Logged],
        *,
        number: int,
        fault: str,
        expected: bool | type[Refusal],
        key: str,
    ) -> bool:
        """Return whether the table holds a new entry under `key`. Check that the answer was the expected one."""
        how = FAULTS[fault]
        if how:
            self.table.proxy.fail_next("UpdateItem", **how)
        try:
            logged = act([*self.memories, self._new_ledger()][number])
        except TableUnavailable:
            assert how.get("times") == 2, "one fault is repaired by the SDK's retry"
            written = expected is False and self._holds(key)
            self.reached[f"outage, {'written' if written else 'not written'}"] += 1
            return written
        except Refusal as refusal:
            answer: bool | type[Refusal] = type(refusal)
        else:
            answer = logged.replayed
        finally:
            self.table.proxy.forget_faults()
        self.reached[answer.__name__ if isinstance(answer, type) else "replayed" if answer else "written"] += 1
        assert answer == expected or (expected is False and fault == "answer lost")
        return expected is False

    def _holds(self, key: str) -> bool:
        payments = self.table.row(self.eid).get("payments", {})
        return any(key in record.get("entries", {}) for record in payments.values())

    def _new_ledger(self) -> DynamoLedger:
        return self.table.ledger(clock=lambda: 0.0)


def test_the_promises_hold_over_random_histories(table: Table) -> None:
    Histories.table, Histories.numbers = table, count(1)
    Histories.reached = Counter()
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=30,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.generate],  # to shrink a history against a table takes minutes; it is printed as it was
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {
        "written",
        "replayed",
        "outage, written",
        "outage, not written",
        "PaymentIdReused",
        "PossibleDuplicate",
        "PatronUnknown",
        "PaidTooLittle",
        "EntryReversed",
        "NothingToReverse",
    } <= set(Histories.reached)
