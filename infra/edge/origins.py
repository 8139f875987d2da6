"""The origins of a distribution: which domain each leads to, and the new ones that behaviours need. Pure."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from infra.template import JSON

_BUCKET: Final = re.compile(r"[.]s3[.-][a-z0-9.-]*amazonaws[.]com([.]cn)?$")
# The fields that CloudFront requires in every update, beside those of the template.
_ORIGIN: Final[JSON] = {
    "OriginPath": "",
    "CustomHeaders": {"Quantity": 0},
    "ConnectionAttempts": 3,
    "ConnectionTimeout": 10,
    "OriginShield": {"Enabled": False},
}


def new_origin(origin_id: str, side: str, *, domain: str, access: str) -> JSON:
    """Return a new origin: of the kind of a function URL for `web`, of a bucket for `site`."""
    of_its_kind: JSON = {"S3OriginConfig": {"OriginAccessIdentity": ""}}
    if side == "web":
        of_its_kind = {
            "CustomOriginConfig": {
                "HTTPPort": 80,
                "HTTPSPort": 443,
                "OriginProtocolPolicy": "https-only",
                "OriginSslProtocols": {"Quantity": 1, "Items": ["TLSv1.2"]},
                "OriginReadTimeout": 30,
                "OriginKeepaliveTimeout": 5,
            }
        }
    return {
        "Id": origin_id,
        "DomainName": domain,
        "OriginAccessControlId": access,
        **copy.deepcopy(_ORIGIN),
        **of_its_kind,
    }


def domain_of(config: JSON, origin_id: str) -> str:
    """Return an origin's domain, or the id of a group."""
    found = (origin["DomainName"] for origin in config["Origins"]["Items"] if origin["Id"] == origin_id)
    return str(next(found, origin_id))


def is_bucket(domain: str) -> bool:
    """Return True if an origin's domain is an S3 bucket's, and not its website."""
    return _BUCKET.search(domain) is not None and ".s3-website" not in domain
