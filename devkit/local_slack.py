"""The local Slack: a strict workspace with the sample people and this product's manifest, served on this machine."""

from __future__ import annotations

import os
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from devkit.guard import LocalOnly
from devkit.listen import bind, listening
from devkit.people import CHANNELS, PEOPLE, USER_GROUPS
from devkit.slack import Workspace
from devkit.slack.sent import Recorder
from devkit.slack.server import application
from infra.slack.manifest import manifest

if TYPE_CHECKING:
    from collections.abc import Callable

    from devkit.slack import Deliver


RECORDS: Final = "RECORD_WHAT_SLACK_GETS_IN"
"""Environment variable that names a folder for the shapes of all that the app sends."""


def local_slack(
    bot: Deliver, *, clock: Callable[[], float] = time.time, patience: float = 3.0, recorded: bool = True
) -> Workspace:
    """Return a workspace with the sample people, whose app declares the commands of this product's manifest.

    All that the app sends is recorded if RECORDS names a folder. For an app that is not ours, `recorded` is False.
    """
    return Workspace(
        bot,
        people=PEOPLE,
        channels=CHANNELS,
        user_groups=USER_GROUPS,
        manifest=manifest(None),
        clock=clock,
        patience=patience,
        record=_recorder(os.environ.get(RECORDS)) if recorded else None,
    )


@cache
def _recorder(folder: str | None) -> Recorder | None:
    """Return the recorder of this process, or None without a folder."""
    return Recorder(Path(folder)) if folder else None


@dataclass(frozen=True)
class RunningSlack:
    """A workspace that listens at `url`, until `stop()`."""

    url: str
    stop: Callable[[], None]


def serve(workspace: Workspace, port: int = 0) -> RunningSlack:
    """Serve a workspace on 127.0.0.1 from a thread, for programs and pages of this machine. Port 0 takes a free one.

    The bot's SLACK_API_URL is `{url}/api/`. Raises PortTaken.
    """
    stopping = threading.Event()
    serving = ExitStack()
    app = LocalOnly(application(workspace, stopping))
    workspace.base_url = serving.enter_context(listening(app, bind(port)))

    def stop() -> None:
        stopping.set()
        with workspace.changing():
            """The notification of this change ends the open event streams."""
        serving.close()

    return RunningSlack(workspace.base_url, stop)
