"""Editing an event and its roster: a form's changes and their effects."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from charter.editing import EventChange, EventSaved, difference, fingerprint_of, id_after, mark_of_dues, usual_dues
from charter.edits import Adjustment, Edit, amount_in, as_text, latest, moment_of, ulid
from charter.enrolling import NewPatron, PatronChange
from charter.events import Event, Status
from charter.patrons import Patron, PatronState
from charter.refusals import (
    AmountOutOfRange,
    BoatFull,
    ReasonMissing,
    RowFull,
    TooManyDues,
)
from tests.builders import DANA, EID, MARCO, NOW, ZONE, a_patron, a_payment, an_event

ANA = a_patron("ana", name="Ana Lima", party=2, due="250.00")


def a_trip(*patrons: Patron, **changes: Any) -> Event:
    """Dave and Ana, who owe the price, or these people."""
    return replace(an_event(*(patrons or (a_patron(), ANA))), **changes)


def a_change(event: Event, *, follow: bool = False, reason: str = "", **values: Any) -> EventChange:
    """A form's change of an event as it is."""
    dues = mark_of_dues(event) if follow else ""
    return EventChange(eid=EID, seen=fingerprint_of(event), form="f1", values=values, reason=reason, dues=dues)


def test_each_field_that_changes_is_an_edit_and_the_usual_dues_follow_the_price() -> None:
    event = a_trip(a_patron(), ANA, a_patron("cy", name="Cy", due="10.00"))
    change = a_change(event, follow=True, reason="fuel", price=Decimal("150.00"), title="Whales")
    edits = change.edits(event, by=DANA, now=NOW)

    assert [(edit.what, edit.before, edit.after, edit.patron_id) for edit in edits] == [
        ("title", "Captain Cory, afternoon", "Whales", None),
        ("price", "125.00", "150.00", None),
        ("due", "250.00", "300.00", "ana"),
        ("due", "125.00", "150.00", "dave"),
    ]
    assert {(edit.by, edit.at, edit.reason, edit.form) for edit in edits} == {(DANA, NOW, "fuel", "f1")}
    after = change.made_to(event)
    assert [after.patrons[key].due for key in ("dave", "ana", "cy")] == [150, 300, 10]
    assert difference(edits) == 75
    assert change.written_in(replace(event, edits=(*edits, Edit("x", "", "", DANA, NOW, form="f2")))) == edits
    assert a_change(event, price=Decimal("150.00")).repriced(event) == {}
    assert a_change(event, follow=True, price=None).repriced(event) == {}
    assert a_change(event, follow=True, title="Whales").repriced(event) == {}
    with pytest.raises(AmountOutOfRange):
        a_change(event, follow=True, price=Decimal(60000)).repriced(event)


def test_usual_dues_are_those_of_expected_patrons_who_owe_just_the_price() -> None:
    no_show = replace(a_patron("no"), state=PatronState.NO_SHOW)
    event = a_trip(a_patron(), ANA, no_show, payments={"eve": a_payment("5.00")})

    assert [each.patron_id for each in usual_dues(event)] == ["ana", "dave"]
    assert usual_dues(replace(event, price=None)) == usual_dues(replace(event, price=Decimal(0))) == []
    grown = replace(event, patrons={"dave": a_patron(), "ana": replace(ANA, party=3, due=Decimal(375))})
    assert len({mark_of_dues(each) for each in (event, grown, a_trip(a_patron()), a_trip(ANA))}) == 4


def test_a_form_is_overtaken_by_any_other_edit() -> None:
    event = a_trip(boat="Osprey", capacity=6, channel="C1")
    change = a_change(event, follow=True, price=Decimal(150))
    others: list[dict[str, Any]] = [
        {"title": "x"},
        {"starts_at": event.starts_at + timedelta(minutes=1)},
        {"price": Decimal(1)},
        {"boat": None},
        {"capacity": 7},
        {"channel": None},
        {"status": Status.CANCELLED},
        {"patrons": {"dave": a_patron(), "ana": replace(ANA, due=Decimal(1))}},
    ]

    assert not change.is_overtaken(event)
    assert not change.is_overtaken(replace(event, starts_at=event.starts_at.astimezone(UTC)))
    assert [change.is_overtaken(replace(event, **other)) for other in others] == [True] * 8
    assert not a_change(event).is_overtaken(replace(event, **others[-1]))


