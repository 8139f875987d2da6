"""Messages that the app sends by itself: reminders to sign and to pay, news of a trip, and late announcements."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from charter import reminders
from charter.boarding import Boarding, CastOff
from charter.edits import Edit
from charter.event_news import EventEditChange, EventEdited, event_edit_facts, event_edit_history
from charter.events import Event, Status
from charter.late import facts_between, late_mail_key, never_announced, post_key
from charter.moments import clock, read_moment, utc
from charter.patron_mails import (
    can_sign,
    change_key,
    is_ahead,
    is_reminded,
    next_reminder,
    receipt_key,
    reminder_key,
)
from charter.patrons import PatronState
from charter.payments import Payment
from charter.refusals import EventCancelled, EventOver, EventUnknown, NothingToRemind, RemindedJustNow
from charter.trip_news import News, TripNews, trip_news
from tests.builders import DANA, EID, MARCO, NOW, ZONE, a_patron, a_payment, a_signature, an_entry, an_event

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
GONE = Boarding({}, CastOff(NOW, DANA, 1, "0", "l1"))
STARTS = an_event().starts_at
BEFORE = STARTS - timedelta(hours=5)


def a_trip(**changes: Any) -> Event:
    """Dave's party of two and Ana, nobody of whom has signed, in a channel."""
    return replace(an_event(a_patron(party=2), a_patron("ana", name="Ana Lima")), **{"channel": "C1", **changes})


def signed(event: Event) -> Event:
    """The event once everybody has signed."""
    both = [a_signature(minors=("Kim",)), a_signature("s2", name="Ana Lima", patron_id="ana")]
    return replace(event, signatures={each.signature_id: each for each in both})


def test_a_reminder_says_how_many_still_have_to_sign() -> None:
    event = a_trip()
    made = reminders.remind(event, by=DANA, now=BEFORE)

    assert made.edit == Edit("reminded", "", "3 of 3", DANA, BEFORE)
    assert (made.replayed, made.happened, made.at) == (False, BEFORE, BEFORE)
    assert made.id == f"reminder:{EID}:{made.edit.edit_id}"
    assert made.row_id == reminders.row_id(made.edit, at=STARTS)
    assert reminders.remind(event, by=MARCO, now=BEFORE + MINUTE).row_id == made.row_id
    half = replace(event, signatures={"s1": a_signature(minors=("Kim",))})
    assert [reminders.left_in_words(each) for each in (event, half, signed(event))] == [
        "3 of 3 people still have",
        "1 of 3 people still has",
        "0 of 3 people still have",
    ]
    assert reminders.left_in_words(an_event()) == "1 person still has"
    assert [patron.patron_id for patron, _ in reminders.unsigned(half)] == ["ana"]


def test_a_second_reminder_within_ten_minutes_is_asked_about() -> None:
    first = Edit("reminded", "", "3 of 3", DANA, BEFORE)
    older = replace(first, at=BEFORE - DAY)
    event = a_trip(edits=(first, older, Edit("due", "1", "2", DANA, BEFORE + MINUTE)))

    assert reminders.latest(event) == first
    assert reminders.remind(event, by=DANA, now=BEFORE).replayed
    for by, now in ((MARCO, BEFORE), (DANA, BEFORE + 9 * MINUTE)):
        with pytest.raises(RemindedJustNow) as raised:
            reminders.remind(event, by=by, now=now)
        assert str(raised.value) == str(RemindedJustNow(clock(BEFORE), by=DANA, seen=first.edit_id))
    again = reminders.remind(event, by=DANA, now=BEFORE + 9 * MINUTE, seen=first.edit_id)
    assert (again.replayed, again.edit.before) == (False, first.edit_id)
    assert again.row_id == reminders.row_id(again.edit, at=BEFORE)
    assert not reminders.remind(event, by=DANA, now=BEFORE + 10 * MINUTE).replayed


def test_nobody_is_reminded_to_sign_where_nothing_comes_of_it() -> None:
    closed: list[tuple[type[Exception], Event, str]] = [
        (EventCancelled, a_trip(status=Status.CANCELLED), ""),
        (EventOver, a_trip(starts_at=STARTS - DAY), ""),
        (
            NothingToRemind,
            a_trip(boarding_read=GONE),
            str(NothingToRemind.cast_off("Captain Cory, afternoon", "1:30 PM")),
        ),
        (NothingToRemind, a_trip(patrons={}), str(NothingToRemind.nobody("Captain Cory, afternoon"))),
        (NothingToRemind, signed(a_trip()), str(NothingToRemind.all_signed("Captain Cory, afternoon"))),
    ]
    for refusal, event, words in closed:
        assert not reminders.is_worth_it(event, STARTS)
        with pytest.raises(refusal) as raised:
            reminders.remind(event, by=DANA, now=STARTS)
        assert words in str(raised.value)
    assert reminders.is_worth_it(a_trip(channel=None), STARTS)
    with pytest.raises(NothingToRemind) as no_channel:
        reminders.remind(a_trip(channel=None), by=DANA, now=STARTS)
    assert str(no_channel.value) == str(NothingToRemind.no_channel("Captain Cory, afternoon"))


