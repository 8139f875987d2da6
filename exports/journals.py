"""Entries as a plain-text accounting journal with balance assertions, which hledger and beancount check.

There are two kinds of assertions. Each patron's account is asserted to their payments in total: where no method, month
or crew is chosen, that is the table's own `amount`, so the tool adds up the entries a second time. Each asset account
is asserted at the end to the sum of its postings. A tip has two postings of its own in its payment's transaction, so it
counts in the money that is held and not in the patron's account.

Transactions are written event by event in the table's order, not by date, so that no row has to be kept in memory. Both
tools sort them, and within one account they are sorted already.

Texts that people typed go on one line into descriptions, never into a comment or an account, where hledger would read
tags and dates.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from charter.frozen import dataclass
from charter.kinds import Kind
from charter.money import ZERO, plain_amount
from charter.returned import WORDS
from exports.accounts import TIPS, asset, income
from exports.letters import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo
    from decimal import Decimal

    from charter.events import Event
    from charter.exported import ExportedEntry, ExportedLedger

# Earlier than every entry, for any date in a row.
_ALWAYS: Final = date.min
_LATEST: Final = date.max


@dataclass(frozen=True, slots=True)
class _Transaction:
    """One entry of a patron with its two accounts, on the boat's day. `paid` is the patron's total up to it."""

    line: ExportedEntry
    currency: str
    asset: str
    income: str
    day: date
    paid: Decimal


@dataclass(slots=True)
class _Books:
    """Totals that a journal keeps: of the asset accounts, a few for each of the crew, and of one event's patrons."""

    held: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    paid: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    currencies: set[str] = field(default_factory=set)
    last: date = _ALWAYS
    tipped: bool = False

    def begin(self, event: Event) -> bool:
        """Begin another event. Return whether its currency is new."""
        new = event.currency not in self.currencies
        self.currencies.add(event.currency)
        self.paid.clear()
        return new

    def post(self, ledger: ExportedLedger, zone: tzinfo) -> Iterator[tuple[list[str], _Transaction]]:
        """Yield each entry as a transaction, with the accounts that it is the first to use."""
        currency = ledger.event.currency
        for line in ledger.lines:
            account, patron = asset(line), income(ledger.event, line)
            day = line.entry.timestamp.astimezone(zone).date()
            new = [account] if not any(account == name for name, _ in self.held) else []
            new += [patron] if patron not in self.paid else []
            new += [TIPS] if line.entry.tip and not self.tipped else []
            self.tipped = self.tipped or bool(line.entry.tip)
            self.held[account, currency] += line.entry.amount + (line.entry.tip or ZERO)
            self.paid[patron] += line.entry.amount
            self.last = max(self.last, day)
            yield new, _Transaction(line, currency, account, patron, day, self.paid[patron])


def as_beancount(ledgers: Iterable[ExportedLedger], *, zone: tzinfo, about: str) -> Iterator[str]:
    """Yield a beancount journal with the title `about`. A balance is asserted the day after an account's last entry."""
    books = _Books()
    yield f'option "title" {_quoted(about)}\n'
    for ledger in ledgers:
        yield "\n"
        if books.begin(ledger.event):
            yield f"{_ALWAYS} commodity {ledger.event.currency}\n"
        until: dict[str, date] = {}
        for new, transaction in books.post(ledger, zone):
            yield from (f"{_ALWAYS} open {account}\n" for account in new)
            yield _beancount(transaction)
            until[transaction.income] = max(transaction.day, until.get(transaction.income, _ALWAYS))
        for patron, amount in books.paid.items():
            yield _assertion(_after(until[patron]), patron, -amount, ledger.event.currency)
    yield "\n"
    for (account, currency), amount in sorted(books.held.items()):
        yield _assertion(_after(books.last), account, amount, currency)


def as_hledger(ledgers: Iterable[ExportedLedger], *, zone: tzinfo, about: str) -> Iterator[str]:
    """Yield an hledger journal that passes `check --strict`. Each posting to a patron's account asserts its balance."""
    books = _Books()
    yield f"; {one_line(about)}\n"
    for ledger in ledgers:
        yield "\n"
        if books.begin(ledger.event):
            yield f"commodity 1000.00 {ledger.event.currency}\n"
        for new, transaction in books.post(ledger, zone):
            yield from (f"account {account}\n" for account in new)
            yield _hledger(transaction)
    if books.held:
        yield f"\n{books.last} * balances\n"
        for (account, currency), amount in sorted(books.held.items()):
            yield f"    {account}  0.00 {currency} = {plain_amount(amount)} {currency}\n"


def _beancount(transaction: _Transaction) -> str:
    line, amount, currency = transaction.line, transaction.line.entry.amount, transaction.currency
    return (
        f"{transaction.day} * {_quoted(line.patron)} {_quoted(_narration(line))}{_link(line)}\n"
        f"  payment: {_quoted(line.entry.payment_id)}\n"
        f"  patron: {_quoted(line.patron_id)}\n"
        f"  {transaction.asset}  {plain_amount(amount)} {currency}\n"
        f"  {transaction.income}  {plain_amount(-amount)} {currency}\n"
        f"{_tip(transaction, indent=2)}"
    )


def _assertion(day: date, account: str, amount: Decimal, currency: str) -> str:
    """Return a balance assertion that is exact to the cent. Beancount's default tolerance is larger."""
    return f"{day} balance {account}  {plain_amount(amount)} ~ 0.00 {currency}\n"


def _hledger(transaction: _Transaction) -> str:
    line, amount, currency = transaction.line, transaction.line.entry.amount, transaction.currency
    code = _bare(line.entry.payment_id).replace("(", "").replace(")", "")
    return (
        f"{transaction.day} * ({code}) {_bare(line.patron)} | {_bare(_narration(line))}\n"
        f"    {transaction.asset}  {plain_amount(amount)} {currency}\n"
        f"    {transaction.income}  {plain_amount(-amount)} {currency} = {plain_amount(-transaction.paid)} {currency}\n"
        f"{_tip(transaction, indent=4)}"
    )


def _tip(transaction: _Transaction, *, indent: int) -> str:
    """Return the two postings of a tip; an empty text without one."""
    tip, margin = transaction.line.entry.tip, " " * indent
    if not tip:
        return ""
    postings = ((transaction.asset, tip), (TIPS, -tip))
    return "".join(
        f"{margin}{account}  {plain_amount(amount)} {transaction.currency}\n" for account, amount in postings
    )


def _narration(line: ExportedEntry) -> str:
    entry = line.entry
    said = "; ".join(text for text in (entry.notes, entry.reason) if text)
    what = WORDS[entry.kind] if entry.kind is Kind.TRANSFER else f"{WORDS[entry.kind]}, {entry.method}"
    return what + (f": {said}" if said else "")


def _link(line: ExportedEntry) -> str:
    """Return the link that beancount shows on both entries of a transfer; an empty text for others."""
    if line.entry.kind is not Kind.TRANSFER:
        return ""
    return " ^" + re.sub("[^A-Za-z0-9_.-]", "-", line.entry.payment_id)


def _after(day: date) -> date:
    """Return the next day: beancount asserts balances as they are when the day begins."""
    return day + timedelta(days=1) if day < _LATEST else day


def _quoted(text: str) -> str:
    escaped = one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bare(text: str) -> str:
    """Return a text for hledger, where `;` begins a comment and `|` separates payee and note."""
    return one_line(text).replace(";", ",").replace("|", "/")
