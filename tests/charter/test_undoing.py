"""Taking a payment back: by its logger, by a request to the office, and by the bank; and payments sent twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from charter.boarding import Aboard, Boarding
from charter.duplicates import check_not_repeated, earlier_alike
from charter.edits import Edit
from charter.group_payments import others_of, together
from charter.group_undo import GroupUndo
from charter.kinds import Kind
from charter.patrons import PatronState, walk_up_id
from charter.payments import Entry, Payment, Source
from charter.refusals import (
    AboardAlready,
    EntryReversed,
    EntryUnknown,
    NotReturnable,
    NotYours,
    PatronUnknown,
    PossibleDuplicate,
    TooLateToUndo,
)
from charter.returned import NOUNS, Returned, returned_as, undone_by
from charter.undoing import UNDONE, Undo, departure, is_undoable
from charter.void_requests import open_requests, request_history, request_id, request_void
from tests.builders import DANA, EID, MARCO, NOW, a_patron, a_payment, an_entry, an_event

if TYPE_CHECKING:
    from charter.events import Event

SECOND = timedelta(seconds=1)
TEN_MINUTES = timedelta(minutes=10)


def a_void_of(payment_id: str, amount: str = "-125.00", *, by: str = DANA) -> Entry:
    """The entry that voids a payment."""
    return an_entry(f"void:{payment_id}", amount, kind=Kind.VOID, reverses=payment_id, by=by)


def test_whoever_logged_a_payment_undoes_it_for_ten_minutes() -> None:
    payment = a_payment("125.00")
    logged = payment.entries[0].timestamp

    def undo(by: str, after: timedelta, payment: Payment = payment) -> Entry:
        return Undo(EID, "dave", "p1").entry(payment, by=by, source=Source.SLACK, now=logged + after)

    void = undo(DANA, TEN_MINUTES - SECOND)
    assert (void.payment_id, void.kind, void.amount, void.reason) == ("void:p1", Kind.VOID, Decimal(-125), UNDONE)
    assert undo(DANA, -SECOND).reverses == "p1"
    with pytest.raises(TooLateToUndo):
        undo(DANA, TEN_MINUTES)
    with pytest.raises(NotYours):
        undo(MARCO, SECOND)
    with pytest.raises(EntryUnknown):
        undo(DANA, SECOND, Payment())
    assert undo(DANA, timedelta(hours=1), Payment((*payment.entries, void))).payment_id == "void:p1"
    with pytest.raises(EntryReversed):
        undo(MARCO, SECOND, Payment((*payment.entries, void)))


def test_only_a_payment_that_was_logged_in_slack_is_undone_by_its_author() -> None:
    web = replace(an_entry(), source=Source.WEB)
    others = [web, an_entry(by="web:U1"), an_entry(kind=Kind.TRANSFER)]

    for entry in others:
        with pytest.raises(NotYours):
            Undo(EID, "dave", "p1").entry(Payment((entry,)), by=entry.logged_by, source=Source.SLACK, now=NOW)
        assert not is_undoable(Payment((entry,)), entry, NOW)
    entry = an_entry()
    assert is_undoable(Payment((entry,)), entry, NOW + TEN_MINUTES - SECOND)
    assert not is_undoable(Payment((entry,)), entry, NOW + TEN_MINUTES)
    assert not is_undoable(Payment((entry, a_void_of("p1"))), entry, NOW)


def test_a_walk_up_leaves_with_the_only_payment_that_brought_them() -> None:
    patron_id = walk_up_id("Wendy", "p1")
    void = replace(a_void_of("p1"), reason=UNDONE)
    event = an_event(a_patron(patron_id, name="Wendy"), payments={patron_id: Payment((an_entry(), void))})

    change = departure(event, patron_id, "p1", now=NOW)
    assert change is not None
    assert (change.patron_id, change.values["state"], change.values["due"]) == (patron_id, PatronState.REMOVED, 0)
    assert change.reason == UNDONE
    stays = [
        departure(an_event(payments={"dave": Payment((an_entry(), void))}), "dave", "p1", now=NOW),
        departure(replace(event, patrons={}), patron_id, "p1", now=NOW),
        departure(event, patron_id, "p2", now=NOW),
        departure(replace(event, payments={patron_id: a_payment("125.00")}), patron_id, "p1", now=NOW),
    ]
    back = Edit("state", "", PatronState.REMOVED, DANA, NOW, patron_id, UNDONE)
    stays.append(departure(replace(event, edits=(back,)), patron_id, "p1", now=NOW))
    assert stays == [None] * 5
    others = (replace(back, reason="ill"), replace(back, patron_id="ana"), replace(back, after="", what="due"))
    assert departure(replace(event, edits=others), patron_id, "p1", now=NOW) == change
    with pytest.raises(AboardAlready):
        departure(replace(event, boarding_read=Boarding({patron_id: Aboard(1, NOW, DANA)})), patron_id, "p1", now=NOW)


def a_group_of_two(*more: Entry) -> Event:
    """Ana and Dave, paid together by Dana, with further entries of Dave's."""
    first, second = replace(an_entry("g1"), group="g1"), replace(an_entry("g1.2", "60.00"), group="g1")
    people = (a_patron(), a_patron("ana", name="Ana Lima"))
    return an_event(*people, payments={"ana": Payment((second, an_entry("p7"))), "dave": Payment((first, *more))})


