"""The announce Lambda in the local world: it reads the table's real stream and sends mail to the embedded SES."""

from __future__ import annotations

import importlib
import os
from contextlib import closing, contextmanager, redirect_stdout, suppress
from email.utils import parseaddr
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from devkit.aws import aws_client
from devkit.edge import read_template
from devkit.functions import invoke
from devkit.mapping import read_both
from devkit.private import open_private
from devkit.public_site import one_at_a_time
from devkit.season import season
from devkit.stream import mapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from devkit.batches import MappingSettings, Record
    from devkit.functions import Event as Invoked
    from devkit.functions import Handler

DIGEST: Final = {"digest": "now"}
"""The event of EventBridge Scheduler every morning, but repeatable: it does not replace the morning's own digest."""
WAITING: Final = {"sweep": "waiting"}
"""The event of EventBridge Scheduler every few minutes, which mails signatures collected for one mail."""
_WAITING_PAUSE: Final = 300.0  # seconds, as the template's
REMIND: Final = {"remind": "patrons"}
"""The event of EventBridge Scheduler every hour by day, which reminds patrons. It is safe to repeat."""
_FUNCTION: Final = "announce"
_TIMEOUT: Final = 60.0  # seconds, as the template's


@contextmanager
def announcing(  # noqa: PLR0913  # source, handler, log and settings
    *,
    endpoint: str,
    table: str,
    today: Callable[[], date],
    log: Path | None = None,
    handler: Handler | None = None,
    settings: MappingSettings | None = None,
    waiting_pause: float = _WAITING_PAUSE,
) -> Iterator[Handler]:
    """Invoke the announce Lambda for every change of `table` until the block ends. Yield it, to invoke it otherwise.

    `handler` defaults to `announce_function.lambda_handler`, imported with this process's environment; `settings`
    default to the template's. Waiting mail is sent every `waiting_pause` seconds. The metrics that the handler prints
    go to `log`, as they would to CloudWatch. Raises TemplateUnclear.
    """
    if handler is None:
        handler = importlib.import_module("announce_function").lambda_handler
    handler = one_at_a_time(handler if log is None else _logged(handler, log))
    if sender := os.environ.get("NOTIFY_EMAIL_FROM"):
        verify_sender(endpoint, sender)
    announced, settings = without_the_planted(handler, today), settings or read_both(read_template())
    with (
        mapped(announced, endpoint=endpoint, table=table, name=_FUNCTION, settings=settings),
        _every(waiting_pause, lambda: invoke(handler, dict(WAITING), name=_FUNCTION, timeout=_TIMEOUT)),
    ):
        yield handler


@contextmanager
def _every(pause: float, do: Callable[[], object]) -> Iterator[None]:
    """Call `do` after every `pause` (seconds) until the block ends."""
    ended = Event()

    def run() -> None:
        while not ended.wait(pause):
            do()

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def show_digest(handler: Handler) -> bool:
    """Post the morning digest now. Return False if the handler failed, which is logged."""
    status, _, _ = invoke(handler, dict(DIGEST), name=_FUNCTION, timeout=_TIMEOUT)
    return status == 200  # noqa: PLR2004  # HTTP's OK


def remind_patrons(handler: Handler) -> bool:
    """Mail the patrons' reminders that are due now. Return False if the handler failed, which is logged."""
    status, _, _ = invoke(handler, dict(REMIND), name=_FUNCTION, timeout=_TIMEOUT)
    return status == 200  # noqa: PLR2004  # HTTP's OK


def create_dead_letters(endpoint: str) -> str:
    """Create the queue for changes that cannot be announced, unless it exists. Return its URL."""
    with closing(aws_client("sqs", endpoint)) as client:
        return str(client.create_queue(QueueName="announce-dead-letters")["QueueUrl"])


def verify_sender(endpoint: str, sender: str) -> None:
    """Verify the sender's address, since the embedded SES, like the real one, refuses unverified senders."""
    with closing(aws_client("sesv2", endpoint)) as client, suppress(client.exceptions.AlreadyExistsException):
        client.create_email_identity(EmailIdentity=parseaddr(sender)[1])


def without_the_planted(handler: Handler, today: Callable[[], date]) -> Handler:
    """Return the handler without the rows of the sample season, which are not to be announced."""

    def handed(event: Invoked, context: Any) -> Any:  # noqa: ANN401  # the handler's answer
        records = event["Records"]
        if any(record["eventName"] == "INSERT" for record in records):
            planted = {_key(row): row for row in season(today()) if row["crew_id"].startswith("#")}
            records = [record for record in records if not _is_planted(record, planted)]
        return handler({**event, "Records": records}, context) if records else None

    return handed


def _is_planted(record: Record, planted: Mapping[tuple[str, str], Any]) -> bool:
    if record["eventName"] != "INSERT":
        return False
    row = from_wire(record["dynamodb"]["NewImage"])
    return bool(planted.get(_key(row)) == row)


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["eid"], row["crew_id"]


def _logged(handler: Handler, path: Path) -> Handler:
    """Return the handler with its output appended to a file."""

    def logged(event: Invoked, context: Any) -> Any:  # noqa: ANN401  # as above
        with open_private(path) as file, redirect_stdout(file):
            return handler(event, context)

    return logged
