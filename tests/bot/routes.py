"""Every route of the bot, read from the app itself, so that a new one is tested without a word here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import bot.app

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

KINDS: Final = ("command", "action", "view", "options", "global_shortcut", "message_shortcut", "event", "view_closed")
Route = tuple[str, str, str | None]  # kind, id, and a block id that it asks for


def routes(function: ModuleType) -> list[Route]:
    """Return each route of the app of a function file, with an id that it takes."""
    found: list[Route] = []

    class Noted:
        """An app that only records what is routed."""

        def __getattr__(self, kind: str) -> Callable[..., Any]:
            def route(constraint: Any, **_: Any) -> Callable[[Any], Any]:
                of = constraint if isinstance(constraint, dict) else {"action_id": constraint}
                found.append((kind, sample(of["action_id"]), of.get("block_id")))
                return lambda listener: listener

            return route if kind in KINDS else lambda *_, **__: lambda listener: listener

    with mock.patch.object(bot.app, "new_app", return_value=Noted()):
        bot.app.create_app(
            settings=function.settings,
            slack=function.slack,
            access=None,  # type: ignore[arg-type]  # nothing of it is called while routes are recorded
            services=function.services,
            dispatch_link=function.dispatch_link,
            passenger_link=function.passenger_link,
        )
    return list(dict.fromkeys(found))


def sample(constraint: str | re.Pattern[str]) -> str:
    """An id that the constraint of a route takes."""
    if isinstance(constraint, str):
        return constraint
    text = re.sub(r"\(\?!.*?\)|\([^()]*\)\?", "", constraint.pattern).lstrip("^")
    text = re.sub(r"\\(.)", lambda found: "" if found[1] == "b" else found[1], text.split("|")[0].strip("^($)"))
    taken = next(text + end for end in ("", "x", "0") if constraint.search(text + end))
    assert taken
    return taken
