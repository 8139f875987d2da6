"""Calls to Slack over connections that are kept open: fewer handshakes, and no repetition of unsafe calls."""

from __future__ import annotations

import http.server
import select
import shutil
import ssl
import subprocess
import threading
import time
from typing import TYPE_CHECKING, ClassVar, Final

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.kept_alive import LONGEST_IDLE, REPEATABLE, KeptAliveClient, trusted
from devkit.proxy import table_proxy
from tests.bot.conftest import logged, opened
from tests.builders import EID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from slack_sdk.web import SlackResponse

    from devkit.proxy import Proxy
    from tests.bot.conftest import BotStage
    from tests.snapshots import Snapshots


class _Slack(http.server.BaseHTTPRequestHandler):
    """Answers every call with ok, or as `answers` says, and notes the connection that each came over."""

    protocol_version = "HTTP/1.1"
    calls: ClassVar[list[tuple[str, int]]] = []
    closes: ClassVar[list[str]] = []
    """For the next calls: close the connection `after` the answer or `before` it, or `hang`."""
    refuses: ClassVar[list[int]] = []
    opened: ClassVar[list[int]] = []
    requests: ClassVar[list[tuple[str, dict[str, str], bytes]]] = []
    answers: ClassVar[list[bytes]] = []
    """For the next calls: what is answered instead of ok."""

    def setup(self) -> None:
        """Note a connection, whether or not a call comes over it."""
        super().setup()
        self.opened.append(self.client_address[1])

    def do_POST(self) -> None:
        """Answer one call."""
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, sent))
        self.calls.append((self.path.rpartition("/")[2], self.client_address[1]))
        closes = self.closes.pop(0) if self.closes else ""
        if closes == "hang":
            time.sleep(1.5)
        self.close_connection = bool(closes)
        if closes in ("before", "hang"):
            return
        body = self.answers.pop(0) if self.answers else b'{"ok": true, "user": {"id": "U1"}}'
        self.send_response(self.refuses.pop(0) if self.refuses else 200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Retry-After", "7")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    """A Slack without state from other tests. A test may put TLS before it."""
    state = (_Slack.calls, _Slack.closes, _Slack.refuses, _Slack.opened, _Slack.requests, _Slack.answers)
    for remembered in state:
        remembered.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Slack)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def slack(server: http.server.ThreadingHTTPServer) -> Iterator[KeptAliveClient]:
    """A client of that Slack."""
    client = KeptAliveClient(token="xoxb-1", base_url=f"http://127.0.0.1:{server.server_port}/api/", retry_handlers=[])
    yield client
    client.close_kept()


@pytest.fixture
def slack_by_tls(
    server: http.server.ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[KeptAliveClient]:
    """A client of that Slack behind TLS, with a certificate that this process trusts."""
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    named = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate]
    subprocess.run([*made.split(), *named], check=True, capture_output=True)  # noqa: S603 - our own words
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    trusted.cache_clear()
    url = f"https://localhost:{server.server_port}/api/"
    client = KeptAliveClient(token="xoxb-1", base_url=url, retry_handlers=[])
    yield client
    client.close_kept()
    trusted.cache_clear()


def _await_more(client: KeptAliveClient) -> None:
    """Return when the server has sent something over the only kept connection: tickets of TLS, or its end."""
    pool = client._pool
    assert pool.pool is not None
    connection = pool.pool.get(block=False)
    waiting = select.poll()  # select() takes no descriptor above 1,023
    waiting.register(connection.sock, select.POLLIN)
    assert waiting.poll(30_000)
    pool._put_conn(connection)


def _connections() -> int:
    return len({port for _, port in _Slack.calls})


def test_one_connection_serves_many_calls(slack: KeptAliveClient) -> None:
    slack.users_info(user="U1")
    slack.views_open(trigger_id="1", view={"type": "modal"})
    slack.views_update(view_id="V1", view={"type": "modal"})
    assert _connections() == 1


def test_a_message_is_sent_over_a_connection_of_its_own_and_never_again(slack: KeptAliveClient) -> None:
    slack.users_info(user="U1")
    _Slack.closes.append("before")
    with pytest.raises(OSError):  # noqa: PT011 - http.client's and urllib's errors are all OSErrors
        slack.chat_postMessage(channel="C1", text="$125.00")
    assert [method for method, _ in _Slack.calls] == ["users.info", "chat.postMessage"]
    assert _connections() == 2


def test_a_connection_that_slack_closed_meanwhile_is_opened_anew(slack: KeptAliveClient) -> None:
    _Slack.closes.append("after")
    slack.users_info(user="U1")
    time.sleep(0.05)
    slack.views_open(trigger_id="1", view={"type": "modal"})
    assert [method for method, _ in _Slack.calls] == ["users.info", "views.open"]
    assert _connections() == 2


@pytest.mark.parametrize("when", ["before", "hang"])
def test_a_call_is_sent_once_though_its_connection_ends_before_its_answer(slack: KeptAliveClient, when: str) -> None:
    slack.users_info(user="U1")
    _Slack.closes.append(when)
    slack.timeout = 0.3 if when == "hang" else 2  # type: ignore[assignment]  # sockets take fractions of a second
    with pytest.raises(OSError):  # noqa: PT011 - http.client's and urllib's errors are all OSErrors
        slack.views_open(trigger_id="1", view={"type": "modal"})
    assert [method for method, _ in _Slack.calls] == ["users.info", "views.open"]
    slack.timeout = 2
    assert slack.views_open(trigger_id="2", view={"type": "modal"})["ok"], "the person asks again"


def test_a_connection_that_was_idle_for_long_is_not_used_again(slack: KeptAliveClient) -> None:
    moment = time.time()
    slack._clock = lambda: moment
    slack.users_info(user="U1")
    moment += LONGEST_IDLE - 1
    slack.users_info(user="U1")
    assert _connections() == 1
    moment += LONGEST_IDLE + 1
    slack.users_info(user="U1")
    assert _connections() == 2
    moment -= 3600
    slack.users_info(user="U1")
    assert _connections() == 3, "a clock that was set back says nothing of how long it was idle"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_connection_by_tls_is_used_though_tickets_lie_in_it_and_not_once_slack_closed_it(
    slack_by_tls: KeptAliveClient,
) -> None:
    slack_by_tls.open_ahead()
    _await_more(slack_by_tls)  # the server sends tickets after the handshake, and nothing else
    _Slack.closes += ["", "after"]
    slack_by_tls.users_info(user="U1")
    slack_by_tls.users_info(user="U1")
    assert (_connections(), len(_Slack.opened)) == (1, 1)
    _await_more(slack_by_tls)
    assert slack_by_tls.views_open(trigger_id="1", view={"type": "modal"})["ok"]
    assert (_connections(), len(_Slack.opened)) == (2, 2)


_CALLS: Final[dict[str, Callable[[WebClient], SlackResponse]]] = {
    "auth.test": lambda slack: slack.auth_test(),
    "chat.getPermalink": lambda slack: slack.chat_getPermalink(channel="C1", message_ts="1.2"),
    "usergroups.users.list": lambda slack: slack.usergroups_users_list(usergroup="S1"),
    "users.info": lambda slack: slack.users_info(user="U1"),
    "views.open": lambda slack: slack.views_open(trigger_id="1.2", view={"type": "modal", "blocks": ["é"]}),
    "views.publish": lambda slack: slack.views_publish(user_id="U1", view={"type": "home"}, hash="1.a"),
    "views.update": lambda slack: slack.views_update(view_id="V1", view={"type": "modal"}),
}


@pytest.mark.parametrize("method", sorted(REPEATABLE))
def test_a_call_sends_what_slacks_own_client_sends(slack: KeptAliveClient, method: str) -> None:
    plain = WebClient(token="xoxb-1", base_url=slack.base_url, retry_handlers=[])
    answers = [_CALLS[method](client) for client in (slack, plain)]
    (path, ours, body), (_, theirs, _) = _Slack.requests
    assert path == f"/api/{method}"
    but = {"accept-encoding", "connection"} | (set() if body else {"content-type"})
    assert {name: ours[name] for name in ours.keys() - but} == {name: theirs[name] for name in theirs.keys() - but}
    assert body == _Slack.requests[1][2]
    assert answers[0].data == answers[1].data == {"ok": True, "user": {"id": "U1"}}


def test_what_only_slacks_own_client_can_send_is_sent_by_it(slack: KeptAliveClient) -> None:
    slack.api_call("users.info", data={"user": "U1"}, headers={"x-extra": "yes"})
    assert (_Slack.requests[0][1]["x-extra"], _Slack.requests[0][2]) == ("yes", b"user=U1")


@pytest.mark.parametrize(
    "body",
    [b"<html>", b"", b"\xff", b"[]", b"null", b"[" * 100_000],
    ids=["HTML", "nothing", "no UTF-8", "a list", "null", "deeply nested"],
)
def test_an_answer_that_is_no_json_object_is_a_refusal(slack: KeptAliveClient, body: bytes) -> None:
    _Slack.answers.append(body)
    with pytest.raises(SlackApiError) as refused:
        slack.users_info(user="U1")
    assert refused.value.response["error"] == "no JSON object"


@pytest.mark.parametrize("status", [302, 429, 500, 503])
def test_another_status_is_the_error_that_slacks_client_raises(slack: KeptAliveClient, status: int) -> None:
    _Slack.refuses += [status, status]
    with pytest.raises(SlackApiError) as refused:
        slack.views_open(trigger_id="1", view={"type": "modal"})
    assert refused.value.response.status_code == status
    assert refused.value.response.headers["Retry-After"] == "7"
    assert len(_Slack.calls) == 1


@pytest.fixture
def slack_proxy(bot_stage: BotStage) -> Iterator[Proxy]:
    """The wire between the bot and Slack, which counts connections and breaks them."""
    with table_proxy(bot_stage.slack.base_url) as proxy:
        yield proxy


def test_ten_forms_and_their_submits_use_one_connection_which_is_open_before_the_first(
    bot_stage: BotStage, slack_proxy: Proxy
) -> None:
    address = f"{slack_proxy.url}/api/"
    bot_stage.restart(SLACK_API_URL=address, CREW_USERS="U0DANA", AWS_LAMBDA_INITIALIZATION_TYPE="on-demand")
    assert len(slack_proxy.connected) == 1, "opened while the function initialises"
    assert not slack_proxy.calls, "and nothing asked"
    for number in range(10):
        logged(bot_stage.dana, f"{EID} dave {20 + number} cash")
    assert slack_proxy.calls["POST"] == 10
    assert len(slack_proxy.connected) == 1
    assert set(slack_proxy.came_by) == set(slack_proxy.connected)


def test_a_form_whose_opening_is_lost_is_not_sent_again_and_the_person_is_notified(
    bot_stage: BotStage, slack_proxy: Proxy
) -> None:
    bot_stage.restart(SLACK_API_URL=f"{slack_proxy.url}/api/", CREW_USERS="U0DANA")
    opened(bot_stage.dana, f"{EID} dave 20 cash").close()
    slack_proxy.fail_next("POST", drop_answer=True)
    bot_stage.dana.command("/log-payment", f"{EID} dave 21 cash")
    assert slack_proxy.calls["POST"] == 2
    assert "Try again" in bot_stage.dana.sees()[-1].text
    bot_stage.dana.form.close()
    assert opened(bot_stage.dana, f"{EID} dave 22 cash").values["amount"] == "22"


def test_a_snapshot_holds_no_connection_to_slack_and_one_is_open_after_each_restore(
    bot_stage: BotStage, slack_proxy: Proxy, snapshots: Snapshots
) -> None:
    bot_stage.restart(SLACK_API_URL=f"{slack_proxy.url}/api/", CREW_USERS="U0DANA")
    opened(bot_stage.dana, f"{EID} dave 20 cash").close()
    before = set(slack_proxy.connected)
    snapshots.take()
    snapshots.wake()
    (ahead,) = set(slack_proxy.connected) - before
    opened(bot_stage.dana, f"{EID} dave 21 cash")
    assert slack_proxy.came_by[-1] == ahead


def test_the_bot_starts_though_slack_cannot_be_reached(bot_stage: BotStage) -> None:
    bot_stage.restart(SLACK_API_URL="http://127.0.0.1:9/api/", AWS_LAMBDA_INITIALIZATION_TYPE="on-demand")
    bot_stage.restart(SLACK_API_URL=f"{bot_stage.slack.base_url}/api/")
    logged(bot_stage.dana)
