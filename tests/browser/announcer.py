"""The announce Lambda between the world's real stream and its strict Slack, and the outbox of its mails."""

from __future__ import annotations

import importlib
import os
import sys
import time
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING
from unittest import mock

from devkit.announcing import announcing, show_digest
from devkit.aws import create_announcements_table
from devkit.listen import bind, listening
from devkit.local import today_at_the_dock
from devkit.outbox import outbox, sent_mail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import World


@contextmanager
def an_announcer(world: World) -> Iterator[str]:
    """Announce new changes until the block ends. Yield the address of the outbox, which has only this world's mails."""
    endpoint = world.client.meta.endpoint_url
    announcements = f"announcements-of-{world.table}"
    begun = time.time()
    with ExitStack() as stack:
        create_announcements_table(world.client, announcements, forgets=False)
        stack.callback(world.client.delete_table, TableName=announcements)
        stack.enter_context(mock.patch.dict(os.environ, {"ANNOUNCEMENTS_TABLE": announcements}))
        sys.modules.pop("announce_function", None)
        stack.callback(sys.modules.pop, "announce_function", None)
        handler = importlib.import_module("announce_function").lambda_handler
        running = stack.enter_context(
            announcing(endpoint=endpoint, table=world.table, today=today_at_the_dock, handler=handler)
        )
        page = outbox(
            lambda: [mail for mail in sent_mail(endpoint) if mail["at"] >= begun],
            partial(show_digest, running),
        )
        yield stack.enter_context(listening(page, bind(0)))
