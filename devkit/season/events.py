"""The sample season as rows, told from one day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devkit.season import ahead, past
from devkit.season.rows import Row, crew_rows, event_row, signature_rows, without, without_entries

if TYPE_CHECKING:
    from datetime import date


def season(today: date) -> list[Row]:
    """Every row of the season around `today`, each event's own before those of its crew. Nothing in it is random."""
    old, unpaid = past.before_the_ledger(today), ahead.nobody_paid(today)
    as_it_is = [
        past.whale_watch(today),
        past.bare_date(today),
        past.last_night(today),
        ahead.this_afternoon(today),
        ahead.tomorrows_sunset(today),
        ahead.harbor_festival(today),
        ahead.cancelled(today),
        ahead.angel_island(today),
        ahead.company_outing(today),
        ahead.next_month(today),
    ]
    rows = [event_row(event, today=today) for event in as_it_is]
    rows.append(without_entries(event_row(old, today=today)))
    rows.append(without(event_row(unpaid, today=today), "payments"))
    for event in [*as_it_is, old, unpaid, ahead.known_by_its_crew_only(today)]:
        rows += [*signature_rows(event, today=today), *crew_rows(event)]
    return sorted(rows, key=lambda row: (row["eid"], row["crew_id"]))
