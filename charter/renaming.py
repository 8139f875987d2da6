"""Renames of events: a new id, to which the old one redirects (docs/adr/0021, docs/adr/0049)."""

from __future__ import annotations

from typing import Final

from charter.frozen import dataclass

# What the edit of a rename names as changed: the event's id.
RENAMED: Final = "eid"


@dataclass(frozen=True, slots=True)
class Renamed:
    """A rename from `old` to `eid`.

    `finished` is False where the event has too many rows for one transaction. It then has its old id for up to a
    minute, until the rename is carried out. `replayed` is True where the event had the id already.
    """

    old: str
    eid: str
    finished: bool = True
    replayed: bool = False
