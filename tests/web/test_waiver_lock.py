"""Signed waivers cannot be deleted: the bucket is locked, and uploads have the checksum that such a bucket requires."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from devkit.buckets import LOCK
from devkit.edge import read_template
from tests.builders import EID
from tests.web.reading import signed_id

if TYPE_CHECKING:
    from tests.web.stage import WebStage


def test_the_evidence_is_written_with_its_checksum(web_stage: WebStage) -> None:
    s3, bucket = web_stage.world.s3, web_stage.world.bucket
    key = f"waivers/{EID}/{signed_id(web_stage)}.json"
    kept = s3.get_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    assert kept["ChecksumSHA256"] == base64.b64encode(hashlib.sha256(kept["Body"].read()).digest()).decode()


def test_the_evidence_cannot_be_deleted_in_passing(web_stage: WebStage) -> None:
    s3, bucket = web_stage.world.s3, web_stage.world.bucket
    key = f"waivers/{EID}/{signed_id(web_stage)}.json"
    version = s3.head_object(Bucket=bucket, Key=key)["VersionId"]
    kept = s3.get_object_retention(Bucket=bucket, Key=key, VersionId=version)["Retention"]
    assert kept["Mode"] == "GOVERNANCE"
    assert kept["RetainUntilDate"] - datetime.now(UTC) > timedelta(days=7 * 365)
    with pytest.raises(s3.exceptions.ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket, Key=key, VersionId=version)


def test_the_local_worlds_bucket_is_locked_as_the_templates() -> None:
    bucket = read_template()["Resources"]["WaiversBucket"]["Properties"]
    assert bucket["ObjectLockEnabled"] is True
    assert bucket["ObjectLockConfiguration"] == {"ObjectLockEnabled": "Enabled", "Rule": LOCK}
