"""Permissions for CloudFront: two on the function's alias, and statements in the policy of the page's bucket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from infra.asking import AwsRefused, ask
from terminal.failures import Stopped

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client

CLOUDFRONT: Final = "cloudfront.amazonaws.com"
# A URL needs both (docs.aws.amazon.com/lambda/latest/dg/urls-auth.html); without either it answers 403.
PERMISSIONS: Final[dict[str, dict[str, Any]]] = {
    "lambda:InvokeFunctionUrl": {"FunctionUrlAuthType": "AWS_IAM"},
    "lambda:InvokeFunction": {"InvokedViaFunctionUrl": True},
}


def function_host(client: LambdaClient, name: str, alias: str) -> tuple[str, bool]:
    """Return the host of the alias's function URL, and True if it accepts only signed requests.

    Raises Stopped and AwsRefused.
    """
    try:
        url = ask(client, "GetFunctionUrlConfig", FunctionName=name, Qualifier=alias)
    except AwsRefused as refused:
        if refused.code == "ResourceNotFoundException":
            raise Stopped(f"{name} has no function URL on its alias {alias}. Create one, or pass --web-url.") from None
        raise
    return str(urlsplit(url["FunctionUrl"]).hostname), url.get("AuthType") == "AWS_IAM"


def lacking(client: LambdaClient, name: str, alias: str, arn: str) -> list[str]:
    """Return the permissions that the alias does not grant to that distribution. Raises AwsRefused."""
    try:
        policy = json.loads(ask(client, "GetPolicy", FunctionName=name, Qualifier=alias)["Policy"])
    except AwsRefused as refused:
        if refused.code != "ResourceNotFoundException":
            raise
        policy = {"Statement": []}
    return [action for action in PERMISSIONS if not any(_allows(each, action, arn) for each in policy["Statement"])]


def permit(client: LambdaClient, name: str, alias: str, arn: str, action: str) -> None:
    """Grant the permission. Raises AwsRefused."""
    try:
        ask(
            client,
            "AddPermission",
            FunctionName=name,
            Qualifier=alias,
            StatementId=f"{arn.rpartition('/')[2]}-{action.partition(':')[2]}",
            Action=action,
            Principal=CLOUDFRONT,
            SourceArn=arn,
            **PERMISSIONS[action],
        )
    except AwsRefused as refused:
        if refused.code != "ResourceConflictException":  # somebody else has just granted it
            raise


def _allows(statement: dict[str, Any], action: str, arn: str) -> bool:
    actions, principal = statement.get("Action"), statement.get("Principal")
    service = principal.get("Service") if isinstance(principal, dict) else None
    named = action in ([actions] if isinstance(actions, str) else actions or [])
    return statement.get("Effect") == "Allow" and named and service == CLOUDFRONT and arn in json.dumps(statement)


def bucket_lacks(client: S3Client, bucket: str, arn: str) -> list[dict[str, Any]]:
    """Return the statements that let the distribution read the bucket and that its policy lacks. Raises AwsRefused."""
    have = _policy(client, bucket)["Statement"]
    wanted = [
        _statement("Reads", "s3:GetObject", f"arn:{arn.split(':')[1]}:s3:::{bucket}/*", arn),
        # Without permission to list, S3 answers 403 for a missing key; with it, 404.
        _statement("IsToldThatAKeyIsMissing", "s3:ListBucket", f"arn:{arn.split(':')[1]}:s3:::{bucket}", arn),
    ]
    return [each for each in wanted if not any(_allows(old, each["Action"], arn) for old in have)]


def admit(client: S3Client, bucket: str, statements: list[dict[str, Any]]) -> None:
    """Add the statements to the bucket's policy. Raises AwsRefused."""
    policy = _policy(client, bucket)
    policy["Statement"] = [*policy["Statement"], *statements]
    ask(client, "PutBucketPolicy", Bucket=bucket, Policy=json.dumps(policy))


def _policy(client: S3Client, bucket: str) -> dict[str, Any]:
    try:
        policy: dict[str, Any] = json.loads(ask(client, "GetBucketPolicy", Bucket=bucket)["Policy"])
    except AwsRefused as refused:
        if refused.code != "NoSuchBucketPolicy":
            raise
        return {"Version": "2012-10-17", "Statement": []}
    return policy


def _statement(what: str, action: str, resource: str, arn: str) -> dict[str, Any]:
    return {
        "Sid": f"CloudFront{arn.rpartition('/')[2]}{what}",
        "Effect": "Allow",
        "Principal": {"Service": CLOUDFRONT},
        "Action": action,
        "Resource": resource,
        "Condition": {"StringEquals": {"aws:SourceArn": arn}},
    }
