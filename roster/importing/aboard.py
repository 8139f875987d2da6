"""Parties that a file makes smaller: nobody of them who is aboard already may be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.attribute_values import from_wire
from adapters.boarding_rows import BOARDING_ROW, read_boarding
from adapters.expressions import Update
from roster.importing.problems import ImportProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from charter.boarding import Boarding
    from roster.importing.joining import Joining, PatronStep


def check_aboard(client: DynamoDBClient, table: str, joining: Joining) -> None:
    """Turn each line into a problem whose party would be smaller than the number of its people who are aboard.

    The event's boarding is read only where a line makes a party smaller, and kept for `still_aboard`.
    """
    if not any(line.is_smaller for line in joining.lines):
        return
    item = client.get_item(TableName=table, Key=_key(joining.event.eid), ConsistentRead=True).get("Item", {})
    joining.boarding = read_boarding(from_wire(item))
    for line in list(joining.lines):
        if line.is_smaller and (count := _aboard(joining.boarding, line.patron_id)) > line.wanted["party"]:
            reason = f"makes a party of {line.wanted['party']}, but {count} of “{line.name}” are aboard. "
            joining.problems.append(
                ImportProblem(line.number, reason + "Correct the boarding list first, or the file.")
            )
            joining.lines.remove(line)


def still_aboard(joining: Joining, lines: Sequence[PatronStep]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the key and the condition that as many are aboard as were read; None where no party gets smaller."""
    condition, smaller = Update(), [line for line in lines if line.is_smaller]
    for line in smaller:
        if count := _aboard(joining.boarding, line.patron_id):
            condition.when("aboard", line.patron_id, "count", is_="=", value=count)
        else:
            condition.when_missing("aboard", line.patron_id)
    return (_key(joining.event.eid), condition.condition()) if smaller else None


def _aboard(boarding: Boarding, patron_id: str) -> int:
    """Return the number of people of a party who are aboard."""
    party = boarding.aboard.get(patron_id)
    return party.count if party else 0


def _key(eid: str) -> Any:  # noqa: ANN401 - a key on the wire, as boto3's types want it
    return {"eid": {"S": eid}, "crew_id": {"S": BOARDING_ROW}}