def test_what_is_left_of_a_group_is_undone_together() -> None:
    event = a_group_of_two()

    def undo(event: Event, group: str = "g1", by: str = DANA) -> list[tuple[str, str]]:
        entries = GroupUndo(EID, group).entries(event, by=by, source=Source.SLACK, now=NOW)
        return [(patron_id, entry.payment_id) for patron_id, entry in entries]

    assert [(patron.patron_id, entry.payment_id) for patron, entry in together(event, "g1")] == [
        ("dave", "g1"),
        ("ana", "g1.2"),
    ]
    assert [patron.patron_id for patron in others_of(event, "ana", event.payment("ana").entries[0])] == ["dave"]
    assert others_of(event, "ana", event.payment("ana").entries[1]) == []
    assert undo(event) == [("dave", "void:g1"), ("ana", "void:g1.2")]
    half = a_group_of_two(replace(a_void_of("g1"), reason=UNDONE))
    assert undo(half) == [("ana", "void:g1.2")]
    with pytest.raises(EntryUnknown):
        undo(event, group="g2")
    with pytest.raises(NotYours):
        undo(event, by=MARCO)


def test_a_group_that_is_undone_already_is_a_success_again_for_its_author_alone() -> None:
    voided = {
        "dave": Payment((replace(an_entry("g1"), group="g1"), replace(a_void_of("g1"), reason=UNDONE))),
        "ana": Payment((replace(an_entry("g1.2"), group="g1"), a_void_of("g1.2", by=MARCO))),
    }
    people = (a_patron(), a_patron("ana", name="Ana Lima"))
    event = an_event(*people, payments=voided)
    found = GroupUndo(EID, "g1").entries(event, by=DANA, source=Source.SLACK, now=NOW)

    assert [(patron_id, entry.payment_id) for patron_id, entry in found] == [("dave", "void:g1")]
    first_by_another = {
        "dave": Payment((replace(an_entry("g1"), group="g1"), a_void_of("g1", by=MARCO))),
        "ana": Payment((replace(an_entry("g1.2"), group="g1"), replace(a_void_of("g1.2"), reason=UNDONE))),
    }
    found = GroupUndo(EID, "g1").entries(
        replace(event, payments=first_by_another), by=DANA, source=Source.SLACK, now=NOW
    )
    assert [(patron_id, entry.payment_id) for patron_id, entry in found] == [("ana", "void:g1.2")]
    with pytest.raises(EntryReversed):
        GroupUndo(EID, "g1").entries(event, by="slack:U0EVE", source=Source.SLACK, now=NOW)


def test_the_office_is_asked_once_to_void_what_somebody_logged() -> None:
    event = an_event(payments={"dave": a_payment("125.00", "5.00")})
    asked = request_void(event, "dave", "p1", by=DANA, now=NOW)

    assert (asked.replayed, asked.entry.payment_id, asked.patron.patron_id) == (False, "p1", "dave")
    assert asked.edit == Edit("void_requested", "", "p1", DANA, NOW, "dave")
    later = request_void(event, "dave", "p1", by=DANA, now=NOW + TEN_MINUTES)
    assert later.row_id == asked.row_id
    assert request_void(event, "dave", "p2", by=DANA, now=NOW).row_id != asked.row_id
    of_others = (replace(asked.edit, by=MARCO), replace(asked.edit, after="p2"), replace(asked.edit, patron_id="ana"))
    again = request_void(replace(event, edits=(*of_others, asked.edit)), "dave", "p1", by=DANA, now=NOW + TEN_MINUTES)
    assert (again.replayed, again.edit) == (True, asked.edit)
    assert not request_void(replace(event, edits=of_others), "dave", "p1", by=DANA, now=NOW).replayed
    refused = [
        (PatronUnknown, event, "nobody", "p1", DANA),
        (EntryUnknown, event, "dave", "p9", DANA),
        (NotYours, event, "dave", "p1", MARCO),
        (EntryReversed, an_event(payments={"dave": Payment((an_entry(), a_void_of("p1")))}), "dave", "p1", DANA),
    ]
    for refusal, where, patron_id, payment_id, by in refused:
        with pytest.raises(refusal) as raised:
            request_void(where, patron_id, payment_id, by=by, now=NOW)
        assert getattr(raised.value, "logged_by", DANA) == DANA


def test_money_that_came_back_is_named_as_the_office_names_it() -> None:
    assert [NOUNS[kind] for kind in (Kind.BOUNCED, Kind.CHARGEBACK)] == ["bounced check", "chargeback"]


