"""What the workspace writes down as it goes, for tests to count and for people to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devkit.slack.wire import JSON

Where = str | tuple[str, str]
"""A modal's view id, or a message's (channel, ts)."""


@dataclass(frozen=True, kw_only=True)
class ApiCall:
    """One Web API call of the bot. `args` as parsed, without the token."""

    method: str
    args: JSON
    ok: bool
    error: str | None


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What Slack told somebody went wrong; `error` names it, `detail` is what a developer wants to know."""

    user: str
    text: str
    error: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A failure to come: an error name, a bare HTTP status, or a delay in seconds before the normal answer.

    `lost`: the method is carried out all the same, and only its answer is lost to the status.
    """

    error: str | None = None
    status: int | None = None
    delay: float = 0.0
    lost: bool = False
    retry_after: int = 1
