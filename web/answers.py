"""The models of the API's requests and answers. `/api/openapi.json` is generated from them.

Amounts are text with two decimals; times are ISO 8601 with an offset.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from charter import payments
from charter.money import CURRENCY_CODE, plain_amount
from charter.payments import ENTRY_FIELDS, LONGEST_NOTES, Kind, Source

Amount = Annotated[str, Field(pattern=r"^-?[0-9]+\.[0-9]{2}$", examples=["125.00"])]
Currency = Annotated[str, Field(pattern=f"^{CURRENCY_CODE}$", examples=["USD"])]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-05-23T13:00:00-07:00"])]
State = Literal["unpaid", "partial", "paid", "overpaid"]

EID: Final[dict[str, Any]] = {"examples": ["2026-05-23-captain-cory-afternoon"]}
_TEXT_AMOUNT: Final = r"^(0\.(0[1-9]|[1-9][0-9]?)|[1-9][0-9]{0,4}(\.[0-9]{1,2})?)$"


class AnswerModel(BaseModel):
    """An answer, which has exactly the fields of its model."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Health(AnswerModel):
    """This version works, and so do its table and the table's index."""

    status: Literal["ok"]
    table: Literal["ok"]
    index: Literal["ok"]
    version: str
    function_version: str = Field(description="The published version of the function that answers")


class FieldError(AnswerModel):
    """An error in one field."""

    field: str | None = Field(
        description="The field of the body, parameter or header; null if the error is not in a single field"
    )
    message: str = Field(description="One sentence for people")


class ProblemDetails(AnswerModel):
    """An error as RFC 9457 defines it."""

    type: str = Field(
        description="`/api/openapi.json#possible_duplicate`: the same patron, amount and method were logged within "
        "the last 10 minutes; send `confirm` with it if this is another payment. Otherwise `about:blank`"
    )
    title: str
    status: int
    detail: str = Field(description="Sentences for people")
    errors: list[FieldError]
    instance: str = Field(description="A reference to this answer; the operator's log has it")
    reference: str = Field(description="The same as a short code that people can read out, such as `7F3K-92QD`")


class PaymentLog(BaseModel):
    """A payment to log. `web.payments` reads every field and reports all errors together."""

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
        extra="allow",  # an unknown field is reported together with the errors of the others
        json_schema_extra={"additionalProperties": False, "required": ["patron_id", "amount", "method"]},
    )

    patron_id: Annotated[
        object,
        WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9._@+-]{1,64}$", "examples": ["dave"]}),
    ] = None
    amount: Annotated[
        object,
        WithJsonSchema(
            {
                "description": "Above 0, at most 100,000.00, with at most two decimals; as text it is exact everywhere",
                "anyOf": [
                    {"type": "string", "pattern": _TEXT_AMOUNT},
                    {"type": "number", "exclusiveMinimum": 0, "maximum": 100000, "multipleOf": 0.01},
                ],
                "examples": ["125.00"],
            }
        ),
    ] = None
    method: Annotated[object, WithJsonSchema({"type": "string", "examples": ["cash"]})] = None
    notes: Annotated[
        object,
        WithJsonSchema(
            {
                "anyOf": [{"type": "string", "maxLength": LONGEST_NOTES}, {"type": "null"}],
                "examples": ["paid on the dock"],
            }
        ),
    ] = None
    tip: Annotated[
        object,
        WithJsonSchema(
            {
                "description": "Given beside the amount; it never counts toward the due. Zero is none",
                "anyOf": [
                    {"type": "string", "pattern": r"^(0|[1-9][0-9]{0,4})(\.[0-9]{1,2})?$"},
                    {"type": "number", "minimum": 0, "maximum": 100000, "multipleOf": 0.01},
                    {"type": "null"},
                ],
                "examples": ["20.00"],
            }
        ),
    ] = None
    confirm: Annotated[
        object,
        WithJsonSchema(
            {
                "description": "True for another payment that looks like one of the last 10 minutes. "
                "An Idempotency-Key says so too, but for `Prefer: handling=strict`",
                "anyOf": [{"type": "boolean"}, {"type": "null"}],
            }
        ),
    ] = None


class PaymentLogged(AnswerModel):
    """A logged payment, and its patron's balance after it."""

    eid: str = Field(json_schema_extra=EID)
    patron_id: str
    payment_id: str = Field(description="The Idempotency-Key, or an id of the API's own")
    amount: Amount
    method: str
    tip: Amount | None
    notes: str | None
    logged_by: str = Field(examples=["web:U0OLIVIA"])
    timestamp: Moment
    replayed: bool = Field(description="An earlier request with this key wrote the payment; this one wrote nothing")
    due: Amount
    paid: Amount
    balance: Amount = Field(description="due − paid; below zero when too much was paid")
    cleared: bool = Field(description="Nothing is owed any more")
    state: State
    currency: Currency