def test_a_change_that_cannot_be_made_is_refused() -> None:
    event = a_trip()
    off: dict[str, Any] = {"status": Status.CANCELLED}

    with pytest.raises(ReasonMissing):
        a_change(event, **off).check(event)
    a_change(event, reason="storm", **off).check(event)
    cancelled = replace(event, status=Status.CANCELLED)
    a_change(cancelled, **off).check(cancelled)
    a_change(event, capacity=3).check(event)
    a_change(event, capacity=2, reason="small boat").check(event)
    with pytest.raises(BoatFull) as raised:
        a_change(event, capacity=2, boat="Tern").check(replace(event, boat="Osprey"))
    assert str(raised.value) == str(BoatFull("Tern", 2, 3, admin=True))
    with pytest.raises(BoatFull, match="Osprey"):
        a_change(event, capacity=2).check(replace(event, boat="Osprey"))
    full = replace(event, full=True)
    a_change(full, price=Decimal(1)).check(full)
    texts: list[dict[str, Any]] = [{"title": "x"}, {"boat": "x"}, {"channel": "x"}]
    for values in texts:
        with pytest.raises(RowFull):
            a_change(full, **values).check(full)
    crowd = a_trip(*(a_patron(f"p{number}") for number in range(91)))
    with pytest.raises(TooManyDues) as many:
        a_change(crowd, follow=True, price=Decimal(1)).check(crowd)
    assert str(many.value) == str(TooManyDues(91, 90))
    ninety = a_trip(*(a_patron(f"p{number}") for number in range(90)))
    a_change(ninety, follow=True, price=Decimal(1)).check(ninety)


def test_an_event_awaits_the_id_of_its_form_until_it_is_edited_again() -> None:
    event = a_trip(title="Whales")
    change = a_change(event, title="Whales", starts_at=event.starts_at)

    assert EventSaved(event).awaits_id(change, "new")
    assert not EventSaved(replace(event, title="Other")).awaits_id(change, "new")
    assert not EventSaved(replace(event, starts_at=NOW)).awaits_id(change, "new")
    assert EventSaved(event, replayed=True).awaits_id(change, "new")
    assert EventSaved(replace(event, eid="new"), replayed=True).awaits_id(change, "new")
    assert not EventSaved(replace(event, eid="third"), replayed=True).awaits_id(change, "new")
    assert EventSaved(replace(event, eid="third")).awaits_id(change, "new")


@pytest.mark.parametrize(
    ("eid", "asked", "becomes"),
    [
        ("2026-05-23-captain-cory-afternoon", {}, "2026-05-23-captain-cory-afternoon"),
        ("2026-05-23-captain-cory-afternoon", {"moved": True}, "2026-06-02-captain-cory-afternoon"),
        ("2026-05-23-captain-cory", {"moved": True}, "2026-06-02-captain-cory"),
        ("2026-05-23-captain-cory-evening", {"moved": True}, "2026-06-02-captain-cory-afternoon"),
        ("2026-05-23-captain-cory-sunset", {"moved": True, "hour": 16}, "2026-06-02-captain-cory-sunset"),
        ("2026-05-23-x-afternoon", {"titled": True}, "2026-06-02-harbour-tour-afternoon"),
        ("2026-05-23-x", {"titled": True}, "2026-06-02-harbour-tour"),
        ("2026-05-23_x", {"moved": True}, "2026-06-02-harbour-tour-afternoon"),
        ("2026-05-23-x", {"moved": True, "taken": {"2026-06-02-x"}}, "2026-06-02-harbour-tour"),
        ("2026-05-23_x", {"moved": True, "title": "2026-05-23_x"}, "2026-06-02-trip-afternoon"),
    ],
)
def test_the_id_follows_a_new_title_or_a_new_day(eid: str, asked: dict[str, Any], becomes: str) -> None:
    starts = datetime(2026, 6, 2, asked.get("hour", 13), tzinfo=ZONE)
    found = id_after(
        eid,
        title=asked.get("title", "Harbour tour"),
        starts_at=starts,
        titled=asked.get("titled", False),
        moved=asked.get("moved", False),
        taken=asked.get("taken", ()),
    )
    assert found == becomes


