"""Routes of the bot: the listener of each command, button, menu and form, found by its id in one step.

Bolt would try each of a hundred listeners in turn, with new arguments for each, and inspect each at the start. It gets
one listener for each kind of request instead, which looks up the route here and calls that listener (docs/adr/0061).
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slack_bolt import Ack, App
    from slack_bolt.context import BoltContext
    from slack_bolt.request import BoltRequest
    from slack_sdk import WebClient

    Listener: TypeAlias = Callable[..., object]
    Matcher: TypeAlias = Callable[[dict[str, Any]], bool]


class Begins(str):
    """Beginning of the ids that a route takes."""

    __slots__ = ()


class Named(str):
    """First word of the ids that a route takes: `event` takes `event` and `event.2`, and not `events`."""

    __slots__ = ()


Ids: TypeAlias = "str | frozenset[str]"
"""The ids that a route takes: one id, several, those that begin in one way, or those with one first word."""


class Route:
    """A listener, and what a request must be for it."""

    __slots__ = ("block_id", "ids", "kind", "listener", "matchers")

    def __init__(self, kind: str, ids: Ids, block_id: str | None, matchers: Sequence[Matcher], run: Listener) -> None:
        self.kind, self.ids, self.block_id, self.matchers, self.listener = kind, ids, block_id, matchers, run

    def takes(self, asked: str) -> bool:
        """Return whether the route takes this id."""
        match self.ids:
            case frozenset():
                return asked in self.ids
            case Begins():
                return asked.startswith(self.ids)
            case Named():
                after = asked[len(self.ids) : len(self.ids) + 1]
                return asked.startswith(self.ids) and not (after.isalnum() or after == "_")
        return asked == self.ids


class Routes:
    """All routes. Of two that take a request, the one that was added first has it."""

    def __init__(self) -> None:
        self.all: list[Route] = []

    def command(self, ids: Ids, *, matchers: Sequence[Matcher] = ()) -> Callable[[Listener], Listener]:
        """Add the listener of a command. Each matcher reads the request's body."""
        return self._adder("command", ids, matchers=matchers)

    def action(self, ids: Ids, *, block_id: str | None = None) -> Callable[[Listener], Listener]:
        """Add the listener of a button, a menu or an input, by its action id."""
        return self._adder("action", ids, block_id=block_id)

    def options(self, ids: Ids) -> Callable[[Listener], Listener]:
        """Add the listener that answers a type-ahead, by its action id."""
        return self._adder("options", ids)

    def view(self, ids: Ids) -> Callable[[Listener], Listener]:
        """Add the listener of a form's submission, by its callback id."""
        return self._adder("view", ids)

    def view_closed(self, ids: Ids) -> Callable[[Listener], Listener]:
        """Add the listener of a form that was closed."""
        return self._adder("view_closed", ids)

    def global_shortcut(self, ids: Ids) -> Callable[[Listener], Listener]:
        """Add the listener of a shortcut that is offered everywhere."""
        return self._adder("global_shortcut", ids)

    def message_shortcut(self, ids: Ids) -> Callable[[Listener], Listener]:
        """Add the listener of a shortcut that is offered at a message."""
        return self._adder("message_shortcut", ids)

    def event(self, type_: str) -> Callable[[Listener], Listener]:
        """Add the listener of an event in the workspace. Bolt acknowledges it by itself."""
        return self._adder("event", type_)

    def _adder(
        self, kind: str, ids: Ids, *, block_id: str | None = None, matchers: Sequence[Matcher] = ()
    ) -> Callable[[Listener], Listener]:
        def add(listener: Listener) -> Listener:
            self.all.append(Route(kind, ids, block_id, matchers, listener))
            return listener

        return add

    def serve(self, app: App) -> App:
        """Register one listener for each kind of request with Bolt, and return the app."""
        for kind, register in (
            ("command", app.command),
            ("options", app.options),
            ("action", app.block_action),
            ("view", app.view_submission),
            ("view_closed", app.view_closed),
            ("global_shortcut", app.global_shortcut),
            ("message_shortcut", app.message_shortcut),
        ):
            chosen = [route for route in self.all if route.kind == kind]
            register(_ANY, matchers=[partial(_is_found, routes=chosen, kind=kind)])(_run)
        for route in self.all:
            if route.kind == "event":
                app.event(route.ids)(route.listener)  # type: ignore[arg-type]  # one type
        return app


_ANY: Final = re.compile("")
_FOUND: Final = "route"


def _is_found(body: dict[str, Any], context: BoltContext, *, routes: list[Route], kind: str) -> bool:
    """Return whether there is a route for the request, and keep it for the listener."""
    asked, block_id = _asked_for(body, kind)
    for route in routes:
        if not route.takes(asked) or (route.block_id and route.block_id != block_id):
            continue
        if all(matches(body) for matches in route.matchers):
            context[_FOUND] = route
            return True
    return False


def _asked_for(body: dict[str, Any], kind: str) -> tuple[str, str]:
    """Return the id by which a request finds its listener, and the block in which it was made."""
    match kind:
        case "command":
            found = body
            return str(found["command"]), ""
        case "action":
            found = body["actions"][0]
        case "view" | "view_closed":
            return str(body["view"].get("callback_id")), ""
        case "options":
            found = body
        case _:
            return str(body["callback_id"]), ""
    return str(found.get("action_id")), str(found.get("block_id"))


def _run(  # noqa: PLR0913, PLR0917 - all that Bolt gives and any listener takes
    ack: Ack,
    body: dict[str, Any],
    payload: dict[str, Any],
    view: dict[str, Any] | None,
    context: BoltContext,
    client: WebClient,
    request: BoltRequest,
) -> object:
    """Call the listener of the route that was found, with what its positional parameters are called."""
    given = {"ack": ack, "body": body, "payload": payload, "view": view, "context": context, "client": client}
    given["request"] = request
    listener = context[_FOUND].listener
    code = getattr(listener, "func", listener).__code__
    return listener(**{name: given[name] for name in code.co_varnames[: code.co_argcount]})
