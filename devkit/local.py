"""The local world: the embedded AWS with a sample season, the three Lambdas, Slack, the public site, the outbox."""

from __future__ import annotations

import fcntl
import importlib
import os
import secrets
import shutil
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from devkit.announcing import announcing, create_dead_letters, remind_patrons, show_digest
from devkit.aws import (
    Say,
    create_announcements_table,
    create_events_table,
    dynamodb_client,
    make_folder,
    silent,
    start_ministack,
)
from devkit.books import plant_with_books
from devkit.buckets import create_waivers_bucket
from devkit.environment import (
    ANNOUNCEMENTS_TABLE,
    EVENTS_TABLE,
    MAILED_PATRONS,
    TIMEZONE,
    WAIVERS_BUCKET,
    bot_environment,
    use,
)
from devkit.functions import FunctionUrl
from devkit.guard import LocalOnly
from devkit.listen import bind, listening
from devkit.outbox import outbox, sent_mail
from devkit.private import make_all_private, make_private, open_private
from devkit.public_site import public_site

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mypy_boto3_dynamodb import DynamoDBClient
    from slack_bolt import App

PORTS = 20  # number of ports tried, from the requested one on


class AlreadyRunning(RuntimeError):  # noqa: N818  # a fact, as the refusals are named
    """Another local world keeps its payments in the same folder."""


class SlackRefused(RuntimeError):  # noqa: N818  # as above
    """The real Slack did not accept our tokens, or did not answer."""


@dataclass(frozen=True)
class LocalTables:
    """The embedded AWS with both tables and the waivers' bucket in it."""

    endpoint: str
    client: DynamoDBClient

    def plant(self, today: date) -> int:
        """Write the missing events of the season around `today`. Return their number."""
        return plant_with_books(self.client, EVENTS_TABLE, today)


@dataclass(frozen=True)
class LocalAddresses:
    """The addresses of the local world's parts."""

    page: str
    """The Slack workspace."""
    function_url: str
    site: str
    """The public site, which is PUBLIC_BASE_URL."""
    outbox: str
    """The page with sent mail, and buttons for the morning digest and the patrons' reminders."""
    table: LocalTables


@dataclass(frozen=True)
class Connected:
    """The bot connected to the real Slack: its table, the site of its links, and the page with sent mail."""

    table: LocalTables
    site: str
    outbox: str


def today_at_the_dock() -> date:
    """Return the date in the time zone of the sample season."""
    return datetime.now(ZoneInfo(TIMEZONE)).date()


@contextmanager
def embedded_table(
    folder: Path, *, fresh: bool = False, say: Say = silent, patience: float = 20.0
) -> Iterator[LocalTables]:
    """Run the embedded AWS with the data in `folder`, or without it if `fresh`. Yield its table.

    Raises AlreadyRunning if another process holds `folder` for `patience` seconds, and EngineFailed.
    """
    make_folder(folder)
    with _locked(folder / "lock", patience=patience) as lock:
        state = folder / "aws"
        if fresh:
            shutil.rmtree(state, ignore_errors=True)
        make_folder(state)
        make_all_private(state)
        with start_ministack(state=state, say=say, hold=[lock]) as endpoint:
            client = dynamodb_client(endpoint)
            try:
                create_events_table(client, EVENTS_TABLE)
                create_announcements_table(client, ANNOUNCEMENTS_TABLE)
                create_waivers_bucket(endpoint, WAIVERS_BUCKET)
                yield LocalTables(endpoint, client)
            finally:
                client.close()


@contextmanager
def _locked(path: Path, *, patience: float) -> Iterator[int]:
    """Hold the lock file, yield its descriptor. MiniStack holds it too, so the next start waits until it has saved."""
    with open_private(path, "a+") as file:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    file.seek(0)
                    owner = file.read().strip() or "unknown"
                    raise AlreadyRunning(
                        f"A local world runs already (process {owner}) and keeps its payments in {path.parent}. "
                        "Stop it with Ctrl-C, then try again."
                    ) from None
                time.sleep(0.1)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield file.fileno()


