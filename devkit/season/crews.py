"""The crew. Other programs write crew rows, so each has attributes of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devkit.season.rows import Row

CORY: Row = {"crew_id": "crew-cory-alvarez", "role": "captain", "name": "Cory Alvarez", "license": "USCG 100 T"}
MIA: Row = {"crew_id": "crew-mia-tanaka", "role": "captain", "name": "Mia Tanaka", "license": "USCG 50 T"}
DANA_REYES: Row = {"crew_id": "U0DANA", "role": "first mate", "name": "Dana Reyes", "certified": True}
MARCO_BELL: Row = {"crew_id": "U0MARCO", "role": "deckhand", "name": "Marco Bell", "skills": {"first aid", "galley"}}


def called(assignment: Row, at: str) -> Row:
    """Return the assignment with its call time."""
    return {**assignment, "call_time": at}
