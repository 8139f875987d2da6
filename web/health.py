"""The health check, which the smoke test after a deployment requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web import VERSION
from web.answers import Health

if TYPE_CHECKING:
    from charter.ports import Ledger


def handle_health(*, ledger: Ledger, function_version: str) -> Health:
    """Return the health of this version after a short read of the table and one of its index.

    Raises TableUnavailable.
    """
    ledger.check()
    return Health(status="ok", table="ok", index="ok", version=VERSION, function_version=function_version)
