"""An event is renamed while the crew have forms about it open: what they send arrives, once, at the renamed event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.conftest import last, logged, opened
from tests.builders import EID, a_row
from tests.roster.command import renamed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bot.conftest import BotStage
    from tests.conftest import Engine

OLD = "2026-05-23"


@pytest.fixture
def rename(dynamodb: Engine, events_table: str) -> Callable[[], None]:
    """Rename Captain Cory's trip, as the office does."""
    return lambda: renamed(dynamodb.endpoint, events_table, OLD, EID)


@pytest.fixture
def old_dock(bare_bot_stage: BotStage) -> BotStage:
    """The bot over Captain Cory's trip, which still is a bare date."""
    bare_bot_stage.put(a_row(OLD))
    return bare_bot_stage


def test_a_form_that_was_open_logs_its_payment_to_the_renamed_event_in_one_write_more(
    old_dock: BotStage, rename: Callable[[], None]
) -> None:
    form = opened(old_dock.dana, f"{OLD} dave 125 cash")
    rename()

    with old_dock.counting() as cost:
        form.submit()

    assert form.title == "Payment logged"
    assert cost.table == {"UpdateItem": 2}
    assert old_dock.paid() == {"dave": "125.00"}
    assert old_dock.row(OLD) == {"eid": OLD, "crew_id": "#event", "moved_to": EID}


def test_a_form_that_is_sent_again_after_the_rename_is_answered_as_the_success_it_was(
    old_dock: BotStage, rename: Callable[[], None]
) -> None:
    form = opened(old_dock.dana, f"{OLD} dave 125 cash")
    old_dock.world.table_faults.fail_next("UpdateItem", drop_answer=True, times=2)
    form.submit()
    assert form.title != "Payment logged"
    rename()

    form.submit()

    assert form.title == "Payment logged"
    assert old_dock.paid() == {"dave": "125.00"}
    assert len(old_dock.row()["payments"]["dave"]["entries"]) == 1


def test_commands_with_the_old_id_go_to_the_renamed_event(old_dock: BotStage, rename: Callable[[], None]) -> None:
    rename()

    logged(old_dock.dana, f"{OLD} dave 125 cash")
    old_dock.olivia.command("/payment-status", OLD, channel="C0DOCK")
    old_dock.dana.command("/waiver", OLD, channel="C0DOCK")

    assert old_dock.paid() == {"dave": "125.00"}
    assert f"/g/{EID}/waiver" in last(old_dock.dana).fallback
    assert not old_dock.dana.troubles
    assert not old_dock.olivia.troubles
