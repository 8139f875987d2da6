"""The waiver page under test: the web Lambda with a table and a bucket, and the requests of a phone."""

from __future__ import annotations

import hashlib
import itertools
import json
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from adapters.attribute_values import from_wire
from charter.party_links import PartyLinks
from tests.builders import EID, an_event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devkit.proxy import Proxy
    from tests.web.conftest import Answer, WebWorld

DRAWN = {"kind": "drawn", "path": "M60 150L80.5 60.25L120 160Q140 100 180 120C200 130 220 80 240.5 150M300 60L300 61"}
TYPED = {"kind": "typed", "text": "Dave Kowalski"}
MINORS = [{"name": "Mia Kowalski", "age": 9}, {"name": "Leo Kowalski", "age": 0}]
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"

_numbers = itertools.count(1)


def an_id() -> str:
    """Return a new signature id, as the page makes them."""
    return str(uuid.UUID(int=(0xD0C << 116) + next(_numbers)))


@dataclass(frozen=True)
class WebStage:
    """The web Lambda, the bucket that it writes evidence into, and the faults of both its stores."""

    world: WebWorld
    s3_faults: Proxy

    @property
    def table_faults(self) -> Proxy:
        """The proxy that makes requests to the table fail."""
        return self.world.table_faults

    @property
    def version(self) -> str:
        """The version of the current text of the waiver."""
        from adapters.waiver_texts import read_waiver_texts

        return read_waiver_texts()[0].version

    def party(self, patron_id: str = "dave", eid: str = EID) -> str:
        """Return the token of a party's personal link, as in the receipt."""
        settings = self.world.web_function.settings
        event = replace(an_event(), eid=eid, renamed_from=tuple(self.world.row(eid).get("renamed_from", ())))
        return PartyLinks(settings.admin_token_secret, settings.public_base_url).token(event, patron_id)

    def signing(self, **changed: Any) -> dict[str, Any]:
        """Return the page's request: Dave, typed, current text. `changed` replaces fields, and None omits one."""
        whole = {
            "signature_id": an_id(),
            "name": "Dave Kowalski",
            "minors": [],
            "agreed": True,
            "version": self.version,
            "signature": TYPED,
            **changed,
        }
        return {name: value for name, value in whole.items() if value is not None}

    def sign(
        self, given: object = None, *, eid: str = EID, headers: Mapping[str, str] | None = None, **changed: Any
    ) -> Answer:
        """Send `given`, or `signing` with `changed`, as a POST."""
        body = given if isinstance(given, bytes) else json.dumps(given or self.signing(**changed)).encode()
        usual = {
            "content-type": "application/json",
            "user-agent": PHONE,
            "x-forwarded-for": "203.0.113.9",
            "x-amz-content-sha256": hashlib.sha256(body).hexdigest(),
        }
        return self.world.ask("POST", f"/g/{eid}/waiver", body=body, headers={**usual, **(headers or {})})

    def read(self, query: str = "", *, eid: str = EID) -> Answer:
        """Send a GET of the page."""
        return self.world.ask("GET", f"/g/{eid}/waiver", query)

    def signed(self, name: str, *, eid: str = EID, **changed: Any) -> str:
        """Sign as this person, which must succeed, and return the signature's id."""
        sent = self.signing(name=name, signature={"kind": "typed", "text": name}, **changed)
        answer = self.sign(sent, eid=eid)
        assert answer.status == 201, answer.text
        return str(sent["signature_id"])

    def waivers(self, eid: str = EID) -> dict[str, dict[str, Any]]:
        """Return the rows of the event's signatures by id, without their keys."""
        pages = self.world.client.get_paginator("query").paginate(
            TableName=self.world.table,
            KeyConditionExpression="eid = :eid AND begins_with(crew_id, :ours)",
            ExpressionAttributeValues={":eid": {"S": eid}, ":ours": {"S": "#signature:"}},
            ConsistentRead=True,
        )
        rows = [from_wire(item) for page in pages for item in page["Items"]]
        return {
            row["crew_id"].removeprefix("#signature:"): {
                name: value for name, value in row.items() if name not in ("eid", "crew_id")
            }
            for row in rows
        }

    def lines(self, eid: str = EID) -> dict[str, Any]:
        """Return the API's patrons by id."""
        return {line["patron_id"]: line for line in self.world.get(f"/api/events/{eid}").json["patrons"]}

    def unmatched(self, eid: str = EID) -> list[str]:
        """Return the names of the API's unmatched signatures."""
        return [each["name"] for each in self.world.get(f"/api/events/{eid}").json["unmatched"]]

    def kept(self, eid: str = EID) -> dict[str, Any]:
        """Return the evidence of one event by signature id. Every version of an object counts as one."""
        prefix = f"waivers/{eid}/"
        found = self.world.s3.list_object_versions(Bucket=self.world.bucket, Prefix=prefix).get("Versions", [])
        assert len({each["Key"] for each in found}) == len(found), "an object was written over"
        return {
            each["Key"].removeprefix(prefix).removesuffix(".json"): json.loads(
                self.world.s3.get_object(Bucket=self.world.bucket, Key=each["Key"])["Body"].read()
            )
            for each in found
        }

    def nothing_written(self, eid: str = EID) -> bool:
        """Return True if neither store has a signature."""
        return not self.waivers(eid) and not self.kept(eid)
