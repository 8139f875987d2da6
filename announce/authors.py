"""The name of the person who logged an entry. A mention would notify the person, or mean nothing in a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charter.roles import SLACK_USER_ID

if TYPE_CHECKING:
    from collections.abc import Callable


def author_id(logged_by: str) -> str:
    """Return the id of the person who logged an entry: the same for `slack:U…` and `web:U…`."""
    source, _, who = logged_by.partition(":")
    return who if source in ("slack", "web") and who else logged_by


def author_name(logged_by: str, name: Callable[[str], str | None]) -> str:
    """Return the person's name. Where `name` does not find it by their Slack id, return the id or the word itself.

    A token of the dispatch page carries a Slack id; one made in a shell carries any word.
    """
    who = author_id(logged_by)
    known = name(who) if SLACK_USER_ID.fullmatch(who) else None
    return known or who or "somebody"
