"""Fixtures of all tests: a DynamoDB engine with a fresh table for each, a wired-up world, and a network that is off."""

from __future__ import annotations

import contextlib
import importlib
import itertools
import os
import random
import socket
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings

from adapters import dynamo
from bot import deadline
from devkit.aws import create_events_table, dynamodb_client, start_dynalite
from devkit.proxy import Proxy, table_proxy
from tests.cached_bolt import cached_bolt
from tests.cached_botocore import cached_botocore
from tests.cached_template import cached_template
from tests.collecting import pytest_collection  # noqa: F401  # a hook
from tests.garbage import (  # noqa: F401  # hooks
    pytest_collection_finish,
    pytest_configure,
    pytest_runtest_setup,
    pytest_unconfigure,
)
from tests.prompt_servers import prompt_servers
from tests.quick_headers import quick_headers
from tests.rights.recorder import recording
from tests.rights.run import pytest_sessionfinish, pytest_terminal_summary, pytest_testnodedown  # noqa: F401  # hooks
from tests.short_wire import by_http, short_wire, wired_ministack
from tests.snapshots import Snapshots

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from types import ModuleType

    from mypy_boto3_dynamodb import DynamoDBClient

    from devkit.slack import Answer, Workspace


ENGINES: Final[dict[str, Callable[[], AbstractContextManager[str]]]] = {
    "ministack": wired_ministack,
    "dynalite": start_dynalite,
}


