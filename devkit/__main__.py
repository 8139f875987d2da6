"""`make run`: the whole bot on this machine, with a Slack workspace in the browser.

With SLACK_APP_TOKEN and SLACK_BOT_TOKEN in the environment it connects to the real Slack instead (Socket Mode).
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from devkit.aws import ROOT, EngineFailed
from devkit.edge import TemplateUnclear
from devkit.listen import PortTaken
from devkit.local import AlreadyRunning, LocalTables, SlackRefused, local_world, socket_mode, today_at_the_dock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

READY = """
Ship Captain Crew is ready. Open

    {page}

You are Dana, of the crew; switch to Olivia for the office, or to Gus, who is a guest. Type, for example:

    /log-payment dave 120 cash      Dave Kowalski pays on this afternoon's event
    /payment-status                 this afternoon's event and who is not clear, then the others
    /payment-status cory since 3h   what changed on it
    /board                          check people aboard this afternoon's event, and cast off
    /waiver                         share an event's waiver link
    /dispatch                       as Olivia: your own link to the dispatch page

Write "Dave paid 120 on Venmo", open that message's menu and choose Log payment. The app's Home tab has the trips.

The public site is {site}. This afternoon's waiver, as patrons open it on their phones:

    {site}/g/{today}-captain-cory-afternoon/waiver

Payments are announced in the event's channel; mail goes to the outbox, {outbox}/
(which can post the morning digest, and remind patrons, at once). No mail leaves this machine.

The bot's function URL is {function_url}, its table {table} (region us-west-2, any credentials).
Ctrl-C stops everything and keeps the payments. `make run ARGS=--fresh` starts with a new sample season.
"""

CONNECTED = """
Connected to Slack: type /log-payment in your own workspace. Its links open {site}.
Payments and signatures are announced in the events' channels, or in OPS_CHANNEL; mail goes to {outbox}/
The table on this machine is {table}.
Ctrl-C stops everything and keeps the payments. `make run ARGS=--fresh` starts with a new sample season.
"""

NO_ADMIN = "There is no admin yet. Put your Slack user id into ADMIN_USERS to see amounts.\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C, SIGTERM or SIGHUP. Return 1, after one sentence, if something does not start."""
    options = _options(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    _stop_on_signals()
    try:
        with _world(options) as table:
            _wait(table)
    except KeyboardInterrupt:
        _say(f"\nStopped. Payments are kept in {options.folder}; `make run` continues with them.")
    except (EngineFailed, AlreadyRunning, PortTaken, SlackRefused, TemplateUnclear) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devkit", description="Ship Captain Crew on this machine.")
    parser.add_argument(
        "--port", type=int, default=8080, help="port of the workspace; if it is taken, the next free one is used"
    )
    parser.add_argument("--fresh", action="store_true", help="delete all payments and create a new sample season")
    parser.add_argument("--folder", type=Path, default=ROOT / ".local", help="folder that keeps payments between runs")
    return parser.parse_args(arguments)


@contextmanager
def _world(options: argparse.Namespace) -> Iterator[LocalTables]:
    """Start the local world, print its addresses, and yield its table."""
    app_token = os.environ.get("SLACK_APP_TOKEN")
    if app_token and os.environ.get("SLACK_BOT_TOKEN"):
        with socket_mode(
            options.folder, app_token=app_token, port=options.port, fresh=options.fresh, say=_say
        ) as connected:
            _say(CONNECTED.format(site=connected.site, outbox=connected.outbox, table=connected.table.endpoint))
            if not (os.environ.get("ADMIN_USERS") or os.environ.get("ADMIN_USERGROUP")):
                _say(NO_ADMIN)
            yield connected.table
    else:
        with local_world(options.folder, port=options.port, fresh=options.fresh, say=_say) as world:
            _say(
                READY.format(
                    page=world.page,
                    site=world.site,
                    outbox=world.outbox,
                    today=today_at_the_dock(),
                    function_url=world.function_url,
                    table=world.table.endpoint,
                )
            )
            yield world.table


def _wait(table: LocalTables, *, today: Callable[[], date] = today_at_the_dock, seconds: float = 60.0) -> None:
    """Wait for a signal. Whenever the date changes, plant the new day's events."""
    planted = today()
    while True:
        threading.Event().wait(seconds)
        day = today()
        if day != planted:
            table.plant(day)
            planted = day


def _stop_on_signals() -> None:
    """Make the first signal end the local world, and ignore further ones while it saves."""

    def stop(_number: int, _frame: object) -> None:
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.SIG_IGN)
        raise KeyboardInterrupt

    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, stop)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