_ENTRY_TYPES: Final[dict[object, Any]] = {
    Decimal: Amount,
    Decimal | None: Amount,
    datetime: Moment,
    Kind: Literal[tuple(Kind)],
    Source: Literal[tuple(Source)],
}
_ENTRY_ABOUT: Final = {
    "amount": "Signed: payments add, all others take; a transfer takes from one event and adds to another",
    "reverses": "The payment_id that a void, a bounced check or a chargeback undoes",
    "group": "Shared by payments that one person made for several patrons, and by both entries of a transfer",
    "counterpart": "Of a transfer: the other event and patron, as `eid/patron_id`",
    "tip": "Given beside the amount, and not counted in it; below zero in a reversal",
}


def _entry_field(each: dataclasses.Field[Any]) -> tuple[Any, Any]:
    """Return the type and description of an entry's field in an answer. A field that may be empty answers null."""
    kind = _ENTRY_TYPES.get(ENTRY_FIELDS[each.name], str)
    may_be_empty = each.default is not dataclasses.MISSING
    return kind | None if may_be_empty else kind, Field(description=_ENTRY_ABOUT.get(each.name))


# Its fields are those of charter.payments.Entry.
_ENTRY: Final[dict[str, Any]] = {each.name: _entry_field(each) for each in dataclasses.fields(payments.Entry)}
Entry = create_model("Entry", __base__=AnswerModel, __doc__="One entry of a patron's ledger.", **_ENTRY)


def entry_answer(entry: payments.Entry) -> AnswerModel:
    """Return an entry as the API answers it."""
    plain = entry.plain().items()
    return Entry(**{name: plain_amount(value) if isinstance(value, Decimal) else value for name, value in plain})


class PaymentCleared(AnswerModel):
    """One patron's balance and all entries of their ledger."""

    eid: str = Field(json_schema_extra=EID)
    patron_id: str
    cleared: bool = Field(description="Nothing is owed any more")
    due: Amount
    paid: Amount
    balance: Amount = Field(description="due − paid; below zero when too much was paid")
    currency: Currency
    payments: list[Entry]


class CastOffSummary(AnswerModel):
    """The moment from which the passenger list is frozen."""

    at: Moment
    souls: int


class _EventFields(AnswerModel):
    eid: str = Field(json_schema_extra=EID)
    title: str
    starts_at: Moment
    day_only: bool = Field(
        default=False,
        exclude_if=lambda known: not known,
        description="There, and true, where nobody knows the hour: show the day of `starts_at` alone",
    )
    status: Literal["scheduled", "cancelled"]
    channel: str | None = Field(description="The Slack channel's id")
    currency: Currency
    price: Amount | None = Field(description="The amount due for one person; a patron's own `due` takes precedence")
    outstanding: Amount = Field(description="The sum of all amounts still owed")
    to_give_back: Amount = Field(
        description="The amount to refund: what was paid for a cancelled event and is not kept as credit, else what "
        "removed patrons and no-shows paid beyond their due"
    )
    boat: str | None
    capacity: int | None = Field(description="The most people whom the boat takes, minors included")
    aboard: int = Field(description="People aboard, minors included")
    cast_off: CastOffSummary | None = Field(description="Null until the passenger list is frozen")
    warnings: list[str] = Field(description="The rules for ids that this id breaks, each as the end of a sentence")


class Counts(AnswerModel):
    """Numbers of patrons and people, of patrons who paid, and of people who have signed."""

    patrons: int
    people: int = Field(description="All the people expected, minors included")
    paid: int = Field(description="Patrons whose party has paid in full; likewise the three after it")
    partial: int
    unpaid: int
    overpaid: int
    signed: int = Field(description="People covered by a signature of their own or as a minor named in one")
    unmatched: int = Field(description="Signatures that nobody has matched to a patron yet")


class EventCard(Counts, _EventFields):
    """One event with its totals."""


class PatronLine(AnswerModel):
    """One patron: party, balance and signatures."""

    patron_id: str
    name: str
    party: int
    due: Amount
    paid: Amount
    balance: Amount
    state: State
    signed: bool = Field(description="Everybody in the party is covered by a signature")
    signed_people: int = Field(description="How many of the party are covered by a signature")
    clear_to_board: bool = Field(
        description="The event takes place, everybody in the party has signed, and nothing is owed"
    )
    cleared: bool = Field(description="Nothing is owed any more")
    method: str | None = Field(description="Of the latest entry")
    roster_state: Literal["no_show", "removed"] | None = Field(description="Null for a patron who is expected")
    aboard: int = Field(description="How many of the party are aboard")


class UnmatchedSignature(AnswerModel):
    """A signature that is not matched to a party yet."""

    name: str
    minors: int
    signed_at: str
    booked_by: str | None


class EventPage(_EventFields):
    """One event with each of its patrons."""

    counts: Counts
    patrons: list[PatronLine] = Field(description="Everybody on the roster, no-shows too")
    removed: list[PatronLine] = Field(description="Patrons who were taken off the roster; their payments stay")
    unmatched: list[UnmatchedSignature]
    methods: list[str] = Field(description="The methods that a payment may have")


class EventList(AnswerModel):
    """Events in order of their start."""

    events: list[EventCard]
    next: str | None = Field(description="The value of `from` for the next page; null on the last page")


def build_models(of: type[BaseModel] = BaseModel) -> None:
    """Build the validators of all models now. They are built when they are first used, so a start builds none."""
    for model in of.__subclasses__():
        if model.__module__.startswith("web."):
            model.model_rebuild()
        build_models(model)
