"""The office's events: new, edited, renamed, cancelled and brought back, settled, and patrons moved between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.histories.day import Missing
from tests.histories.deeds import Said

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.histories.day import Day
    from tests.histories.steps import Step


def new_event(day: Day, step: Step) -> None:
    """Make an event of another day."""
    olivia = day.fresh("olivia")
    olivia.command("/payment-status", "new", channel="C0DOCK")
    form = day.form(olivia)
    try:
        form.fill("day", f"2026-06-{1 + step.pick(1, 28):02}").fill("time", "18:30").fill("captain", "Mia Ortega")
        form.fill("title", f"Sunset {'abcdefgh'[step.pick(3, 8)]}").fill("price", "95")
    except LookupError as error:
        raise Missing(str(error)) from error
    day.submit(form, ("Created:",))


def edit_event(day: Day, step: Step) -> None:
    """Change price, boat, room or time of an event."""
    form = _editing(day, str(day.event(step)["eid"]))
    changes = (
        ("price", "150"),
        ("boat", f"Otter {'abcdefgh'[step.pick(4, 8)]}"),
        ("capacity", "40"),
        ("time", "14:30"),
    )
    name, value = changes[step.pick(3, len(changes))]
    _filled(form, **{name: value})
    day.submit(form, ("Saved:",))


def rename_event(day: Day, step: Step) -> None:
    """Give an event another title and id."""
    row = day.event(step)
    form = _editing(day, str(row["eid"]))
    title = f"Whale watch {'abcdefgh'[step.pick(3, 8)]}"
    _filled(form, title=title)
    if "eid" not in form.values:
        raise Missing("no id to change")
    day.submit(form, ("Saved:",))


def cancel_event(day: Day, step: Step) -> None:
    """Cancel an event, or bring back one that is cancelled."""
    row = day.event(step)
    olivia = day.fresh("olivia")
    answer = day.answer(olivia, "/payment-status", str(row["eid"]))
    cancelled = row.get("status") == "cancelled"
    day.press(olivia, answer, "bring_back_event" if cancelled else "cancel_event")
    form = day.form(olivia)
    if "reason" in form.values:
        form.fill("reason", f"storm {step.number}")
    day.submit(form, ("Cancelled:", "Takes place again:"))


def settle(day: Day, step: Step) -> None:
    """Decide about the money of a cancelled event: the sums first, then each once."""
    rows = [row for row in day.event_rows() if row.get("status") == "cancelled"]
    if not rows:
        cancel_event(day, step)
        rows = [row for row in day.event_rows() if row.get("status") == "cancelled"]
    if not rows:
        raise Missing("nothing is cancelled")
    olivia = day.fresh("olivia")
    row = rows[step.pick(1, len(rows))]
    day.press(olivia, day.answer(olivia, "/payment-status", str(row["eid"])), "settle_money")
    form = day.form(olivia)
    try:
        form.choose("decision", ("Refund", "Credit")[step.pick(3, 2)])
        if not form.values.get("reason"):
            form.fill("reason", f"gale {step.number}")
    except LookupError as error:
        raise Missing(str(error)) from error
    form.submit()
    said, _ = day.submit(day.form(olivia), ("Refunded now:", "Kept as credit:"))
    if said is Said.YES and "Refunded now:" in day.form(olivia).text and "Nothing is open any more" in olivia.form.text:
        left = _money_in(day, str(row["eid"]))
        if left:
            day.boat.mishaps.append(f"all of {row['eid']} was reported as refunded, and {left} is still there")


def _money_in(day: Day, eid: str) -> Any:
    records = (day.row(eid).get("payments") or {}).values()
    return sum(record["amount"] for record in records) if not day.boat.injector.faults else 0


def move_patron(day: Day, step: Step) -> None:
    """Move a patron with their money to another event, after the form has shown what goes along."""
    row = day.event(step)
    others = [other for other in day.event_rows() if other["eid"] != row["eid"]]
    if not others:
        raise Missing("there is no other event")
    patron, there = day.patron(row, step), others[step.pick(3, len(others))]
    olivia = day.fresh("olivia")
    day.press(olivia, day.answer(olivia, "/payment-status", f"{row['eid']} {patron}"), "move_patron")
    form = day.form(olivia)
    try:
        form.choose("event", str(there["title"]))
    except LookupError as error:
        raise Missing(str(error)) from error
    form.submit()
    form = day.form(olivia)
    _filled(form, reason=f"wind {step.number}")
    for block_id, option in (("person", 1), ("unsigned", 0), ("beyond", 0)):
        if any(block["block_id"] == block_id for block in form.blocks):
            element = form.block(block_id)["element"]
            options = element["options"]
            form.choose(block_id, options[min(option, len(options) - 1)]["value"])
    day.submit(form, ("Moved:",))


def close_month(day: Day, step: Step) -> None:
    """Close a month, which is over in June."""
    if step.pick(3, 2):
        day.boat.clock.seconds += 11 * 86400
        day.boat.roster("rebuild", "--yes")  # a month is not closed until the books were compared
    olivia = day.fresh("olivia")
    answer = day.answer(olivia, "/payment-status", "month may")
    day.press(olivia, answer, "month_close")


def _editing(day: Day, eid: str) -> Modal:
    olivia = day.fresh("olivia")
    olivia.command("/payment-status", f"edit {eid}", channel="C0DOCK")
    return day.form(olivia, "Edit event")


def _filled(form: Modal, **fields: str) -> None:
    try:
        for block_id, text in fields.items():
            form.fill(block_id, text)
    except LookupError as error:
        raise Missing(str(error)) from error


ACTS: Final = {
    "new_event": new_event,
    "edit_event": edit_event,
    "rename_event": rename_event,
    "cancel_event": cancel_event,
    "settle": settle,
    "move_patron": move_patron,
    "close_month": close_month,
}