def test_an_edit_is_a_text_with_a_moment_in_its_id() -> None:
    assert [as_text(each) for each in (None, Decimal(5), 7, "x", datetime(2026, 5, 1, tzinfo=UTC))] == [
        *("", "5.00", "7", "x", "2026-05-01T00:00:00+00:00")
    ]
    assert [amount_in(text) for text in ("5.00", "x", "", "NaN", "Infinity")] == [5, 0, 0, 0, 0]
    edit = Edit("discount", "125.00", "100.00", DANA, NOW, "dave", "ill", "f1")
    assert (edit.field, edit.effect, replace(edit, what="party").field) == ("due", Decimal(-25), "party")
    others = [
        *(replace(edit, what="due"), replace(edit, before=""), replace(edit, after=""), replace(edit, by=MARCO)),
        *(replace(edit, patron_id="ana"), replace(edit, patron_id=None), replace(edit, reason="")),
        *(replace(edit, form=""), replace(edit, form="f2"), replace(edit, at=NOW + timedelta(milliseconds=1))),
    ]
    assert len({edit.edit_id, *(each.edit_id for each in others)}) == 11
    assert edit.edit_id == "01KSB8FJA0" + edit.edit_id[10:]
    assert (len(edit.edit_id), moment_of(edit.edit_id)) == (26, NOW)
    assert ulid(NOW, "a") < ulid(NOW + timedelta(milliseconds=1), "a")
    for broken in ("", "0" * 25, "!" * 26, "Z" * 26):
        with pytest.raises(ValueError):  # noqa: PT011  # by its type; each has other words
            moment_of(broken)


def test_the_latest_edit_of_a_field_is_the_last_of_that_patron() -> None:
    first = Edit("due", "1", "2", DANA, NOW, "dave")
    second = Edit("comp", "2", "0", DANA, NOW + timedelta(minutes=1), "dave")
    others = [replace(second, patron_id="ana"), replace(second, what="party")]

    assert latest([second, first, *others], "due", patron_id="dave") == second
    assert latest(others, "due", patron_id="dave") is None


def test_a_change_of_a_line_is_an_edit_for_each_field_and_an_adjustment_has_its_kind() -> None:
    values = {"party": 2, "due": Decimal(100), "email": None, "state": PatronState.NO_SHOW}
    change = PatronChange(EID, "dave", "seen", values, "ill", Adjustment.DISCOUNT, "f1")
    edits = change.edits(a_patron(), by=DANA, now=NOW)

    assert [(edit.what, edit.before, edit.after) for edit in edits] == [
        ("party", "1", "2"),
        ("discount", "125.00", "100.00"),
        ("state", "", "no_show"),
    ]
    assert {(edit.patron_id, edit.reason, edit.form, edit.by, edit.at) for edit in edits} == {
        ("dave", "ill", "f1", DANA, NOW)
    }
    assert [edit.what for edit in replace(change, adjustment=None).edits(a_patron(), by=DANA, now=NOW)][1] == "due"
    written = a_trip(edits=edits)
    assert change.is_written_in(written)
    assert not replace(change, form="f2").is_written_in(written)
    assert not replace(change, form="").is_written_in(a_trip(edits=(replace(edits[0], form=""),)))
    beyond = NewPatron(EID, ANA, "friends").edit(a_trip(a_patron()), by=DANA, now=NOW)
    assert beyond == Edit("capacity", "1", "3", DANA, NOW, "ana", "friends")
