"""An event that does not exist, read from made-up rows at the start: the code that reads the first real one is warm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from adapters.event_rows import read_beside, sorted_rows
from adapters.rereading import RowReader
from charter.moments import utc

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from charter.events import Event

_EID: Final = "2000-01-01-rehearsal"
_LINE: Final[dict[str, Any]] = {
    "timestamp": {"S": "2000-01-01T00:00:00.000Z"},
    "method": {"S": "cash"},
    "logged_by": {"S": "slack:U0"},
}
_ENTRY: Final[dict[str, Any]] = {"kind": {"S": "payment"}, "amount": {"N": "20"}, "source": {"S": "slack"}, **_LINE}


def made_up_event(starts_at: datetime, *, zone: tzinfo, currency: str) -> Event:
    """Return an event with two patrons, of whom one has paid and one has signed, as the ledger reads its rows."""
    names = {"dave": "Dave Bell", "ana": "Ana Ruiz"}
    paid = {"amount": {"N": "20"}, **_LINE, "entries": {"M": {"rehearsal": {"M": _ENTRY}}}}
    own = {
        "eid": {"S": _EID},
        "crew_id": {"S": "#event"},
        "title": {"S": "Rehearsal"},
        "starts_at": {"S": utc(starts_at)},
        "price": {"N": "95"},
        "patrons": {"M": {key: {"M": {"name": {"S": name}, "due": {"N": "95"}}} for key, name in names.items()}},
        "payments": {"M": {"dave": {"M": paid}}},
    }
    signature = {
        "eid": {"S": _EID},
        "crew_id": {"S": "#signature:rehearsal"},
        "name": {"S": "Ana Ruiz"},
        "patron_id": {"S": "ana"},
        "signed_at": {"S": "2000-01-01T00:00:00.000Z"},
    }
    rows = sorted_rows([own, signature])
    return read_beside(RowReader(zone=zone, currency=currency).read(rows.own)[0], rows)
