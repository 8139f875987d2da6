"""The answers of `/payment-status`. Admins see amounts; crew see who is clear to board."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, actions, button, context, header, section, table
from bot.text import author, clip, escape, shown, when
from bot.views.choices import standing_of
from bot.views.corrections import REFUND, VOID
from charter.events import Status
from charter.money import ZERO, format_amount
from charter.payments import BalanceState, Kind, Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from charter.events import Event
    from charter.patrons import Patron
    from charter.payments import Entry
    from charter.roles import Role

PAGE: Final = "payment_status"

# Slack shows 50 blocks with 13,200 characters and, in a table, 100 rows and 10,000 characters: thirty rows of the
# longest names and twenty entries with the longest notes stay below.
EVENTS_A_PAGE: Final = 8
PATRONS_A_PAGE: Final = 30
ENTRIES_A_PAGE: Final = 20
FOUND_AT_MOST: Final = 10

_MARKS: Final = {
    BalanceState.UNPAID: "🔴",
    BalanceState.PARTIAL: "🟠",
    BalanceState.PAID: "🟢",
    BalanceState.OVERPAID: "🔵",
}

_DOORS: Final = {Source.SLACK: "in Slack", Source.WEB: "on the web"}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads the answer, and in which time zone."""

    role: Role
    zone: tzinfo


def overview(events: Sequence[Event], viewer: Viewer, *, page: int, pages: int) -> dict[str, Any]:
    """The coming events with how many patrons paid, partly paid or did not and, for admins, what is outstanding."""
    if not events:
        text = "No events are coming. Name one to see it, as in `/payment-status 2026-05-23-captain-cory-afternoon`."
        return _message(text, [section(text)])
    blocks: list[Block] = [header("Coming events")]
    for event in events:
        # An event whose id is never looked up stands here with what is wrong with it, for the office to mend.
        way_in = {"accessory": _turn("Open", eid=event.eid, of=event.eid)} if event.served else {}
        told = f"*{escape(clip(event.title, 150))}* · {when(event.starts_at, viewer.zone)}{_minds(event)}"
        blocks.append(section(f"{told}\n{_counts(event, viewer)}", **way_in))
    if viewer.role.sees_money:
        blocks.append(context(f"Outstanding on this page: *{_outstanding(events)}*"))
    blocks += _pager(page, pages)
    return _message("Coming events", blocks)


