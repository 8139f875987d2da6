"""Connections to the table by TLS: the public certificates are read once, and still checked."""

from __future__ import annotations

import http.server
import shutil
import ssl
import subprocess
import threading
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest
from botocore import httpsession
from botocore.exceptions import SSLError
from urllib3.util.ssl_ import create_urllib3_context

from adapters.dynamo import connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")

KEY: Any = {"eid": {"S": "a"}, "crew_id": {"S": "#event"}}


class _Table(http.server.BaseHTTPRequestHandler):
    """Answers every request with an empty object, and closes the connection."""

    def do_POST(self) -> None:
        """Answer one operation."""
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("x-amz-crc32", str(crc32(b"{}")))
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The certificate of a table by TLS, to which the environment leads."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    named = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*made.split(), *named], check=True, capture_output=True)  # noqa: S603 - our own words
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Table)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    # The other tests' clients share a context.
    monkeypatch.setattr(httpsession, "create_urllib3_context", create_urllib3_context)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://localhost:{server.server_port}")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    yield certificate
    server.shutdown()
    server.server_close()


def test_three_connections_read_the_certificates_once(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    load = ssl.SSLContext.load_verify_locations

    def noted(context: ssl.SSLContext, *given: Any, **named: Any) -> None:
        read.append(given)
        load(context, *given, **named)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", noted)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    client = connect(connect_timeout=10, read_timeout=10)
    for _ in range(3):
        assert "Item" not in client.get_item(TableName="events", Key=KEY)
    assert len(read) == 1
    client.close()


def test_a_table_whose_certificate_nobody_vouches_for_is_not_spoken_to(bundle: Path) -> None:
    del bundle
    client = connect(connect_timeout=10, read_timeout=10)
    with pytest.raises(SSLError):
        client.get_item(TableName="events", Key=KEY)
    client.close()
