"""Records of calls and failures, for tests and for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devkit.slack.wire import JSON

Where = str | tuple[str, str]
"""The view id of a modal or a Home tab, or a message's (channel, ts)."""


@dataclass(frozen=True, kw_only=True)
class ApiCall:
    """One Web API call of the bot. `args` as parsed, without the token."""

    method: str
    args: JSON
    ok: bool
    error: str | None


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A failure that Slack showed to a person. `error` is its name; `detail` is for developers."""

    user: str
    text: str
    error: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """An ordered failure: an error name, an HTTP status without a body, or a delay in seconds before the answer.

    With `lost` the method is carried out, and the status replaces its answer.
    """

    error: str | None = None
    status: int | None = None
    delay: float = 0.0
    lost: bool = False
    retry_after: int = 1
