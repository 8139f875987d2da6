"""Edits that change nothing else: each is one row, written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from adapters.expressions import Update
from adapters.rows import CHANGE_ROW, edit_row
from adapters.shapes import key, update_of_present

if TYPE_CHECKING:
    from adapters.dynamo import TimeBudget
    from adapters.event_rows import EventRows
    from charter.edits import Edit

_KEYS: Final = ("eid", "crew_id")


def write_edit(own: EventRows, eid: str, edit: Edit, *, row_id: str, budget: TimeBudget) -> bool:
    """Write the edit under `row_id`. Return False where that id has a row already, or another write was in the way.

    The transaction checks that the event still has its row under its id, so that no edit lands beside a renamed event.
    Raises TableUnavailable.
    """
    update = Update()
    update.when_missing("eid")
    for name, value in edit_row(eid, edit).items():
        if name not in _KEYS:
            update.set(name, to=value)
    where = {"eid": {"S": eid}, "crew_id": {"S": f"{CHANGE_ROW}{row_id}"}}
    return own.together(where, update, [], budget, checks=[(key(eid), update_of_present())])
