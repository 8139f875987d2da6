"""`infra up` looks at the account's concurrency before it changes anything: a young account cannot set 20 apart."""

from __future__ import annotations

from typing import Any

import pytest

from infra.aws import Aws
from tests.infra.stacks.building_site import BuildingSite, site

__all__ = ["site"]  # a fixture

TOO_MANY = "so a share of 20 cannot be reserved for the web function."


class Account:
    """Over one set of clients: an account with that limit, of which the rest is set apart for other functions."""

    def __init__(self) -> None:
        self.limit, self.unreserved, self.denied = 1000, 1000, False
        self.asked: list[str] = []
        self._aws: Aws | None = None

    def aws(self, **named: Any) -> Aws:
        """In place of the command's own clients."""
        if self._aws is None:
            self._aws = Aws(**named, pause=0.001)
            events: Any = self._aws._session.events
            events.register("provide-client-params", self._note)
            events.register("before-call.lambda.GetAccountSettings", self._settings)
        return self._aws

    def _note(self, model: Any, **_: Any) -> None:
        self.asked.append(model.name)

    def _settings(self, **_: Any) -> tuple[Any, dict[str, Any]]:
        if self.denied:
            refused = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
            return type("Answer", (), {"status_code": 403})(), refused
        limits = {"ConcurrentExecutions": self.limit, "UnreservedConcurrentExecutions": self.unreserved}
        return type("Answer", (), {"status_code": 200})(), {"AccountLimit": limits}


@pytest.fixture
def account(site: BuildingSite) -> Account:
    """A template with the parameter, in an account that is changed by the test."""
    site.template["Parameters"]["WebConcurrency"] = {"Type": "Number", "Default": 20, "MinValue": 0}
    site.template["Outputs"]["WebConcurrency"] = {"Value": {"Fn::Sub": "=${WebConcurrency}"}}
    made = Account()
    site.aws = made.aws
    return made


def _young(account: Account) -> None:
    account.limit = account.unreserved = 10


@pytest.mark.parametrize(("unreserved", "wanted"), [(1000, "20"), (120, "20"), (119, "0"), (100, "0"), (10, "0")])
def test_the_default_is_taken_where_lambda_grants_it_and_0_elsewhere(
    site: BuildingSite, account: Account, unreserved: int, wanted: str
) -> None:
    account.unreserved = unreserved
    result = site.up("--yes")
    assert result.exit_code == 0, result.output
    assert site.outputs["WebConcurrency"] == f"={wanted}"
    assert (TOO_MANY in result.stderr) is (wanted == "0")
    assert account.asked.index("GetAccountSettings") < account.asked.index("CreateBucket")


def test_it_is_said_before_the_first_question(site: BuildingSite, account: Account) -> None:
    _young(account)
    result = site.up(answers="n\n")
    assert result.exit_code == 1
    assert "This account runs 10 requests at once" in result.stderr
    assert result.stderr.index("WebConcurrency is set to 0") < result.stderr.index("Create the stack there?")
    assert (site.status, site.buckets) == ("", [])


def test_a_number_that_was_named_is_refused_before_anything_is_made(site: BuildingSite, account: Account) -> None:
    _young(account)
    result = site.up("--yes", "--parameter", "WebConcurrency=20")
    assert result.exit_code == 1
    assert TOO_MANY in result.stderr
    assert "Nothing was changed. Pass --parameter WebConcurrency=0, or ask AWS" in result.stderr
    assert (site.status, site.buckets) == ("", [])
    assert site.up("--yes", "--parameter", "WebConcurrency=0").exit_code == 0


def test_what_a_stack_has_stays_and_is_not_asked_about(site: BuildingSite, account: Account) -> None:
    _young(account)
    assert site.up("--yes").exit_code == 0
    account.asked.clear()
    result = site.up("--yes", "--parameter", "Currency=EUR")
    assert result.exit_code == 0, result.output
    assert "GetAccountSettings" not in account.asked
    assert site.outputs["WebConcurrency"] == "=0"


def test_a_stack_from_before_the_parameter_gets_what_its_account_can_have(site: BuildingSite, account: Account) -> None:
    parameter = site.template["Parameters"].pop("WebConcurrency")
    output = site.template["Outputs"].pop("WebConcurrency")
    assert site.up("--yes").exit_code == 0
    site.template["Parameters"]["WebConcurrency"], site.template["Outputs"]["WebConcurrency"] = parameter, output
    _young(account)
    result = site.up("--yes")
    assert result.exit_code == 0, result.output
    assert site.outputs["WebConcurrency"] == "=0"


def test_who_may_not_read_the_limit_is_asked(site: BuildingSite, account: Account) -> None:
    account.denied = True
    result = site.up(answers="n\n")
    assert result.exit_code == 1
    assert "You lack the permission lambda:GetAccountSettings" in result.stderr
    assert (site.status, site.buckets) == ("", [])
    assert site.up("--yes").exit_code == 0
