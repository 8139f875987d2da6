"""The books: an event's contribution, a month's totals, debts, and money to be refunded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from charter import books
from charter.edits import Edit
from charter.events import Event, Status, Taking
from charter.kinds import Kind
from charter.months import BookedMonth, Closed, WaitingWork, is_over, name_of, open_by_currency, waiting_in
from charter.open_money import OpenMoney, namesakes, open_money, sums_of
from charter.owing import credited, owing, to_get_back
from charter.patrons import PatronState
from charter.payments import Entry, Payment
from charter.tips import Shares, shares_of, tipped
from tests.builders import DANA, EID, MARCO, NOW, ZONE, a_patron, a_payment, a_signature, an_entry, an_event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from charter.owing import Share

ONE = Decimal(1)


def of_entries(*entries: Entry, event: Event | None = None) -> dict[books.Key, Decimal]:
    """Return the contribution of Dave's entries, in dollars."""
    taking = Taking(first_eid=EID, currency="USD", payments={"dave": Payment(entries)})
    return books.contribution(taking, eid=EID, event=event, zone=ZONE)


def test_an_entry_counts_by_method_by_hand_and_by_event_in_the_month_on_the_boats_clock() -> None:
    entry = replace(an_entry("p1", "60.00"), timestamp=datetime(2026, 6, 1, 6, 59, tzinfo=UTC), tip=Decimal(5))

    assert of_entries(entry) == {
        **{("2026-05", "by_method", "USD", "cash", name): value for name, value in _values("60.00", "5")},
        **{("2026-05", "by_hand", "USD", DANA, name): value for name, value in _values("60.00", "5")},
        **{("2026-05", "by_event", "USD", EID, name): value for name, value in _values("60.00", "5")},
        (f"hand:{DANA}", "taken", "USD", "cash", EID): Decimal(65),
    }


def _values(amount: str, tip: str) -> list[tuple[str, Decimal]]:
    return [("payment", Decimal(amount)), ("entries", ONE), ("tip", Decimal(tip))]


def test_the_entries_of_a_hand_a_method_and_an_event_add_up() -> None:
    sums = of_entries(an_entry("p1", "60.00"), an_entry("p2", "40.00"))
    added = {key[1]: value for key, value in sums.items() if key[-1] == "payment"}
    assert added == {"by_method": 100, "by_hand": 100, "by_event": 100}


def test_money_is_in_a_hand_only_where_somebody_holds_it() -> None:
    def hands(*entries: Entry) -> dict[str, Decimal]:
        return {key[0]: value for key, value in of_entries(*entries).items() if key[1] == "taken"}

    cash, check = an_entry("p1", "60.00", method="Cash"), an_entry("p2", "40.00", method="check", by=MARCO)
    assert hands(cash, check) == {f"hand:{DANA}": 60, f"hand:{MARCO}": 40}
    assert hands(an_entry(method="venmo")) == {}
    assert hands(check, an_entry("b", "-40.00", method="check", kind=Kind.BOUNCED)) == {f"hand:{MARCO}": 40}
    assert hands(an_entry(method="cash", kind=Kind.TRANSFER)) == {}
    void = an_entry("void:p2", "-40.00", method="check", kind=Kind.VOID, reverses="p2", by=DANA)
    assert hands(check, void) == {}
    moved = of_entries(an_entry("transfer:a", "9.00", method="transfer", kind=Kind.TRANSFER))
    assert {key[1] for key in moved} == {"by_method", "by_event"}


def test_an_events_edits_and_what_waits_of_it_are_counted() -> None:
    edits = (
        Edit("discount", "125.00", "100.00", DANA, NOW, "dave"),
        Edit("discount", "100.00", "90.00", DANA, NOW, "dave"),
        Edit("surcharge", "90.00", "95.00", DANA, NOW.replace(month=7), "dave"),
        Edit("due", "95.00", "100.00", DANA, NOW, "dave"),
        Edit("void_requested", "", "p1", DANA, NOW, "dave"),
    )
    unmatched = [a_signature(name, patron_id="") for name in ("s1", "s2")]
    event = replace(
        an_event(payments={"dave": a_payment("60.00")}, signatures=unmatched),
        edits=edits,
        starts_at=datetime(2026, 6, 1, 6, tzinfo=UTC),
    )

    credit = Edit("credit", "0.00", "25.00", DANA, NOW, "dave")
    off = replace(event, status=Status.CANCELLED, edits=(credit,), boarding_read=None)
    assert of_entries(event=off)["open", "credit", "USD", EID] == 25
    assert of_entries(event=event) == {
        ("2026-05", "adjustments", "USD", "discount", "amount"): Decimal(-35),
        ("2026-05", "adjustments", "USD", "discount", "entries"): Decimal(2),
        ("2026-07", "adjustments", "USD", "surcharge", "amount"): Decimal(5),
        ("2026-07", "adjustments", "USD", "surcharge", "entries"): ONE,
        ("open", "owed", "USD", EID): Decimal(65),
        ("waiting:2026-05", "unmatched", EID): Decimal(2),
        ("waiting:2026-05", "void_requests", EID): ONE,
    }


