"""The state of a workspace: its people, channels, messages and modals, under one lock. No HTTP and no requests here."""

from __future__ import annotations

import itertools
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from devkit.slack.hooks import Hooks
from devkit.slack.manifest import commands_of, events_of, has_home, has_messages, name_of_bot, scopes_of, shortcuts_of
from devkit.slack.modals import Modals, OpenView
from devkit.slack.people import BOT_USER_ID, SIGNING_SECRET, Channel, Human, Link, UserGroup
from devkit.slack.posts import Board
from devkit.slack.records import ApiCall, Fault, Trouble, Where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from devkit.slack.posts import Ping, Post
    from devkit.slack.wire import JSON, Deliver, Delivery


def counted_ids() -> Callable[[str], str]:
    """Return a function that makes ids such as `V0000000001`, in ascending order, from a prefix."""
    numbers = itertools.count(1)
    return lambda prefix: f"{prefix}{next(numbers):010X}"


class WorkspaceState:
    """The state of one workspace with one app in it. Thread-safe: the lock is not held while the bot works.

    `bot` receives signed requests. `manifest` is the app's manifest in Slack's format: it declares the bot's name, the
    slash commands, the shortcuts, the Home tab and the events. `clock` returns Unix seconds; triggers and response_urls
    expire by it. `patience` is how many seconds Slack waits for the bot. `record` gets all that the bot sends, with its
    kind: a method, `response_url`, or `answer to` and the type of a request.

    `base_url` is the address where the workspace is served, with which response_urls start. `links` are shown on the
    page below the channels. With `rate_limit`, chat.postMessage accepts one message per second and channel.
    """

    def __init__(  # noqa: PLR0913  # each is one part of the workspace
        self,
        bot: Deliver,
        *,
        people: Iterable[Human],
        channels: Iterable[Channel],
        manifest: JSON,
        user_groups: Iterable[UserGroup] = (),
        clock: Callable[[], float] = time.time,
        patience: float = 3.0,
        record: Callable[[str, Any], None] | None = None,
    ) -> None:
        self.bot = bot
        self.clock = clock
        self.patience = patience
        self.record = record or (lambda _kind, _sent: None)
        self.signing_secret = SIGNING_SECRET
        self.people = {human.id: human for human in people}
        self.channels = {channel.id: channel for channel in channels}
        self.user_groups = {group.id: group for group in user_groups}
        self.bot_name = name_of_bot(manifest)
        self.commands = {command.command: command for command in commands_of(manifest)}
        self.shortcuts = {shortcut.callback_id: shortcut for shortcut in shortcuts_of(manifest, "global")}
        self.message_shortcuts = {shortcut.callback_id: shortcut for shortcut in shortcuts_of(manifest, "message")}
        self.has_home, self.has_messages = has_home(manifest), has_messages(manifest)
        self.events, self.scopes = events_of(manifest), scopes_of(manifest)
        self.base_url = "http://127.0.0.1:0"
        self.links: tuple[Link, ...] = ()
        self.rate_limit = True
        self.api_calls: list[ApiCall] = []
        self.deliveries: list[Delivery] = []
        self.troubles: list[Trouble] = []
        self.faults: dict[str, list[Fault]] = {}
        new_id = counted_ids()
        self.board = Board(clock=clock, new_id=lambda: new_id("b").lower())
        self.modals = Modals(clock=clock, new_id=new_id)
        self.new_id = new_id
        self.hooks = Hooks(clock=clock, new_id=new_id, board=self.board)
        self.lock = threading.RLock()
        self._watchers: list[Callable[[], None]] = []

    # Reading

    @property
    def pings(self) -> list[Ping]:
        """Every unescaped `<!channel>`, `<!here>` and `<!everyone>` that the bot sent: usually a mistake."""
        return list(self.board.pings)

    @property
    def first_channel(self) -> str:
        """The id of the first channel: where people act unless another channel is named."""
        return next(iter(self.channels))

    def name_of(self, any_id: str) -> str:
        """Return the name that Slack shows for a person, the bot, a channel or a user group; an unknown id as it is."""
        if any_id == BOT_USER_ID:
            return self.bot_name
        found = self.people.get(any_id) or self.channels.get(any_id)
        group = self.user_groups.get(any_id)
        return found.name if found else group.handle if group else any_id

    def messages(self, user: str, channel: str) -> list[Post]:
        """Return the messages that this person sees in a channel, oldest first; none unless they are a member."""
        with self.lock:
            if user not in self.channels[channel].members:
                return []
            return [post for post in self.board.posts if post.channel == channel and post.is_seen_by(user)]

    def visible_at(self, user: str, where: Where) -> OpenView | Post:
        """Return the view or message at a place. Raises LookupError when this person does not see it."""
        with self.lock:
            if isinstance(where, str):
                home = self.modals.homes.get(user)
                return home if home is not None and home.id == where else self.modals.at(user, where)
            post = self.board.find(*where)
            if post is None or post not in self.messages(user, where[0]):
                raise LookupError(f"{user} sees no message {where[1]} in {where[0]}")
            return post

    def direct_id(self, user: str) -> str:
        """Return the id of the direct messages between this person and the bot."""
        return f"D{user[1:]}"

    def direct_channel(self, user: str) -> Channel:
        """Return the direct messages between this person and the bot. The first call opens them."""
        with self.lock:
            members = frozenset({user, BOT_USER_ID})
            direct = Channel(id=self.direct_id(user), name=f"direct-{self.people[user].handle}", members=members)
            return self.channels.setdefault(direct.id, direct)

    # Changing

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` after every change, from the thread that made it. Return a function that ends that."""
        with self.lock:
            self._watchers.append(changed)

        def stop() -> None:
            with self.lock:
                if changed in self._watchers:
                    self._watchers.remove(changed)

        return stop

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the lock for a change, then notify the watchers."""
        try:
            with self.lock:
                yield
        finally:
            with self.lock:
                watchers = list(self._watchers)
            for changed in watchers:
                changed()

    def fail(  # noqa: PLR0913  # one argument for each kind of failure
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
        """Make the next `times` calls of a Web API method fail.

        They fail with an error name, or with a bare HTTP status (429 asks for `retry_after` seconds), or answer
        `delay` seconds late. With `lost` the method is carried out before the status is sent.
        """
        fault = Fault(error=error, status=status, delay=delay, lost=lost, retry_after=retry_after)
        with self.lock:
            self.faults.setdefault(method, []).extend([fault] * times)

    def refuse_tables(self, status: int = 400) -> None:
        """Refuse messages with tables at response_urls from now on, with this HTTP status."""
        with self.lock:
            self.hooks.table_status = status

    def respond(self, hook_id: str, payload: JSON) -> tuple[int, str]:
        """Accept a POST of the bot to a response_url. Return the HTTP status and body."""
        self.record("response_url", payload)
        with self.changing():
            return self.hooks.respond(hook_id, payload)

    def add_trouble(
        self, user: str, text: str, error: str, detail: str = "", place: OpenView | Post | None = None
    ) -> None:
        """Show a failure to a person: in the modal where `place` is one."""
        with self.changing():
            self.troubles.append(Trouble(user=user, text=text, error=error, detail=detail))
            if isinstance(place, OpenView):
                place.trouble = text
