"""The workspace itself: what people do, what the bot hears of it, and what they see then. No HTTP in here.

`Workspace` is thread-safe: its lock guards the state and is never held while the bot works, so that the bot may call
the Web API (`api.py`) meanwhile, from whatever thread. It is longer than most modules here because it is the one list
of what a person can do in Slack; the parts it plays on are small and each in its own module.
"""

from __future__ import annotations

import itertools
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from devkit.slack import answers, forms, payloads, wire
from devkit.slack.hooks import Hooks
from devkit.slack.limits import check_options
from devkit.slack.modals import Modals, OpenView, Refused
from devkit.slack.people import (
    BOT_NAME,
    BOT_TOKEN,
    BOT_USER_ID,
    CHANNELS,
    COMMANDS,
    PEOPLE,
    SHORTCUTS,
    SIGNING_SECRET,
    USER_GROUPS,
    Channel,
    Command,
    Human,
    Link,
    Shortcut,
    UserGroup,
)
from devkit.slack.posts import Board, spell_out
from devkit.slack.records import ApiCall, Fault, Trouble, Where
from devkit.slack.visible import escape
from devkit.slack.wire import Answer, Deliver, Delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devkit.slack.driver import Person
    from devkit.slack.posts import Ping, Post
    from devkit.slack.wire import JSON

__all__ = ["Answer", "ApiCall", "Deliver", "Delivery", "Fault", "Trouble", "Where", "Workspace"]


def counted_ids() -> Callable[[str], str]:
    """Ids that look like Slack's and tell their order: `V0000000001`."""
    numbers = itertools.count(1)
    return lambda prefix: f"{prefix}{next(numbers):010X}"


