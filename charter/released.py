"""The known facts about the release that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from charter.frozen import dataclass

if TYPE_CHECKING:
    from datetime import datetime

LATEST: Final = "$LATEST"
"""Lambda's name for code that no version was published of."""


@dataclass(frozen=True, slots=True)
class RunningRelease:
    """The function and the version that run here, and a published version's description and moment, if they are known.

    `function` is empty outside Lambda. `unread` says why the rest is not known; empty when it is.
    """

    function: str = ""
    version: str = LATEST
    description: str = ""
    modified: datetime | None = None
    unread: str = ""