def test_the_newest_reminder_alone_is_posted() -> None:
    first, second = (Edit("reminded", "", "1 of 1", DANA, at) for at in (BEFORE, BEFORE + DAY))

    def facts(edit: Edit, *edits: Edit) -> list[Edit]:
        change = reminders.ReminderChange(number="1", eid=EID, at=NOW, edit=edit, restored=False)
        return [fact.edit for fact in reminders.reminder_facts(change, lambda _: a_trip(edits=edits))]

    assert facts(first, first) == facts(first) == [first]
    assert facts(first, first, second) == []
    assert facts(second, first, second) == [second]

    def nothing(_: str) -> Event:
        raise EventUnknown(EID)

    change = reminders.ReminderChange(number="1", eid=EID, at=NOW, edit=first, restored=False)
    assert reminders.reminder_facts(change, nothing) == []


def test_patrons_are_reminded_from_three_days_and_from_one_day_before_the_start() -> None:
    def due(before: timedelta, *sent: timedelta) -> int | None:
        return next_reminder(STARTS, STARTS - before, [STARTS - each for each in sent])

    assert [due(3 * DAY + MINUTE), due(3 * DAY), due(MINUTE), due(timedelta(0)), due(-MINUTE)] == [
        None,
        1,
        1,
        None,
        None,
    ]
    assert [due(DAY + MINUTE, 3 * DAY), due(DAY, 3 * DAY), due(DAY, 2 * DAY), due(DAY, 2 * DAY - MINUTE)] == [
        *(None, 2, 2, None)
    ]
    assert due(MINUTE, 3 * DAY, DAY) is None
    assert is_ahead(a_trip(), STARTS - 3 * DAY)
    assert not is_ahead(a_trip(), STARTS - 3 * DAY - MINUTE)
    assert not is_ahead(a_trip(), STARTS)
    assert not is_ahead(a_trip(status=Status.CANCELLED), BEFORE)


def test_a_patron_is_reminded_of_money_and_of_signatures_while_both_can_be_given() -> None:
    dave = a_patron(party=2)
    paid = {"dave": a_payment("125.00")}
    done = signed(a_trip(payments=paid))

    assert is_reminded(a_trip(payments=paid), dave, BEFORE)
    assert is_reminded(signed(a_trip()), dave, BEFORE)
    assert not is_reminded(done, dave, BEFORE)
    for event in (a_trip(boarding_read=GONE), a_trip(status=Status.CANCELLED), a_trip(starts_at=BEFORE)):
        assert not is_reminded(event, dave, BEFORE)
    assert not is_reminded(a_trip(), replace(dave, state=PatronState.NO_SHOW), BEFORE)
    assert can_sign(a_trip(), dave, BEFORE)
    assert can_sign(a_trip(), dave, STARTS + timedelta(hours=10))
    assert not can_sign(a_trip(), dave, STARTS + timedelta(hours=10, minutes=1))
    assert not can_sign(a_trip(), replace(dave, state=PatronState.NO_SHOW), BEFORE)
    for event in (done, a_trip(boarding_read=GONE), a_trip(status=Status.CANCELLED)):
        assert not can_sign(event, dave, BEFORE)


def test_the_records_of_mails_name_no_patron() -> None:
    event = a_trip(renamed_from=("2026-01-01-first",))

    assert receipt_key("f1") == "patron:f1"
    assert change_key("f1", "dave") == "patron:f1:61ea0803f8853523"
    assert reminder_key(event, "dave", 2) == "patron:reminder:2026-01-01-first:61ea0803f8853523:2"


def edited(*edits: Edit, **event: Any) -> EventEdited:
    """The fact of a form's edits, of the event as it is now."""
    return EventEdited(a_trip(edits=edits, **event), edits, NOW)


def an_edit(what: str, before: str, after: str, *, at: datetime = NOW, form: str = "f1") -> Edit:
    """An edit of a field of the event in a form."""
    return Edit(what, before, after, DANA, at, form=form)