class Workspace:
    """One Slack workspace with one app in it.

    `bot` receives signed requests; `clock` gives Unix seconds (move it to let triggers and response_urls expire);
    `ids` makes an id from a prefix; `patience` is how long Slack waits for the bot, in seconds.
    """

    def __init__(  # noqa: PLR0913  # each has a default, and most tests give none
        self,
        bot: Deliver,
        *,
        clock: Callable[[], float] = time.time,
        ids: Callable[[str], str] | None = None,
        patience: float = 3.0,
        people: tuple[Human, ...] = PEOPLE,
        channels: tuple[Channel, ...] = CHANNELS,
        commands: tuple[Command, ...] = COMMANDS,
        shortcuts: tuple[Shortcut, ...] = SHORTCUTS,
        user_groups: tuple[UserGroup, ...] = USER_GROUPS,
        signing_secret: str = SIGNING_SECRET,
        bot_token: str = BOT_TOKEN,
    ) -> None:
        self.bot = bot
        self.clock = clock
        self.patience = patience
        self.signing_secret, self.bot_token = signing_secret, bot_token
        self.people = {human.id: human for human in people}
        self.channels = {channel.id: channel for channel in channels}
        self.commands = {command.command: command for command in commands}
        self.shortcuts = {shortcut.callback_id: shortcut for shortcut in shortcuts}
        self.user_groups = {group.id: group for group in user_groups}
        self.base_url = "http://127.0.0.1:0"
        """Where response_urls point; `serve` sets it."""
        self.links: tuple[Link, ...] = ()
        """What the page leads to beside the channels."""
        self.rate_limit = True
        """Refuse more than one chat.postMessage per second and channel, as Slack does."""
        self.api_calls: list[ApiCall] = []
        self.deliveries: list[Delivery] = []
        self.troubles: list[Trouble] = []
        self.faults: dict[str, list[Fault]] = {}
        new_id = ids or counted_ids()
        self.board = Board(clock=clock, new_id=lambda: new_id("b").lower())
        self.modals = Modals(clock=clock, new_id=new_id)
        self.hooks = Hooks(clock=clock, new_id=new_id, board=self.board)
        self.lock = threading.RLock()
        self._watchers: list[Callable[[], None]] = []

    # Looking

    def as_(self, user: str) -> Person:
        """A person to act as: `workspace.as_("U0DANA").command("/waiver")`."""
        from devkit.slack.driver import Person

        return Person(self, self.people[user])

    def welcome(self, human: Human, *channels: str) -> Person:
        """Let somebody more into the workspace and these channels, and act as them."""
        with self.changing():
            self.people[human.id] = human
            for each in channels:
                channel = self.channels[each]
                self.channels[each] = replace(channel, members=channel.members | {human.id})
        return self.as_(human.id)

    @property
    def pings(self) -> list[Ping]:
        """Every unescaped `<!channel>`, `<!here>` and `<!everyone>` that the bot sent: usually a mistake."""
        return list(self.board.pings)

    def name_of(self, any_id: str) -> str:
        """The name that Slack shows for a person, the bot, a channel or a user group; the id itself when unknown."""
        if any_id == BOT_USER_ID:
            return BOT_NAME
        found = self.people.get(any_id) or self.channels.get(any_id)
        group = self.user_groups.get(any_id)
        return found.name if found else group.handle if group else any_id

    def messages(self, user: str, channel: str) -> list[Post]:
        """What this person sees in a channel, oldest first; nothing where they are no member."""
        with self.lock:
            if user not in self.channels[channel].members:
                return []
            return [post for post in self.board.posts if post.channel == channel and post.is_seen_by(user)]

    def look(self, user: str, where: Where) -> OpenView | Post:
        """The view or message at a place, if this person has it before them. Raises LookupError."""
        with self.lock:
            if isinstance(where, str):
                home = self.modals.homes.get(user)
                return home if home and home.id == where else self.modals.at(user, where)
            post = self.board.find(*where)
            if post is None or post not in self.messages(user, where[0]):
                raise LookupError(f"{user} sees no message {where[1]} in {where[0]}")
            return post

    def direct_channel(self, user: str) -> Channel:
        """The direct messages between this person and the bot, opened when first asked for."""
        with self.lock:
            members = frozenset({user, BOT_USER_ID})
            direct = Channel(id=f"D{user[1:]}", name=f"direct-{self.people[user].handle}", members=members)
            return self.channels.setdefault(direct.id, direct)

    # Watching, and things to come

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` after every change, from the thread that made it. Answers how to stop that."""
        with self.lock:
            self._watchers.append(changed)

        def stop() -> None:
            with self.lock:
                if changed in self._watchers:
                    self._watchers.remove(changed)

        return stop

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the lock for a change, then tell the watchers."""
        try:
            with self.lock:
                yield
        finally:
            with self.lock:
                watchers = list(self._watchers)
            for changed in watchers:
                changed()

    def fail(  # noqa: PLR0913  # the ways to fail
        self,
        method: str,
        *,
        error: str | None = None,
        status: int | None = None,
        delay: float = 0.0,
        lost: bool = False,
        retry_after: int = 1,
        times: int = 1,
    ) -> None:
        """Let the next `times` calls of a Web API method fail.

        With an error name, with a bare HTTP status (429 asks for `retry_after` seconds), or late by `delay` seconds.
        `lost`: the status comes after the method was carried out.
        """
        fault = Fault(error=error, status=status, delay=delay, lost=lost, retry_after=retry_after)
        with self.lock:
            self.faults.setdefault(method, []).extend([fault] * times)

    # Doing

    def say(self, user: str, channel: str, text: str) -> Post:
        """Type an ordinary message. What was typed is escaped, as Slack's composer does."""
        self._require_member(user, channel)
        with self.changing():
            return self.board.add(channel=channel, user=user, payload={"text": escape(text)})

    def command(self, user: str, channel: str, command: str, text: str = "") -> None:
        """Type a slash command and wait for the bot. What goes wrong stands in `troubles`."""
        self._require_member(user, channel)
        who = self.people[user]
        if command not in self.commands:
            said = f'{command} is not a valid command. In Slack, all messages that start with the "/" character are'
            self._trouble(user, f"{said} interpreted as commands.", "invalid_command")
            return
        if who.is_outsider:
            said = f"{command} failed because it belongs to a workspace that you are not a member of."
            self._trouble(user, said, "external_user")
            return
        with self.lock:
            fields = payloads.slash_command(
                who,
                self.channels[channel],
                command=command,
                text=payloads.typed(self.commands[command], text, self.people.values(), self.channels.values()),
                trigger_id=self.modals.new_trigger(user, who.team_id),
                response_url=self._response_url(user, channel),
            )
        answer, delivery = self._post("command", command, wire.form(fields))
        try:
            with self.changing():
                answers.to_command(self.board, user, channel, answer, delivery)
        except Refused as refusal:
            said = f'{command} failed with the error "{refusal.error}"'
            self._trouble(user, said, refusal.error, "; ".join(refusal.messages))

    def shortcut(self, user: str, callback_id: str) -> None:
        """Choose a global shortcut and wait for the bot. Raises LookupError for what the app does not have."""
        who = self.people[user]
        if callback_id not in self.shortcuts or who.is_outsider:
            raise LookupError(f"{user} has no shortcut {callback_id}")
        with self.lock:
            trigger_id, now = self.modals.new_trigger(user, who.team_id), self.board.new_ts()
            sent = payloads.shortcut(who, callback_id=callback_id, trigger_id=trigger_id, action_ts=now)
        answer, delivery = self._post("interaction", callback_id, wire.interaction(sent))
        if answer is None:
            self._trouble(user, answers.CONNECTING, str(delivery.error), delivery.answer.decode(errors="replace"))

    def act(  # noqa: PLR0913  # who, where, what, and how
        self,
        user: str,
        where: Where,
        block_id: str,
        action_id: str,
        change: JSON | None = None,
        *,
        trigger: str | None = None,
    ) -> None:
        """Press a button, or change an element to the state `change` (`{"selected_option": {…}}`).

        The bot hears of it when due. `trigger` is for text inputs: `on_enter_pressed` or `on_character_entered`;
        without it the person is done typing. Raises LookupError for what is not there.
        """
        with self.changing():
            place = self.look(user, where)
            block, element = forms.find(place.blocks, block_id, action_id)
            state = forms.change(place.states_for(user), block, element, change)
            if isinstance(place, OpenView):
                place.errors.pop(block_id, None)
                place.trouble = None
            if not forms.dispatches(block, element, trigger=trigger):
                return
            done = payloads.action(block, element, state, action_ts=self.board.new_ts())
            sent = self._action(self.people[user], place, done)
        answer, delivery = self._post("interaction", action_id, wire.interaction(sent))
        if answer is None:
            self._trouble_connecting(place, user, delivery)

    def suggest(self, user: str, where: Where, block_id: str, action_id: str, query: str) -> JSON:
        """Type into an external_select. Answers `options` or `option_groups`.

        None when the bot failed, or when the query is shorter than the element's `min_query_length`.
        """
        with self.lock:
            place = self.look(user, where)
            block, element = forms.find(place.blocks, block_id, action_id)
            sent = payloads.suggestion(self.people[user], place, block, element, query)
        if len(query) < element.get("min_query_length", 3):
            return {"options": []}
        answer, delivery = self._post("options", action_id, wire.interaction(sent))
        offered = answers.as_json(answer.body) if answer else None
        said = check_options(offered) if answer else [str(delivery.error)]
        if said or offered is None:
            error = delivery.error or "invalid_options"
            self._trouble(user, "The options could not be loaded.", error, "; ".join(said), place)
            return {"options": []}
        spell_out(offered)
        return offered

    def submit(self, user: str, view_id: str, values: dict[str, dict[str, JSON]] | None = None) -> dict[str, str]:
        """Press Submit, after setting `values` (`{block_id: {action_id: state}}`). Answers the errors on fields.

        A press while the bot still works on the last one does nothing: Slack greys the button out.
        """
        with self.changing():
            view = self.modals.at(user, view_id)
            if view.busy or "submit" not in view.view:
                return dict(view.errors)
            for block_id, states in (values or {}).items():
                for action_id, state in states.items():
                    forms.change(view.held, *forms.find(view.blocks, block_id, action_id), state)
            view.errors = forms.field_errors(view.blocks, view.held)
            if view.errors:
                return dict(view.errors)
            view.busy, view.trouble = True, None
            who = self.people[user]
            trigger_id = self.modals.new_trigger(user, who.team_id, view.id)
            sent = payloads.view_submission(who, view, trigger_id=trigger_id, response_urls=self._response_urls(view))
        answer, delivery = self._post("interaction", view.view.get("callback_id", ""), wire.interaction(sent))
        with self.changing():
            view.busy = False
            if answer is None:
                self._trouble_connecting(view, user, delivery)
            elif view in self.modals.stack(user):
                try:
                    answers.to_submission(self.modals, view, answer)
                except Refused as refusal:
                    self._trouble(user, answers.CONNECTING, refusal.error, "; ".join(refusal.messages), view)
            return dict(view.errors)

    def close(self, user: str, view_id: str, *, everything: bool = False) -> None:
        """Press Cancel: the view goes, the one below comes back; `everything` is the X of a pushed view."""
        with self.changing():
            view = self.modals.at(user, view_id)
            gone = self.modals.clear(user) if everything else self.modals.close(view)
            who = self.people[user]
            told = [each for each in gone if each.view.get("notify_on_close")]
            sent = [payloads.view_closed(who, each, is_cleared=everything) for each in told]
        for payload in sent:
            self._post("interaction", payload["view"]["callback_id"], wire.interaction(payload))

    def respond(self, hook_id: str, payload: JSON) -> tuple[int, str]:
        """The bot POSTs to a response_url: HTTP status and body."""
        with self.changing():
            return self.hooks.respond(hook_id, payload)

    # How it works

    def _require_member(self, user: str, channel: str) -> None:
        if user not in self.channels[channel].members:
            raise LookupError(f"{user} is not in {channel}")

    def _post(self, kind: str, name: str, body: bytes) -> tuple[Answer | None, Delivery]:
        headers = wire.signed_headers(body, secret=self.signing_secret, timestamp=int(self.clock()))
        answer, delivery = wire.post(self.bot, kind, name, headers, body, patience=self.patience)
        with self.lock:
            self.deliveries.append(delivery)
        return answer, delivery

    def _action(self, who: Human, place: OpenView | Post, done: JSON) -> JSON:
        view_id = place.id if isinstance(place, OpenView) else None
        trigger_id = self.modals.new_trigger(who.id, who.team_id, view_id)
        if isinstance(place, OpenView):
            return payloads.view_action(who, place, done, trigger_id=trigger_id)
        channel, url = self.channels[place.channel], self._response_url(who.id, place.channel, place)
        return payloads.message_action(who, channel, place, done, trigger_id=trigger_id, response_url=url)

    def _response_url(self, user: str, channel: str, post: Post | None = None) -> str:
        return f"{self.base_url}/response/{self.hooks.new(user, channel, post)}"

    def _response_urls(self, view: OpenView) -> list[JSON]:
        """One for each conversation chosen in an input that asks for it with `response_url_enabled`."""
        return [
            {
                "block_id": block["block_id"],
                "action_id": element["action_id"],
                "channel_id": chosen,
                "response_url": self._response_url(view.user, chosen),
            }
            for block, element in forms.elements(view.blocks)
            if block["type"] == "input" and element.get("response_url_enabled")
            for key, chosen in view.held[block["block_id"], element["action_id"]].items()
            if key != "type" and chosen
        ]

    def _trouble_connecting(self, place: OpenView | Post, user: str, delivery: Delivery) -> None:
        self._trouble(user, answers.CONNECTING, str(delivery.error), delivery.answer.decode(errors="replace"), place)

    def _trouble(
        self, user: str, text: str, error: str, detail: str = "", place: OpenView | Post | None = None
    ) -> None:
        """Tell somebody what went wrong, in the modal where it has one."""
        with self.changing():
            self.troubles.append(Trouble(user=user, text=text, error=error, detail=detail))
            if isinstance(place, OpenView):
                place.trouble = text
