"""A request for each route of the bot that no shape covers: made by hand, without the data behind it."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from bot.board_ids import BoardMemo
from bot.views.payment_form import FORM, GROUP_FORM, RECEIPT, Memo
from devkit.slack import forms, payloads
from tests.bot.test_every_route import Asked as Route
from tests.bot.test_every_route import routes
from tests.builders import EID
from tests.fuzz.bot_requests import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from devkit.slack.modals import OpenView
    from devkit.slack.wire import JSON
    from tests.fuzz.world import World

VALUES: Final[dict[str, Any]] = {
    "eid": EID,
    "patron": "dave",
    "payment": "p1",
    "group": "g1",
    "page": 0,
    "by": "U0DANA",
}
"""Values that the app's buttons may contain."""
PEOPLE: Final = ("U0OLIVIA", "U0DANA")


def routes_of(world: World) -> list[Route]:
    """Return the routes of the bot of this world."""
    stage: Any = SimpleNamespace(world=SimpleNamespace(lambda_function=world.bot))
    return routes(stage)


def other_shapes(world: World, shapes: Sequence[Shape]) -> list[Shape]:
    """Return a request for each route that none of the shapes takes, from an admin and from the crew."""
    return [
        shape
        for kind, name, block_id in routes_of(world)
        if not is_taken(shapes, kind, name)
        for shape in _requests(world, (kind, name, block_id))
    ]


def is_taken(shapes: Sequence[Shape], kind: str, name: str) -> bool:
    """Return whether one of the shapes is a request of this route."""
    wanted = {"view": f"submit {name}", "view_closed": f"close {name}"}.get(kind, name)
    kinds = {
        "action": "block_actions",
        "options": "block_suggestion",
        "view": "view_submission",
        "global_shortcut": "shortcut",
        "message_shortcut": "message_action",
        "event": "event_callback",
    }
    return any(
        shape.name.startswith(wanted) and shape.payload.get("type", "command") in {kind, kinds.get(kind)}
        for shape in shapes
    )


def _requests(world: World, route: Route) -> Iterator[Shape]:
    kind, name, _ = route
    for user in PEOPLE:
        who = world.slack.workspace.people[user]
        view = _view(world, user, route)
        match kind:
            case "action" | "options":
                block, element = next(pair for pair in forms.elements(view.blocks) if pair[1]["action_id"] == name)
                if kind == "action":
                    done = payloads.action(block, element, None, action_ts="1779566400.245369")
                    sent = payloads.action_in_view(who, view, done, trigger_id=f"t.{name}")
                else:
                    sent = payloads.suggestion(who, view, block, element, "d")
                yield Shape("options" if kind == "options" else "interaction", name, user, sent, view=view)
            case "view":
                sent = payloads.view_submission(who, view, trigger_id=f"t.{name}", response_urls=[])
                yield Shape("interaction", f"submit {name}", user, sent, view=view)
            case "view_closed":
                sent = payloads.view_closed(who, view, is_cleared=False)
                yield Shape("interaction", f"close {name}", user, sent, view=view)


def _view(world: World, user: str, route: Route) -> OpenView:
    """Return a form with an input, and the element of the route where it is one."""
    kind, name, block_id = route
    element: JSON = {"type": "button", "text": {"type": "plain_text", "text": "Press"}, "value": json.dumps(VALUES)}
    if kind == "options":
        element = {"type": "external_select", "min_query_length": 0}
    row = {"type": "actions", "block_id": block_id or "row", "elements": [{**element, "action_id": name}]}
    amount = {
        "type": "input",
        "block_id": "amount",
        "optional": True,
        "label": {"type": "plain_text", "text": "Amount"},
        "element": {"type": "plain_text_input", "action_id": "amount", "initial_value": "20"},
    }
    callback_id = name if kind in {"view", "view_closed"} else "elsewhere"
    view: JSON = {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": _memo(callback_id),
        "title": {"type": "plain_text", "text": "A form"},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": [amount] if callback_id == name else [amount, row],
    }
    return world.slack.workspace.modals._new(user, world.slack.workspace.people[user].team_id, view, under=None)


def _memo(callback_id: str) -> str:
    if callback_id in {FORM, GROUP_FORM, RECEIPT}:
        return Memo("p9", eid=EID).dump()
    if re.match("board|passenger", callback_id):
        return BoardMemo(EID).dump()
    return json.dumps({**VALUES, "form": "f1", "seen": "s", "currency": "USD", "id": "h1", "due": "125.00"})
