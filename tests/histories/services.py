"""The services on the other side of the wire: table, Slack, S3 and mail, each in memory."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit
from zlib import crc32

from devkit.slack import api
from tests.histories.fault_injection import MAIL, S3, SLACK, TABLE
from tests.histories.long_faults import RATE_LIMITED
from tests.histories.wire import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devkit.slack import Workspace
    from tests.histories.engine.operations import MemoryDynamo
    from tests.histories.fault_injection import FaultInjector
    from tests.histories.wire import Reply, Request

HOSTS: Final = {"table.test": TABLE, "slack.test": SLACK, "s3.test": S3, "mail.test": MAIL}
_AWS_JSON: Final = [("Content-Type", "application/x-amz-json-1.0")]
_AS_JSON: Final = [("Content-Type", "application/json")]
_AS_XML: Final = [("Content-Type", "application/xml")]
_OF_DYNAMO: Final = "com.amazonaws.dynamodb.v20120810#"


def table_service(dynamo: MemoryDynamo) -> Service:
    """Return DynamoDB's HTTP interface, with the checksums that it sends."""

    def answer(request: Request) -> Reply:
        operation = request.headers["x-amz-target"].rpartition(".")[2]
        status, body = dynamo.answer(operation, request.body)
        return status, [*_AWS_JSON, ("x-amz-crc32", str(crc32(body)))], body

    busy = json.dumps({"__type": f"{_OF_DYNAMO}ProvisionedThroughputExceededException", "message": "slow down"})
    failed = json.dumps({"__type": f"{_OF_DYNAMO}InternalServerError", "message": "internal"})
    return Service(TABLE, answer, (400, _AWS_JSON, busy.encode()), (500, _AWS_JSON, failed.encode()))


def slack_service(slack: Workspace, injector: FaultInjector) -> Service:
    """Return Slack's Web API and its response_urls. The Web API refuses calls that a long fault affects."""

    def answer(request: Request) -> Reply:
        parts = urlsplit(request.path)
        _, kind, name = parts.path.split("/", 2)
        if kind == "response":
            status, said = slack.respond(name, json.loads(request.body))
            return status, [("Content-Type", "text/plain")], said.encode()
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        arguments = _arguments(request, parts.query)
        if refusal := injector.refuses(name, str(arguments.get("channel", "")), slack.clock()):
            return _refused(*refusal)
        reply = api.call(slack, name, arguments, arguments.pop("token", None) or bearer)
        headers = [*_AS_JSON, *reply.headers.items()]
        return reply.status, headers, b"" if reply.body is None else json.dumps(reply.body).encode()

    return Service(SLACK, answer, (429, [("Retry-After", "1")], b""), (500, [], b"Internal Server Error"))


def _refused(error: str, seconds: int) -> Reply:
    body = json.dumps({"ok": False, "error": error}).encode()
    if error == RATE_LIMITED:
        return 429, [*_AS_JSON, ("Retry-After", str(seconds))], body
    return 200, _AS_JSON, body


def _arguments(request: Request, query: str) -> dict[str, Any]:
    given: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    if request.headers.get("content-type", "").startswith("application/json"):
        return {**given, **json.loads(request.body or b"{}")}
    return given | dict(parse_qsl(request.body.decode(), keep_blank_values=True))


@dataclass
class Bucket:
    """The objects of all buckets by their paths. An object that is written again keeps its earlier versions."""

    objects: dict[str, list[bytes]] = field(default_factory=dict)

    def service(self) -> Service:
        """Return S3's HTTP interface."""
        busy, failed = (_xml(name) for name in ("SlowDown", "InternalError"))
        return Service(S3, self._answer, (503, _AS_XML, busy), (500, _AS_XML, failed))

    def _answer(self, request: Request) -> Reply:
        path = unquote(urlsplit(request.path).path).lstrip("/")
        versions = self.objects.setdefault(path, [])
        if request.method == "PUT":
            if versions and request.headers.get("if-none-match") == "*":
                return 412, _AS_XML, _xml("PreconditionFailed")
            versions.append(_content(request.headers, request.body))
            return 200, [("ETag", '"1"')], b""
        if not versions:
            return 404, _AS_XML, _xml("NoSuchKey")
        return 200, [("Content-Type", "application/octet-stream")], versions[-1]


def _content(headers: Mapping[str, str], body: bytes) -> bytes:
    """Return what was uploaded. S3's clients may send it in chunks, each after its size."""
    if "aws-chunked" not in headers.get("content-encoding", ""):
        return body
    content = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if not length:
            break
        content, body = content + body[:length], body[length + 2 :]
    return content


def _xml(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()


@dataclass
class Outbox:
    """The mails that SES took."""

    mails: list[dict[str, Any]] = field(default_factory=list)

    def service(self) -> Service:
        """Return SES's HTTP interface."""
        busy = [*_AS_JSON, ("x-amzn-errortype", "TooManyRequestsException")]
        failed = [*_AS_JSON, ("x-amzn-errortype", "InternalServiceErrorException")]
        return Service(MAIL, self._answer, (429, busy, b"{}"), (500, failed, b"{}"))

    def _answer(self, request: Request) -> Reply:
        self.mails.append(json.loads(request.body))
        return 200, _AS_JSON, json.dumps({"MessageId": f"m{len(self.mails)}"}).encode()

    def subjects(self, to: str) -> list[str]:
        """Return the subjects of the mails to this address."""
        found = [mail for mail in self.mails if to in mail["Destination"]["ToAddresses"]]
        return [str(mail["Content"]["Simple"]["Subject"]["Data"]) for mail in found]
