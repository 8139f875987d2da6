"""A patron's balance explained: every entry and every edit of what is due, in the order of their time."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from bot.text import author, clip, shown, when
from charter.edits import Edit
from charter.money import ZERO, format_amount
from charter.payments import Kind, Source

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from charter.events import Event
    from charter.patrons import Patron
    from charter.payments import Entry

_DOORS: Final = {Source.SLACK: "in Slack", Source.WEB: "on the web"}
_VERBS: Final = {Kind.PAYMENT: "logged", Kind.REFUND: "refunded", Kind.VOID: "voided"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the cells of its row (when, entry, amount, balance after it), and who wrote it and why as mrkdwn."""

    cells: tuple[str, str, str, str]
    remark: str


def first_due(event: Event, patron: Patron) -> Decimal:
    """Return what was due before anybody edited it."""
    edits = _dues(event, patron)
    return _amount(edits[0].before) if edits else patron.due


def explained(event: Event, patron: Patron, zone: tzinfo) -> list[Line]:
    """Return the lines from the first to the last, each with the balance right after it."""
    happened: list[tuple[datetime, Entry | Edit]] = [
        *((entry.timestamp, entry) for entry in event.payment(patron.patron_id).entries),
        *((edit.at, edit) for edit in _dues(event, patron)),
    ]
    lines, owed, currency = [], first_due(event, patron), event.currency
    for moment, each in sorted(happened, key=lambda pair: pair[0]):
        if isinstance(each, Edit):
            before, after = _amount(each.before), _amount(each.after)
            owed += after - before
            what, amount = "due changed", f"{format_amount(before, currency)} → {format_amount(after, currency)}"
            remark = f"due changed by {author(each.by)}"
        else:
            owed -= each.amount
            what = f"{each.kind.value}, {clip(each.method, 40)}"
            amount = ("+" if each.amount > ZERO else "") + format_amount(each.amount, currency)
            remark = f"{_VERBS[each.kind]} by {author(each.logged_by)} {_DOORS[each.source]}"
            remark += f" · “{shown(each.notes, 180)}”" if each.notes else ""
        remark += f" · because “{shown(each.reason, 180)}”" if each.reason else ""
        cells = (when(moment, zone), what, amount, format_amount(owed, currency))
        lines.append(Line(cells, f"{when(moment, zone)}: {remark}"))
    return lines


def _dues(event: Event, patron: Patron) -> list[Edit]:
    """The edits of what the patron owes, the earliest first."""
    edits = (edit for edit in event.edits if edit.what == "due" and edit.patron_id == patron.patron_id)
    return sorted(edits, key=lambda edit: edit.at)


def _amount(text: str) -> Decimal:
    """An amount as an edit keeps it; zero where another writer kept something else."""
    try:
        amount = Decimal(text)
    except ArithmeticError:
        return ZERO
    return amount if amount.is_finite() else ZERO
