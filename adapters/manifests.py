"""The frozen passenger lists in S3, at `manifests/{eid}/{list_id}.json` and `.pdf`, beside the evidence of signatures.

Each is written once, as `adapters/evidence.py` explains. The JSON has the very bytes whose SHA-256 the table keeps.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from adapters.s3 import is_missing, is_there_already, outages_as_refusals
from charter.announcements import ManifestDiffers
from charter.refusals import EvidenceUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

    from charter.boarding import FrozenList


class S3Manifests:
    """charter's Manifests over one bucket. The client is made at its first use: most batches have no cast-off."""

    def __init__(self, connect: Callable[[], S3Client], bucket: str) -> None:
        self._connect = connect
        self._bucket = bucket

    @cached_property
    def _client(self) -> S3Client:
        return self._connect()

    def keep(self, eid: str, frozen: FrozenList, pdf: Callable[[], bytes]) -> None:
        """Write the list, then its PDF. See charter.ports.Manifests.keep."""
        name, text = f"manifests/{eid}/{frozen.list_id}", frozen.text.encode()
        if not self._put(f"{name}.json", text, "application/json") and self._read(f"{name}.json") != text:
            raise ManifestDiffers
        if not self._put(f"{name}.pdf", pdf(), "application/pdf"):
            self._read(f"{name}.pdf")  # not compared: two releases may typeset the same list in different bytes

    def _put(self, key: str, content: bytes, kind: str) -> bool:
        """Write an object once. Return False where one is there already."""
        try:
            with outages_as_refusals():
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=content,
                    ContentType=kind,
                    IfNoneMatch="*",
                    ChecksumAlgorithm="SHA256",
                )
        except ClientError as error:
            if is_there_already(error):
                return False
            raise
        return True

    def _read(self, key: str) -> bytes:
        try:
            with outages_as_refusals():
                return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            if is_missing(error):  # another try is being written this very moment
                raise EvidenceUnavailable from error
            raise
