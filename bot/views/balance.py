"""Answer of `/payment-status` about one patron: admins see the balance and every entry, crew see who may board."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from bot.admin_ids import EDIT_PATRON
from bot.blocks import Block, actions, button, context, header, section, table
from bot.signature_menu import aside_button, match_block, match_menu
from bot.text import author, clip, clock_of, distinct_name, escape, isolated, quoted, shown, when
from bot.views.aboard import mark_in_words
from bot.views.choices import short_balance
from bot.views.corrections import REFUND, VOID
from bot.views.pages import page_of, pager
from bot.views.status import PAGE, balance_mark, event_flags, message
from bot.waiver_menu import qr_button
from charter.edits import Edit
from charter.events import Status
from charter.group_payments import others_of
from charter.money import ZERO, format_amount
from charter.names import listed
from charter.payments import Kind, Source
from charter.signatures import MatchedBy

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from bot.views.pages import Page
    from bot.views.status import Viewer
    from charter.events import Event
    from charter.patrons import Patron
    from charter.payments import Entry
    from charter.signatures import Signature

# Twenty entries with the longest notes stay within Slack's limits for a message and a table.
ENTRIES_A_PAGE: Final = 20
SIGNATURES: Final = 10

_SOURCES: Final = {Source.SLACK: "in Slack", Source.WEB: "on the web"}
_VERBS: Final = {Kind.PAYMENT: "logged", Kind.REFUND: "refunded", Kind.VOID: "voided"}


def patron_page(event: Event, patron: Patron, viewer: Viewer, *, page: int) -> dict[str, Any]:
    """Return one patron's balance with every entry; for crew, whether the party may board and what is missing."""
    blocks = [
        header(patron.name),
        context(
            f"{escape(clip(event.title, 150))} · {when(event.starts_at, viewer.zone)}{event_flags(event, viewer.now)}"
            + (f" · id `{escape(patron.patron_id)}`" if patron.patron_id in event.alike else "")
        ),
    ]
    blocks += _at_boarding(event, patron, viewer)
    if not viewer.role.sees_money:
        verdict = _boarding(event, patron)
        blocks += [section(verdict), *_signatures(event, patron, viewer)]
        return message(f"{shown(patron.name, 500)}: {verdict}", blocks)
    comes = event.status is not Status.CANCELLED and patron.state is None
    first = f"{_boarding(event, patron)}\n" if comes else ""
    blocks.append(section(f"{first}{_balance_line(event, patron)}"))
    if contact := [shown(text, 300) for text in (patron.email, patron.phone) if text]:
        blocks.append(context(" · ".join(contact)))
    lines = page_of(_explained(event, patron, viewer.zone), page, size=ENTRIES_A_PAGE)
    if not lines.items:
        blocks.append(section("Nothing is logged yet."))
    else:
        blocks += _ledger(event, patron, lines)
    blocks += _signatures(event, patron, viewer)
    blocks.append(_admin_actions(event, patron))
    blocks += pager(lines, action=PAGE, count=True, eid=event.eid, patron=patron.patron_id)
    return message(f"{shown(patron.name, 500)}: {escape(short_balance(event, patron))}", blocks)


def _at_boarding(event: Event, patron: Patron, viewer: Viewer) -> list[Block]:
    """Return whether the party is aboard, or did not come and, for admins, what becomes of the money."""
    party = event.boarding.aboard.get(patron.patron_id)
    if party is not None:
        because = f" · because “{shown(party.reason, 300)}”" if party.reason else ""
        count = f"{party.count} of {patron.party} aboard"
        at = clock_of(party.at, viewer.zone)
        return [section(f":white_check_mark: *{count}* · {author(party.by)}, {at}{because}")]
    if patron.state is None:
        return []
    mark, balance = mark_in_words(event, patron, viewer.zone), event.balance(patron.patron_id)
    if viewer.role.sees_money and balance.paid > 0 and event.status is not Status.CANCELLED:
        back = max(-balance.owed, ZERO)
        mark += f"\n*{format_amount(back, event.currency)} must go back*" if back else ""
        mark += f"\n{format_amount(balance.paid - back, event.currency)} is kept" if balance.paid > back else ""
    return [section(mark)]


def _boarding(event: Event, patron: Patron) -> str:
    """Return whether the party may board, and what is missing, without amounts."""
    if event.status is Status.CANCELLED:
        return ":no_entry: This event is cancelled: nobody boards."
    if patron.state is not None:
        return "⚪ Not expected."
    missing = event.missing(patron.patron_id)
    if missing:
        return f"🔴 Not clear to board: {' and '.join(missing)} missing."
    return "🟢 Clear to board." if patron.party == 1 else f"🟢 Clear to board: party of {patron.party}, all signed."


def _balance_line(event: Event, patron: Patron) -> str:
    balance, currency = event.balance(patron.patron_id), event.currency
    coverage = event.coverage(patron.patron_id)
    count = str(coverage) if coverage.complete else f"*{coverage}*"
    alone = "signed" if coverage.complete else "*not signed*"
    waiver = count if patron.party > 1 and coverage.signed else alone
    party = f" for a party of {patron.party}" if patron.party > 1 else ""
    if event.status is Status.CANCELLED and balance.paid > 0:
        return f":no_entry: *Cancelled: {format_amount(balance.paid, currency)} paid must go back* · waiver {waiver}"
    return (
        f"{balance_mark(event, patron)} *{escape(short_balance(event, patron))}* · "
        f"due {format_amount(balance.due, currency)}{party} · "
        f"paid {format_amount(balance.paid, currency)} · waiver {waiver}"
    )


