"""Fixtures: the operator's table is that of an old system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.adopting.old_system import SEASON, OldSystem

if TYPE_CHECKING:
    from tests.roster.operating import Operator


@pytest.fixture
def old(operator: Operator) -> OldSystem:
    """A season of an old system, in the operator's table."""
    system = OldSystem(operator.client, operator.table)
    system.put(*SEASON)
    return system
