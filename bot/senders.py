"""The sender of a request, and the role that their form carries."""

from __future__ import annotations

from typing import Any

from bot.access import Asker, KnownRole
from bot.board_ids import read_board_memo
from bot.kept import FormOutdated
from bot.views.payment_form import read_memo
from charter.roles import Role


def asker_of(body: dict[str, Any]) -> Asker:
    """Return the sender of a request. Commands, events and the other requests each have a field of their own for it."""
    user, team, event = body.get("user") or {}, body.get("team") or {}, body.get("event") or {}
    named = event.get("user")  # an id; the whole person in events about people
    return Asker(
        user_id=body.get("user_id") or user.get("id") or (named.get("id") if isinstance(named, dict) else named) or "",
        acts_in=team.get("id") or body.get("team_id"),
        of_team=user.get("team_id"),
    )


def kept_role(asker: Asker, view: dict[str, Any] | None) -> KnownRole | None:
    """Return the role that a form carries, or None if the form was opened by somebody else, or cannot be read."""
    try:
        memo = read_memo(view) or read_board_memo(view)
    except FormOutdated:  # whoever may use the form reads so from its listener
        return None
    if memo is None or not isinstance(memo.since, int):
        return None
    if memo.opened_by != asker.user_id or memo.role not in {role.value for role in Role}:
        return None
    return KnownRole(Role(memo.role), memo.since)
