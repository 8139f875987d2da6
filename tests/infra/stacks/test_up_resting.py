"""`infra up` where the stack is in a state that only bad luck brings, which CloudFormation is made to report here."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import pytest

from infra.aws import Aws
from tests.infra.stacks.building_site import site, standing

if TYPE_CHECKING:
    from tests.infra.stacks.building_site import BuildingSite

__all__ = ["site", "standing"]  # fixtures


class ReportedStatuses:
    """The statuses that CloudFormation reports of the stack, in one set of clients, until a change set is created.

    Then it reports the real one again.
    """

    def __init__(self) -> None:
        self.statuses: deque[str] = deque()
        self.continued = 0
        self._aws: Aws | None = None
        self._asked_for_one = False

    def aws(self, **named: Any) -> Aws:
        """In place of the command's own clients."""
        if self._aws is None:
            self._aws = Aws(**named, pause=0.001)
            events: Any = self._aws._session.events
            events.register("provide-client-params.cloudformation.DescribeStacks", self._notice)
            events.register("after-call.cloudformation.DescribeStacks", self._say)
            events.register("before-call.cloudformation.ContinueUpdateRollback", self._continue)
            events.register("before-call.cloudformation.CreateChangeSet", self._end)
        return self._aws

    def _notice(self, params: dict[str, Any], **_: Any) -> None:
        self._asked_for_one = "StackName" in params

    def _say(self, parsed: dict[str, Any], **_: Any) -> None:
        if self.statuses and self._asked_for_one and parsed.get("Stacks"):
            parsed["Stacks"][0]["StackStatus"] = self.statuses.popleft()

    def _end(self, **_: Any) -> None:
        self.statuses.clear()

    def _continue(self, **_: Any) -> tuple[Any, dict[str, Any]]:
        """CloudFormation begins; what becomes of it is in `statuses`."""
        self.continued += 1
        return type("Answer", (), {"status_code": 200})(), {}


@pytest.fixture
def reported(standing: BuildingSite) -> ReportedStatuses:
    """The stack stands; its real status is reported until a test adds another."""
    reported = ReportedStatuses()
    standing.aws = reported.aws
    return reported


def test_an_old_stack_that_is_being_deleted_is_waited_for_and_made_anew(
    standing: BuildingSite, reported: ReportedStatuses
) -> None:
    reported.statuses.extend(["DELETE_IN_PROGRESS"] * 3)
    again = standing.up("--yes")
    assert again.exit_code == 0, again.output
    assert f"Waiting until the old {standing.stack} is deleted" in again.stderr
    assert "add     Table" in again.stdout
    assert not reported.statuses


@pytest.mark.parametrize("status", ["ROLLBACK_FAILED", "ROLLBACK_COMPLETE"])
def test_what_a_failed_first_try_left_is_deleted_and_a_table_that_stays_is_named(
    standing: BuildingSite, reported: ReportedStatuses, status: str
) -> None:
    table = standing.outputs["Table"]
    standing.template["Resources"]["Second"] = standing.template["Resources"].pop("Table")
    standing.template["Outputs"]["Table"] = {"Value": {"Ref": "Second"}}
    reported.statuses.append(status)
    again = standing.up("--yes")
    assert again.exit_code == 0, again.output
    assert f"! {table} may be left, and nothing uses it" in again.stderr
    assert "add     Second" in again.stdout


def test_a_failed_first_try_is_not_deleted_without_a_yes(standing: BuildingSite, reported: ReportedStatuses) -> None:
    reported.statuses.append("ROLLBACK_FAILED")
    again = standing.up(answers="y\nn\n")
    assert again.exit_code == 1
    assert f"Error: {standing.stack} cannot be created while its remains exist." in again.stderr
    assert standing.status == "UPDATE_COMPLETE"


def test_a_change_that_could_not_be_taken_back_is_taken_back_first(
    standing: BuildingSite, reported: ReportedStatuses
) -> None:
    reported.statuses += ["UPDATE_ROLLBACK_FAILED", *["UPDATE_ROLLBACK_IN_PROGRESS"] * 2]
    reported.statuses += ["UPDATE_ROLLBACK_COMPLETE"] * 20
    again = standing.up("--yes", "--parameter", "Currency=EUR")
    assert again.exit_code == 0, again.output
    assert reported.continued == 1
    assert f"! The change of {standing.stack} was rolled back" in again.stderr
    assert standing.settings[2] == "EUR"


def test_what_cannot_be_taken_back_at_all_is_for_a_person(standing: BuildingSite, reported: ReportedStatuses) -> None:
    reported.statuses.extend(["UPDATE_ROLLBACK_FAILED"] * 20)
    again = standing.up("--yes", "--parameter", "Currency=EUR")
    assert again.exit_code == 1
    assert f"The rollback of {standing.stack} failed again" in again.stderr
    assert "skip it there" in again.stderr
    assert standing.settings[2] == "USD"

    reported.statuses.clear()
    reported.statuses.append("UPDATE_ROLLBACK_FAILED")
    assert "while it is in UPDATE_ROLLBACK_FAILED" in standing.up(answers="y\nn\n").stderr
    assert reported.continued == 1


def test_a_deletion_that_failed_is_for_a_person(standing: BuildingSite, reported: ReportedStatuses) -> None:
    reported.statuses.append("DELETE_FAILED")
    again = standing.up("--yes")
    assert again.exit_code == 1
    assert f"The deletion of {standing.stack} failed half way" in again.stderr
    assert standing.status == "UPDATE_COMPLETE"
