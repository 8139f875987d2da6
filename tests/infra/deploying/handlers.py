"""The small handlers that tests deploy, and the Lambda that runs them without a process of its own."""

from __future__ import annotations

import base64
import builtins
import functools
import hashlib
import io
import json
import os
import zipfile
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FUNCTION_ERROR: Final = "X-Amz-Function-Error"
_OURS: Final = b"a handler of the tests"
_CODE: Final = """
import hashlib, hmac, json, os, time
def lambda_handler(event, context):
    if event.get("ask"):
        return {"mark": "MARK", "environment": {n: os.environ.get(n) for n in event["ask"]}}
    headers, body = event.get("headers", {}), event.get("body", "")
    text = "v0:" + headers.get("x-slack-request-timestamp", "") + ":" + body
    digest = "v0=" + hmac.new(os.environ["SLACK_SIGNING_SECRET"].encode(), text.encode(), hashlib.sha256).hexdigest()
    fresh = abs(time.time() - int(headers.get("x-slack-request-timestamp", "0"))) < 300
    if not fresh or headers.get("x-slack-signature") != digest:
        return {"statusCode": 401, "body": "not Slack's"}
    return {"statusCode": 200, "body": json.dumps({"challenge": json.loads(body)["challenge"]})}
"""
_BROKEN: Final = """
import os
def lambda_handler(event, context):
    raise RuntimeError("broken: " + os.environ["SLACK_BOT_TOKEN"])
"""


@functools.cache
def a_zip(mark: str = "one", *, module: str = "lambda_function", source: str | None = None, extra: str = "") -> bytes:
    """Code that says `mark`, checks Slack's signature, and returns the variables that it is asked for."""
    made = io.BytesIO()
    write_zip(made, [module], _CODE.replace("MARK", mark) if source is None else source, extra=extra)
    return made.getvalue()


def write_zip(file: Path | IO[bytes], modules: Iterable[str], source: str, *, extra: str = "") -> None:
    """Write a zip whose modules all have this source, which needs nothing but its variables."""
    with zipfile.ZipFile(file, "w") as archive:
        archive.comment = _OURS
        for name in modules:
            archive.writestr(zipfile.ZipInfo(f"{name}.py"), source)
        # MiniStack imports botocore into each process of a function, and goes without one that has no handlers.
        for name in ("botocore.py", extra):
            if name:
                archive.writestr(zipfile.ZipInfo(name), "")


def a_broken_zip() -> bytes:
    """Code that raises at every request, with a secret in its message."""
    return a_zip(source=_BROKEN)


def sha_of(code: bytes) -> str:
    """CodeSha256."""
    return base64.b64encode(hashlib.sha256(code).digest()).decode()


def is_ours(code: bytes) -> bool:
    """Return True for a zip that was made here, which needs nothing but its variables."""
    return code.endswith(_OURS)


def run(code: bytes, handler: str, variables: Mapping[str, str], payload: bytes) -> tuple[int, dict[str, str], bytes]:
    """Call that handler as Lambda does: with these variables as its environment, an error as an answer."""
    module, _, function = handler.partition(".")
    environment = {**os.environ, **variables}

    def load(name: str, *args: Any, **named: Any) -> Any:
        return SimpleNamespace(environ=environment) if name == "os" else builtins.__import__(name, *args, **named)

    names: dict[str, Any] = {"__builtins__": {**vars(builtins), "__import__": load}}
    try:
        exec(_compiled(code, module), names)  # noqa: S102  # the source is above
        return 200, {}, json.dumps(names[function](json.loads(payload), None)).encode()
    except Exception as error:  # noqa: BLE001  # whatever the handler raises is its answer
        answer = {"errorType": type(error).__name__, "errorMessage": str(error)}
        return 200, {FUNCTION_ERROR: "Unhandled"}, json.dumps(answer).encode()


@functools.cache
def _compiled(code: bytes, module: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(code)) as archive:
        return compile(archive.read(f"{module}.py"), f"{module}.py", "exec")
