"""S3 of the embedded AWS."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from devkit.aws import REGION, aws_client

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectLockRuleTypeDef

# Retention of signed waivers, which nobody can delete or overwrite before; see infra/template.yaml.
LOCK: Final[ObjectLockRuleTypeDef] = {"DefaultRetention": {"Mode": "GOVERNANCE", "Years": 7}}


def s3_client(endpoint: str) -> S3Client:
    """Return an S3 client for the embedded AWS."""
    client: S3Client = aws_client("s3", endpoint)
    return client


def create_waivers_bucket(endpoint: str, name: str) -> None:
    """Create the bucket for signed waivers, versioned and locked as in the template, unless it exists."""
    with closing(s3_client(endpoint)) as client:
        if name not in {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}:
            create_locked_bucket(client, name)


def create_locked_bucket(client: S3Client, name: str) -> None:
    """Create a new bucket, versioned and locked as in the template."""
    client.create_bucket(
        Bucket=name,
        CreateBucketConfiguration={"LocationConstraint": REGION},
        ObjectLockEnabledForBucket=True,  # this also turns on versions
    )
    client.put_object_lock_configuration(
        Bucket=name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": LOCK}
    )
