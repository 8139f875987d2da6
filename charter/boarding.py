"""Boarding: who is aboard, who let them aboard, and the cast-off that freezes the list."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping  # noqa: TC003 - dataclass fields
from dataclasses import field
from datetime import datetime  # noqa: TC003 - dataclass fields

from charter.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Aboard:
    """The people of one party who are aboard. `at` is aware, `by` is who checked them in, as `slack:U…`.

    `reason` says why they may come aboard although something is missing or the boat is full.
    """

    count: int
    at: datetime
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CastOff:
    """The moment from which the list is frozen. `sha256` is the hash of the frozen list, `list_id` names its row."""

    at: datetime
    by: str
    souls: int
    sha256: str
    list_id: str


@dataclass(frozen=True, slots=True)
class Boarding:
    """The boarding of one event. `aboard` has the parties by patron id; `cast_off` is None while it is open."""

    aboard: Mapping[str, Aboard] = field(default_factory=dict)
    cast_off: CastOff | None = None

    @property
    def souls(self) -> int:
        """Number of people aboard, minors included."""
        return sum(party.count for party in self.aboard.values())

    @property
    def fingerprint(self) -> str:
        """Fingerprint of who is aboard. It changes whenever a party or its count does."""
        counts = sorted((patron_id, party.count) for patron_id, party in self.aboard.items())
        return hashlib.sha256(json.dumps(counts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class FrozenList:
    """The passenger list as a cast-off froze it. `text` is its JSON, `sha256` the hash of these bytes in UTF-8.

    It is written once and stays when the list is reopened. Where somebody in it was forgotten, it is `redacted`: the
    text has pseudonyms, and `sha256` is the hash of the evidence.
    """

    list_id: str
    at: datetime
    by: str
    souls: int
    sha256: str
    text: str
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A request to check in `count` people of a patron's party. `reason` is empty where nothing is missing."""

    eid: str
    patron_id: str
    count: int
    reason: str = ""
