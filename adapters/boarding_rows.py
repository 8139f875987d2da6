"""Reads and writes the rows of an event's boarding: `#boarding`, and `#manifest:<id>` for each cast-off.

Another program may have written an odd value. A party without a readable count is left out, as nobody counted it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from adapters.rows import REDACTED_SHA256
from charter.boarding import Aboard, Boarding, CastOff, FrozenList
from charter.moments import utc

if TYPE_CHECKING:
    from collections.abc import Mapping

BOARDING_ROW: Final = "#boarding"
FROZEN_ROW: Final = "#manifest:"

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read_boarding(item: Mapping[str, Any]) -> Boarding:
    """Return the boarding in a row in Python's types; an empty one for an event without such a row."""
    aboard = {patron_id: _aboard(line) for patron_id, line in _map(item.get("aboard")).items()}
    return Boarding({key: each for key, each in aboard.items() if each is not None}, _cast_off(item.get("cast_off")))


def aboard_lines(boarding: Boarding) -> dict[str, Any]:
    """Return the map `aboard` as the table keeps it. Empty reasons are left out."""
    return {
        patron_id: {"count": party.count, "at": utc(party.at), "by": party.by}
        | ({"reason": party.reason} if party.reason else {})
        for patron_id, party in boarding.aboard.items()
    }


def cast_off_line(cast_off: CastOff) -> dict[str, Any]:
    """Return the map `cast_off` as the table keeps it."""
    return {
        "at": utc(cast_off.at),
        "by": cast_off.by,
        "souls": cast_off.souls,
        "sha256": cast_off.sha256,
        "list_id": cast_off.list_id,
    }


def read_frozen(item: Mapping[str, Any]) -> FrozenList:
    """Return the frozen list in a row `#manifest:<id>`."""
    return FrozenList(
        list_id=str(item["crew_id"]).removeprefix(FROZEN_ROW),
        at=_moment(item.get("at")),
        by=str(item.get("by", "")),
        souls=_number(item.get("souls")),
        sha256=str(item.get("sha256", "")),
        text=str(item.get("list", "")),
        redacted=REDACTED_SHA256 in item,
    )


def frozen_row(eid: str, frozen: FrozenList) -> dict[str, Any]:
    """Return the row of a frozen list."""
    return {
        "eid": eid,
        "crew_id": f"{FROZEN_ROW}{frozen.list_id}",
        "at": utc(frozen.at),
        "by": frozen.by,
        "souls": frozen.souls,
        "sha256": frozen.sha256,
        "list": frozen.text,
    }


def _aboard(line: object) -> Aboard | None:
    party = _map(line)
    count = _number(party.get("count"))
    if count < 1:
        return None
    return Aboard(count, _moment(party.get("at")), str(party.get("by", "")), str(party.get("reason", "")))


def _cast_off(value: object) -> CastOff | None:
    line = _map(value)
    if not line:
        return None
    texts = (str(line.get("sha256", "")), str(line.get("list_id", "")))
    return CastOff(_moment(line.get("at")), str(line.get("by", "")), _number(line.get("souls")), *texts)


def _map(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return _LONG_AGO
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
