"""The public site in `make run`: waiver page, API and dispatch page, reached only through CloudFront's routes."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from adapters.attribute_values import from_wire
from charter.mail_links import ONE_CLICK, PATH
from devkit.aws import dynamodb_client
from devkit.buckets import create_waivers_bucket, s3_client
from devkit.local import today_at_the_dock
from devkit.season.planting import to_item
from tests.devkit.running import ask, running
from web.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Engine
    from tests.devkit.running import Run

TODAY = today_at_the_dock()
AFTERNOON = f"{TODAY}-captain-cory-afternoon"
BARE = f"{TODAY - timedelta(days=3)}"


@dataclass(frozen=True)
class Visit:
    """A running local world, and requests to its public site."""

    run: Run
    site: str
    token: str

    def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Send one request with an admin's token. A body is sent with its hash."""
        sent = b"" if body is None else json.dumps(body).encode()
        whole = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        if body is not None:
            whole["x-amz-content-sha256"] = hashlib.sha256(sent).hexdigest()
        whole |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = HTTPConnection(urlsplit(self.site).netloc, timeout=20)
        try:
            connection.request(method, path, body=sent or None, headers=whole)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()


@contextmanager
def visiting(folder: Path) -> Iterator[Visit]:
    """`make run`, and a token signed by its secret."""
    with running(folder, "--port", "0") as run:
        site = run.address("public site is ")
        secret = (folder / "admin-token-secret").read_text().strip()
        tokens = Tokens(secret=secret, audience=site, now=lambda: datetime.now(UTC))
        yield Visit(run, site, tokens.issue("U0OLIVIA", name="Olivia Park"))
        assert run.stop() == 0


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    with visiting(tmp_path_factory.mktemp("world")) as visit:
        yield visit


@pytest.mark.parametrize("eid", [AFTERNOON, BARE])
def test_a_waiver_link_opens_the_waiver_and_never_the_dispatch_page(visit: Visit, eid: str) -> None:
    status, headers, body = visit.ask("GET", f"/g/{eid}/waiver")
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert "sha256-" in headers["content-security-policy"]  # the function's own, not the page's
    assert b"log-payment-modal" not in body
    assert headers["x-frame-options"] == "DENY"


def test_the_link_that_the_bot_posts_is_on_the_site(visit: Visit) -> None:
    page = visit.run.address(r"Open\s+")
    asked = {"user": "U0DANA", "channel": "C0CORY", "command": "/waiver", "text": AFTERNOON}
    assert ask(f"{page}/ui/command", asked)["ok"]
    assert f"{visit.site}/g/{AFTERNOON}/waiver" in json.dumps(ask(f"{page}/ui/state?user=U0DANA"))


def test_the_dispatch_page_comes_with_its_strict_policy(visit: Visit) -> None:
    for path in ("/", "/dispatch"):
        status, headers, body = visit.ask("GET", path)
        assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert b"log-payment-modal" in body
        assert "script-src 'self'" in headers["content-security-policy"]


def test_the_api_knows_the_token_behind_cloudfronts_signature(visit: Visit) -> None:
    status, _, body = visit.ask("GET", f"/api/events/{AFTERNOON}")
    assert (status, json.loads(body)["eid"]) == (200, AFTERNOON)
    assert visit.ask("GET", "/api/events", authorization="Bearer forged")[0] == 401
    assert visit.ask("GET", "/api/events", authorization="", x_viewer_authorization=f"Bearer {visit.token}")[0] == 401


def test_a_form_that_ends_mails_reaches_the_function_without_a_hash_and_with_no_other_body(visit: Visit) -> None:
    def post(body: str) -> tuple[int, bytes]:
        connection = HTTPConnection(urlsplit(visit.site).netloc, timeout=20)
        form = {"content-type": "application/x-www-form-urlencoded"}
        connection.request("POST", f"{PATH}?address=unknown", body=body, headers=form)
        with closing(connection), connection.getresponse() as answer:
            return answer.status, answer.read()

    status, page = post(ONE_CLICK)
    assert (status, b"We do not know this link" in page) == (404, True)
    assert post("another=body")[0] == 403


def test_a_payment_goes_out_with_its_bodys_hash_and_is_one_entry(visit: Visit) -> None:
    path = f"/api/events/{AFTERNOON}/payment-log"
    payment = {"patron_id": "dave", "amount": "40.00", "method": "cash"}
    assert visit.ask("POST", path, payment, idempotency_key="k-1", x_amz_content_sha256="0" * 64)[0] == 403
    status, _, body = visit.ask("POST", path, payment, idempotency_key="k-1")
    assert (status, json.loads(body)["logged_by"]) == (201, "web:U0OLIVIA")
    assert visit.ask("POST", path, payment, idempotency_key="k-1")[0] == 200
    client = dynamodb_client(visit.run.address("its table "))
    key: Any = to_item({"eid": AFTERNOON, "crew_id": "#event"})
    row = from_wire(client.get_item(TableName="events", Key=key)["Item"])
    client.close()
    assert [str(entry["amount"]) for entry in row["payments"]["dave"]["entries"].values()] == ["40"]


def test_the_bucket_for_signatures_is_there_and_stays_as_it_is(dynamodb: Engine) -> None:
    if dynamodb.name != "ministack":
        pytest.skip("S3 is MiniStack's")
    client = s3_client(dynamodb.endpoint)
    create_waivers_bucket(dynamodb.endpoint, "kept")
    client.put_object(Bucket="kept", Key="waivers/x", Body=b"1")
    create_waivers_bucket(dynamodb.endpoint, "kept")
    assert client.get_object(Bucket="kept", Key="waivers/x")["Body"].read() == b"1"
    assert client.get_bucket_versioning(Bucket="kept")["Status"] == "Enabled"
    client.close()
