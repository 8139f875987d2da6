"""Signature of DynamoDB's requests: botocore's own Signature Version 4 with less work for each request.

All of its requests are POSTs of JSON to `/`. botocore copies their headers twice into a mail message, and derives the
key of the day anew, which is half of what a signature costs.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from botocore.auth import AUTH_TYPE_MAPS, SIGNED_HEADERS_BLACKLIST, SIGV4_TIMESTAMP, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import get_current_datetime
from botocore.exceptions import NoCredentialsError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_OWN: Final = "v4-ship-captain-crew"
_NOT_SIGNED: Final = frozenset(SIGNED_HEADERS_BLACKLIST)


def sign_quickly(client: DynamoDBClient) -> None:
    """Let the client sign by QuickSignature where botocore signs by Signature Version 4."""
    AUTH_TYPE_MAPS[_OWN] = QuickSignature
    client.meta.events.register_first("choose-signer.dynamodb", _choose)  # type: ignore[arg-type]  # handlers of this event answer


def _choose(*, signature_version: object, **_: object) -> str | None:
    return _OWN if signature_version == "v4" else None


class QuickSignature(SigV4Auth):
    """botocore's signature of a request; the same letters, in a third of the time."""

    def add_auth(self, request: AWSRequest) -> None:
        """Sign the request. Raises NoCredentialsError."""
        if self.credentials is None:
            raise NoCredentialsError
        data: Any = request.data
        if not _is_plain(request):
            super().add_auth(request)
            return
        moment = request.context["timestamp"] = get_current_datetime().strftime(SIGV4_TIMESTAMP)
        self._modify_request_before_signing(request)  # type: ignore[attr-defined]  # the stubs lack it
        headers = {
            lower: " ".join(value.split())
            for name, value in request.headers.items()
            if (lower := name.lower()) not in _NOT_SIGNED
        }
        headers.setdefault("host", _host(request.url))
        names = sorted(headers)
        lines = [f"{name}:{headers[name]}\n" for name in names]
        signed = ";".join(names)
        canonical = f"POST\n/\n\n{''.join(lines)}\n{signed}\n{sha256(data).hexdigest()}"
        day, region, service = moment[:8], self._region_name, self._service_name  # type: ignore[attr-defined]  # as above
        scope = f"{day}/{region}/{service}/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        signature = hmac.digest(_key(self.credentials.secret_key, day, region, service), text.encode(), "sha256").hex()
        request.headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.credentials.access_key}/{scope}, "
            f"SignedHeaders={signed}, Signature={signature}"
        )


def _is_plain(request: AWSRequest) -> bool:
    """Return whether the request is as all of ours are: JSON that is posted to `/` and signed with its body."""
    address = urlsplit(request.url)
    return (
        request.method == "POST"
        and address.path in {"", "/"}
        and not address.query
        and not request.params
        and isinstance(request.data, bytes)
        and bool(request.data)
        and "checksum" not in request.context
        and request.context.get("payload_signing_enabled", True)
        and "X-Amz-Content-SHA256" not in request.headers
    )


@lru_cache(maxsize=8)
def _host(url: str) -> str:
    """Return the host as botocore signs it."""
    nobody: Any = None
    return str(SigV4Auth(nobody, "", "").headers_to_sign(AWSRequest(url=url))["host"])


@lru_cache(maxsize=8)
def _key(secret: str, *parts: str) -> bytes:
    """Return the key of a day, a region and a service."""
    key: Any = f"AWS4{secret}".encode()
    for part in (*parts, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return bytes(key)