def test_sums_are_added_compared_and_stored_as_maps() -> None:
    one, two = ("m", "by_hand"), ("m", "open")

    assert books.added({one: ONE, two: ONE}, {one: Decimal(2), two: Decimal(-1)}) == {one: 3}
    assert books.difference({one: ONE, two: ONE}, {two: ONE, ("x", "y"): ONE}) == {one: 1, ("x", "y"): -1}
    tree = books.nested({one: ONE, two: Decimal(2), ("n",): Decimal(3)})
    assert tree == {"m": {"by_hand": 1, "open": 2}, "n": 3}
    assert dict(books.flat({**tree, "junk": "text"})) == {one: 1, two: 2, ("n",): 3}
    assert books.rows_in({one: ONE, two: ONE, ("n",): ONE}) == {"m", "n"}


def test_a_months_totals_are_by_currency_and_name() -> None:
    row = {
        ("by_method", "USD", "venmo", "payment"): Decimal(60),
        ("by_method", "USD", "venmo", "refund"): Decimal(-10),
        ("by_method", "USD", "venmo", "tip"): Decimal(5),
        ("by_method", "USD", "venmo", "entries"): Decimal(3),
        ("by_method", "USD", "cash", "payment"): Decimal(20),
        ("by_method", "EUR", "cash", "payment"): Decimal(7),
        ("by_hand", "USD", DANA, "payment"): Decimal(60),
        ("by_method", "USD", "venmo"): Decimal(9),
    }
    found = books.totals(row, "by_method")

    venmo = books.Total({"payment": Decimal(60), "refund": Decimal(-10)}, Decimal(5), 3)
    cash = books.Total({"payment": Decimal(20)})
    assert found == {"EUR": {"cash": books.Total({"payment": Decimal(7)})}, "USD": {"cash": cash, "venmo": venmo}}
    assert [list(found), list(found["USD"])] == [["EUR", "USD"], ["cash", "venmo"]]
    assert (venmo.net, type(books.Total({}).net)) == (Decimal(50), Decimal)
    assert books.in_all([venmo, cash]) == books.Total({"payment": Decimal(80), "refund": Decimal(-10)}, Decimal(5), 3)


def test_tips_are_those_of_the_events_that_have_some() -> None:
    sums: dict[books.Key, Decimal] = {
        ("by_event", "USD", "b", "tip"): Decimal("10.00"),
        ("by_event", "USD", "a", "tip"): Decimal("0.01"),
        ("by_event", "USD", "c", "payment"): Decimal(60),
        ("by_event", "EUR", "a", "tip"): Decimal("-3.00"),
    }
    trips = tipped(sums)
    shares = shares_of(trips, {"b": ["x", "y"], "a": ["x"]})

    assert trips == [("a", "EUR", -3), ("a", "USD", Decimal("0.01")), ("b", "USD", 10)]
    assert shares["USD"] == Shares({"x": Decimal("5.01"), "y": Decimal(5)})
    assert (shares["EUR"].by_person, shares["EUR"].total, list(shares)) == (
        {"x": Decimal(-3)},
        Decimal(-3),
        ["EUR", "USD"],
    )
    alone = shares_of([("d", "USD", Decimal(4)), ("b", "USD", Decimal(2))], {"b": ["x"]})["USD"]
    assert (alone.not_split, alone.by_person, alone.total) == (Decimal(4), {"x": Decimal(2)}, Decimal(6))


def test_open_money_is_listed_by_kind_and_day() -> None:
    sums = {
        ("back", "USD", "2026-05-01-a"): Decimal(5),
        ("owed", "USD", "2026-05-02-b"): Decimal(7),
        ("owed", "EUR", "no-day"): Decimal(1),
        ("owed", "USD", "2026-05-01-a"): Decimal(3),
        ("credit", "USD", "2026-05-01-a"): Decimal(9),
        ("owed", "USD"): Decimal(4),
        ("taken", "USD", "2026-05-01-a"): Decimal(4),
    }
    found = open_money(sums)

    assert found == [
        OpenMoney("2026-05-01-a", "USD", Decimal(3), day=date(2026, 5, 1)),
        OpenMoney("2026-05-02-b", "USD", Decimal(7), day=date(2026, 5, 2)),
        OpenMoney("no-day", "EUR", ONE),
        OpenMoney("2026-05-01-a", "USD", Decimal(5), back=True, day=date(2026, 5, 1)),
        OpenMoney("2026-05-01-a", "USD", Decimal(9), credit=True, day=date(2026, 5, 1)),
    ]
    assert sums_of(found) == {"EUR": 1, "USD": 24}
    assert list(sums_of(found)) == ["EUR", "USD"]


