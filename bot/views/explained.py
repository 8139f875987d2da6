"""Lines that explain a patron's balance: the usual price, the changes of the due, and the entries. For admins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.blocks import Block, context, section, table
from bot.text import author, clip, distinct_name, shown, when
from bot.views.pages import page_of
from charter.edits import Edit, amount_in
from charter.explaining import explained
from charter.frozen import dataclass
from charter.group_payments import others_of
from charter.money import ZERO, format_amount
from charter.names import listed
from charter.payments import RETURNED, Entry, Kind, Source
from charter.returned import NOUNS, WORDS

if TYPE_CHECKING:
    from datetime import tzinfo
    from decimal import Decimal

    from bot.views.pages import Page
    from bot.views.status import Viewer
    from charter.events import Event
    from charter.explaining import BalanceLine, Explanation
    from charter.patrons import Patron

# Twenty entries with the longest notes stay within Slack's limits for a message and a table.
ENTRIES_A_PAGE: Final = 20

_SOURCES: Final = {Source.SLACK: "in Slack", Source.WEB: "on the web"}
_VERBS: Final = {
    Kind.PAYMENT: "logged",
    Kind.REFUND: "refunded",
    Kind.VOID: "voided",
    Kind.TRANSFER: "moved",
    **{kind: f"{NOUNS[kind]} logged" for kind in RETURNED},
}


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row of the table: its cells (when, entry, amount, balance after it), and its author and reason as mrkdwn."""

    cells: tuple[str, str, str, str]
    remark: str


def explanation_page(event: Event, patron: Patron, viewer: Viewer, *, page: int) -> tuple[Page[LedgerRow], list[Block]]:
    """Return a page of the lines, and its blocks: a table with the balance after each line, then who wrote it and why.

    The first page begins with what was due at first: the usual price, and what was agreed beside it.
    """
    explanation = explained(event, patron)
    rows = [_row(event, patron, line, viewer.zone) for line in explanation.lines]
    lines, first = page_of(rows, page, size=ENTRIES_A_PAGE), _first_rows(explanation, event.currency)
    if not rows:
        usual = context(f"{first[0][1]}: {first[0][3]}. The due was set to {first[-1][3]}.")
        return lines, [section("Nothing is logged yet."), *([usual] if explanation.beside_usual else [])]
    columns = [("When", "left"), ("Entry", "left"), ("Amount", "right"), ("Balance", "right")]
    cells = [*(first if lines.number == 0 else []), *(list(row.cells) for row in lines.items)]
    return lines, [table(columns, cells), *[context(row.remark) for row in lines.items]]


def _first_rows(explanation: Explanation, currency: str) -> list[list[str]]:
    """Return the rows of what was due at first."""
    due, usual, beside = explanation.due, explanation.usual, explanation.beside_usual
    if explanation.price is None or usual is None:
        return [["", "Due", "", format_amount(due, currency)]]
    price = f"Usual price, {format_amount(explanation.price, currency)} × {explanation.party}"
    rows = [["", price, "", format_amount(usual, currency)]]
    if beside:
        rows.append(["", "due at first", _signed(beside, currency), format_amount(due, currency)])
    return rows


def _row(event: Event, patron: Patron, line: BalanceLine, zone: tzinfo) -> LedgerRow:
    balance = format_amount(line.owed, event.currency)
    match line.what:
        case Edit() as edit:
            what, amount = _of_edit(edit, event.currency)
            remark = f"{what} by {author(edit.by)}"
            at, reason = edit.at, edit.reason
        case Entry() as entry:
            what = (
                WORDS[entry.kind] if entry.kind is Kind.TRANSFER else f"{WORDS[entry.kind]}, {clip(entry.method, 40)}"
            )
            amount, remark = _signed(entry.amount, event.currency), _of_entry(event, patron, entry)
            at, reason = entry.timestamp, entry.reason
        case _:
            cells = ("", "due changed", _signed(line.effect, event.currency), balance)
            return LedgerRow(cells, "The due was changed by another program: who, when and why is not recorded.")
    remark += f" · because “{shown(reason, 180)}”" if reason else ""
    moment = when(at, zone)
    return LedgerRow((moment, what, amount, balance), f"{moment}: {remark}")


def _of_edit(edit: Edit, currency: str) -> tuple[str, str]:
    """Return `discount` and `-$25.00`, or `due changed` and `$125.00 → $100.00`."""
    if edit.what != edit.field:
        return edit.what, _signed(edit.effect, currency)
    before, after = (format_amount(amount_in(text), currency) for text in (edit.before, edit.after))
    return "due changed", f"{before} → {after}"


def _of_entry(event: Event, patron: Patron, entry: Entry) -> str:
    """Return who logged an entry and where, its tip, who else was paid for, and its notes."""
    remark = f"{_VERBS[entry.kind]} by {author(entry.logged_by)} {_SOURCES[entry.source]}"
    remark += f" · tip {format_amount(entry.tip, event.currency)}" if entry.tip else ""
    others = others_of(event, patron.patron_id, entry)
    names = listed([distinct_name(each, event.alike, 60) for each in others])
    remark += f" · together with {shown(names, 180)}" if others else ""
    return remark + (f" · “{shown(entry.notes, 180)}”" if entry.notes else "")


def _signed(amount: Decimal, currency: str) -> str:
    return ("+" if amount > ZERO else "") + format_amount(amount, currency)
