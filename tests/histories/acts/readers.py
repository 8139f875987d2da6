"""Acts that only read: the Home tab, the status, the API and its exports. An answer must be correct or a refusal."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.histories.day import Day
    from tests.histories.steps import Step

_OK: Final = 200


def read_home(day: Day, step: Step) -> None:
    """Open the Home tab."""
    day.person(step).open_home()


def read_status(day: Day, step: Step) -> None:
    """Ask for the status of an event, of the open money, or of the month."""
    words = (str(day.event(step)["eid"]), "open", "month", "", "cash")[step.pick(3, 5)]
    day.fresh("olivia").command("/payment-status", words, channel="C0DOCK")


def read_api(day: Day, step: Step) -> None:
    """Read a balance by the API, and compare it with the ledger; or export all entries, and compare their sum."""
    row = day.event(step)
    patron = day.patron(row, step)
    if step.pick(3, 2):
        status, seen = day.boat.office("GET", f"/api/events/{row['eid']}/payment-cleared", query=f"patron_id={patron}")
        paid = day.row(str(row["eid"])).get("payments", {}).get(patron, {}).get("amount", Decimal(0))
        if status == _OK and Decimal(seen["paid"]) != paid:
            day.boat.mishaps.append(f"the API shows {seen['paid']} of {patron}, and the ledger has {paid}")
        return
    status, seen = day.boat.office("GET", "/api/exports/payments", query="format=json")
    total = sum((each["amount"] for row in day.event_rows() for each in row.get("payments", {}).values()), Decimal(0))
    if status == _OK and sum(Decimal(each["amount"]) for each in seen) != total:
        day.boat.mishaps.append(f"the export does not add up to {total}")


ACTS: Final = {"read_home": read_home, "read_status": read_status, "read_api": read_api}
