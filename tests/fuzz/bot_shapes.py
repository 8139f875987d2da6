"""The real shapes of Slack's requests: all that people can press, fill in and type, as the strict Slack sends it.

They are found by going on from what the bot shows: a command opens a form, its buttons open others, and so on.
"""

from __future__ import annotations

import json
import re
from collections import deque
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bot.kept import FormOutdated
from devkit.slack import answers, events, forms, payloads
from devkit.slack.blockkit import options_of
from devkit.slack.modals import MethodRefused, OpenView
from devkit.slack.wire import Answer
from tests.builders import EID
from tests.fuzz.bot_requests import Shape, delivered, put
from tests.fuzz.world import enter_in_books

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from devkit.slack.posts import Post
    from devkit.slack.wire import JSON
    from tests.fuzz.world import World

COMMANDS: Final = (
    ("/log-payment", ("dave 125 cash", "dave and ana 50 venmo", "nobody 5", "")),
    ("/payment-status", ("", "cash", EID, "new event tomorrow 10am", "ids", "version", "2026-05", "open", "since 3h")),
    ("/payment-status", (f"edit {EID}", f"roster {EID}", f"card {EID}", "dave", "tomorrow", "whale")),
    ("/waiver", ("", EID, f"remind {EID}")),
    ("/board", ("", EID, "tomorrow")),
    ("/dispatch", ("", "help")),
)
BOOKS: Final = (("/payment-status", ("cash", "2026-05", "open", "since 3h", EID)),)
"""Commands whose answers show more after something was logged."""
PEOPLE: Final = ("U0OLIVIA", "U0DANA")
KEPT: Final = frozenset({"log_payment", "log_group", "hand_over"})
"""Forms whose writes stay, so that there is something to undo, to accept and to match."""
TEXTS: Final = {"amount": "20", "due": "50", "name": "Zoe Fuzz", "party": "2", "price": "90", "capacity": "12"}
STATES: Final[dict[str, JSON]] = {
    "datepicker": {"selected_date": "2026-06-01"},
    "timepicker": {"selected_time": "10:00"},
    "users_select": {"selected_user": "U0MARCO"},
    "conversations_select": {"selected_conversation": "C0CORY"},
    "channels_select": {"selected_channel": "C0CORY"},
    "number_input": {"value": "2"},
}