def shown(shares: Iterable[Share]) -> dict[str, str]:
    """The amounts by patron, in their order."""
    return {patron.patron_id: f"{amount:.2f}" for patron, amount in shares}


def test_who_owes_and_who_gets_back_is_listed_by_the_amount_and_then_by_name() -> None:
    people = (a_patron("z", name="amy"), a_patron("b", name="Bob"), a_patron("a", name="Bob"), a_patron("d", name="Cy"))
    gone = replace(a_patron("e", name="Ed", due="0.00"), state=PatronState.REMOVED)
    paid = {"d": a_payment("125.00"), "e": a_payment("60.00"), "f": a_payment("200.00"), "b": a_payment("0.00")}
    event = an_event(*people, gone, payments=paid)

    assert [*shown(owing(event)).items()] == [*{"z": "125.00", "a": "125.00", "b": "125.00"}.items()]
    assert [*shown(to_get_back(event)).items()] == [*{"f": "75.00", "e": "60.00"}.items()]
    credit = Edit("credit", "0.00", "25.00", DANA, NOW, "d")
    small = Edit("credit", "0.00", "30.00", DANA, NOW, "e")
    nobody = Edit("credit", "0.00", "5.00", DANA, NOW, "nobody")
    off = replace(event, status=Status.CANCELLED, edits=(credit, small, nobody))
    assert owing(off) == []
    assert [*shown(to_get_back(off)).items()] == [*{"f": "200.00", "d": "100.00", "e": "30.00"}.items()]
    assert [*shown(credited(off)).items()] == [*{"e": "30.00", "d": "25.00"}.items()]
    assert [off.to_give_back, event.to_give_back, off.outstanding, event.outstanding] == [330, 60, 0, 375]
    cents = replace(event, payments={**paid, "z": a_payment("124.50"), "f": a_payment("125.50")})
    assert {patron.patron_id: amount for patron, amount in owing(cents)}["z"] == Decimal("0.50")
    assert to_get_back(cents)[-1][1] == Decimal("0.50")
    assert namesakes(event) == {"a", "b"}
    assert namesakes(replace(event, patrons={**event.patrons, "g": replace(gone, patron_id="g", name="CY")})) == {
        "a",
        "b",
        "d",
        "g",
    }


def test_a_month_is_over_when_the_next_one_has_begun() -> None:
    assert is_over("2026-05", datetime(2026, 6, 1, tzinfo=ZONE))
    assert not is_over("2026-05", datetime(2026, 5, 31, 23, 59, tzinfo=ZONE))
    assert (name_of("2026-05"), name_of("2026-05", year=False)) == ("May 2026", "May")


def test_what_is_open_is_listed_largest_first_by_currency() -> None:
    sums = {
        ("owed", "USD", "a"): ONE,
        ("owed", "USD", "b"): Decimal(2),
        ("owed", "EUR", "c"): Decimal("1.5"),
        ("owed", "USD", "c"): ONE,
        ("owed", "USD"): Decimal(9),
        ("back", "USD", "a"): Decimal(9),
    }
    found = open_by_currency(sums, "owed")

    assert [(currency, list(each)) for currency, each in found.items()] == [("USD", ["b", "a", "c"]), ("EUR", ["c"])]
    assert found["USD"] == {"a": 1, "b": 2, "c": 1}


def test_what_waits_is_by_event_and_only_where_something_does() -> None:
    rows: dict[str, dict[books.Key, Decimal]] = {
        "waiting:2026-05": {("unmatched", "b"): Decimal(2), ("void_requests", "a"): ONE, ("unmatched",): ONE},
        "waiting:2026-06": {("unmatched", "c"): Decimal(0), ("void_requests", "b"): ONE},
        "2026-05": {("unmatched", "d"): ONE},
    }

    assert waiting_in(rows) == {"a": WaitingWork(0, 1), "b": WaitingWork(2, 1)}
    assert list(waiting_in(rows)) == ["a", "b"]


def test_what_was_added_since_a_month_was_closed_are_its_entries_alone() -> None:
    logged: books.Key = ("by_method", "USD", "cash", "payment")
    sums: dict[books.Key, Decimal] = {logged: Decimal(60), ("deposited", "USD", "cash", "x"): Decimal(5)}
    text = '{"format": 1, "by_method": {"USD": {"cash": {"payment": "20.00"}}}, "by_hand": {}, "by_event": {}}'
    closed = Closed("2026-05", NOW, DANA, text, "0")

    assert BookedMonth("2026-05", sums, closed=closed).since_closed == {logged: 40}
    assert BookedMonth("2026-05", sums).since_closed == {}
    with pytest.raises(ValueError, match="by_method"):
        _ = replace(closed, text=text.replace("by_hand", "by_foot")).sums
