"""A stage on which crew check people in and cast off, with the bucket in which each list is filed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.attribute_values import from_wire
from adapters.check_ins import DynamoCheckIns
from charter.boarding import CheckIn
from devkit.season.planting import to_item
from tests.builders import DANA, EID, ZONE

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_s3 import S3Client

    from charter.boarding import Boarding, CastOff
    from tests.announce.stage import AnnounceStage


@dataclass
class BoardingStage:
    """Captain Cory's trip with Dave and Ana's party of two, and an empty bucket."""

    announce_stage: AnnounceStage
    s3: S3Client
    bucket: str

    @property
    def now(self) -> datetime:
        """The moment, on the boat's clock."""
        return self.announce_stage.clock.now(ZONE)

    @property
    def check_ins(self) -> DynamoCheckIns:
        """The table's check-ins, past the proxy."""
        stage = self.announce_stage
        return DynamoCheckIns(stage.client, stage.table, ledger=stage.ledger)

    @property
    def boarding(self) -> Boarding:
        """The parties that are aboard now."""
        return self.announce_stage.ledger.event(EID).boarding

    def board(self, patron_id: str = "dave", count: int = 1, *, reason: str = "pays on the dock") -> None:
        """Check people in."""
        self.check_ins.check_in(CheckIn(EID, patron_id, count, reason), by=DANA, admin=False, now=self.now)

    def cast_off(self, *, by: str = DANA) -> CastOff:
        """Cast off with those who are aboard."""
        event = self.check_ins.cast_off(EID, seen=self.boarding.fingerprint, by=by, now=self.now)
        assert event.boarding.cast_off is not None
        return event.boarding.cast_off

    def reopen(self, *, reason: str = "One more came running") -> None:
        """Open the list again, as Olivia."""
        done = self.boarding.cast_off
        assert done is not None
        self.check_ins.reopen(EID, seen=done.list_id, reason=reason, by="slack:U0OLIVIA", now=self.now)

    def put_back(self, **changed: Any) -> None:
        """Remove the row of the boarding and write it again, as a restore of a lost row does."""
        stage = self.announce_stage
        key: Any = to_item({"eid": EID, "crew_id": "#boarding"})
        row = stage.client.get_item(TableName=stage.table, Key=key, ConsistentRead=True)["Item"]
        stage.client.delete_item(TableName=stage.table, Key=key)
        stage.put(from_wire(row) | changed)

    def put(self, cast_off: CastOff, suffix: str, content: bytes) -> None:
        """Write an object under the list's key, as another writer."""
        key = f"manifests/{EID}/{cast_off.list_id}.{suffix}"
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=content, ChecksumAlgorithm="SHA256")

    def filed(self) -> dict[str, bytes]:
        """Return what is in the bucket, by key. Every object was written once, with a checksum."""
        versions = self.s3.list_object_versions(Bucket=self.bucket).get("Versions", [])
        keys = [each["Key"] for each in versions]
        assert len(set(keys)) == len(keys), "an object was written twice"
        return {key: self._read(key) for key in keys}

    def _read(self, key: str) -> bytes:
        answer: Any = self.s3.get_object(Bucket=self.bucket, Key=key, ChecksumMode="ENABLED")
        assert answer["ChecksumSHA256"]
        content: bytes = answer["Body"].read()
        return content