def test_those_who_come_hear_that_a_trip_is_moved_cancelled_or_takes_place_again() -> None:
    old = STARTS - DAY
    moved = an_edit("starts_at", old.isoformat(), STARTS.isoformat())
    off, on = an_edit("status", "scheduled", "cancelled"), an_edit("status", "cancelled", "scheduled")
    cancelled = {"status": Status.CANCELLED}

    assert trip_news(edited(moved)) == TripNews(News.MOVED, old)
    assert trip_news(edited(moved, off, **cancelled)) == TripNews(News.CANCELLED)
    assert trip_news(edited(on)) == TripNews(News.AGAIN)
    assert trip_news(edited(on, moved)) == TripNews(News.AGAIN, old)
    same = an_edit("starts_at", STARTS.isoformat(), STARTS.isoformat())
    assert trip_news(edited(on, same)) == TripNews(News.AGAIN)
    nothing = [
        edited(an_edit("title", "a", "b")),
        edited(moved, **cancelled),
        edited(off),
        edited(on, **cancelled),
        edited(moved, starts_at=STARTS + DAY),
        edited(same),
        edited(an_edit("starts_at", "junk", "junk")),
    ]
    for late in ("status", "starts_at"):
        newer = an_edit(late, "", "", at=NOW + MINUTE, form="f2")
        fact = edited(off if late == "status" else moved, **(cancelled if late == "status" else {}))
        nothing.append(replace(fact, event=replace(fact.event, edits=(*fact.edits, newer))))
        of_a_patron = replace(newer, patron_id="dave")
        kept = replace(fact, event=replace(fact.event, edits=(*fact.edits, of_a_patron)))
        assert trip_news(kept) is not None
    assert [trip_news(fact) for fact in nothing] == [None] * 9
    assert trip_news(edited(an_edit("starts_at", old.isoformat(), "2026-05-23T13:00:00"))) == TripNews(News.MOVED, old)


def test_the_edits_of_one_form_are_one_piece_of_news() -> None:
    one, two = an_edit("title", "a", "b"), an_edit("boat", "", "Osprey")
    other = an_edit("title", "b", "c", form="f2", at=NOW + MINUTE)
    no_news = (replace(one, form=""), replace(one, patron_id="dave"), an_edit("due", "1", "2"))
    event = a_trip(edits=(one, *no_news, two, other), renamed_from=("2026-01-01-first",))

    facts = event_edit_history(event)
    assert [(fact.edits, fact.at, fact.id) for fact in facts] == [
        ((one, two), NOW, "event_edit:2026-01-01-first:f1"),
        ((other,), NOW + MINUTE, "event_edit:2026-01-01-first:f2"),
    ]
    assert (facts[0].of("boat"), facts[0].of("price"), facts[1].happened) == (two, None, NOW + MINUTE)

    def follow(read: Callable[[str], Event], edit: Edit = one) -> list[tuple[Edit, ...]]:
        change = EventEditChange(number="1", eid=EID, at=NOW, edit=edit)
        return [fact.edits for fact in event_edit_facts(change, read)]

    def unknown(_: str) -> Event:
        raise EventUnknown(EID)

    assert follow(lambda _: event) == [(one, two)]
    assert follow(lambda _: a_trip()) == [(one,)]
    assert follow(unknown) == []


def test_what_has_no_finished_record_was_never_announced() -> None:
    entries = (an_entry("p1"), an_entry("p2", minutes=1), an_entry("p3", minutes=2))
    adopted = (an_entry("old:1"), an_entry("p4", by="web:roster"))
    signature = replace(a_signature(), signed_at=utc(NOW - MINUTE))
    broken = replace(a_signature("s2"), signed_at="yesterday")
    edits = (an_edit("title", "a", "b", at=NOW + 3 * MINUTE), Edit("void_requested", "", "p1", DANA, NOW, "dave"))
    event = a_trip(
        payments={"dave": Payment((*entries, *adopted))},
        signatures={each.signature_id: each for each in (signature, broken)},
        edits=edits,
    )
    facts = facts_between(event, NOW - MINUTE, NOW + 3 * MINUTE + timedelta(seconds=1))

    assert [fact.at for fact in facts] == sorted(fact.at for fact in facts)
    assert len(facts) == 6
    assert len(facts_between(event, NOW, NOW + 3 * MINUTE)) == 4
    assert facts_between(replace(event, signatures=None), NOW - DAY, NOW) == []
    keys = [post_key(fact) for fact in facts]
    records = {keys[0]: SimpleNamespace(done=True), keys[1]: SimpleNamespace(done=False)}
    posted: Any = SimpleNamespace(find=records.get)
    left = never_announced(event, NOW - MINUTE, NOW + DAY, key=post_key, posted=posted)
    assert [post_key(fact) for fact in left] == keys[1:]
    mails = [late_mail_key(fact) for fact in facts]
    assert [mail for mail in mails if mail] == [f"mail:{key}" for key, mail in zip(keys, mails, strict=True) if mail]
    assert sum(mail is not None for mail in mails) == 4
    mailed = never_announced(event, NOW - MINUTE, NOW + DAY, key=late_mail_key, posted=posted)
    assert [late_mail_key(fact) for fact in mailed] == [mail for mail in mails if mail]


def test_a_moment_without_an_offset_is_utc_and_other_texts_are_none() -> None:
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)

    assert [read_moment(text) for text in ("2026-05-01T12:00:00", "2026-05-01T12:00:00.000Z", "x", "", None)] == [
        *(noon, noon, None, None, None)
    ]
    assert utc(noon.astimezone(ZONE)) == "2026-05-01T12:00:00.000Z"
    assert [clock(noon.replace(hour=hour)) for hour in (0, 1, 12, 13)] == ["12:00 AM", "1:00 AM", "12:00 PM", "1:00 PM"]