# A busy machine is no failure. Other settings of a profile, such as hypothesis' own for CI, stay.
settings.register_profile("calm", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")

_SLOW_FIXTURES: Final = {"chromium", "dynamodb", "second"}
_FIRST: Final = tuple(
    f"tests/{name}.py"
    for name in (
        *("browser/test_screenshots", "histories/test_histories", "infra/stacks/test_up_release", "roster/test_large"),
        *("infra/deploying/test_deploy_whole", "second_opinion/test_template", "fuzz/test_fuzz"),
        *("infra/packing/test_package", "devkit/test_run", "web/test_contract", "adapters/test_promises"),
    )
)
"""The longest tests. One that begins when the other workers have nothing left is waited for by all."""
_SLOW_FOLDERS: Final = tuple(f"tests/{name}/" for name in ("benchmarks", "browser", "infra/packing", "infra/stacks"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return two workers for each core. Tests wait for engines and browsers nearly half of their time."""
    return len(os.sched_getaffinity(0)) * 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need neither an engine nor a browser, which `make quick` runs; begin with the longest.

    The browser's follow: they wait a lot, which the other workers use, and the shortest tests are left for the end.
    """
    items.sort(key=lambda item: _turn(_path_of(item)))
    for item in items:
        path = _path_of(item)
        fixtures = set(getattr(item, "fixturenames", ()))
        if not _SLOW_FIXTURES & fixtures and not path.startswith(_SLOW_FOLDERS):
            item.add_marker(pytest.mark.quick)


def _path_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _turn(path: str) -> int:
    return 0 if path in _FIRST else 1 if path.startswith("tests/browser/") else 2


class NetworkIsOff(AssertionError):  # noqa: N818  # a fact, as the refusals are named
    """A test tried to connect to another machine. Not an OSError, because clients would retry that."""


@pytest.fixture(autouse=True, scope="session")
def _network_is_off() -> Iterator[None]:
    """Let tests connect to this machine only, and look up no other host names."""
    look_up = socket.getaddrinfo

    def guarded(connect: Callable[[socket.socket, Any], Any]) -> Callable[[socket.socket, Any], Any]:
        def guarded_connect(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
                raise NetworkIsOff(f"a test tried to connect to {address[0]}:{address[1]}")
            return connect(self, address)

        return guarded_connect

    def guarded_look_up(host: Any, *args: Any, **named: Any) -> Any:
        if host is not None and not _is_here(host):
            raise NetworkIsOff(f"a test asked for the address of {host}")
        return look_up(host, *args, **named)

    with (
        mock.patch.object(socket.socket, "connect", guarded(socket.socket.connect)),
        mock.patch.object(socket.socket, "connect_ex", guarded(socket.socket.connect_ex)),
        mock.patch.object(socket, "getaddrinfo", guarded_look_up),
    ):
        yield


def _is_here(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


@pytest.fixture(autouse=True, scope="session")
def _libraries_start_quickly() -> Iterator[None]:
    with cached_botocore(), cached_bolt(), cached_template(), quick_headers(), prompt_servers(), short_wire():
        yield


@pytest.fixture(autouse=True, scope="session")
def _rights_are_recorded() -> Iterator[None]:
    with recording():
        yield


@pytest.fixture(autouse=True)
def _environment_stays() -> Iterator[None]:
    """Restore the environment after a test, independently of the order in which its fixtures end."""
    encoded: dict[bytes, bytes] = vars(os.environ)["_data"]  # to read it decoded takes ten times as long
    before = encoded.copy()
    yield
    if before != encoded:
        os.environ.clear()
        os.environb.update(before)


@pytest.fixture
def snapshots(monkeypatch: pytest.MonkeyPatch) -> Iterator[Snapshots]:
    """SnapStart, by the registry that Lambda's own Python has; what is started in the test is started by it."""
    drawn = random.getstate()
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start")
    started = Snapshots()
    with by_http():  # a snapshot is about connections
        yield started
    started.forget()
    random.setstate(drawn)


@pytest.fixture(autouse=True)
def _a_busy_machine_is_no_outage(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the functions wait longer for the table than on Lambda, except in tests of time-outs, marked `hasty`."""
    if request.node.get_closest_marker("hasty"):
        yield
        return
    if "bare_announce_stage" in request.fixturenames:  # nobody waits for this Lambda: its time-outs are long already
        with mock.patch.object(dynamo, "TIME_BUDGET", 20.0):
            yield
        return
    if not {"world", "bare_web_world", "bare_web_stage"} & set(request.fixturenames):
        yield
        return
    waits = {"connect_timeout": 10.0, "read_timeout": 20.0}
    with (
        mock.patch.dict(dynamo.connect.__kwdefaults__, waits),
        mock.patch.object(dynamo, "TIME_BUDGET", 20.0),
        mock.patch.object(deadline, "LONGEST_READ", 20.0),
    ):
        yield


@dataclass(frozen=True)
class Engine:
    """A running DynamoDB: boto3's low-level client, its endpoint, and which engine it is."""

    client: DynamoDBClient
    endpoint: str
    name: str
    """`ministack`, `dynalite`, or `endpoint` when DYNAMODB_ENDPOINT named it."""
    _count: Iterator[int] = field(default_factory=itertools.count, repr=False)

    @contextlib.contextmanager
    def fresh_table(self) -> Iterator[str]:
        """An empty events table of its own, dropped at the end."""
        name = f"events-{os.getpid()}-{next(self._count)}"
        create_events_table(self.client, name)
        try:
            yield name
        finally:
            self.client.delete_table(TableName=name)


@pytest.fixture(scope="session")
def dynamodb() -> Iterator[Engine]:
    """The engine of this run: DYNAMODB_ENDPOINT, or ENGINE=dynalite, or MiniStack."""
    name = "endpoint" if os.environ.get("DYNAMODB_ENDPOINT") else os.environ.get("ENGINE", "ministack")
    if name not in {"endpoint", *ENGINES}:
        raise pytest.UsageError(f"ENGINE={name}: it can be {' or '.join(ENGINES)}")
    with contextlib.ExitStack() as stack:
        url = os.environ["DYNAMODB_ENDPOINT"] if name == "endpoint" else stack.enter_context(ENGINES[name]())
        # The engine and the product's clients validate. A client without validation saves a tenth of each call.
        client = dynamodb_client(url, parameter_validation=False, user_agent="tests")
        try:
            yield Engine(client, url, name)
        finally:
            client.close()


@pytest.fixture
def events_table(dynamodb: Engine) -> Iterator[str]:
    """The name of a fresh events table."""
    with dynamodb.fresh_table() as name:
        yield name


@dataclass(frozen=True)
class World:
    """The bot's Lambda between a strict Slack and a table, as in `make run`, but in this process."""

    slack: Workspace
    client: DynamoDBClient
    """A client that bypasses the proxy: a test's own requests are not counted and never fail."""
    table: str
    table_faults: Proxy
    lambda_function: ModuleType
    url: str
    """The address of the workspace: the page for browser tests, and Slack's Web API for the bot."""

    @property
    def calls(self) -> Counter[str]:
        """The bot's requests to the table, by operation, as `UpdateItem`."""
        return self.table_faults.calls


@pytest.fixture
def world(dynamodb: Engine, events_table: str) -> Iterator[World]:
    """A workspace wired to a freshly imported `lambda_function.lambda_handler`, over a fresh table."""
    from devkit.environment import bot_environment
    from devkit.functions import in_process
    from devkit.local_slack import local_slack, serve

    lambda_function: ModuleType | None = None

    def deliver(kind: str, headers: dict[str, str], body: bytes) -> Answer:
        assert lambda_function is not None, "Slack called before the bot was there"
        return in_process(lambda_function.lambda_handler)(kind, headers, body)

    slack = local_slack(deliver)
    with contextlib.ExitStack() as stack:
        running = serve(slack)
        stack.callback(running.stop)
        proxy = stack.enter_context(table_proxy(dynamodb.endpoint))
        environment = bot_environment(
            aws=proxy.url,
            slack=running.url,
            public_url="https://trips.example.com",
            token_secret="made-up-token-secret-of-at-least-32-bytes",
            events_table=events_table,
        )
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SLACK_"))}
        stack.enter_context(mock.patch.dict(os.environ, ours | environment, clear=True))
        sys.modules.pop("lambda_function", None)
        stack.callback(sys.modules.pop, "lambda_function", None)
        lambda_function = importlib.import_module("lambda_function")
        yield World(slack, dynamodb.client, events_table, proxy, lambda_function, running.url)
