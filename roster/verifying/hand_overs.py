"""Checks of the hand-overs of cash: each has a sum and two sides, and at most one end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from adapters.cash import CASH, ENDS, HAND_OVER_ROW
from adapters.dynamo import rows_of
from charter import cash
from charter.edits import moment_of
from charter.money import CENT, LARGEST, is_currency_code
from roster.verifying.findings import BY, Finding, Remark, amount_fault, broken, in_utc, odd, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

_NOBODYS: Final = {cash.OFFICE, cash.BANK, cash.DIFFERENCE}
_HAND: Final = re.compile(rf"{BY}|roster:.+|\w.*")


def check_hand_overs(client: DynamoDBClient, table: str) -> Iterator[Finding]:
    """Yield every fault of the hand-overs. Reads only: a Query."""
    for name, wire in rows_of(client, table, CASH).items():
        yield from (Finding(CASH, remark) for remark in _check(name, from_wire(wire)))


def _check(name: str, row: Mapping[str, Any]) -> Iterator[Remark]:
    if not name.startswith(HAND_OVER_ROW):
        yield odd(name, "is an unknown kind of row.")
        return
    try:
        moment_of(name.removeprefix(HAND_OVER_ROW))
    except ValueError:
        yield broken(name, "has an id that is no ULID, so it is in no list.")
    giver, receiver = row.get("from"), row.get("to")
    if not isinstance(giver, str) or not _HAND.fullmatch(giver):
        yield broken(f"{name} from", f"is {shown(giver)}, not a person.")
    if not isinstance(receiver, str) or not (receiver in _NOBODYS or _HAND.fullmatch(receiver)):
        yield broken(f"{name} to", f"is {shown(receiver)}, not a person, the office or the bank.")
    elif receiver == giver:
        yield broken(f"{name} to", "is the person who hands over.")
    least = -LARGEST if receiver == cash.DIFFERENCE else CENT
    if fault := amount_fault(row.get("counted"), least=least):
        yield broken(f"{name} counted", f"{fault}.")
    for text in ("currency", "method"):
        value = row.get(text)
        if not isinstance(value, str) or not value or (text == "currency" and not is_currency_code(value)):
            yield broken(f"{name} {text}", f"is {shown(value)}.")
    yield from _check_moments(name, row)


def _check_moments(name: str, row: Mapping[str, Any]) -> Iterator[Remark]:
    if in_utc(row.get("offered_at")) is None:
        yield broken(f"{name} offered_at", f"is {shown(row.get('offered_at'))}, not a moment in UTC.")
    ends = [(at, by) for at, by in ENDS.values() if row.get(at) is not None]
    if len(ends) > 1:
        yield broken(name, f"has {len(ends)} ends: {', '.join(at for at, _ in ends)}.")
    for at, by in ends:
        if in_utc(row[at]) is None:
            yield broken(f"{name} {at}", f"is {shown(row[at])}, not a moment in UTC.")
        if not isinstance(row.get(by), str) or not row[by]:
            yield broken(f"{name} {by}", "is missing, so nobody has the money.")
    if row.get("to") in {cash.BANK, cash.DIFFERENCE} and not ends:
        yield broken(name, f"is to the {row['to']}, which accepts nothing, and has no end.")
