"""Who logged an entry, by name: what a channel and a mail say, where a mention would ring or mean nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# The dispatch page's tokens carry the Slack id of whoever asked for the link; those made in a shell, any word.
_SLACK_ID: Final = re.compile("[UW][A-Z0-9]{4,}")


def author_id(logged_by: str) -> str:
    """The person behind `slack:U…` and `web:U…`: the same for both doors."""
    door, _, who = logged_by.partition(":")
    return who if door in ("slack", "web") and who else logged_by


def author_name(logged_by: str, name: Callable[[str], str | None]) -> str:
    """The person's name where `name` knows it by their Slack id, else the id or the word itself."""
    who = author_id(logged_by)
    known = name(who) if _SLACK_ID.fullmatch(who) else None
    return known or who or "somebody"
