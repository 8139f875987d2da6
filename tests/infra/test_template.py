"""The template: what it gives to whom, that the table is the tests' own, and that the linter has nothing to say."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from devkit.edge import TEMPLATE, read_template
from tests.devkit.edge_stage import ORIGINAL

if TYPE_CHECKING:
    from tests.conftest import Engine

RESOURCES: dict[str, Any] = read_template()["Resources"]
DISTRIBUTION = {"Fn::Sub": "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}"}


def of_type(kind: str) -> dict[str, Any]:
    """Properties by name."""
    return {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == kind}


def test_the_linter_has_nothing_to_say() -> None:
    command = [
        str(Path(sys.executable).with_name("cfn-lint")),
        "--regions",
        "us-west-2",
        "us-east-1",
        "--",
        str(TEMPLATE),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own linter
    assert ended.stdout + ended.stderr == ""
    assert ended.returncode == 0


def test_cloudformation_takes_the_yaml_as_it_is() -> None:
    # It knows neither aliases nor merges, though PyYAML does.
    for line in ORIGINAL.splitlines():
        value = line.partition(": ")[2].lstrip()
        assert not value.startswith(("&", "*")), line
        assert "<<:" not in line


def test_the_table_is_the_one_that_the_tests_run_on(dynamodb: Engine, events_table: str) -> None:
    made: Any = dynamodb.client.describe_table(TableName=events_table)["Table"]
    table = RESOURCES["EventsTable"]["Properties"]

    def by_name(attributes: list[dict[str, str]]) -> list[dict[str, str]]:
        return sorted(attributes, key=lambda each: each["AttributeName"])

    assert by_name(made["AttributeDefinitions"]) == by_name(table["AttributeDefinitions"])
    assert made["KeySchema"] == table["KeySchema"]
    assert made["BillingModeSummary"]["BillingMode"] == table["BillingMode"]
    (index,) = made["GlobalSecondaryIndexes"]
    assert [{name: index[name] for name in ("IndexName", "KeySchema", "Projection")}] == table["GlobalSecondaryIndexes"]
    if dynamodb.name == "ministack":  # dynalite has no streams
        assert made["StreamSpecification"] == {"StreamEnabled": True, **table["StreamSpecification"]}


def test_nothing_that_was_paid_or_signed_goes_with_the_stack() -> None:
    for name in ("EventsTable", "WaiversBucket"):
        assert RESOURCES[name]["DeletionPolicy"] == RESOURCES[name]["UpdateReplacePolicy"] == "Retain"
    table = RESOURCES["EventsTable"]["Properties"]
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    lock = RESOURCES["WaiversBucket"]["Properties"]["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert lock == {"Mode": "GOVERNANCE", "Years": 7}  # and no rule of a life cycle ever deletes what is older
    assert not [name for name, each in of_type("AWS::S3::Bucket").items() if "LifecycleConfiguration" in each]
    assert "BypassGovernanceRetention" not in json.dumps(RESOURCES)


def test_buckets_are_private_encrypted_versioned_and_speak_tls_alone() -> None:
    buckets = of_type("AWS::S3::Bucket")
    assert buckets.keys() == {"WaiversBucket", "SiteBucket"}
    policies = {each["Bucket"]["Ref"]: each["PolicyDocument"] for each in of_type("AWS::S3::BucketPolicy").values()}
    for name, bucket in buckets.items():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        (denied,) = [each for each in policies[name]["Statement"] if each["Effect"] == "Deny"]
        assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert (denied["Principal"], denied["Action"]) == ("*", "s3:*")
        arn = {"Fn::GetAtt": [name, "Arn"]}
        assert denied["Resource"] == [arn, {"Fn::Sub": f"${{{name}.Arn}}/*"}]


def test_buckets_are_read_by_this_distribution_and_nobody_else() -> None:
    allowed = [
        (name, each)
        for name, policy in of_type("AWS::S3::BucketPolicy").items()
        for each in policy["PolicyDocument"]["Statement"]
        if each["Effect"] == "Allow"
    ]
    assert {name for name, _ in allowed} == {"SiteBucketPolicy"}
    assert {each["Action"] for _, each in allowed} == {"s3:GetObject", "s3:ListBucket"}
    for _, each in allowed:
        assert each["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert each["Condition"] == {"StringEquals": {"aws:SourceArn": DISTRIBUTION}}


def test_lambda_alone_takes_the_web_functions_role() -> None:
    role = RESOURCES["WebRole"]["Properties"]
    assert "ManagedPolicyArns" not in role
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ]


def test_no_policy_allows_everything_of_a_service_or_every_resource() -> None:
    def statements(value: Any) -> list[Any]:
        if isinstance(value, dict):
            own = value.get("Statement", []) if "Version" in value else []
            return [*own, *(each for inner in value.values() for each in statements(inner))]
        return [each for inner in value for each in statements(inner)] if isinstance(value, list) else []

    allowed = [each for each in statements(RESOURCES) if each["Effect"] == "Allow"]
    assert len(allowed) > 40
    for each in allowed:
        actions = [each["Action"]] if isinstance(each["Action"], str) else each["Action"]
        assert not [action for action in actions if "*" in action], each
        assert each.get("Resource") != "*", each
        assert each.get("Principal") != "*", each


def test_the_function_url_is_invoked_by_this_distribution_and_nobody_else() -> None:
    permissions = sorted(of_type("AWS::Lambda::Permission").values(), key=lambda each: each["Action"])
    both = {
        "FunctionName": {"Ref": "WebFunction.Alias"},
        "Principal": "cloudfront.amazonaws.com",
        "SourceArn": DISTRIBUTION,
    }
    assert permissions == [
        {**both, "Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True},
        {**both, "Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "AWS_IAM"},
    ]
    web = RESOURCES["WebFunction"]["Properties"]
    assert web["FunctionUrlConfig"] == {"AuthType": "AWS_IAM"}
    assert web["AutoPublishAlias"] == "live"  # else the permissions would be of another URL's


def test_the_web_function_gets_every_variable_that_it_requires() -> None:
    from charter.settings import read_from
    from web.settings import WebSettings

    variables = RESOURCES["WebFunction"]["Properties"]["Environment"]["Variables"]
    parameters = read_template()["Parameters"]
    defaults = {name: parameters.get(each.get("Ref"), {}).get("Default") for name, each in variables.items()}
    plausible = {
        **defaults,
        "EVENTS_TABLE": "events",
        "WAIVERS_BUCKET": "waivers",
        "PUBLIC_BASE_URL": "https://trips.example.com",
        "ADMIN_TOKEN_SECRET": "s" * 64,
    }
    assert plausible.keys() == variables.keys()
    assert read_from(plausible, WebSettings).currency == "USD"


def test_the_behaviours_stand_in_the_designs_order() -> None:
    config = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
    patterns = [each["PathPattern"] for each in config["CacheBehaviors"]]
    assert patterns == ["/g/*/waiver", "/api/*", "/_staging/*"]
    everyone = [*config["CacheBehaviors"], config["DefaultCacheBehavior"]]
    assert {each["ViewerProtocolPolicy"] for each in everyone} == {"redirect-to-https"}
    assert all(each["Compress"] for each in everyone)


def test_an_error_is_never_kept_and_never_another_page() -> None:
    config = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
    kept = {each["ErrorCode"]: each for each in config["CustomErrorResponses"]}
    # Those that CloudFront keeps, for 10 s by default (…/HTTPStatusCodes.html); 416 it never does.
    assert kept.keys() == {400, 403, 404, 405, 414, 500, 501, 502, 503, 504}
    assert {json.dumps({**each, "ErrorCode": 0}, sort_keys=True) for each in kept.values()} == {
        '{"ErrorCachingMinTTL": 0, "ErrorCode": 0}'
    }


@pytest.mark.parametrize("kind", ["AWS::CloudFront::Function", "AWS::CloudFront::CachePolicy"])
def test_what_one_behaviour_needs_is_used(kind: str) -> None:
    said = json.dumps(RESOURCES["Distribution"])
    for name in of_type(kind):
        assert f'"{name}"' in said


def test_functions_keep_to_the_javascript_of_cloudfront() -> None:
    # QuickJS knows more: what is new since ES 5.1, and not in the list of …/functions-javascript-runtime-20.html.
    newer = (
        "class ",
        "import ",
        "require(",
        "...",
        "??",
        "?.",
        "for (const",
        "of ",
        "function*",
        "async ",
        "Map(",
        "Set(",
    )
    for function in of_type("AWS::CloudFront::Function").values():
        code = function["FunctionCode"]
        assert not [each for each in newer if each in code]
        assert code.startswith("function handler(event) {")
