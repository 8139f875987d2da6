"""Fixtures: an operator, and a drill of a restore."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.rows import edit_row
from devkit.proxy import Proxy, table_proxy
from tests.builders import EID, a_crew_row, a_row, a_signature
from tests.roster.drill import OTHER, Drill
from tests.roster.operating import Operator
from tests.roster.renames import AN_EDIT, log, signatures_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Engine


@pytest.fixture(scope="session")
def before_the_table(dynamodb: Engine) -> Iterator[Proxy]:
    """Start the proxy between the operator's commands and the table."""
    with table_proxy(dynamodb.endpoint) as proxy:
        yield proxy


@pytest.fixture
def operator(dynamodb: Engine, events_table: str, before_the_table: Proxy, tmp_path: Path) -> Iterator[Operator]:
    """Return an operator with a fresh table. Every fault that a test orders must occur."""
    before_the_table.calls.clear()
    yield Operator(events_table, dynamodb.client, before_the_table, tmp_path)
    unused = before_the_table.unused
    before_the_table.forget_faults()
    assert unused == {}


@pytest.fixture
def drill(operator: Operator, dynamodb: Engine) -> Iterator[Drill]:
    """Back up a table with an event that has a payment, a signature, an edit and a crew row."""
    operator.put(a_row(), a_crew_row(), a_row(OTHER))
    log(operator, "p1", "50.00", EID)
    signatures_on(operator).sign(EID, a_signature())
    operator.put(edit_row(EID, AN_EDIT))
    with dynamodb.fresh_table() as restored:
        drill = Drill(operator, restored)
        drill.backup()
        yield drill
