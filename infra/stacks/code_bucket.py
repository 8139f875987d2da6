"""The bucket for zips and templates: private, encrypted and versioned."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError

from infra.asking import AwsRefused, ask
from infra.deploying.states import code_sha
from terminal.failures import Stopped

if TYPE_CHECKING:
    from infra.aws import Aws

LONGEST_NAME: Final = 63  # characters, S3's own limit
_NO_LOCATION: Final = "us-east-1"  # the one region that S3 refuses as a location


def usual_name(stack: str, account: str, region: str) -> str:
    """Return a bucket name unique to stack, account and region. Raises Stopped when it is too long."""
    name = f"{stack.lower()}-code-{account}-{region}"
    if len(name) > LONGEST_NAME:
        raise Stopped(f"{name} is too long for a bucket's name. Pass --code-bucket, or a shorter --stack.")
    return name


def is_there(aws: Aws, bucket: str, account: str) -> bool:
    """Return True if this account has the bucket. Raises Stopped when another account has it."""
    try:
        ask(aws.buckets, "HeadBucket", Bucket=bucket, ExpectedBucketOwner=account)
    except AwsRefused as refused:
        if refused.code in {"404", "NoSuchBucket"}:
            return False
        if refused.code == "403":
            raise Stopped(f"The bucket {bucket} belongs to another account. Pass another --code-bucket.") from None
        raise
    return True


def is_finished(aws: Aws, bucket: str) -> bool:
    """Return True if the bucket has its last setting of `make`, or if you may not read it."""
    try:
        ask(aws.buckets, "GetBucketPolicy", Bucket=bucket)
    except AwsRefused as refused:
        if refused.code in {"AccessDenied", "NoSuchBucketPolicy"}:
            return refused.code == "AccessDenied"
        raise
    return True


def make(aws: Aws, bucket: str) -> None:
    """Create the bucket with all settings. Safe to repeat after an interruption."""
    where = {} if aws.region == _NO_LOCATION else {"CreateBucketConfiguration": {"LocationConstraint": aws.region}}
    try:
        ask(aws.buckets, "CreateBucket", Bucket=bucket, ObjectOwnership="BucketOwnerEnforced", **where)
    except AwsRefused as refused:
        if refused.code != "BucketAlreadyOwnedByYou":
            raise
    everything = dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    ask(aws.buckets, "PutPublicAccessBlock", Bucket=bucket, PublicAccessBlockConfiguration=everything)
    encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    ask(aws.buckets, "PutBucketEncryption", Bucket=bucket, ServerSideEncryptionConfiguration=encryption)
    ask(aws.buckets, "PutBucketVersioning", Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    arn = f"arn:{_partition(aws.region)}:s3:::{bucket}"
    tls = {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [tls]})
    ask(aws.buckets, "PutBucketPolicy", Bucket=bucket, Policy=policy)


def code_key(sha: str) -> str:
    """Return the key of a zip, by its CodeSha256 as Lambda names it."""
    return f"code/{base64.b64decode(sha).hex()}.zip"


def has(aws: Aws, bucket: str, key: str) -> bool:
    """Return True if the bucket holds an object under that key."""
    try:
        ask(aws.buckets, "HeadObject", Bucket=bucket, Key=key)
    except AwsRefused as refused:
        if refused.code not in {"404", "NoSuchKey"}:
            raise
        return False
    return True


def fetch(aws: Aws, bucket: str, key: str) -> bytes | None:
    """Return an object's content; None where it is missing or may not be read."""
    try:
        content: bytes = ask(aws.buckets, "GetObject", Bucket=bucket, Key=key)["Body"].read()
    except (AwsRefused, BotoCoreError, OSError):
        return None
    return content


def upload(aws: Aws, bucket: str, key: str, content: bytes) -> bool:
    """Upload the content under a key named after it. Return False when it exists already."""
    if has(aws, bucket, key):
        return False
    ask(aws.buckets, "PutObject", Bucket=bucket, Key=key, Body=content, ChecksumSHA256=code_sha(content))
    return True


def address(aws: Aws, bucket: str, key: str) -> str:
    """Return the object's URL in the form that CloudFormation accepts."""
    return f"{aws.buckets.meta.endpoint_url}/{bucket}/{key}"


def _partition(region: str) -> str:
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(region.rpartition("-")[0].rpartition("-")[0], "aws")
