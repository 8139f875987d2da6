"""A month of the books over the API, and the models of its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field

from charter.books import ADJUSTMENTS, BACK, BY_EVENT, BY_HAND, BY_METHOD, CREDIT, OWED, Total, in_all, totals
from charter.moments import utc
from charter.money import ZERO, plain_amount
from charter.months import first_day, open_by_currency
from charter.payments import RETURNED, Kind
from charter.refusals import MonthMalformed
from web.answers import Amount, AnswerModel, Moment
from web.problems import FieldMalformed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from charter.books import Sums
    from charter.months import BookedMonth, Closed
    from web.services import Services

MONTH: Final = "^[1-9][0-9]{3}-(0[1-9]|1[0-2])$"

BooksMonth = Annotated[str, Path(description="The month", json_schema_extra={"pattern": MONTH})]


class Sum(AnswerModel):
    """The sum of some entries in one currency. All but payments have a minus as a rule. `net` has no tips in it."""

    payments: Amount
    refunds: Amount
    voids: Amount
    returned: Amount = Field(description="Checks that bounced, and card payments that were charged back")
    transfers: Amount = Field(
        description="Money moved between events with a patron: it adds up to zero over both, and is in no hand"
    )
    net: Amount
    tips: Amount
    entries: int


class Adjusted(AnswerModel):
    """The sum that discounts, comps or surcharges added to the dues, with a minus as a rule, and their number."""

    amount: Amount
    number: int


class CurrencySums(AnswerModel):
    """The sums of the entries of one currency that were logged in the month, on the boat's clock."""

    total: Sum
    before: Sum = Field(description="The same of the month before")
    by_method: dict[str, Sum]
    by_hand: dict[str, Sum] = Field(description="By whoever took the money, as in `slack:U0DANA`")
    by_event: dict[str, Sum]
    adjustments: dict[str, Adjusted] = Field(description="By kind: `discount`, `comp`, `surcharge`")
    adjusted: Adjusted = Field(description="The sum of the adjustments")
    adjusted_before: Adjusted = Field(description="The same of the month before")


class OpenMoneyAnswer(AnswerModel):
    """The sums that events still have to get, and to give back, at this moment and over all months, by event."""

    owed: dict[str, Amount]
    back: dict[str, Amount]
    credit: dict[str, Amount] = Field(description="Paid for cancelled events, and kept as credit by the patrons")


class MonthClosed(AnswerModel):
    """The month was closed: when, by whom, the hash of the summary that was frozen, and what was added since."""

    at: Moment
    by: str
    sha256: str
    since: dict[str, dict[str, Sum]] | None = Field(
        description="By currency and method; null where the summary is not readable"
    )


class MonthBooks(AnswerModel):
    """A month of the books. They follow the ledgers by a second or two."""

    month: str = Field(pattern=MONTH, examples=["2026-05"])
    compared: bool = Field(description="False where payments from before the books may be missing")
    currencies: dict[str, CurrencySums]
    open: dict[str, OpenMoneyAnswer]
    closed: MonthClosed | None


def handle_books(month: str, *, services: Services) -> MonthBooks:
    """Return a month by its key, `2026-05`, in one read. Raises FieldMalformed, BooksMissing."""
    found = services.months.month(checked(month))
    return MonthBooks(
        month=month,
        compared=found.compared,
        currencies={currency: _sums(found, currency) for currency in sorted(_currencies(found))},
        open=_open(found.open),
        closed=_closed(found, found.closed) if found.closed else None,
    )


def checked(month: str) -> str:
    """Return the key of a month as it is. Raises FieldMalformed."""
    try:
        first_day(month)
    except MonthMalformed:
        raise FieldMalformed("Send a month, like 2026-05.", field="month") from None
    return month


def _currencies(found: BookedMonth) -> set[str]:
    rows = (found.sums, found.before)
    return {currency for row in rows for name in (BY_METHOD, ADJUSTMENTS) for currency in totals(row, name)}


def _sums(found: BookedMonth, currency: str) -> CurrencySums:
    before = totals(found.before, BY_METHOD).get(currency, {})
    by_method, by_hand, by_event = (
        totals(found.sums, each).get(currency, {}) for each in (BY_METHOD, BY_HAND, BY_EVENT)
    )
    adjustments, adjusted_before = (totals(row, ADJUSTMENTS).get(currency, {}) for row in (found.sums, found.before))
    return CurrencySums(
        total=_sum(in_all(by_method.values())),
        before=_sum(in_all(before.values())),
        by_method=_each(by_method),
        by_hand=_each(by_hand),
        by_event=_each(by_event),
        adjustments={kind: _adjusted(each) for kind, each in adjustments.items()},
        adjusted=_adjusted(in_all(adjustments.values())),
        adjusted_before=_adjusted(in_all(adjusted_before.values())),
    )


def _adjusted(total: Total) -> Adjusted:
    return Adjusted(amount=plain_amount(total.net), number=total.entries)


def _each(named: Mapping[str, Total]) -> dict[str, Sum]:
    return {name: _sum(each) for name, each in named.items()}


def _sum(total: Total) -> Sum:
    def of(*kinds: Kind) -> str:
        return plain_amount(sum((total.by_kind.get(kind.value, ZERO) for kind in kinds), ZERO))

    return Sum(
        payments=of(Kind.PAYMENT),
        refunds=of(Kind.REFUND),
        voids=of(Kind.VOID),
        returned=of(*RETURNED),
        transfers=of(Kind.TRANSFER),
        net=plain_amount(total.net),
        tips=plain_amount(total.tips),
        entries=total.entries,
    )


def _open(sums: Sums) -> dict[str, OpenMoneyAnswer]:
    open_sums = {name: open_by_currency(sums, name) for name in (OWED, BACK, CREDIT)}
    return {
        currency: OpenMoneyAnswer(**{name: _amounts(each.get(currency, {})) for name, each in open_sums.items()})
        for currency in sorted({currency for each in open_sums.values() for currency in each})
    }


def _amounts(by_event: Mapping[str, Decimal]) -> dict[str, str]:
    return {eid: plain_amount(amount) for eid, amount in by_event.items()}


def _closed(found: BookedMonth, closed: Closed) -> MonthClosed:
    try:
        changes = totals(found.since_closed, BY_METHOD)
        since = {currency: _each(named) for currency, named in changes.items()}
    except ValueError:
        since = None
    return MonthClosed(at=utc(closed.at), by=closed.by, sha256=closed.sha256, since=since)
