"""Entries as a plain-text accounting journal, with balance assertions that hledger and beancount check by themselves.

Two kinds of assertions. Each patron's account is asserted to what they have paid in all: without a choice of method,
month or crew that is the table's own `amount`, so the tool adds the entries up once more. Each asset account is
asserted at the end to the sum of what went in and out of it. The transactions stand event by event, as the table gives
them, and not by date, so that nothing has to be kept: both tools order them by themselves, and within one account ours
are in order already.

What people typed stands in descriptions only, on one line, and never in a comment or an account, where hledger would
read tags and dates in it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from charter.money import ZERO, plain_amount
from roster.exporting.accounts import asset, income, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo
    from decimal import Decimal

    from charter.events import Event
    from roster.exporting.ledgers import EventLedger, Posted

# Before every entry: rows hold what they hold.
_ALWAYS: Final = date.min
_LATEST: Final = date.max


@dataclass(slots=True)
class _Books:
    """What a journal must remember from event to event: the asset accounts, a few for each of the crew."""

    held: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    currencies: set[str] = field(default_factory=set)
    last: date = _ALWAYS

    def new_currency(self, code: str) -> bool:
        new = code not in self.currencies
        self.currencies.add(code)
        return new

    def new_account(self, name: str) -> bool:
        return not any(name == account for account, _ in self.held)


def as_beancount(ledgers: Iterable[EventLedger], *, zone: tzinfo, about: str) -> Iterator[str]:
    """A beancount journal; `about` says of what. Balances are asserted on the day after an account's last entry."""
    books = _Books()
    yield f'option "title" {_quoted(about)}\n'
    for ledger in ledgers:
        yield "\n"
        if books.new_currency(ledger.event.currency):
            yield f"{_ALWAYS} commodity {ledger.event.currency}\n"
        paid: dict[str, Decimal] = defaultdict(lambda: ZERO)
        until: dict[str, date] = {}
        for line in ledger.lines:
            account, patron, day = asset(line), income(ledger.event, line), _day(line, zone)
            if books.new_account(account):
                yield f"{_ALWAYS} open {account}\n"
            if patron not in paid:
                yield f"{_ALWAYS} open {patron}\n"
            yield _beancount(ledger.event, line, account, patron, day)
            _post(books, paid, ledger.event, line, account, patron, day)
            until[patron] = max(day, until.get(patron, _ALWAYS))
        for patron, amount in paid.items():
            yield _asserted(_after(until[patron]), patron, -amount, ledger.event.currency)
    yield "\n"
    for (account, currency), amount in sorted(books.held.items()):
        yield _asserted(_after(books.last), account, amount, currency)


def as_hledger(ledgers: Iterable[EventLedger], *, zone: tzinfo, about: str) -> Iterator[str]:
    """An hledger journal that also passes `check --strict`; each posting to a patron's account asserts its balance."""
    books = _Books()
    yield f"; {one_line(about)}\n"
    for ledger in ledgers:
        yield "\n"
        if books.new_currency(ledger.event.currency):
            yield f"commodity 1000.00 {ledger.event.currency}\n"
        paid: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for line in ledger.lines:
            account, patron, day = asset(line), income(ledger.event, line), _day(line, zone)
            if books.new_account(account):
                yield f"account {account}\n"
            if patron not in paid:
                yield f"account {patron}\n"
            _post(books, paid, ledger.event, line, account, patron, day)
            yield _hledger(ledger.event, line, account, patron, day, balance=-paid[patron])
    if books.held:
        yield f"\n{books.last} * balances\n"
        for (account, currency), amount in sorted(books.held.items()):
            yield f"    {account}  0.00 {currency} = {plain_amount(amount)} {currency}\n"


def _post(  # noqa: PLR0913, PLR0917 - the two sides of one transaction
    books: _Books, paid: dict[str, Decimal], event: Event, line: Posted, account: str, patron: str, day: date
) -> None:
    books.held[account, event.currency] += line.entry.amount
    books.last = max(books.last, day)
    paid[patron] += line.entry.amount


def _beancount(event: Event, line: Posted, account: str, patron: str, day: date) -> str:
    amount, currency = line.entry.amount, event.currency
    return (
        f"{day} * {_quoted(line.patron)} {_quoted(_narration(line))}\n"
        f"  payment: {_quoted(line.entry.payment_id)}\n"
        f"  patron: {_quoted(line.patron_id)}\n"
        f"  {account}  {plain_amount(amount)} {currency}\n"
        f"  {patron}  {plain_amount(-amount)} {currency}\n"
    )


def _asserted(day: date, account: str, amount: Decimal, currency: str) -> str:
    """Exact to the cent: beancount's own tolerance would let one pass."""
    return f"{day} balance {account}  {plain_amount(amount)} ~ 0.00 {currency}\n"


def _hledger(  # noqa: PLR0913 - the two sides of one transaction
    event: Event, line: Posted, account: str, patron: str, day: date, *, balance: Decimal
) -> str:
    amount, currency = line.entry.amount, event.currency
    code = _bare(line.entry.payment_id).replace("(", "").replace(")", "")
    return (
        f"{day} * ({code}) {_bare(line.patron)} | {_bare(_narration(line))}\n"
        f"    {account}  {plain_amount(amount)} {currency}\n"
        f"    {patron}  {plain_amount(-amount)} {currency} = {plain_amount(balance)} {currency}\n"
    )


def _narration(line: Posted) -> str:
    entry = line.entry
    said = "; ".join(text for text in (entry.notes, entry.reason) if text)
    return f"{entry.kind.value}, {entry.method}" + (f": {said}" if said else "")


def _day(line: Posted, zone: tzinfo) -> date:
    return line.entry.timestamp.astimezone(zone).date()


def _after(day: date) -> date:
    """Beancount asserts balances as they are when the day begins."""
    return day + timedelta(days=1) if day < _LATEST else day


def _quoted(text: str) -> str:
    escaped = one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bare(text: str) -> str:
    """For hledger, where `;` begins a comment and `|` parts payee and note."""
    return one_line(text).replace(";", ",").replace("|", "/")
