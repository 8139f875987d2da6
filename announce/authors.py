"""The name of the person who logged an entry. A mention would notify the person, or mean nothing in a mail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# A token of the dispatch page carries the Slack id of the person who asked for it; one made in a shell, any word.
_SLACK_ID: Final = re.compile("[UW][A-Z0-9]{4,}")


def author_id(logged_by: str) -> str:
    """Return the id of the person who logged an entry: the same for `slack:U…` and `web:U…`."""
    source, _, who = logged_by.partition(":")
    return who if source in ("slack", "web") and who else logged_by


def author_name(logged_by: str, name: Callable[[str], str | None]) -> str:
    """Return the person's name. Where `name` does not find it by their Slack id, return the id or the word itself."""
    who = author_id(logged_by)
    known = name(who) if _SLACK_ID.fullmatch(who) else None
    return known or who or "somebody"
