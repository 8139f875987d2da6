"""Acts of people and operators, each through the product's real handlers and commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.histories.acts import cash, corrections, dock, events, operators, payments, readers, rosters

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.histories.day import Day
    from tests.histories.steps import Step

ACTS: Final[dict[str, Callable[[Day, Step], None]]] = {
    name: act
    for module in (payments, corrections, events, rosters, dock, cash, operators, readers)
    for name, act in module.ACTS.items()
}
