"""Origin access control: CloudFront signs its requests, and a function URL with AuthType AWS_IAM accepts no others.

CloudFront does not hash bodies. It signs the hash that the viewer sent as x-amz-content-sha256. Lambda hashes the body
and refuses the signature if the hashes differ, so a POST without the header ends in a 403
(…/DeveloperGuide/private-content-restricting-access-to-lambda.html).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from devkit.aws import CREDENTIALS, REGION

if TYPE_CHECKING:
    from collections.abc import Mapping

HASH: Final = "x-amz-content-sha256"
EMPTY: Final = hashlib.sha256(b"").hexdigest()
PATIENCE: Final = timedelta(minutes=5)  # between signing and arriving
_AUTHORIZATION: Final = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/[^,]+, SignedHeaders=(?P<names>[a-z0-9;-]+), Signature=[0-9a-f]{64}"
)


class Signer:
    """A key shared by the edge and the function URL."""

    def __init__(self, *, access_key: str, secret: str) -> None:
        self._access_key = access_key
        self._auth = SigV4Auth(Credentials(access_key, secret), "lambda", REGION)

    def sign(self, method: str, url: str, *, body_hash: str | None) -> dict[str, str]:
        """Return the headers to add, in lower case. `url` is complete; `body_hash` is the hash that the viewer sent."""
        request = AWSRequest(method=method, url=url, headers={HASH: body_hash or EMPTY})
        self._auth.add_auth(request)
        return {name.lower(): str(value) for name, value in request.headers.items()}

    def accepts(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> str | None:
        """Return None, or Lambda's refusal if this key did not sign the request, with this body, just now.

        `headers` are in lower case.
        """
        claim = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
        signed_at = _time(headers.get("x-amz-date", ""))
        if claim is None or signed_at is None or claim["key"] != self._access_key:
            return "Forbidden"
        if abs(datetime.now(UTC) - signed_at) > PATIENCE:
            return "Signature expired"
        names = set(claim["names"].split(";")) - {"host"}  # botocore uses the URL's host
        claimed = {name: headers.get(name, "") for name in names}
        request = AWSRequest(method=method, url=url, headers={**claimed, HASH: hashlib.sha256(body).hexdigest()})
        request.context["timestamp"] = headers["x-amz-date"]
        canonical = self._auth.canonical_request(request)
        signature = self._auth.signature(self._auth.string_to_sign(request, canonical), request)
        if not hmac.compare_digest(headers["authorization"].rpartition("=")[2], signature):
            return "The request signature we calculated does not match the signature you provided."
        return None


def local_signer() -> Signer:
    """Return the local world's signer."""
    return Signer(access_key="cloudfront", secret=CREDENTIALS["AWS_SECRET_ACCESS_KEY"])


def _time(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