@dataclass
class Crawl:
    """Collects shapes until there are no new ones, or `most`; with 0, those that need nothing before them."""

    world: World
    most: int
    shapes: list[Shape] = field(default_factory=list)
    _seen: set[tuple[object, ...]] = field(default_factory=set)
    _left: deque[Shape] = field(default_factory=deque)

    def run(self) -> list[Shape]:
        """Return the shapes. Each case starts with the rows that the kept forms wrote."""
        self._left.extend(self._first())
        if not self.most:
            self.shapes = list(self._left)
            return self.shapes
        self._play_all()
        enter_in_books(self.world)
        self.world.tables.set_base()
        self._left.extend(self._commands(BOOKS))
        self._play_all()
        self.world.slack.keep_ids()
        self.world.reset()
        return self.shapes

    def _play_all(self) -> None:
        while self._left and len(self.shapes) < self.most:
            self._play(self._left.popleft())

    def _add(self, key: tuple[object, ...], make: Callable[[], Shape]) -> None:
        """Add the shape that `make` returns, unless there is one of its kind."""
        if key not in self._seen:
            self._seen.add(key)
            self._left.append(make())

    def _commands(self, commands: Iterable[tuple[str, tuple[str, ...]]]) -> Iterator[Shape]:
        space = self.world.slack.workspace
        for user in PEOPLE:
            who, channel = space.people[user], space.channels["C0DOCK"]
            trigger = {"trigger_id": f"1779566400.{user}", "response_url": f"{space.base_url}/response/R{user}"}
            for command, texts in commands:
                for text in texts:
                    sent = payloads.slash_command(who, channel, command=command, text=text, **trigger)
                    yield Shape("command", f"{command} {text}".rstrip(), user, sent)

    def _first(self) -> Iterator[Shape]:
        space = self.world.slack.workspace
        for user in PEOPLE:
            who, channel = space.people[user], space.channels["C0DOCK"]
            trigger = {"trigger_id": f"1779566400.{user}", "response_url": f"{space.base_url}/response/R{user}"}
            for callback_id in space.shortcuts:
                sent = payloads.shortcut(
                    who, callback_id=callback_id, trigger_id=trigger["trigger_id"], action_ts="1779566400.245369"
                )
                yield Shape("interaction", callback_id, user, sent)
            space.say(user, "C0DOCK", "Dave paid 120 on Venmo")
            post = space.board.posts[-1]
            for callback_id in space.message_shortcuts:
                sent = payloads.message_shortcut(
                    who, channel, post, callback_id=callback_id, action_ts="1779566400.245369", **trigger
                )
                yield Shape("interaction", callback_id, user, sent, post=post)
            opened = events.app_home_opened(user, space.direct_id(user), None, event_ts="1779566400.245369")
            yield Shape("event", "app_home_opened", user, events.envelope(opened, event_id="Ev0", now=1779566400))
        yield from self._commands(COMMANDS)

    def _play(self, shape: Shape) -> JSON:
        """Send a shape as it is, and add those of all that the person then sees. Return the parsed answer."""
        self.shapes.append(shape)
        world = self.world
        world.slack.begin()
        put(world.slack, shape)
        space = world.slack.workspace
        known = {id(post) for post in space.board.posts}
        status, headers, body = delivered(world, shape, shape.payload)
        answer = Answer(status, dict(headers), body)
        said = body.decode() + json.dumps(world.slack.sent)
        if status != 200 or FormOutdated.sentence in said or world.errors.lines:
            raise AssertionError(f"{shape} is refused as it is: {status} {said[:500]} {world.errors.lines}")
        self._show(shape, answer)
        for view in [*space.modals.stack(shape.user), *filter(None, [space.modals.homes.get(shape.user)])]:
            self._add_view(shape.user, view)
        for post in space.board.posts:
            if id(post) not in known and post.is_seen_by(shape.user) and post.blocks:
                self._add_place(shape.user, post)
        if shape.payload.get("type") == "view_submission" and shape.payload["view"]["callback_id"] in KEPT:
            world.tables.keep()
        if world.tables.written:
            world.bot.calendar.forget()
        world.tables.reset()
        return answers.as_json(body) or {}

    def _show(self, shape: Shape, answer: Answer) -> None:
        """Let Slack show an answer to a command or a form."""
        space = self.world.slack.workspace
        try:
            if shape.kind == "command":
                answers.to_command(space.board, shape.user, "C0DOCK", answer, None)  # type: ignore[arg-type]  # of a failure
            elif shape.payload.get("type") == "view_submission" and (top := space.modals.top(shape.user)):
                answers.to_submission(space.modals, top, answer)
        except MethodRefused:
            pass  # the judge says so, where it is a case

    def _add_view(self, user: str, view: OpenView) -> None:
        self._add_place(user, view)
        who, name = self.world.slack.workspace.people[user], view.view.get("callback_id")
        if view.view["type"] == "home":
            return

        def submit(*, is_filled: bool) -> Shape:
            sent_from = self._filled(user, view) if is_filled else view
            sent = payloads.view_submission(who, sent_from, trigger_id=f"t.{view.id}", response_urls=[])
            return Shape("interaction", f"submit {name}", user, sent, view=sent_from)

        def close() -> Shape:
            sent = payloads.view_closed(who, view, is_cleared=False)
            return Shape("interaction", f"close {name}", user, sent, view=view)

        if "submit" in view.view:
            for is_filled in (False, True):
                inputs = tuple(sorted({block_id.partition(".")[0] for block_id, _ in view.held}))
                self._add((user, "submit", name, is_filled, inputs), partial(submit, is_filled=is_filled))
        self._add((user, "close", name), close)

    def _add_place(self, user: str, place: OpenView | Post) -> None:
        """Add what can be pressed, chosen and typed in a view or a message."""
        who = self.world.slack.workspace.people[user]
        name = place.view.get("callback_id", "home") if isinstance(place, OpenView) else "message"
        for block, element in forms.elements(place.blocks):
            key = (user, name, _stem(element["action_id"]), element["type"])
            if "external" in element["type"]:
                suggest = partial(payloads.suggestion, who, place, block, element, "d")
                self._add((*key, "type"), partial(self._shape, "options", element, user, suggest, place))
            if not forms.dispatches(block, element) or (*key, "all") in self._seen:
                continue
            if element["type"] != "overflow":
                self._seen.add((*key, "all"))
            for state in self._states(user, place, block, element):
                act = partial(self._act, user, place, block, element, state)
                chosen = json.dumps(state)
                self._add(
                    (*key, _stem(chosen.partition('"value": "')[2])),
                    partial(self._shape, "interaction", element, user, act, place),
                )

    def _act(self, user: str, place: OpenView | Post, block: JSON, element: JSON, state: JSON | None) -> JSON:
        space, who = self.world.slack.workspace, self.world.slack.workspace.people[user]
        done = payloads.action(block, element, state, action_ts="1779566400.245369")
        trigger = f"t.{element['action_id']}"
        if isinstance(place, OpenView):
            return payloads.action_in_view(who, place, done, trigger_id=trigger)
        url = f"{space.base_url}/response/R{element['action_id']}"
        channel = space.channels.get(place.channel) or space.direct_channel(user)
        return payloads.action_in_message(who, channel, place, done, trigger_id=trigger, response_url=url)

    def _shape(self, kind: str, element: JSON, user: str, make: Callable[[], JSON], place: OpenView | Post) -> Shape:
        where: Any = {"view": place} if isinstance(place, OpenView) else {"post": place}
        return Shape(kind, element["action_id"], user, make(), **where)

    def _states(self, user: str, place: OpenView | Post, block: JSON, element: JSON) -> list[JSON | None]:
        """Return the states into which the element is brought: of a menu, one for each kind of option."""
        kind = element["type"]
        if kind == "button":
            return [None]
        if "external" in kind:
            offered = self._offered(user, place, block, element)
        else:
            by_kind = {_stem(option.get("value", "")): option for option in reversed(options_of(element))}
            offered = list(by_kind.values())
        if offered:
            many = kind.startswith("multi_") or kind == "checkboxes"
            key = "selected_options" if many else "selected_option"
            return [{"type": kind, key: [each] if many else each} for each in offered]
        typed = {"value": TEXTS.get(block["block_id"].partition(".")[0], "fuzz")} if "input" in kind else {}
        return [{"type": kind, **typed, **STATES.get(kind, {})}]

    def _offered(self, user: str, place: OpenView | Post, block: JSON, element: JSON) -> list[JSON]:
        who = self.world.slack.workspace.people[user]
        sent = payloads.suggestion(who, place, block, element, "d")
        body = delivered(self.world, Shape("options", "", user, sent), sent)[2]
        answer = answers.as_json(body) or {}
        options = answer.get("options") or [
            each for group in answer.get("option_groups", ()) for each in group["options"]
        ]
        return list(options[:1])

    def _filled(self, user: str, view: OpenView) -> OpenView:
        """Return the view with something in each input."""
        held = dict(view.held)
        for block, element in forms.elements(view.blocks):
            key = (block["block_id"], element["action_id"])
            if key in held and forms.is_empty(held[key]):
                held[key] = {**held[key], **(self._states(user, view, block, element)[0] or {})}
        return replace(view, held=held)


def _stem(text: str) -> str:
    return re.split(r"[^a-zA-Z_]", text)[0]
