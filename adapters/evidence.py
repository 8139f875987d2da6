"""The evidence of signatures in S3: one JSON object each, at `waivers/{eid}/{signature_id}.json`, written once.

`If-None-Match: *` lets S3 itself refuse a second object under the key, also when the SDK's own retry meets its own
first try. The object that is there is then read, and the caller compares. A bucket with Object Lock demands a checksum
of each write, and S3 keeps it beside the object.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from adapters.s3 import is_missing, is_there_already, outages_as_refusals
from charter.moments import utc
from charter.refusals import EvidenceUnavailable
from charter.starts import DayOnly, marked
from charter.waivers import ENGLISH, Mark, MarkKind, Minor, Signed, Signing, WaiverText

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

_FORMAT: Final = 1


class S3Evidence:
    """charter's Evidence over one bucket. The client is made at its first use: most visitors only read the page."""

    def __init__(self, connect: Callable[[], S3Client], bucket: str) -> None:
        self._connect = connect
        self._bucket = bucket

    @cached_property
    def _client(self) -> S3Client:
        return self._connect()

    def prepare(self) -> None:
        """Make the client now, so that no visitor waits for it."""
        _ = self._client

    def close(self) -> None:
        """Close the connections. The next call opens another."""
        if "_client" in self.__dict__:
            self._client.close()

    def keep(self, signed: Signed) -> Signed:
        """Write it once, and return what is stored. See charter.ports.Evidence.keep."""
        try:
            with outages_as_refusals():
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key(signed.eid, signed.signing.signature_id),
                    Body=json.dumps(to_json(signed), ensure_ascii=False, indent=1).encode(),
                    ContentType="application/json",
                    IfNoneMatch="*",
                    ChecksumAlgorithm="SHA256",
                )
        except ClientError as error:
            if not is_there_already(error):
                raise
            kept = self.find(signed.eid, signed.signing.signature_id)
            if kept is None:  # another try is being written this very moment
                raise EvidenceUnavailable from error
            return kept
        return signed

    def find(self, eid: str, signature_id: str) -> Signed | None:
        """Return what is stored under these ids, or None."""
        try:
            with outages_as_refusals():
                answer = self._client.get_object(Bucket=self._bucket, Key=key(eid, signature_id))
                content = answer["Body"].read()
        except ClientError as error:
            if is_missing(error):
                return None
            raise
        try:
            return from_json(json.loads(content))
        except ValueError as error:  # objects are written whole and never changed, so this one arrived incomplete
            raise EvidenceUnavailable from error


def key(eid: str, signature_id: str) -> str:
    """Return the key of one signature's evidence. Both ids have been checked before."""
    return f"waivers/{eid}/{signature_id}.json"


def to_json(signed: Signed) -> dict[str, Any]:
    """Return the evidence as the object holds it: readable by itself, with the full text that was signed."""
    signing, text = signed.signing, signed.text
    return {
        "format": _FORMAT,
        "signature_id": signing.signature_id,
        "event": {
            "eid": signed.eid,
            "title": signed.title,
            "starts_at": signed.starts_at.isoformat(),
            **({"day_only": True} if isinstance(signed.starts_at, DayOnly) else {}),
        },
        "name": signing.name,
        **({} if signing.patron_id is None else {"patron_id": signing.patron_id}),
        **({"booked_by": signing.booked_by} if signing.booked_by else {}),
        "minors": [{"name": minor.name, "age": minor.age} for minor in signing.minors],
        **({"guardian": text.guardian} if signing.minors else {}),
        **({"emergency_contact": signing.emergency_contact} if signing.emergency_contact else {}),
        **({"medical_note": signing.medical_note} if signing.medical_note else {}),
        "agreed": text.consent,
        "signature": {"kind": signing.mark.kind.value, "content": signing.mark.content},
        "signed_at": utc(signed.signed_at),
        "address": signed.address,
        "user_agent": signed.user_agent,
        "waiver": {
            "version": signing.version,
            "language": text.language,
            "sha256": text.sha256,
            "markdown": text.markdown,
            "consent": text.consent,
            "guardian": text.guardian,
        },
    }


def from_json(kept: dict[str, Any]) -> Signed:
    """Return the evidence that an object holds."""
    event, mark, waiver = kept["event"], kept["signature"], kept["waiver"]
    return Signed(
        eid=event["eid"],
        title=event["title"],
        starts_at=marked(datetime.fromisoformat(event["starts_at"]), is_day_only="day_only" in event),
        signing=Signing(
            signature_id=kept["signature_id"],
            name=kept["name"],
            mark=Mark(MarkKind(mark["kind"]), mark["content"]),
            version=waiver["version"],
            patron_id=kept.get("patron_id"),
            booked_by=kept.get("booked_by", ""),
            minors=tuple(Minor(minor["name"], minor["age"]) for minor in kept["minors"]),
            emergency_contact=kept.get("emergency_contact", ""),
            medical_note=kept.get("medical_note", ""),
        ),
        text=WaiverText(waiver["markdown"], waiver["consent"], waiver["guardian"], waiver.get("language", ENGLISH)),
        signed_at=datetime.fromisoformat(kept["signed_at"]),
        address=kept["address"],
        user_agent=kept["user_agent"],
    )
