"""`restore`: lost rows come back by their ids, newer ones stay, and a renamed event stays one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.attribute_values import to_wire
from adapters.sizes import LARGEST_ITEM, item_size
from charter.payments import Source
from charter.signatures import SignatureMatch
from tests.builders import DANA, EID, NOW, a_draft, a_row, a_signature, a_void
from tests.roster.drill import NEWER, OTHER, Drill, entries, pay
from tests.roster.renames import AN_EDIT, ledger_on, log, rename, signatures_on, under

if TYPE_CHECKING:
    from tests.conftest import Engine
    from tests.roster.operating import Operator


def test_an_event_that_is_gone_comes_back_whole(drill: Drill) -> None:
    operator = drill.operator
    before = ledger_on(operator).event(EID)
    drill.lose(EID)

    done = drill.restore()

    after = ledger_on(operator).event(EID)
    assert (after.payments, after.patrons, after.signatures, after.edits) == (
        before.payments,
        before.patrons,
        before.signatures,
        before.edits,
    )
    assert operator.row(EID, "cory")["role"] == "captain"
    assert "Nothing is broken or odd" in done.stdout, "it was verified"
    drill.check_repeatable()


def test_what_was_logged_since_stays_and_what_was_lost_is_added(drill: Drill) -> None:
    operator = drill.operator
    operator.put(a_row(title="Renamed by the office", price=Decimal(150)))  # a script lost all payments
    pay(operator, "p2", "dave", "25.00")
    pay(operator, "p3", "ana", "250.00")

    drill.restore()

    assert entries(operator) == {"p1": Decimal(50), "p2": Decimal(25)}
    row = operator.row(EID)
    assert row["payments"]["dave"]["amount"] == Decimal(75)
    assert entries(operator, patron="ana") == {"p3": Decimal(250)}
    assert row["payment_ids"] == {"p1", "p2", "p3"}
    assert (row["title"], row["price"]) == ("Renamed by the office", Decimal(150))
    drill.check_repeatable()


def test_a_payment_that_was_voided_since_stays_voided(drill: Drill) -> None:
    ledger_on(drill.operator).reverse(a_void("p1"), by=DANA, source=Source.SLACK, now=NOW)
    before = drill.operator.snapshot()

    done = drill.restore()

    assert "nothing to do" in done.stdout
    assert drill.operator.snapshot() == before


def test_a_restored_payment_cannot_be_logged_again(drill: Drill) -> None:
    operator = drill.operator
    operator.put(a_row())
    drill.restore()

    again = ledger_on(operator).log(a_draft("p1", amount="50.00"), by=DANA, source=Source.SLACK, now=NOW)

    assert again.replayed
    assert entries(operator) == {"p1": Decimal(50)}


def test_signatures_edits_and_people_come_back_and_a_later_match_stays(drill: Drill) -> None:
    operator = drill.operator
    signatures_on(operator).sign(EID, a_signature("s2", name="Mum", patron_id=None))
    drill.backup()
    signatures_on(operator).match(SignatureMatch(EID, a_signature("s2").ref, "ana"), by=DANA, now=NOW)
    drill.lose_row(EID, "#signature:s1")
    drill.lose_row(EID, f"#change:{AN_EDIT.edit_id}")
    lines = operator.row(EID)["patrons"]
    operator.put({**operator.row(EID), "patrons": {"dave": {**lines["dave"], "name": "David Kowalski"}}})

    done = drill.restore()

    event = ledger_on(operator).event(EID)
    assert {each.signature_id: each.patron_id for each in (event.signatures or {}).values()} == {
        "s1": "dave",
        "s2": "ana",
    }
    assert AN_EDIT in event.edits
    assert {patron.name for patron in event.patrons.values()} == {"David Kowalski", "Ana Lima"}
    assert "1 patron, 1 signature, 1 edit" in done.stderr or "1 patron, 1 edit, 1 signature" in done.stderr
    drill.check_repeatable()


def test_a_record_from_before_the_ledger_comes_back_and_is_added_to_a_newer_one(
    operator: Operator, dynamodb: Engine
) -> None:
    old = {"amount": Decimal(40), "timestamp": "2026-05-20T18:00:00.000Z", "method": "cash", "logged_by": DANA}
    operator.put(a_row(payments={"dave": old, "ana": old}))
    with dynamodb.fresh_table() as restored:
        drill = Drill(operator, restored)
        drill.backup()
        operator.put(a_row())
        pay(operator, "p2", "dave", "25.00")

        drill.restore()

        assert operator.row(EID)["payments"]["ana"] == old
        assert operator.row(EID)["payments"]["dave"]["amount"] == Decimal(65)
        assert entries(operator) == {"before-the-ledger": Decimal(40), "p2": Decimal(25)}
        drill.check_repeatable()


def test_a_sum_that_a_script_changed_is_set_right_and_lost_entries_come_back_into_their_sum(drill: Drill) -> None:
    operator = drill.operator
    pay(operator, "p2", "ana", "250.00")
    drill.backup()
    row = operator.row(EID)
    row["payments"]["dave"]["amount"] = Decimal(1)
    del row["payments"]["ana"]["entries"]
    operator.put(row)

    drill.restore()

    assert operator.row(EID)["payments"]["dave"]["amount"] == Decimal(50)
    assert operator.row(EID)["payments"]["ana"]["amount"] == Decimal(250)
    assert entries(operator, patron="ana") == {"p2": Decimal(250)}
    drill.check_repeatable()


def test_an_entry_with_other_content_is_left_and_named(drill: Drill) -> None:
    operator = drill.operator
    operator.put(a_row())
    log(operator, "p1", "75.00", EID)

    done = drill.restore()

    assert "payment p1 of dave is in both tables with different content" in done.stderr
    assert entries(operator) == {"p1": Decimal(75)}


@pytest.mark.parametrize("options", [["--dry-run"], []], ids=["a dry run", "nobody to ask"])
def test_the_plan_is_shown_and_nothing_written_without_a_yes(drill: Drill, options: list[str]) -> None:
    operator = drill.operator
    drill.lose(EID)
    before = operator.snapshot()

    shown = operator.run("restore", drill.restored, *options)

    assert f"{EID}: the whole row with its payments, 1 edit, 1 signature, 1 crew row" in shown.stderr
    assert operator.snapshot() == before


def test_a_person_is_asked(drill: Drill) -> None:
    drill.lose(EID)

    assert drill.operator.run("restore", drill.restored, typed="n\n").exit_code == 0
    assert drill.operator.row(EID) == {}
    assert drill.operator.run("restore", drill.restored, typed="y\n").exit_code == 0
    assert drill.operator.row(EID)["title"]


def test_one_event_can_be_restored_by_any_of_its_ids(drill: Drill) -> None:
    operator = drill.operator
    rename(operator, EID, NEWER)
    drill.lose(OTHER)
    drill.lose_row(NEWER, "#signature:s1")

    drill.restore("--event", NEWER)

    assert "#signature:s1" in under(operator, NEWER)
    assert operator.row(OTHER) == {}
    unknown = operator.run("restore", drill.restored, "--event", "2026-01-01-nobody", "--yes")
    assert (unknown.exit_code, "no event 2026-01-01-nobody" in unknown.stderr) == (1, True)


def test_crew_who_were_taken_off_since_stay_off_unless_asked_for(drill: Drill) -> None:
    operator = drill.operator
    drill.lose_row(EID, "cory")

    done = drill.restore()
    assert "1 crew assignment only in the restored table." in done.stderr
    assert operator.row(EID, "cory") == {}

    drill.restore("--crew")
    assert operator.row(EID, "cory")["role"] == "captain"


def test_a_wrong_table_is_named(drill: Drill) -> None:
    missing = drill.operator.run("restore", "nowhere-restored", "--yes")
    itself = drill.operator.run("restore", drill.operator.table, "--yes")

    assert (missing.exit_code, itself.exit_code) == (1, 1)
    assert "no table “nowhere-restored”" in missing.stderr
    assert "is the events table itself" in itself.stderr


def test_a_full_row_is_left_and_the_others_are_restored(drill: Drill) -> None:
    operator = drill.operator
    empty = item_size({name: to_wire(value) for name, value in a_row(other_program="").items()})
    operator.put(a_row(other_program="x" * (LARGEST_ITEM - empty - 100)))
    drill.lose(OTHER)

    done = operator.run("restore", drill.restored, "--yes")

    assert done.exit_code == 1
    assert f"{EID} is left as it is: with its lost content its row would exceed 400 KB" in done.stderr
    assert operator.row(OTHER)["title"]


def test_what_another_program_wrote_into_a_row_stays_there(drill: Drill) -> None:
    operator = drill.operator
    note = {"amount": Decimal(0), "entries": {"note": "see the office"}, "colour": "blue"}
    operator.put(a_row(payments={"dave": note, "zoe": None}, patrons={"dave": None}, other={"any": "thing"}))

    operator.run("restore", drill.restored, "--yes")

    row = operator.row(EID)
    assert row["payments"]["dave"]["amount"] == Decimal(50)
    assert set(row["payments"]["dave"]["entries"]) == {"note", "p1"}
    assert (row["payments"]["dave"]["colour"], row["payments"]["zoe"], row["other"]) == ("blue", None, {"any": "thing"})
    assert row["patrons"]["dave"]["name"] == "Dave Kowalski"


@pytest.mark.parametrize("damage", [{"payments": None}, {"payments": "gone"}, {"patrons": [], "payments": {}}])
def test_a_row_whose_maps_a_script_destroyed_is_whole_again(drill: Drill, damage: dict[str, Any]) -> None:
    operator = drill.operator
    before = ledger_on(operator).event(EID)
    operator.put({**operator.row(EID), **damage})

    drill.restore()

    after = ledger_on(operator).event(EID)
    assert (after.payments, after.patrons) == (before.payments, before.patrons)
    drill.check_repeatable()


def test_a_row_that_a_script_left_without_its_month_and_start_is_found_again(drill: Drill) -> None:
    operator = drill.operator
    operator.put(a_row(without=("month", "starts_at", "title", "currency", "status")))

    drill.restore()

    (found,) = [each for each in ledger_on(operator).listings([NOW.date()]) if each.eid == EID]
    assert found.title == "Captain Cory, afternoon"
    drill.check_repeatable()
