"""The sender's address: whatever letters its domain has, the policy names it as SES sees it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from adapters.mail_addresses import in_ascii
from devkit.edge import read_template
from tests.infra.stacks.building_site import BuildingSite, site

__all__ = ["site"]  # fixtures

TEMPLATE: dict[str, Any] = read_template()
DECLARED = TEMPLATE["Parameters"]["NotifyEmailFrom"]


@pytest.fixture
def mailing(site: BuildingSite) -> BuildingSite:
    """A stack that mails."""
    site.template["Parameters"]["NotifyEmailFrom"] = {
        name: DECLARED[name] for name in ("Type", "Default", "AllowedPattern", "ConstraintDescription")
    }
    site.template["Outputs"]["Sender"] = {"Value": {"Fn::Sub": "<${NotifyEmailFrom}>"}}
    return site


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("crew@bücher.example", "crew@xn--bcher-kva.example"),
        ("crew@BÜCHER.Example", "crew@xn--bcher-kva.Example"),
        ("crew@straße.example", "crew@xn--strae-oqa.example"),
        ("crew@船。例え.example", "crew@xn--3d1a.xn--r8jz45g.example"),
        ("Crew.of+boat@mail.example.com", "Crew.of+boat@mail.example.com"),
    ],
)
def test_up_gives_the_stack_the_address_that_the_mail_function_sends_from(
    mailing: BuildingSite, given: str, seen: str
) -> None:
    result = mailing.up("--yes", "--parameter", f"NotifyEmailFrom={given}")

    assert result.exit_code == 0, result.output
    assert mailing.outputs["Sender"] == f"<{seen}>"
    assert in_ascii(given) == in_ascii(seen) == seen


def test_an_address_that_was_written_otherwise_is_put_right_by_the_next_up(mailing: BuildingSite) -> None:
    del mailing.template["Parameters"]["NotifyEmailFrom"]["AllowedPattern"]
    cloud = mailing.client("cloudformation")
    assert mailing.up("--yes").exit_code == 0
    kept = [name for name in mailing.template["Parameters"] if name != "NotifyEmailFrom"]
    cloud.update_stack(
        StackName=mailing.stack,
        UsePreviousTemplate=True,
        Parameters=[
            *({"ParameterKey": name, "UsePreviousValue": True} for name in kept),
            {"ParameterKey": "NotifyEmailFrom", "ParameterValue": "crew@bücher.example"},
        ],
    )

    result = mailing.up("--yes")

    assert result.exit_code == 0, result.output
    assert mailing.outputs["Sender"] == "<crew@xn--bcher-kva.example>"


def test_an_address_that_ses_never_sends_from_is_refused_with_the_reason(mailing: BuildingSite) -> None:
    result = mailing.up("--yes", "--parameter", "NotifyEmailFrom=señor@example.com")

    assert result.exit_code == 1
    assert "SES sends from no address with señor before the @" in result.stderr


def test_the_policy_compares_what_up_gave() -> None:
    (policy,) = TEMPLATE["Resources"]["MailRole"]["Properties"]["Policies"]
    (mail,) = [each for each in policy["PolicyDocument"]["Statement"] if each["Sid"] == "Mail"]
    assert mail["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "NotifyEmailFrom"}}}
    for good in ("", "crew@example.com", "crew+boat@xn--bcher-kva.example", "o'hara_1@mail.example.com"):
        assert re.fullmatch(DECLARED["AllowedPattern"], good), good
    for bad in (
        "crew@bücher.example",
        "señor@example.com",
        "Crew <crew@example.com>",
        "a@b@c.de",
        "a b@c.de",
        "a,b@c.de",
    ):
        assert not re.fullmatch(DECLARED["AllowedPattern"], bad), bad
