"""The site bucket, as the dispatch page needs it: pinned versions and verified bytes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from infra.asking import AwsRefused, ask, pages
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_s3 import S3Client

    from infra.page.site import SiteFile

_AT_ONCE: Final = 1000  # keys that one DeleteObjects takes


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """One file of the page: its bytes' hash, and the object version that holds them."""

    name: str
    """The name within the page, such as `app.js`."""
    key: str
    version_id: str
    etag: str
    sha256: str
    content_type: str


class Clash(Exception):  # noqa: N818  # a fact, as the refusals are named
    """Somebody else wrote the object after it was read."""


class SiteBucket:
    """One bucket. Every method raises AwsRefused."""

    def __init__(self, client: S3Client, name: str) -> None:
        self.name = name
        self._client = client

    def check_versioned(self) -> None:
        """Raise Stopped unless the bucket keeps versions, which a rollback needs."""
        if ask(self._client, "GetBucketVersioning", Bucket=self.name).get("Status") != "Enabled":
            raise Stopped(f"The bucket {self.name} keeps no versions, which a rollback needs. Turn them on.")

    def listing(self, prefix: str) -> dict[str, str]:
        """Return ETags by key."""
        token = ("NextContinuationToken", "ContinuationToken")
        found = pages(self._client, "ListObjectsV2", token=token, Bucket=self.name, Prefix=prefix)
        return {each["Key"]: each["ETag"] for page in found for each in page.get("Contents", ())}

    def upload(self, file: SiteFile, *, key: str, name: str) -> StoredFile:
        """Upload a file. S3 verifies its SHA-256."""
        body = file.read()
        put = ask(
            self._client,
            "PutObject",
            Bucket=self.name,
            Key=key,
            Body=body,
            ContentType=file.content_type,
            CacheControl=file.cache_control,
            ChecksumAlgorithm="SHA256",
        )
        return StoredFile(
            name=name,
            key=key,
            version_id=put["VersionId"],
            etag=put["ETag"],
            sha256=hashlib.sha256(body).hexdigest(),
            content_type=file.content_type,
        )

    def copy(self, kept: StoredFile, *, key: str) -> None:
        """Copy that version within S3, and read it back. Raises Stopped when the bytes differ."""
        try:
            copied = ask(
                self._client,
                "CopyObject",
                Bucket=self.name,
                Key=key,
                CopySource={"Bucket": self.name, "Key": kept.key, "VersionId": kept.version_id},
                CopySourceIfMatch=kept.etag,
                MetadataDirective="COPY",
            )
        except AwsRefused as refused:
            if refused.code in ("NoSuchVersion", "NoSuchKey", "PreconditionFailed"):
                raise Stopped(f"{kept.key} of that release is not in the bucket any more. Choose another.") from None
            raise
        made = self.read(key, version_id=copied["VersionId"])
        if (made.sha256, made.content_type) != (kept.sha256, kept.content_type):
            raise Stopped(f"The copy of {key} has another SHA-256 or content type. Try again.")

    def read(self, key: str, *, name: str = "", version_id: str | None = None) -> StoredFile:
        """Read one object to its end."""
        which = {"VersionId": version_id} if version_id else {}
        got = ask(self._client, "GetObject", Bucket=self.name, Key=key, **which)
        return StoredFile(
            name=name,
            key=key,
            version_id=got.get("VersionId", "null"),  # of an object older than the bucket's versioning
            etag=got["ETag"],
            sha256=hashlib.sha256(got["Body"].read()).hexdigest(),
            content_type=got.get("ContentType", ""),
        )

    def delete(self, keys: Iterable[str]) -> None:
        """Delete the current objects; their versions stay."""
        wanted = sorted(keys)
        for start in range(0, len(wanted), _AT_ONCE):
            objects = [{"Key": key} for key in wanted[start : start + _AT_ONCE]]
            answer = ask(self._client, "DeleteObjects", Bucket=self.name, Delete={"Objects": objects, "Quiet": True})
            if errors := answer.get("Errors"):
                raise AwsRefused(f"S3 did not delete {errors[0].get('Key')}: {errors[0].get('Code')}.")

    def read_json(self, key: str) -> tuple[dict[str, Any], str]:
        """Return a record and its ETag; both are empty where there is none."""
        try:
            got = ask(self._client, "GetObject", Bucket=self.name, Key=key)
        except AwsRefused as refused:
            if refused.code == "NoSuchKey":
                return {}, ""
            raise
        return json.loads(got["Body"].read()), got["ETag"]

    def write_json(self, key: str, record: dict[str, Any], *, etag: str | None = None) -> str:
        """Write a record and return its ETag. With `etag`, replace only that one (empty: none). Raises Clash."""
        guard = {} if etag is None else {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        try:
            put = ask(
                self._client,
                "PutObject",
                Bucket=self.name,
                Key=key,
                Body=json.dumps(record, indent=1).encode(),
                ContentType="application/json",
                CacheControl="no-store",
                **guard,
            )
        except AwsRefused as refused:
            if refused.code in ("PreconditionFailed", "ConditionalRequestConflict"):
                raise Clash from None
            raise
        return str(put["ETag"])
