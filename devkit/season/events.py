"""All rows of the sample season around one day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devkit.season.ahead import (
    angel_island,
    cancelled,
    company_outing,
    harbor_festival,
    known_by_its_crew_only,
    next_month,
    nobody_paid,
    this_afternoon,
    tomorrows_sunset,
)
from devkit.season.boarded import boarding_rows
from devkit.season.past import bare_date, before_the_ledger, last_night, whale_watch
from devkit.season.rows import Row, crew_rows, event_row, signature_rows, without, without_entries

if TYPE_CHECKING:
    from datetime import date


def season(today: date) -> list[Row]:
    """Return all rows of the season around `today`, each event's own before those of its crew. Nothing is random."""
    old, unpaid = before_the_ledger(today), nobody_paid(today)
    make = [whale_watch, bare_date, last_night, this_afternoon, tomorrows_sunset, harbor_festival]
    make += [cancelled, angel_island, company_outing, next_month]
    complete = [event(today) for event in make]
    rows = [event_row(event, today=today) for event in complete]
    rows.append(without_entries(event_row(old, today=today)))
    rows.append(without(event_row(unpaid, today=today), "payments"))
    for event in [*complete, old, unpaid, known_by_its_crew_only(today)]:
        rows += [*signature_rows(event, today=today), *boarding_rows(event, today=today), *crew_rows(event)]
    return sorted(rows, key=lambda row: (row["eid"], row["crew_id"]))
