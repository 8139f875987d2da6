"""The rare commands: each module is imported when one of its listeners first runs, so that no cold start pays for it.

To a type checker the names here are the modules themselves, so a route with a wrong name or dependency is an error. At
run time `cash.show` is a function that Bolt can register, and that imports bot/commands/cash.py when it is called.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_bolt.request import BoltRequest
    from slack_sdk import WebClient

    from bot import taking_back
    from bot.commands import (
        adjusting,
        boarding_card,
        boarding_forms,
        boarding_list,
        cash,
        corrections,
        dispatch,
        edit_event,
        group_payment,
        history,
        home,
        lint,
        log_from_message,
        matching,
        month,
        moving,
        new_event,
        open_money,
        passenger_list,
        paste_roster,
        patrons,
        payment_status,
        remind,
        settling,
        undo,
        undo_group,
        version,
        waiver,
        write_off,
    )

__all__ = [
    "adjusting",
    "boarding_card",
    "boarding_forms",
    "boarding_list",
    "cash",
    "corrections",
    "dispatch",
    "edit_event",
    "group_payment",
    "history",
    "home",
    "lint",
    "log_from_message",
    "matching",
    "month",
    "moving",
    "new_event",
    "open_money",
    "passenger_list",
    "paste_roster",
    "patrons",
    "payment_status",
    "remind",
    "settling",
    "taking_back",
    "undo",
    "undo_group",
    "version",
    "waiver",
    "write_off",
]

_ELSEWHERE: Final = {"taking_back": "bot.taking_back"}  # all others are in bot.commands


class Later:
    """A module that is not imported yet. Its attributes are listeners that import it when they run."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Callable[..., object]:
        """Return the listener of this name. It is not looked for before it runs."""
        return listener(self._module, name)


@cache
def listener(module: str, name: str) -> Callable[..., object]:
    """Return a listener that imports the module, and calls its function with what that function's parameters ask for.

    Bolt gives a listener what its positional parameters are called, so this one has all that any of ours asks for. The
    dependencies come by keyword, as always.
    """

    def run(  # noqa: PLR0913, PLR0917 - all that Bolt may give
        ack: Ack,
        body: dict[str, Any],
        payload: dict[str, Any],
        view: dict[str, Any] | None,
        context: BoltContext,
        client: WebClient,
        request: BoltRequest,
        **dependencies: object,
    ) -> object:
        given = {"ack": ack, "body": body, "payload": payload, "view": view, "context": context, "client": client}
        given["request"] = request
        code = (function := getattr(import_module(module), name)).__code__
        asked = code.co_varnames[: code.co_argcount]
        return function(**{each: given[each] for each in asked}, **dependencies)

    run.later = (module, name)  # type: ignore[attr-defined]  # for the test that finds each of them
    return run


def import_all() -> None:
    """Import all of these modules now. A snapshot has them, so that nobody waits for them after a restore."""
    for name in __all__:
        import_module(_place_of(name))


def _place_of(name: str) -> str:
    return _ELSEWHERE.get(name, f"bot.commands.{name}")


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Later:
        """Return the module of this name, not imported yet."""
        if name not in __all__:
            raise AttributeError(name)
        return Later(_place_of(name))
