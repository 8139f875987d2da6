"""All four functions: how each is started, what of, and when a new version of it goes live."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.addresses import FORGOTTEN
from devkit.aws import ROOT
from devkit.edge import read_template
from tests.infra.standing import FUNCTIONS, transformed

RESOURCES: dict[str, Any] = read_template()["Resources"]
RELEASE = "0123456789abcdef"


def properties(function: str) -> dict[str, Any]:
    found: dict[str, Any] = RESOURCES[f"{function}Function"]["Properties"]
    return found


def versions(**parameters: str) -> set[str]:
    """The names of the versions that a deploy with these parameters has; another name is another version."""
    resources = transformed(**parameters)["Resources"]
    return {name for name, each in resources.items() if each["Type"] == "AWS::Lambda::Version"}


def test_there_are_no_others() -> None:
    found = {name for name, each in RESOURCES.items() if each["Type"] == "AWS::Serverless::Function"}
    assert found == {f"{function}Function" for function in FUNCTIONS}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_is_a_version_behind_live_which_starts_from_a_snapshot_where_that_is_chosen(function: str) -> None:
    given = properties(function)
    assert (given["Runtime"], given["Architectures"]) == ("python3.13", ["arm64"])
    waited_for = function in {"Bot", "Web"}
    snapshot = {"ApplyOn": {"Fn::If": ["StartsFast", "PublishedVersions", "None"]}}
    assert given.get("SnapStart") == (snapshot if waited_for else None)
    assert given["AutoPublishAlias"] == "live"
    assert given["CodeUri"] == {"Bucket": {"Ref": "CodeBucket"}, "Key": {"Ref": "CodeKey"}}
    assert given["FunctionName"] == {"Fn::Sub": f"${{AWS::StackName}}-{function.lower()}"}
    assert "EphemeralStorage" not in given  # no snapshot is taken of more than the usual
    assert "VpcConfig" not in given


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_has_a_role_and_a_log_of_its_own(function: str) -> None:
    given = properties(function)
    assert given["Role"] == {"Fn::GetAtt": [f"{function}Role", "Arn"]}
    assert "Policies" not in given  # with which the transform would make another role
    assert given["LoggingConfig"] == {"LogGroup": {"Ref": f"{function}Logs"}}
    log = RESOURCES[f"{function}Logs"]
    assert log["Properties"]["LogGroupName"] == {"Fn::Sub": f"/aws/lambda/${{AWS::StackName}}-{function.lower()}"}
    assert log["Properties"]["RetentionInDays"] == 90
    assert log["DeletionPolicy"] == log["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_handler_is_there(function: str) -> None:
    module, _, name = properties(function)["Handler"].rpartition(".")
    assert f"def {name}(" in (ROOT / f"{module}.py").read_text()


def test_another_release_publishes_a_version_of_each_and_the_same_none() -> None:
    before, after = versions(Release=RELEASE), versions(Release="f" * 16)
    assert len(before) == len(after) == len(FUNCTIONS)
    assert not before & after
    assert versions(Release=RELEASE, CodeKey="the same code, built anew") == before


def test_another_release_changes_the_function_itself() -> None:
    # Else Lambda has nothing to publish, CloudFormation fails, and a secret that was rotated is never resolved anew.
    resources = transformed(Release=RELEASE)["Resources"]
    for function in FUNCTIONS:
        assert RELEASE in json.dumps(resources[f"{function}Function"]["Properties"]["Description"])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_another_revision_changes_the_function_and_publishes_nothing(function: str) -> None:
    changed = transformed(Release=RELEASE, Revision="e" * 16)["Resources"][f"{function}Function"]["Properties"]
    assert "e" * 16 in json.dumps(changed["Description"]), (
        "filled in by the transform, so that secrets are resolved anew"
    )
    assert versions(Release=RELEASE, Revision="e" * 16) == versions(Release=RELEASE, Revision="f" * 24)


def test_without_a_release_other_code_publishes_a_version_of_each() -> None:
    assert not versions(CodeKey="app-1.zip") & versions(CodeKey="app-2.zip")


def test_a_version_that_is_no_longer_live_is_kept_to_go_back_to() -> None:
    for each in transformed()["Resources"].values():
        if each["Type"] == "AWS::Lambda::Version":
            assert each["DeletionPolicy"] == "Retain"


def test_the_transform_adds_versions_aliases_urls_and_no_role() -> None:
    added = {name: each for name, each in transformed()["Resources"].items() if name not in RESOURCES}
    assert sorted(each["Type"] for each in added.values()) == [
        *["AWS::Lambda::Alias"] * 4,
        *["AWS::Lambda::EventInvokeConfig"] * 2,
        *["AWS::Lambda::Permission"] * 2,
        *["AWS::Lambda::Url"] * 2,
        *["AWS::Lambda::Version"] * 4,
    ]
    of_mail = [each for name, each in added.items() if name.startswith("Mail")]
    assert {each.get("Condition") for each in of_mail} == {"SendsMail"}
    # The name by which the distribution, and devkit's edge, speak of the URL; and the permissions are the alias's.
    assert added["WebFunctionUrl"]["Properties"]["TargetFunctionArn"] == {"Ref": "WebFunctionAliaslive"}
    for name in ("CloudFrontInvokesTheUrl", "CloudFrontInvokesTheFunction"):
        permission = transformed()["Resources"][name]["Properties"]
        assert permission["FunctionName"] == {"Ref": "WebFunctionAliaslive"}


def test_no_secret_stands_in_the_template_or_comes_in_as_a_parameter() -> None:
    for function in FUNCTIONS:
        for name, value in properties(function)["Environment"]["Variables"].items():
            if name == "ADMIN_TOKEN_SECRET":
                kept = {"Fn::Sub": "{{resolve:secretsmanager:${AdminTokenSecret}}}"}
                where_needed = {"Fn::If": ["MailsPatrons", kept, {"Ref": "AWS::NoValue"}]}
                assert value == (where_needed if function == "Mail" else kept)
            elif name.startswith("GMAIL_") or name in {"SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"}:
                key = f"{{{{resolve:secretsmanager:${{CredentialsName}}:SecretString:{name.lower()}}}}}"
                assert json.dumps({"Fn::Sub": key}) in json.dumps(value)
    generated = RESOURCES["AdminTokenSecret"]["Properties"]["GenerateSecretString"]
    assert generated["PasswordLength"] >= 32
    words = ("secret", "token", "password")
    assert not [name for name in read_template()["Parameters"] if any(word in name.lower() for word in words)]


def test_a_flood_of_the_page_that_anybody_can_open_leaves_room_for_the_bot() -> None:
    parameter = read_template()["Parameters"]["WebConcurrency"]
    assert 1 <= parameter["Default"] <= 100
    assert parameter["MinValue"] == 0
    limit = {"Fn::If": ["LimitsWeb", {"Ref": "WebConcurrency"}, {"Ref": "AWS::NoValue"}]}
    assert properties("Web")["ReservedConcurrentExecutions"] == limit
    assert transformed()["Resources"]["WebFunction"]["Properties"]["ReservedConcurrentExecutions"] == limit
    for others in ("Bot", "Announce", "Mail"):
        assert "ReservedConcurrentExecutions" not in properties(others), "Lambda keeps the rest of the account for them"


def test_only_the_counts_of_addresses_are_forgotten_by_the_table() -> None:
    forgets = RESOURCES["EventsTable"]["Properties"]["TimeToLiveSpecification"]
    assert forgets == {"AttributeName": FORGOTTEN, "Enabled": True}
