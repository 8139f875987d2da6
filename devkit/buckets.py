"""S3 of the embedded AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from devkit.aws import CREDENTIALS, REGION

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectLockRuleTypeDef

# Retention of signed waivers, which nobody can delete or overwrite before; see infra/template.yaml.
LOCK: Final[ObjectLockRuleTypeDef] = {"DefaultRetention": {"Mode": "GOVERNANCE", "Years": 7}}


def s3_client(endpoint: str) -> S3Client:
    """Return an S3 client for the embedded AWS."""
    import boto3

    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


def create_waivers_bucket(endpoint: str, name: str) -> None:
    """Create the bucket for signed waivers, versioned and locked as in the template, unless it exists."""
    client = s3_client(endpoint)
    try:
        held = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
        if name not in held:
            client.create_bucket(
                Bucket=name,
                CreateBucketConfiguration={"LocationConstraint": REGION},
                ObjectLockEnabledForBucket=True,  # which also turns on versions
            )
            client.put_object_lock_configuration(
                Bucket=name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": LOCK}
            )
    finally:
        client.close()