def event_page(event: Event, viewer: Viewer, *, page: int, unknown: str = "") -> dict[str, Any]:
    """One event: a table of its patrons."""
    people = event.people
    pages = max(1, -(-len(people) // PATRONS_A_PAGE))
    page = min(max(page, 0), pages - 1)
    shown = people[page * PATRONS_A_PAGE : (page + 1) * PATRONS_A_PAGE]
    blocks = [
        header(event.title),
        context(f"{when(event.starts_at, viewer.zone)} · `{escape(event.eid)}`{_minds(event)}"),
        section(_counts(event, viewer)),
    ]
    if unknown:
        blocks.append(context(f":warning: Nobody on this roster is called “{escape(clip(unknown, 100))}”."))
    if not shown:
        blocks.append(section("Nobody is on this roster yet."))
    elif viewer.role.sees_money:
        blocks.append(_money_table(event, shown))
    else:
        blocks.append(_boarding_table(event, shown))
    blocks += _pager(page, pages, eid=event.eid, total=len(people))
    return _message(f"{escape(clip(event.title, 150))}: {_plain_counts(event)}", blocks)


def patron_page(event: Event, patron: Patron, viewer: Viewer, *, page: int) -> dict[str, Any]:
    """One patron's balance, explained entry by entry; for crew, whether they are clear to board and why not."""
    signed = event.signed(patron.patron_id)
    balance = event.balance(patron.patron_id)
    blocks = [
        header(patron.name),
        context(f"{escape(clip(event.title, 150))} · {when(event.starts_at, viewer.zone)}{_minds(event)}"),
    ]
    if not viewer.role.sees_money:
        missing = [word for word, done in (("payment", balance.cleared), ("waiver", signed)) if not done]
        told = f"🔴 Not clear to board: {' and '.join(missing)} missing." if missing else "🟢 Clear to board."
        return _message(f"{shown(patron.name, 500)}: {told}", [*blocks, section(told)])
    currency = event.currency
    standing = f"{_MARKS[balance.state]} *{escape(standing_of(event, patron))}*"
    party = f" for a party of {patron.party}" if patron.party > 1 else ""
    blocks.append(
        section(
            f"{standing} · due {format_amount(balance.due, currency)}{party} · "
            f"paid {format_amount(balance.paid, currency)} · waiver {'signed' if signed else '*not signed*'}"
        )
    )
    entries = event.payment(patron.patron_id).entries
    pages = max(1, -(-len(entries) // ENTRIES_A_PAGE))
    page = min(max(page, 0), pages - 1)
    if not entries:
        blocks.append(section("Nothing is logged yet."))
    else:
        blocks += _explained(event, patron, entries, viewer, page=page)
        blocks.append(_corrections(event, patron))
    blocks += _pager(page, pages, eid=event.eid, patron=patron.patron_id, total=len(entries))
    return _message(f"{shown(patron.name, 500)}: {escape(standing_of(event, patron))}", blocks)


def several_found(found: Sequence[tuple[Event, Patron | None]], viewer: Viewer) -> dict[str, Any]:
    """Several patrons bear the name: one line and one button each."""
    blocks = [section("Several patrons match. Whom do you mean?")]
    for number, (event, patron) in enumerate(found[:FOUND_AT_MOST]):
        name = patron.name if patron else event.title
        person = {"patron": patron.patron_id} if patron else {}
        blocks.append(
            section(
                f"*{escape(clip(name, 80))}* · {escape(clip(event.title, 100))}, {when(event.starts_at, viewer.zone)}",
                accessory=_turn("Open", eid=event.eid, **person, of=str(number)),
            )
        )
    if len(found) > FOUND_AT_MOST:
        blocks.append(context(f"And {len(found) - FOUND_AT_MOST} more. Write more of the name."))
    return _message("Several patrons match.", blocks)


def nothing_found(words: str) -> dict[str, Any]:
    """No event and no patron bears the name."""
    text = f"Nothing near today is called “{escape(clip(words, 100))}”. `/payment-status` alone lists the events."
    return _message(text, [section(text)])


def _money_table(event: Event, people: Sequence[Patron]) -> Block:
    rows = []
    for patron in people:
        balance, latest = event.balance(patron.patron_id), event.payment(patron.patron_id).latest
        rows.append(
            [
                f"{_MARKS[balance.state]} {clip(patron.name, 80)}",
                format_amount(balance.due, event.currency),
                format_amount(balance.paid, event.currency),
                format_amount(balance.owed, event.currency),
                clip(latest.method, 40) if latest else "",
                _signed(event, patron),
            ]
        )
    columns = [("Patron", "left"), ("Due", "right"), ("Paid", "right"), ("Balance", "right"), ("Method", "left")]
    return table([*columns, ("Waiver", "left")], rows)


def _boarding_table(event: Event, people: Sequence[Patron]) -> Block:
    rows = [
        [
            clip(patron.name, 80),
            "🟢 clear" if event.clear_to_board(patron.patron_id) else "🔴 not yet",
            "paid" if event.balance(patron.patron_id).cleared else "not paid",
            _signed(event, patron),
        ]
        for patron in people
    ]
    return table([("Patron", "left"), ("Boarding", "left"), ("Payment", "left"), ("Waiver", "left")], rows)


def _explained(event: Event, patron: Patron, entries: Sequence[Entry], viewer: Viewer, *, page: int) -> list[Block]:
    """A page of the ledger with the balance after each entry, and who wrote it."""
    owed, currency = patron.due, event.currency
    rows, authors = [["", "Due", "", format_amount(owed, currency)]], []
    for entry in entries:
        owed -= entry.amount
        rows.append(
            [
                when(entry.timestamp, viewer.zone),
                f"{entry.kind.value}, {clip(entry.method, 40)}",
                ("+" if entry.amount > ZERO else "") + format_amount(entry.amount, currency),
                format_amount(owed, currency),
            ]
        )
        authors.append(_told(entry, viewer))
    start = page * ENTRIES_A_PAGE
    columns = [("When", "left"), ("Entry", "left"), ("Amount", "right"), ("Balance", "right")]
    shown = rows[1:][start : start + ENTRIES_A_PAGE]
    lines = authors[start : start + ENTRIES_A_PAGE]
    return [
        table(columns, [rows[0], *shown] if page == 0 else shown),
        *[context(line) for line in lines],
    ]


def _corrections(event: Event, patron: Patron) -> Block:
    """Mistakes are undone by new entries, so an admin gets a button for each way to write one."""
    value = json.dumps({"eid": event.eid, "patron": patron.patron_id}, separators=(",", ":"))
    return actions(
        button("Void an entry…", action_id=VOID, value=value),
        button("Refund…", action_id=REFUND, value=value),
        block_id="corrections",
    )


def _told(entry: Entry, viewer: Viewer) -> str:
    """Who wrote an entry and why, as a line of small print."""
    said = f" · “{shown(entry.notes, 180)}”" if entry.notes else ""
    why = f" · because “{shown(entry.reason, 180)}”" if entry.reason else ""
    verb = {Kind.PAYMENT: "logged", Kind.REFUND: "refunded", Kind.VOID: "voided"}[entry.kind]
    return (
        f"{when(entry.timestamp, viewer.zone)}: {verb} by {author(entry.logged_by)} {_DOORS[entry.source]}{said}{why}"
    )


def _counts(event: Event, viewer: Viewer) -> str:
    if not viewer.role.sees_money:
        people = event.people
        clear = sum(event.clear_to_board(patron.patron_id) for patron in people)
        return f"🟢 {clear} of {len(people)} clear to board"
    owed = f" · {format_amount(event.outstanding, event.currency)} outstanding" if event.outstanding else ""
    return " · ".join(f"{_MARKS[state]} {count} {state.value}" for state, count in _told_counts(event)) + owed


def _plain_counts(event: Event) -> str:
    """For everybody's eyes: how many, never how much."""
    return ", ".join(f"{count} {state.value}" for state, count in _told_counts(event))


def _told_counts(event: Event) -> list[tuple[BalanceState, int]]:
    """Paid, partial and unpaid always; overpaid only where there is somebody to pay back."""
    counts = event.counts()
    order = (BalanceState.PAID, BalanceState.PARTIAL, BalanceState.UNPAID, BalanceState.OVERPAID)
    return [(state, counts[state]) for state in order if counts[state] or state is not BalanceState.OVERPAID]


def _outstanding(events: Sequence[Event]) -> str:
    sums = {event.currency: ZERO for event in events}
    for event in events:
        sums[event.currency] += event.outstanding
    return ", ".join(format_amount(amount, currency) for currency, amount in sorted(sums.items()))


def _minds(event: Event) -> str:
    cancelled = " · :no_entry: cancelled" if event.status is Status.CANCELLED else ""
    return cancelled + "".join(f" · :warning: id {escape(reason)}" for reason in event.warnings[:1])


def _signed(event: Event, patron: Patron) -> str:
    return "signed" if event.signed(patron.patron_id) else "not signed"


def _turn(label: str, *, of: str, **wish: Any) -> Block:
    return button(label, action_id=f"{PAGE}.{of}", value=json.dumps(wish, separators=(",", ":")))


def _pager(page: int, pages: int, *, total: int = 0, **wish: Any) -> list[Block]:
    if pages == 1:
        return []
    back = [_turn("‹ Back", of="back", page=page - 1, **wish)] if page else []
    on = [_turn("Next ›", of="next", page=page + 1, **wish)] if page + 1 < pages else []
    counted = f" · {total} in all" if total else ""
    return [actions(*back, *on, block_id="pager"), context(f"Page {page + 1} of {pages}{counted}")]


def _message(text: str, blocks: list[Block]) -> dict[str, Any]:
    """A message; `text`, escaped by now, is what notifications and screen readers say instead of the blocks."""
    return {"text": text, "blocks": blocks}
