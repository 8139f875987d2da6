"""S3 of the embedded AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from devkit.aws import CREDENTIALS, REGION

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectLockRuleTypeDef

# For how long nobody deletes or overwrites what was signed: infra/template.yaml says why.
LOCK: Final[ObjectLockRuleTypeDef] = {"DefaultRetention": {"Mode": "GOVERNANCE", "Years": 7}}


def s3_client(endpoint: str) -> S3Client:
    """boto3's low-level client on the embedded AWS."""
    import boto3

    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


def create_waivers_bucket(endpoint: str, name: str) -> None:
    """The bucket for what patrons signed, versioned and locked as the template's. One that is there stays as it is."""
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