@contextmanager
def local_world(
    folder: Path,
    *,
    port: int = 8080,
    fresh: bool = False,
    say: Say = silent,
    today: Callable[[], date] = today_at_the_dock,
) -> Iterator[LocalAddresses]:
    """Run everything: the workspace page at `port` or the next free one, function URL and public site after it.

    Sets the Lambdas' environment for the rest of the process and imports the function files.
    Raises EngineFailed, AlreadyRunning, PortTaken or TemplateUnclear.
    """
    with ExitStack() as stack:
        table = stack.enter_context(embedded_table(folder, fresh=fresh, say=say))
        _plant(table, today(), say=say)
        say("Starting the bot, the public site and the workspace …")
        listener, function_url = _bound(stack, port, after=1)
        site_listener, site = _bound(stack, port, after=2)
        outbox_listener, outbox_url = _bound(stack, port, after=3)
        slack = _workspace(stack, port, bot=function_url, outbox_url=outbox_url)
        use(
            bot_environment(
                aws=table.endpoint,
                slack=slack,
                public_url=site,
                token_secret=token_secret(folder),
                dead_letters=create_dead_letters(table.endpoint),
            )
            | MAILED_PATRONS
            | {"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}  # as in Lambda, so that init reads ahead
        )
        lambda_function = importlib.import_module("lambda_function")
        # The local Slack's signing secret is public, so a page of another site could sign requests to the bot.
        bot = LocalOnly(FunctionUrl(lambda_function.lambda_handler, name="bot"))
        stack.enter_context(listening(bot, listener))
        stack.enter_context(public_site(site_listener))
        _announce(stack, table, outbox_listener, folder=folder, today=today)
        yield LocalAddresses(slack, function_url, site, outbox_url, table)


def _workspace(stack: ExitStack, port: int, *, bot: str, outbox_url: str) -> str:
    """Serve a workspace whose bot listens at the function URL `bot`. Return its address."""
    from devkit.local_slack import local_slack, serve
    from devkit.slack import Link, over_http

    with bind(port, tries=PORTS if port else 1) as page_port:
        free = page_port.getsockname()[1]
    workspace = local_slack(over_http(bot))
    workspace.links = (Link(name="Mail outbox", url=f"{outbox_url}/"),)
    running = serve(workspace, port=free)
    stack.callback(running.stop)
    return running.url


def _announce(
    stack: ExitStack, table: LocalTables, listener: socket.socket, *, folder: Path, today: Callable[[], date]
) -> None:
    """Announce each change from now on, and serve the outbox. This stops first, so that saved changes are announced."""
    handler = stack.enter_context(
        announcing(endpoint=table.endpoint, table=EVENTS_TABLE, today=today, log=folder / "announce.log")
    )
    page = outbox(partial(sent_mail, table.endpoint), partial(show_digest, handler), partial(remind_patrons, handler))
    stack.enter_context(listening(page, listener))


def _bound(stack: ExitStack, port: int, *, after: int) -> tuple[socket.socket, str]:
    """Return a listening socket `after` ports from `port`, or at any port if it is 0, and its address."""
    listener = stack.enter_context(bind(port + after if port else 0, tries=PORTS if port else 1))
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def socket_mode(  # noqa: PLR0913  # the options of `make run`
    folder: Path,
    *,
    app_token: str,
    port: int = 8080,
    fresh: bool = False,
    say: Say = silent,
    today: Callable[[], date] = today_at_the_dock,
) -> Iterator[Connected]:
    """Run the bot on the embedded table, connected to the real Slack by the tokens in the environment.

    Its links open the public site on this machine unless PUBLIC_BASE_URL has another address.
    Raises EngineFailed, AlreadyRunning, PortTaken, TemplateUnclear or SlackRefused.
    """
    with ExitStack() as stack:
        table = stack.enter_context(embedded_table(folder, fresh=fresh, say=say))
        _plant(table, today(), say=say)
        listener, here = _bound(stack, port, after=2)
        outbox_listener, outbox_url = _bound(stack, port, after=3)
        site = os.environ.get("PUBLIC_BASE_URL") or here
        use(
            bot_environment(
                aws=table.endpoint,
                slack=None,
                public_url=site,
                token_secret=token_secret(folder),
                dead_letters=create_dead_letters(table.endpoint),
            ),
        )
        app: App = importlib.import_module("lambda_function").app
        stack.enter_context(public_site(listener, url=site))
        say("Connecting to Slack …")
        stack.callback(_connect(app, app_token))
        _announce(stack, table, outbox_listener, folder=folder, today=today)
        yield Connected(table, site, outbox_url)


def _connect(app: App, app_token: str) -> Callable[[], None]:
    """Open the socket to Slack. Return the function that closes it. Raises SlackRefused."""
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_sdk.errors import SlackApiError

    handler = SocketModeHandler(app, app_token)
    try:
        handler.connect()  # type: ignore[no-untyped-call]  # Bolt's own
    except SlackApiError as error:
        raise SlackRefused(f"Slack did not accept SLACK_APP_TOKEN: {error.response['error']}.") from error
    except OSError as error:
        raise SlackRefused(f"Slack cannot be reached: {error}. Check the network, then try again.") from error
    close: Callable[[], None] = handler.close
    return close


def _plant(table: LocalTables, today: date, *, say: Say) -> None:
    new = table.plant(today)
    as_before = "The season and its payments are as you left them."
    say(f"Planted {new} events around {today:%A, %B %-d}." if new else as_before)


def token_secret(folder: Path) -> str:
    """Return the secret of admin tokens. It is made once, in a file that its owner alone may read."""
    path = folder / "admin-token-secret"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        make_private(path)
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret + "\n")
    return secret
