"""Signatures that are written or matched during a rename: they are at the new id, once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from charter.signatures import SignatureMatch
from tests.builders import DANA, EID, MARCO, NOW, a_row, a_signature, a_signature_row
from tests.roster.renames import (
    FEW,
    MANY,
    OLD,
    between,
    check_whole,
    ledger_on,
    put_event,
    rename,
    sign,
    signatures_on,
    under,
)

if TYPE_CHECKING:
    from tests.roster.operating import Operator


@pytest.mark.parametrize(("crew", "call"), [(FEW, 1), (MANY, 1), (MANY, 2), (MANY, 3), (MANY, 4)])
def test_a_signature_that_is_put_while_it_is_under_way_is_where_the_event_is(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, crew: int, call: int
) -> None:
    put_event(operator, crew)
    between(monkeypatch, call=call, do=lambda: sign(operator, "s2"))

    assert rename(operator).exit_code == 0
    assert rename(operator).exit_code == 0  # removes the signature that was put at the old id after its last read

    check_whole(operator, crew, signed={"s1", "s2"})


def test_a_signature_that_is_put_between_the_move_and_the_last_read_moves_along(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signer cannot read the redirect, so only the rename can move the row."""
    put_event(operator, FEW)
    between(monkeypatch, call=1, do=lambda: operator.put(a_signature_row("s2", eid=OLD)))

    assert rename(operator).exit_code == 0

    check_whole(operator, FEW, signed={"s1", "s2"})


@pytest.mark.parametrize(("crew", "calls"), [(FEW, (1,)), (MANY, (1, 2, 3, 4))], ids=["few", "many"])
def test_a_match_that_is_made_while_it_is_under_way_is_kept_with_its_edit(
    operator: Operator, crew: int, calls: tuple[int, ...]
) -> None:
    for day, call in enumerate(calls, start=1):
        old, new = f"2026-06-{day:02}", f"2026-06-{day:02}-captain-cory-afternoon"
        put_event(operator, crew, old)
        match = SignatureMatch(old, a_signature().ref, "ana", seen="dave")
        with pytest.MonkeyPatch.context() as patch:
            between(patch, call=call, do=partial(signatures_on(operator).match, match, by=DANA, now=NOW))
            renamed = rename(operator, old, new)
            assert renamed.exit_code == 0, renamed.output

        event = ledger_on(operator).event(old)
        assert (event.eid, (event.signatures or {})["s1"].patron_id) == (new, "ana"), call
        assert [edit.what for edit in event.edits] == ["due", "signature"], call
        assert set(under(operator, old)) == {"#event"}, call


LATER = {"matched_by": MARCO, "matched_at": "2026-05-24T18:00:00.000Z"}


@pytest.mark.parametrize(
    ("old", "new", "patron_id"),
    [
        ({}, {"patron_id": "ana", **LATER}, "ana"),
        ({"patron_id": "ana", **LATER}, {}, "ana"),
        ({"without": ["patron_id", "matched_at", "matched_by"]}, {}, "dave"),
        ({}, {"without": ["patron_id", "matched_at", "matched_by"]}, "dave"),
    ],
    ids=["matched at the new id", "matched at the old id", "unmatched at the old id", "unmatched at the new id"],
)
def test_of_a_signature_at_both_ids_the_one_that_was_matched_last_is_kept(
    operator: Operator, old: dict[str, Any], new: dict[str, Any], patron_id: str
) -> None:
    operator.put({"eid": OLD, "crew_id": "#event", "moved_to": EID}, a_row(renamed_from=[OLD]))
    operator.put(a_signature_row(eid=OLD, **old), a_signature_row(eid=EID, **new))

    assert rename(operator, OLD, EID).exit_code == 0

    assert operator.row(EID, "#signature:s1")["patron_id"] == patron_id
    assert set(under(operator, OLD)) == {"#event"}


def test_signatures_that_say_different_things_under_one_id_are_both_left_and_named(operator: Operator) -> None:
    operator.put({"eid": OLD, "crew_id": "#event", "moved_to": EID}, a_row(renamed_from=[OLD]))
    operator.put(a_signature_row(eid=OLD, name="Ana Lima"), a_signature_row(eid=EID, **LATER))
    before = operator.snapshot()

    refused = rename(operator, OLD, EID)

    assert (refused.exit_code, operator.snapshot()) == (1, before)
    assert "#signature:s1" in refused.stderr
