"""`infra up` that ends before CloudFormation begins leaves no change set, and the next run removes those of a crash."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import pytest

from infra.aws import Aws
from tests.infra.stacks.building_site import site, standing
from tests.infra.weather import AFTER, BEFORE

if TYPE_CHECKING:
    from tests.infra.stacks.building_site import BuildingSite

__all__ = ["site", "standing"]  # fixtures


class Interruption:
    """Over one set of clients: Ctrl-C at one call, on its way there or on its way back; perhaps nothing after it."""

    def __init__(self, operation: str, when: str, *, dead: bool = False, ended: bool = False) -> None:
        self._at, self._dead, self._ended, self.met = (when, operation), dead, ended, 0
        self._aws: Aws | None = None

    def aws(self, **named: Any) -> Aws:
        """In place of the command's own clients."""
        if self._aws is None:
            self._aws = Aws(**named, pause=0.001)
            for when in (BEFORE, AFTER):
                self._aws._session.events.register(f"{when}.cloudformation", self._meet)
        return self._aws

    def _meet(self, event_name: str, **_: Any) -> None:
        when, _service, operation = event_name.split(".")
        if (self.met and self._dead) or (not self.met and (when, operation) == self._at):
            self.met += 1
            if self._ended:
                signal.raise_signal(signal.SIGTERM)
            raise KeyboardInterrupt


def _change_sets(site: BuildingSite) -> list[str]:
    found = site.client("cloudformation").list_change_sets(StackName=site.stack)["Summaries"]
    return [each["ChangeSetName"] for each in found if each["ExecutionStatus"] in {"AVAILABLE", "UNAVAILABLE"}]


@pytest.mark.parametrize(
    ("operation", "when"),
    [("CreateChangeSet", AFTER), ("DescribeChangeSet", BEFORE), ("DescribeStackEvents", BEFORE)],
)
def test_whenever_it_is_interrupted_no_change_set_is_left(standing: BuildingSite, operation: str, when: str) -> None:
    standing.aws = (interruption := Interruption(operation, when)).aws
    result = standing.up("--yes", "--parameter", "Currency=EUR")
    assert (interruption.met, result.exit_code) == (1, 1)
    assert "Run the same command to continue" in result.stderr
    assert _change_sets(standing) == []
    assert standing.settings[2] == "USD"


def test_when_the_machine_ends_it_none_is_left_either(standing: BuildingSite) -> None:
    before = signal.getsignal(signal.SIGTERM)
    standing.aws = Interruption("DescribeChangeSet", BEFORE, ended=True).aws
    assert standing.up("--yes", "--parameter", "Currency=EUR").exit_code == 1
    assert _change_sets(standing) == []
    assert signal.getsignal(signal.SIGTERM) == before


def test_an_interrupted_first_run_leaves_no_empty_stack_either(site: BuildingSite) -> None:
    site.aws = Interruption("DescribeChangeSet", AFTER).aws
    assert site.up("--yes").exit_code == 1
    assert site.status == ""


def test_where_nobody_answers_none_is_left(standing: BuildingSite) -> None:
    result = standing.up("--parameter", "Currency=EUR", answers="y\n")
    assert "Nobody answered." in result.stderr
    assert _change_sets(standing) == []


def test_what_a_crash_left_is_removed_by_the_next_run_and_what_others_made_stays(standing: BuildingSite) -> None:
    standing.aws = Interruption("DescribeChangeSet", BEFORE, dead=True).aws
    assert standing.up("--yes", "--parameter", "Currency=EUR").exit_code == 1
    (left,) = _change_sets(standing)
    kept = [{"ParameterKey": name, "UsePreviousValue": True} for name in standing.template["Parameters"]]
    standing.client("cloudformation").create_change_set(
        StackName=standing.stack, ChangeSetName="up-by-hand", UsePreviousTemplate=True, Parameters=kept
    )
    standing.aws = None
    dry = standing.up("--dry-run")
    assert dry.exit_code == 0, dry.output
    assert left in _change_sets(standing), "a dry run changes nothing"
    again = standing.up("--yes")
    assert again.exit_code == 0, again.output
    assert "Removed 1 change set of earlier runs." in again.stderr
    assert _change_sets(standing) == ["up-by-hand"]
