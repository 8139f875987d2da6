"""S3 without a network: objects in memory, which each case finds empty."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass
class Buckets:
    """Answers the calls of every client that it is given."""

    objects: dict[str, bytes] = field(default_factory=dict)

    def watch(self, client: Any) -> None:
        """Answer the calls of a client of S3."""
        client.meta.events.register_first("before-call.s3", self._answer)

    def _answer(self, *, model: Any, params: Mapping[str, Any], **_: Any) -> Any:
        path, body = str(params["url_path"]), params["body"]
        match model.name:
            case "PutObject" if path in self.objects:
                return _refused(412, "PreconditionFailed")
            case "PutObject":
                self.objects[path] = body if isinstance(body, bytes) else body.read()
                return SimpleNamespace(status_code=200), {"ETag": '"x"'}
            case "GetObject" | "HeadObject" if path not in self.objects:
                return _refused(404, "NoSuchKey")
            case "GetObject":
                return SimpleNamespace(status_code=200), {"Body": io.BytesIO(self.objects[path])}
            case _:
                return SimpleNamespace(status_code=200), {}


def _refused(status: int, code: str) -> Any:
    answer = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return SimpleNamespace(status_code=status), answer
