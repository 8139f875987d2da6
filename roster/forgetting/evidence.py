"""Reads from the evidence bucket until when an object is locked, and whether a frozen list was filed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_s3 import S3Client

_MISSING: Final = {"NoSuchKey", "NotFound", "404"}


class Bucket:
    """The evidence bucket. An operator's account reads the dates: it needs s3:GetObject and s3:GetObjectRetention."""

    def __init__(self, client: S3Client, name: str) -> None:
        self._client, self.name = client, name

    def filed(self, first_eid: str, list_id: str) -> bool | None:
        """Return whether a frozen list is in the bucket."""
        return self._head(f"manifests/{first_eid}/{list_id}.json") is not None

    def locked_until(self, keys: Iterable[str]) -> tuple[int, datetime | None]:
        """Return how many of these objects there are, and until when the last of them is locked, as far as S3 says."""
        found = [head for key in keys if (head := self._head(key)) is not None]
        dates = [date for head in found if isinstance(date := head.get("ObjectLockRetainUntilDate"), datetime)]
        return len(found), max(dates, default=None)

    def _head(self, key: str) -> dict[str, object] | None:
        try:
            answer = self._client.get_object(Bucket=self.name, Key=key)
            answer["Body"].close()  # what it holds is not read
            return dict(answer)
        except ClientError as error:
            code = error.response["Error"].get("Code", "")
            if code in _MISSING:
                return None
            raise Stopped(f"The bucket {self.name} cannot be read: {code}. Check --bucket and your account.") from error
