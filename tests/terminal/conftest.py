"""The operator of the roster's tests, whose commands print through `terminal`."""

from tests.roster.conftest import before_the_table, operator

__all__ = ["before_the_table", "operator"]
