"""Moments in UTC, to the second, as releases, snapshots and journals name them."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def iso(moment: datetime) -> str:
    """Return the moment in ISO 8601: `2026-05-23T13:00:00Z`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def compact(moment: datetime) -> str:
    """Return the moment as part of a file's name: `20260523T130000Z`. The names sort by time."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
