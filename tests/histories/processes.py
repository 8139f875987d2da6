"""Processes of the product inside this one: a clock that they all read, threads that run at once, and fresh starts."""

from __future__ import annotations

import importlib
import os
import pkgutil
import random
import secrets
import sys
import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self
from unittest import mock

import slack_sdk.signature

import adapters.dynamo
import adapters.ledger
import adapters.mail_ses
import adapters.name_lists
import adapters.s3
import bot.calendar
import bot.reads
import devkit.slack.wire
from devkit.aws import REGION
from devkit.environment import bot_environment
from roster.services import Services
from tests.builders import ZONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import ModuleType

    from devkit.slack.wire import Answer
    from tests.announce.process import Clock

PUBLIC: Final = "https://trips.example.com"
SECRET: Final = "made-up-token-secret-of-at-least-32-bytes"
EVENTS, ANNOUNCEMENTS, BUCKET = "events", "announcements", "waivers"
ENVIRONMENT: Final[Mapping[str, str]] = {
    **bot_environment(
        aws="http://table.test",
        slack="http://slack.test",
        public_url=PUBLIC,
        token_secret=SECRET,
        events_table=EVENTS,
        announcements_table=ANNOUNCEMENTS,
        waivers_bucket=BUCKET,
    ),
    "AWS_ENDPOINT_URL_S3": "http://s3.test",
    "AWS_ENDPOINT_URL_SESV2": "http://mail.test",
    "MAIL_PATRONS": "receipts,changes,reminders",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}
_OURS: Final = ("adapters", "announce", "bot", "web", "roster")


def import_all() -> None:
    """Import every module of the product, so that no default value is bound to the clock of a history."""
    for name in _OURS:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


class AtOnce:
    """Replaces a pool of threads: each call runs when it is submitted, so that a history can be repeated exactly.

    A call that took longer by the clock than its caller waits is a time-out, as it would be with threads.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def __call__(self, *_: object, **__: object) -> AtOnce:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: every call has ended."""

    def submit(self, call: Callable[..., Any], *args: Any) -> Future[Any]:
        """Run the call, and return its future."""
        began = self._clock()
        done = _Done(self._clock() - began)
        try:
            done.set_result(call(*args))
        except BaseException as error:  # noqa: BLE001 - a future keeps every error, deaths too
            done.set_exception(error)
        done.took = self._clock() - began
        return done

    def map(self, call: Callable[..., Any], *values: Iterable[Any]) -> Iterator[Any]:
        """Return what the calls return, in order."""
        return iter([call(*each) for each in zip(*values, strict=False)])


class _Done(Future[Any]):
    """A future that has ended."""

    def __init__(self, took: float) -> None:
        super().__init__()
        self.took = took

    def result(self, timeout: float | None = None) -> Any:
        """Return the result. Raises TimeoutError if the caller would have stopped waiting."""
        if timeout is not None and self.took > timeout and not isinstance(self.exception(), SystemExit):
            raise TimeoutError
        return super().result()


@contextmanager
def one_clock(clock: Clock) -> Iterator[None]:
    """Let every process read this clock, and let sleeping move it. Defaults that were bound at import count too."""
    read = clock.__call__
    real: dict[Any, Any] = {time.monotonic: read, time.time: read, time.sleep: clock.sleep}
    clocks = tuple(real)
    with ExitStack() as stack:
        for function in list(_functions_with_defaults()):
            changed = {name: real[each] for name, each in function.__kwdefaults__.items() if each in clocks}
            if changed:
                stack.enter_context(mock.patch.dict(function.__kwdefaults__, changed))
        stack.enter_context(mock.patch.object(slack_sdk.signature, "time", read))
        for module in (bot.calendar, bot.reads):
            stack.enter_context(mock.patch.object(module, "monotonic", read))
        for name, replacement in (("monotonic", read), ("time", read), ("sleep", clock.sleep)):
            stack.enter_context(mock.patch.object(time, name, replacement))
        yield


def _functions_with_defaults() -> Iterator[Any]:
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _OURS:
            for value in list(vars(module).values()):
                function = vars(value).get("__init__") if isinstance(value, type) else None
                if getattr(function, "__kwdefaults__", None):
                    yield function


@contextmanager
def no_threads(clock: Clock) -> Iterator[None]:
    """Run concurrent work of the product and the strict Slack one after another."""
    pool = AtOnce(clock)

    def answer(deliver: Any, kind: str, headers: Any, body: bytes, *, patience: float) -> Answer | None:
        began = clock()
        answered: Answer = deliver(kind, dict(headers), body)
        return None if clock() - began > patience else answered

    with (
        mock.patch.object(bot.reads, "_THREADS", pool),
        mock.patch.object(adapters.ledger, "ThreadPoolExecutor", pool),
        mock.patch.object(adapters.name_lists, "ThreadPoolExecutor", pool),
        mock.patch.object(devkit.slack.wire, "_answer", answer),
    ):
        yield


@contextmanager
def drawn_from(chance: random.Random) -> Iterator[None]:
    """Draw the ids of every process from one source, so that a history can be repeated."""
    state = random.getstate()

    def uuid4() -> uuid.UUID:
        return uuid.UUID(int=chance.getrandbits(128), version=4)

    def token_hex(size: int = 32) -> str:
        return f"{chance.getrandbits(8 * size):0{2 * size}x}"

    with mock.patch.object(uuid, "uuid4", uuid4), mock.patch.object(secrets, "token_hex", token_hex):
        yield
    random.setstate(state)


@contextmanager
def environment() -> Iterator[None]:
    """Give this process the environment of the Lambdas."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SLACK_"))}
    with mock.patch.dict(os.environ, {**ours, **ENVIRONMENT}, clear=True):
        yield


@contextmanager
def shared_clients() -> Iterator[None]:
    """Make the clients of AWS once for all histories. To make one costs more than a payment; they remember nothing."""
    with ExitStack() as stack:
        for module, name in (
            (adapters.dynamo, "connect"),
            (adapters.s3, "connect_s3"),
            (adapters.mail_ses, "connect_ses"),
        ):
            make = _Clients.made.setdefault(name, cache(getattr(module, name)))
            stack.enter_context(mock.patch.object(module, name, partial(_made, make)))
        operators = _Clients.made.setdefault("operator", cache(_operators_client))
        stack.enter_context(mock.patch.object(Services, "client", property(lambda _: _made(operators))))
        yield
        close_connections()


def close_connections() -> None:
    """Close all connections of these clients, as at the end of a process."""
    for client in _Clients.known:
        client.close()


class _Clients:
    made: ClassVar[dict[str, Any]] = {}
    known: ClassVar[list[Any]] = []


def _made(make: Any, **options: Any) -> Any:
    # In a thread of its own, so that `tests/rights` attributes it to no function: all functions share it.
    with ThreadPoolExecutor(1) as thread:
        client = thread.submit(make, **options).result()
    if all(client is not each for each in _Clients.known):
        _Clients.known.append(client)
    return client


def _operators_client() -> Any:
    services = Services(
        table=EVENTS, zone=ZONE, currency="USD", endpoint="http://table.test", region=REGION, profile=None
    )
    return _real_client(services)


_real_client: Final = vars(Services)["client"].func


def started(function: str, clock: Clock, **changed: str) -> ModuleType:
    """Return a fresh process of a function, which has nothing in its memory and reads this clock."""
    sys.modules.pop(function, None)
    with mock.patch.dict(os.environ, changed):
        module = importlib.import_module(function)
    sys.modules.pop(function, None)
    module.datetime = clock  # type: ignore[attr-defined]  # a module takes any attribute
    return module
