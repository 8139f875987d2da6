"""Lines of a roster as the table keeps them, and the write of a whole list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.attribute_values import from_wire, to_wire
from adapters.boarding_rows import BOARDING_ROW
from adapters.expressions import Update
from adapters.shapes import Shape, own_row, update_of_present
from adapters.sizes import value_size
from charter.enrolling import LINE_FIELDS
from charter.pasting import Fate
from charter.refusals import RowFull

if TYPE_CHECKING:
    from collections.abc import Mapping

    from charter.events import Event
    from charter.pasting import PastePlan
    from charter.patrons import Patron


def row_of(event: Event) -> dict[str, Any]:
    """Return the attributes of an event in an own row that is first written, without its roster and payments."""
    optional = {"channel": event.channel, "price": event.price, "boat": event.boat, "capacity": event.capacity}
    return {**own_row(event), **{name: value for name, value in optional.items() if value is not None}}


def line_of(patron: Patron) -> dict[str, Any]:
    """Return a new line of the roster; empty fields are left out."""
    line = {name: getattr(patron, name) for name in LINE_FIELDS}
    return {name: value for name, value in line.items() if value is not None}


def join_line(update: Update, row: Mapping[str, Any], patron: Patron) -> None:
    """Add the line to a row without it, while it has none."""
    if "M" in row.get("patrons", {}):
        update.when_map("patrons")
        update.when_missing("patrons", patron.patron_id)
        update.set("patrons", patron.patron_id, to=line_of(patron))
    else:
        update.when_empty("patrons")
        update.set("patrons", to={patron.patron_id: line_of(patron)})


def change_line(update: Update, row: Mapping[str, Any], values: Mapping[str, Any], after: Patron) -> None:
    """Give the line these values, while the fields that admins may edit are as in this row. `after` is the whole line.

    A patron who paid without ever being on the roster gets a line.
    """
    lines = row.get("patrons", {}).get("M")
    if lines is None or after.patron_id not in lines:
        join_line(update, row, after)
        return
    line, here = from_wire(lines)[after.patron_id], ("patrons", after.patron_id)
    if not isinstance(line, dict):  # another program's value, not a line
        update.when(*here, is_="=", value=line)
        update.set(*here, to=line_of(after))
        return
    update.when_map(*here)
    for name in LINE_FIELDS:
        update.when_still(*here, name, in_=line)
    update.set_all(*here, to={name: "" if value is None else value for name, value in values.items()})


def with_list(row: Mapping[str, Any], plan: PastePlan) -> Update:
    """Return the update that writes the plan into the row, which is empty where the event has only crew rows.

    It is written only while roster and capacity are as in this row. That condition is short for any number of lines,
    and so is the one value that replaces the roster: an expression with a part for each line would be too long.
    Raises RowFull where a payment would have no room left beside the lines.
    """
    if not row:
        update = Update()
        update.when_missing("eid")
        lines = {patron_id: line_of(patron) for patron_id, patron in plan.patrons.items()}
        update.set_all(to={**row_of(plan.event), "patrons": lines, "payments": {}})
        return update
    update = update_of_present()
    update.when_as_read("patrons", in_=row)
    update.when_as_read("capacity", in_=row)
    before = from_wire({"patrons": row["patrons"]})["patrons"] if "M" in row.get("patrons", {}) else {}
    changed = {
        each.after.patron_id: _changed(before.get(each.after.patron_id), each.before, each.after)
        for each in plan.written
        if each.after
    }
    if plan.of(Fate.NEW) and Shape.of(row).room < value_size(to_wire(changed)):
        raise RowFull
    update.set("patrons", to={**before, **changed})
    return update


def as_read(boarding: Mapping[str, Any], plan: PastePlan) -> list[tuple[Mapping[str, Any], Update]]:
    """Return the condition that as many people are aboard as were read, where the plan changes the size of a party."""
    if not any(each.before and each.after and each.before.party != each.after.party for each in plan.written):
        return []
    condition = Update()
    condition.when_as_read("aboard", in_=boarding)
    return [({"eid": {"S": plan.event.eid}, "crew_id": {"S": BOARDING_ROW}}, condition)]


def _changed(line: object, before: Patron | None, after: Patron) -> dict[str, Any]:
    """Return the line with the fields that the plan changes; all of a new line, or of one that was no line."""
    if before is None or not isinstance(line, dict):
        return line_of(after)
    names = (name for name in LINE_FIELDS if getattr(before, name) != getattr(after, name))
    return {**line, **{name: getattr(after, name) for name in names}}
