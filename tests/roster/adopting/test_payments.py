"""`payments adopt`: an older system's payments in other rows enter the ledger once, and nothing else changes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from charter.payments import Source
from roster.merging import condition_of
from tests.adopting.old_system import BARE, CORY, PAID, TIMED, OldSystem, crew_row
from tests.builders import DANA, NOW, a_refund, a_row
from tests.roster.renames import ledger_on, log

if TYPE_CHECKING:
    from click.testing import Result

    from tests.roster.operating import Operator

pytestmark = [pytest.mark.dynamodb, pytest.mark.transactions]  # a condition compares maps, which dynalite cannot
NO_TIME = 1e-9
LIFTED = "payments", "adopt", "--yes"


@pytest.fixture
def season(operator: Operator, old: OldSystem) -> OldSystem:
    """The old season, whose events have their own rows now."""
    operator.run("events", "adopt", "--yes")
    return old


def entries(operator: Operator, eid: str, patron_id: str = "dave") -> list[dict[str, Any]]:
    found = operator.row(eid)["payments"].get(patron_id, {}).get("entries", {})
    return sorted(found.values(), key=lambda entry: str(entry["timestamp"]))


def verified(operator: Operator) -> Result:
    return operator.run("verify")


def test_payments_in_other_rows_are_found_summed_and_lifted_once(operator: Operator, season: OldSystem) -> None:
    theirs = season.theirs()
    hidden = verified(operator)
    assert hidden.exit_code == 1
    for where, amount in (("cory payments.dave", "125"), ("payments payments.gil", "60.00")):
        assert where in hidden.stdout
        assert f"is a payment of “{amount}” that no ledger counts. Run `payments adopt`." in hidden.stdout
    dry = operator.done("payments", "adopt", "--dry-run")
    assert "2 payments of 2 events, $185.00 in all: cash $60.00, venmo $125.00" in dry.stderr
    line = f"{CORY}: dave (name unknown) $125.00 venmo, 2026-05-20 18:00 UTC by web:cb, from the row cory"
    assert line in dry.stderr
    assert operator.row(CORY)["payments"] == {}
    assert operator.run("payments", "adopt", typed="n\n").exit_code == 0
    assert operator.row(CORY)["payments"] == {}

    result = operator.done("payments", "adopt", typed="y\n")

    assert "2 payments lifted." in result.stdout
    record = operator.row(CORY)["payments"]["dave"]
    ((payment_id, entry),) = record.pop("entries").items()
    assert payment_id.startswith("old:")
    assert operator.row(CORY)["payment_ids"] == {payment_id}
    written = {"amount": 125, "method": "venmo", "logged_by": "web:cb", "timestamp": "2026-05-20T18:00:00.000Z"}
    assert record == written
    assert entry == {**written, "kind": "payment", "source": "web"}
    assert operator.row(BARE)["payments"]["gil"]["amount"] == 60
    assert season.theirs() == theirs
    assert operator.row(CORY)["restored_at"], "by which the announcers know that it is no news"
    assert "payments." not in verified(operator).stdout.replace("payments.dave.", "")

    after = operator.snapshot()
    again = operator.done(*LIFTED)
    assert "There is nothing to lift" in again.stdout
    assert "2 payments in other rows: in the ledger already." in again.stderr
    operator.run("events", "fix", "--yes")
    operator.done("events", "rename", CORY, "2026-05-23-captain-cory-evening", "--yes")
    assert "There is nothing to lift" in operator.done(*LIFTED).stdout, "the ids follow the event's first id"
    assert "no ledger counts" not in verified(operator).stdout
    assert operator.snapshot() != after


ODD: dict[str, tuple[dict[str, Any], str]] = {
    "binary": ({"amount": Decimal("125.099999999999994")}, "125.10"),
    "text": ({"amount": "$1,250.5"}, "1250.50"),
    "float text": ({"amount": "30.000000000000004"}, "30.00"),
    "naive": ({"timestamp": "2026-05-20T18:00:00.123456"}, "2026-05-20T18:00:00.123Z"),
    "offset": ({"timestamp": "2026-05-20T11:00:00-07:00"}, "2026-05-20T18:00:00.000Z"),
    "seconds": ({"timestamp": Decimal(1779300000)}, "2026-05-20T18:00:00.000Z"),
    "milliseconds": ({"timestamp": "1779300000123"}, "2026-05-20T18:00:00.123Z"),
    "method": ({"method": " Venmo "}, "venmo"),
    "slack": ({"logged_by": "slack:U0OLIVIA"}, "slack:U0OLIVIA"),
    "notes": ({"notes": " on the dock "}, "on the dock"),
}
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "third": ({"amount": Decimal("33.3333")}, "amount is “33.3333”"),
    "words": ({"amount": "125 or so"}, "amount is “125 or so”"),
    "comma": ({"amount": "125,00"}, "amount is “125,00”"),
    "minus": ({"amount": Decimal(-20)}, "amount is “-20”"),
    "no-amount": ({"amount": None}, "amount is missing"),
    "day": ({"timestamp": "2026-05-20"}, "timestamp is “2026-05-20”, not a moment with its time"),
    "american": ({"timestamp": "05/20/2026 1:00 PM"}, "not a moment with its time"),
    "future": ({"timestamp": "2126-05-20T18:00:00Z"}, "no moment of a payment"),
    "unknown-method": ({"method": "zele"}, "pass --method 'zele=…'"),
    "nobody": ({"logged_by": None}, "logged_by is missing"),
    "a name": ({}, "the patron's id “a name” cannot be one"),
    "ledger": ({"entries": {}}, "has entries of a ledger"),
}


def test_an_old_payment_is_read_strictly_and_what_is_not_certain_is_listed_and_left(operator: Operator) -> None:
    records: dict[str, Any] = {name.replace(" ", "-"): {**PAID, **more} for name, (more, _) in ODD.items()}
    records |= {name: {**PAID, **more} for name, (more, _) in BAD.items()}
    records |= {"nothing": {**PAID, "amount": Decimal(0)}, "null": None, "list": ["125"]}
    operator.put(a_row(CORY), crew_row(CORY, payments=records), crew_row(CORY, "ana", payments="none"))

    result = operator.run(*LIFTED)

    assert result.exit_code == 1
    paid = operator.row(CORY)["payments"]
    for name, (_, shown) in ODD.items():
        (entry,) = paid[name.replace(" ", "-")]["entries"].values()
        assert shown in {f"{entry['amount']:.2f}", *map(str, entry.values())}, name
    for name, (_, reason) in BAD.items():
        assert name not in paid
        (line,) = [line for line in result.stderr.splitlines() if f"cory payments.{name}:" in line]
        assert reason in line
        assert "--correct" in line
    assert not {"nothing", "null", "list"} & paid.keys()
    assert "cory payments.list: is “['125']”, not a payment" in result.stderr
    assert "ana payments: is “none”, not a payment" in result.stderr
    assert f"{len(BAD) + 1} payments left as they are" in result.stderr
    found = verified(operator).stdout
    assert "cory payments.words" in found
    assert "is “none”, no map of payments" in found

    where = (CORY, "cory")
    fixed = operator.run(
        *LIFTED,
        *("--method", "Zele=zelle", "--by", "=web:unknown"),
        *("--correct", *where, "words", "amount", "125"),
        *("--correct", *where, "day", "timestamp", "2026-05-20T13:00-07:00"),
        *("--correct", *where, "a name", "patron_id", "a-name"),
    )
    assert f"{len(BAD) - 4} payments left" in fixed.stderr
    assert {"words", "day", "a-name", "unknown-method", "nobody"} <= operator.row(CORY)["payments"].keys()
    assert "5 payments lifted" in fixed.stdout
    assert "lifted" not in operator.run(*LIFTED).stdout, "a correction makes no other payment of it"


def test_a_payment_that_the_ledger_has_already_is_not_lifted_and_the_patrons_other_money_stays(
    operator: Operator,
) -> None:
    twin = {**PAID, "amount": Decimal(40)}
    operator.put(
        a_row(CORY, payments={"dave": dict(PAID), "ana": dict(PAID)}),
        crew_row(CORY, payments={"dave": dict(PAID), "ana": {**PAID, "timestamp": "2026-05-21T18:00:00Z"}}),
        crew_row(CORY, "marco", payments={"gil": twin}),
        crew_row(CORY, "nina", payments={"gil": twin}),
    )
    result = operator.run(*LIFTED)
    assert "the same payment of gil is in marco and nina" in result.stderr
    assert operator.row(CORY)["payments"]["dave"] == PAID
    ana = operator.row(CORY)["payments"]["ana"]
    assert (ana["amount"], set(ana["entries"]) >= {"before-the-ledger"}) == (250, True)
    assert operator.run(*LIFTED).exit_code == 1
    operator.done(*LIFTED, "--copies", "once")
    assert operator.row(CORY)["payments"]["gil"]["amount"] == 40
    assert operator.done(*LIFTED).exit_code == 0
    assert "no ledger counts" not in verified(operator).stdout


def test_what_the_old_lambda_writes_after_the_lifting_is_shown_as_a_difference_and_asked_about(
    operator: Operator, season: OldSystem
) -> None:
    operator.done(*LIFTED)
    season.log_payment(CORY, "dave", {**PAID, "amount": Decimal(50), "timestamp": "2026-05-23T18:00:00Z"})
    assert "but the ledger has 125.00 from it" in verified(operator).stdout

    asked = operator.run(*LIFTED)
    assert asked.exit_code == 1
    assert "$125.00 by venmo of 2026-05-20 18:00 UTC was lifted, and $50.00" in asked.stderr
    assert operator.run("payments", "adopt", typed="skip\n").exit_code == 1
    assert [entry["amount"] for entry in entries(operator, CORY)] == [125]

    operator.done("payments", "adopt", typed="add\ny\n")
    assert [entry["amount"] for entry in entries(operator, CORY)] == [125, 50]

    season.log_payment(CORY, "dave", {**PAID, "amount": Decimal(60), "timestamp": "2026-05-24T18:00:00Z"})
    replaced = operator.done("payments", "adopt", typed="replace\ny\n")
    assert "in place of $125.00, in place of $50.00" in replaced.stderr
    assert operator.row(CORY)["payments"]["dave"]["amount"] == 60
    kinds = sorted(str(entry["kind"]) for entry in entries(operator, CORY))
    assert kinds == ["payment", "payment", "payment", "void", "void"]
    assert "There is nothing to lift" in operator.done(*LIFTED).stdout
    assert "payments.dave" not in verified(operator).stdout


def test_an_event_without_room_and_a_void_that_the_ledger_refuses_are_said_and_the_others_are_lifted(
    operator: Operator,
) -> None:
    operator.put(
        a_row(TIMED, filler="x" * 395_000),
        crew_row(TIMED, payments={"dave": dict(PAID)}),
        a_row(CORY),
        crew_row(CORY, payments={"dave": dict(PAID)}),
    )
    full = operator.run(*LIFTED)
    assert f"{TIMED} has no room for 1 payment, and nothing of it was lifted." in full.stderr
    assert operator.row(CORY)["payments"]["dave"]["amount"] == 125

    ledger_on(operator).reverse(a_refund("r1", "100.00"), by=DANA, source=Source.SLACK, now=NOW)
    less = {**PAID, "amount": Decimal(20), "timestamp": "2026-05-24T18:00:00Z"}
    operator.put(crew_row(CORY, payments={"dave": less}))
    refused = operator.run(*LIFTED, "--changed", "replace")
    assert f"{CORY}, dave: the earlier payment cannot be voided." in refused.stderr
    assert operator.row(CORY)["payments"]["dave"]["amount"] == 25


def test_rows_at_an_old_id_and_events_without_a_row_are_treated_by_the_event_that_they_belong_to(
    operator: Operator,
) -> None:
    operator.put(a_row(CORY), crew_row(TIMED, payments={"dave": dict(PAID)}))
    log(operator, "p1", "20.00", CORY)
    new = "2026-05-23-captain-cory-evening"
    operator.done("events", "rename", CORY, new, "--yes")
    operator.put(crew_row(CORY, payments={"dave": dict(PAID)}))  # by the old Lambda, which knows no redirects

    assert "Run `events adopt`, then `payments adopt`." in verified(operator).stdout
    result = operator.run(*LIFTED)

    assert result.exit_code == 1
    assert f"{TIMED}: 1 payment, but the event has no row of its own. Run first: events adopt" in result.stderr
    assert operator.row(new)["payments"]["dave"]["amount"] == 145
    operator.done("events", "adopt", "--yes")
    operator.done(*LIFTED)
    assert operator.row(TIMED)["payments"]["dave"]["amount"] == 125
    assert "no ledger counts" not in verified(operator).stdout


@pytest.mark.parametrize("fault", [{"error": "AccessDeniedException"}, {"drop_answer": True}], ids=["refused", "lost"])
def test_a_run_that_ends_at_any_write_is_finished_by_the_next_without_a_second_entry(
    operator: Operator, season: OldSystem, fault: dict[str, Any]
) -> None:
    theirs = season.theirs()
    for nth in range(2):
        operator.proxy.fail_next("UpdateItem", delay=NO_TIME, times=nth)
        operator.proxy.fail_next("UpdateItem", **fault)
        operator.run(*LIFTED)
        operator.done(*LIFTED)
        assert [operator.row(eid)["payments"][who]["amount"] for eid, who in ((CORY, "dave"), (BARE, "gil"))] == [
            125,
            60,
        ]
        assert len(entries(operator, CORY)) == len(entries(operator, BARE, "gil")) == 1
        for eid in (CORY, BARE):
            operator.client.delete_item(TableName=operator.table, Key={"eid": {"S": eid}, "crew_id": {"S": "#event"}})
        operator.run("events", "adopt", "--yes")
    assert season.theirs() == theirs


def test_a_payment_from_slack_in_the_same_instant_is_kept(
    operator: Operator, season: OldSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    raced = list[str]()

    def race(*arguments: Any) -> Any:
        if not raced:
            raced.append("once")
            season.put({**operator.row(CORY), "payments": {"ana": {**PAID, "amount": Decimal(10)}}})
        return condition_of(*arguments)

    monkeypatch.setattr("roster.adopting.payments.condition_of", race)
    operator.done(*LIFTED)
    paid = operator.row(CORY)["payments"]
    assert {who: record["amount"] for who, record in paid.items()} == {"ana": 10, "dave": 125}
