"""The trips, patrons and books on which the scenes are played."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.books import DynamoBooks
from adapters.ledger import DynamoLedger
from charter.payments import Source
from roster import bookkeeping
from tests.bot.trips import ISLAND, a_line, a_trip
from tests.builders import DANA, EID, MARCO, NOW, ZONE, a_crew_row, a_draft, a_row, a_signature_row

if TYPE_CHECKING:
    from tests.privileges.film import Film

OFF = "2026-05-25-captain-mia-morning"
LATER = "2026-05-30-captain-cory-sunset"
APRIL = datetime(2026, 4, 20, 19, tzinfo=UTC)
LOOSE: Any = {"name": "Dawn Kim", "patron_id": None, "matched_at": None, "matched_by": None}


def furnish(film: Film) -> None:
    """Write this afternoon's trip with six parties, a later one, a cancelled one with money, and the books."""
    patrons = a_row()["patrons"] | {
        each: a_line(name)
        for each, name in {"bo": "Bo Li", "cleo": "Cleo Fox", "mo": "Mo Yu", "pia": "Pia Holm"}.items()
    }
    of_mia = {"walter": a_line("Walter Osei"), "ines": a_line("Ines Duarte")}
    film.put(
        a_row(patrons=patrons, capacity=Decimal(40), boat="Pelican"),
        a_row(LATER, title="Cory at sunset", price=Decimal("150.00"), patrons={}, channel="C0SUNSET"),
        a_row(OFF, title="Captain Mia, morning", patrons=of_mia, channel="C0OFFICE"),
        a_trip(ISLAND, "Angel Island", "10:30", "C0OFFICE", pat="Pat Mercer") | {"capacity": Decimal(1)},
        a_signature_row("s1", **LOOSE),
        a_signature_row("s2", **LOOSE),
        a_signature_row("s3", name="Cleo Fox", patron_id="cleo"),
        a_crew_row(name="Cory Alvarez", slack_id="U0MARCO"),
    )
    stage = film.stage
    client, table = stage.world.client, stage.world.table
    ledger = DynamoLedger(client, table, zone=ZONE, currency="USD")
    for payment_id, patron, amount, method, eid, now in (
        ("a1", "dave", "9.00", "cash", EID, APRIL),
        ("c1", "cleo", "75.00", "check", EID, NOW),
        ("m1", "mo", "5.00", "cash", EID, NOW),
        ("w1", "walter", "75.00", "cash", OFF, NOW),
        ("w2", "ines", "75.00", "venmo", OFF, NOW),
    ):
        draft = a_draft(payment_id, patron, amount, method=method, eid=eid, confirmed=True)
        by = MARCO if method == "check" else DANA
        ledger.log(draft, by=by, source=Source.SLACK, now=now)
    film.put(stage.row(OFF) | {"status": "cancelled"})
    books = DynamoBooks(client, table, zone=ZONE, currency="USD", clock=lambda: 0.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bookkeeping, "_PAUSE", 0.0)
        bookkeeping.rebuild(client, table, books, lambda _rows: None)
    film.changed()