def test_a_request_is_open_until_its_entry_is_voided() -> None:
    void = a_void_of("p1")
    edits = [
        Edit("void_requested", "", payment_id, DANA, NOW, patron_id)
        for patron_id, payment_id in (("dave", "p1"), ("dave", "p2"), ("dave", "p9"), ("nobody", "p1"))
    ]
    edits.append(Edit("due", "1", "2", DANA, NOW, "dave"))
    payments = {"dave": Payment((an_entry("p1"), an_entry("p2"), void))}
    event = replace(an_event(payments=payments), edits=tuple(edits), renamed_from=("2026-05-23-first",))

    facts = request_history(event)
    assert [(fact.entry.payment_id, fact.void, fact.happened, fact.at) for fact in facts] == [
        ("p1", void, NOW, NOW),
        ("p2", None, NOW, NOW),
    ]
    assert [fact.entry.payment_id for fact in open_requests(event)] == ["p2"]
    assert facts[0].id == request_id(event, edits[0]) == f"void_request:2026-05-23-first:dave:p1:{DANA}"


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("check", Kind.BOUNCED),
        ("Cheque", Kind.BOUNCED),
        ("card", Kind.CHARGEBACK),
        ("credit", Kind.CHARGEBACK),
        ("debit", Kind.CHARGEBACK),
        ("Stripe", Kind.CHARGEBACK),
        ("square", Kind.CHARGEBACK),
        ("cash", None),
    ],
)
def test_what_the_bank_takes_back_follows_from_the_method(method: str, kind: Kind | None) -> None:
    entry = an_entry(method=method)
    asked = Returned(EID, "dave", "p1", "no funds")

    assert returned_as(entry) is kind
    assert returned_as(replace(entry, kind=Kind.REFUND)) is None
    if kind is None:
        with pytest.raises(NotReturnable):
            asked.entry(Payment((entry,)), by=DANA, source=Source.SLACK, now=NOW)
        return
    made = asked.entry(Payment((entry,)), by=DANA, source=Source.SLACK, now=NOW)
    assert (made.payment_id, made.kind, made.amount) == (f"{kind}:p1", kind, Decimal(-125))
    assert (made.reason, made.reverses, made.logged_by) == ("no funds", "p1", DANA)
    with pytest.raises(EntryUnknown):
        asked.entry(Payment(), by=DANA, source=Source.SLACK, now=NOW)


def test_a_check_from_before_the_ledger_bounces_under_its_patrons_name() -> None:
    entry = an_entry("before-the-ledger", method="check")
    made = Returned(EID, "dave", "before-the-ledger", "no funds").entry(
        Payment((entry,)), by=DANA, source=Source.SLACK, now=NOW
    )
    assert made.payment_id == "bounced:before-the-ledger:dave"


def test_the_person_who_undid_a_payment_is_named_by_the_kind_of_undoing() -> None:
    assert undone_by(Kind.VOID, "Olivia") == "voided by Olivia"
    assert undone_by(Kind.BOUNCED, "Olivia") == "check bounced, logged by Olivia"
    assert undone_by(Kind.CHARGEBACK, "Olivia") == "card payment charged back, logged by Olivia"


def test_the_same_amount_by_the_same_method_within_ten_minutes_seems_to_be_one_payment() -> None:
    first, new = an_entry("p1"), an_entry("p2", minutes=9)
    alike = Payment((first,))

    assert earlier_alike(alike, new) == first
    assert earlier_alike(alike, replace(new, timestamp=NOW - TEN_MINUTES + SECOND)) == first
    latest = an_entry("p0", minutes=5)
    assert earlier_alike(Payment((first, latest)), new) == latest
    different = [
        replace(new, kind=Kind.REFUND),
        replace(new, amount=Decimal("124.99")),
        replace(new, method="venmo"),
        replace(new, payment_id="p1"),
        replace(new, timestamp=NOW + TEN_MINUTES),
        replace(new, timestamp=NOW - TEN_MINUTES),
    ]
    assert [earlier_alike(alike, each) for each in different] == [None] * 6
    assert earlier_alike(Payment((first, a_void_of("p1"))), new) is None
    assert earlier_alike(Payment((replace(first, kind=Kind.TRANSFER),)), new) is None


def test_a_walk_up_is_compared_with_everybody_of_that_name() -> None:
    event = replace(an_event(payments={"dave": a_payment("125.00")}), currency="EUR")
    new = an_entry("p2", minutes=4)

    with pytest.raises(PossibleDuplicate) as raised:
        check_not_repeated(event, "dave", new)
    assert str(raised.value) == str(
        PossibleDuplicate("€125.00", "cash", patron="Dave Kowalski", by=DANA, ago=timedelta(minutes=3))
    )
    with pytest.raises(PossibleDuplicate):
        check_not_repeated(event, "dave-2", new, walk_up="dave KOWALSKI")
    check_not_repeated(event, "dave-2", new, walk_up="Ana")
    check_not_repeated(event, "ana", new)
    off_the_roster = replace(event, patrons={})
    with pytest.raises(PossibleDuplicate, match="dave"):
        check_not_repeated(off_the_roster, "dave", new)
