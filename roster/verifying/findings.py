"""Findings of the checks: a broken promise, or something odd that every reader copes with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from charter.money import CENT, LARGEST
from charter.patrons import check_name
from charter.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable


# A person in the ledger, by the system where they are known.
BY: Final = r"slack:[A-Z0-9]{2,}|web:\S(?:.*\S)?"


class Level(StrEnum):
    """`broken`: money, ids or listings are not reliable. `odd`: worth checking; the app reads it correctly."""

    BROKEN = "broken"
    ODD = "odd"


@dataclass(frozen=True, slots=True)
class Remark:
    """A fault of a part of a row. `where` is a path like `payments.dave.entries.p1`, empty for the whole row."""

    level: Level
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of a row."""

    eid: str
    remark: Remark


_SHOWN: Final = 60


def broken(where: str, what: str) -> Remark:
    """Return the remark that a promise is broken there."""
    return Remark(Level.BROKEN, where, what)


def odd(where: str, what: str) -> Remark:
    """Return the remark that a person should check that place."""
    return Remark(Level.ODD, where, what)


def shown(value: object) -> str:
    """Return a value as it is quoted in a sentence."""
    if value is None:
        return "missing"
    text = f"{value:f}" if isinstance(value, Decimal) else " ".join(str(value).split())
    return f"“{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}”"


def amount_fault(value: object, *, least: Decimal, most: Decimal = LARGEST) -> str:
    """Return the fault of an amount of money, as the end of a sentence; an empty text where it has none."""
    if not isinstance(value, Decimal):
        return f"is {shown(value)}, not a number"
    if not least <= value <= most:
        return f"is {value:f}, not from {least:f} to {most:f}"
    return "" if value == value.quantize(CENT) else f"is {value:f}, with more than two decimals"


def moment_of(text: object) -> datetime | None:
    """Return a moment in ISO 8601 with an offset; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def in_utc(text: object) -> datetime | None:
    """Return a moment in ISO 8601 in UTC; None for anything else."""
    moment = moment_of(text)
    return moment if moment is not None and moment.utcoffset() == timedelta(0) else None


def is_name(value: object) -> bool:
    """Return whether the value can be a person's name."""
    return isinstance(value, str) and not refusal_of(check_name, value)


def refusal_of(check: Callable[[str], object], text: str) -> str:
    """Return why a check refuses a text; an empty text where it does not."""
    try:
        check(text)
    except Refusal as refusal:
        return str(refusal)
    return ""