def _signatures(event: Event, patron: Patron, viewer: Viewer) -> list[Block]:
    """Return the party's signers, how each was matched, and the party's link if somebody has not signed."""
    blocks = []
    signatures = event.signatures_of(patron.patron_id)[:SIGNATURES]
    for signature in signatures:
        minors = f", for {escape(isolated(clip(', '.join(signature.minors), 150)))}" if signature.minors else ""
        blocks.append(
            section(
                f":memo: {escape(quoted(signature.name, 80))}{minors} · {_how_matched(signature)}",
                accessory=match_menu(label="Not theirs? This is…"),
                block_id=match_block(event.eid, signature),
            )
        )
    if false := [aside_button(event.eid, signature, number=place) for place, signature in enumerate(signatures)]:
        blocks.append(actions(*false, block_id="false_signatures"))
    if viewer.links and not event.signed(patron.patron_id) and _may_still_sign(event, viewer):
        link, page = viewer.links.link(event, patron.patron_id), viewer.links.qr_page(event, patron.patron_id)
        code = qr_button(page, name=distinct_name(patron, event.alike, 80))
        blocks += [context(f":link: <{link}|Waiver link for this party>"), actions(code, block_id="waiver")]
    return blocks


def _may_still_sign(event: Event, viewer: Viewer) -> bool:
    """Return whether the event's waiver page still accepts signatures."""
    is_over = viewer.now is not None and event.over(viewer.now)
    return event.status is not Status.CANCELLED and not is_over


def _how_matched(signature: Signature) -> str:
    match signature.matched_by:
        case MatchedBy.LINK:
            return "by the party's link"
        case MatchedBy.BOOKED_BY:
            return "named them as who booked"
        case None | MatchedBy.NAME:
            return "by the name"
    return f"matched by {author(signature.matched_by)}"


def _ledger(event: Event, patron: Patron, lines: Page[_Row]) -> list[Block]:
    """Return a page of the ledger with the balance after each line, and who wrote it."""
    columns = [("When", "left"), ("Entry", "left"), ("Amount", "right"), ("Balance", "right")]
    rows = [list(line.cells) for line in lines.items]
    if lines.number == 0:
        rows.insert(0, ["", "Due", "", format_amount(_first_due(event, patron), event.currency)])
    return [table(columns, rows), *[context(line.remark) for line in lines.items]]


def _admin_actions(event: Event, patron: Patron) -> Block:
    """Return the admins' buttons. A mistake in the ledger is undone by a new entry: a void or a refund."""
    value = json.dumps({"eid": event.eid, "patron": patron.patron_id}, separators=(",", ":"))
    buttons = [button("Edit…", action_id=EDIT_PATRON, value=value)]
    if event.payment(patron.patron_id).entries:
        buttons.append(button("Void an entry…", action_id=VOID, value=value))
        buttons.append(button("Refund…", action_id=REFUND, value=value))
    return actions(*buttons, block_id="corrections")


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the table: its cells (when, entry, amount, balance after it), and its author and reason as mrkdwn."""

    cells: tuple[str, str, str, str]
    remark: str


def _first_due(event: Event, patron: Patron) -> Decimal:
    """Return the due before the first edit of it."""
    edits = _dues(event, patron)
    return _amount(edits[0].before) if edits else patron.due


def _explained(event: Event, patron: Patron, zone: tzinfo) -> list[_Row]:
    """Return the entries and edits of the due in the order of their time, each with the balance after it."""
    happened: list[tuple[datetime, Entry | Edit]] = [
        *((entry.timestamp, entry) for entry in event.payment(patron.patron_id).entries),
        *((edit.at, edit) for edit in _dues(event, patron)),
    ]
    lines, owed, currency = [], _first_due(event, patron), event.currency
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
            remark = f"{_VERBS[each.kind]} by {author(each.logged_by)} {_SOURCES[each.source]}"
            remark += f" · tip {format_amount(each.tip, currency)}" if each.tip else ""
            remark += _paid_with(event, patron, each)
            remark += f" · “{shown(each.notes, 180)}”" if each.notes else ""
        remark += f" · because “{shown(each.reason, 180)}”" if each.reason else ""
        cells = (when(moment, zone), what, amount, format_amount(owed, currency))
        lines.append(_Row(cells, f"{when(moment, zone)}: {remark}"))
    return lines


def _paid_with(event: Event, patron: Patron, entry: Entry) -> str:
    """Return ` · together with Ana Lima` for an entry that was paid with those of others."""
    others = others_of(event, patron.patron_id, entry)
    names = listed([distinct_name(each, event.alike, 60) for each in others])
    return f" · together with {shown(names, 180)}" if others else ""


def _dues(event: Event, patron: Patron) -> list[Edit]:
    """Return the edits of the patron's due, the earliest first."""
    edits = (edit for edit in event.edits if edit.what == "due" and edit.patron_id == patron.patron_id)
    return sorted(edits, key=lambda edit: edit.at)


def _amount(text: str) -> Decimal:
    """Return the amount in an edit; zero if another writer stored no amount."""
    try:
        amount = Decimal(text)
    except ArithmeticError:
        return ZERO
    return amount if amount.is_finite() else ZERO
