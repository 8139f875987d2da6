"""Each person's stack of at most three views, the triggers that open them, and the Home tabs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from devkit.slack.forms import States, as_values, states
from devkit.slack.limits import check_view, view_is_too_large
from devkit.slack.people import APP_ID, BOT_ID, TEAM_ID
from devkit.slack.posts import add_defaults, complete

if TYPE_CHECKING:
    from collections.abc import Callable

    from devkit.slack.wire import JSON

MAX_STACK: Final = 3
TRIGGER_SECONDS: Final = 3.0


class MethodRefused(Exception):  # noqa: N818  # an expected refusal, not a fault
    """A refusal by Slack. `error` is its name; `messages` are the texts of `response_metadata`."""

    def __init__(self, error: str, messages: list[str] | None = None) -> None:
        super().__init__(error, messages or [])
        self.error = error
        self.messages = messages or []


@dataclass(kw_only=True, eq=False)
class OpenView:
    """One modal or Home tab of one person.

    `view` is the bot's view with ids and defaults; `held` are the states of its inputs.
    """

    id: str
    user: str
    team_id: str
    view: JSON
    hash: str
    root_id: str
    previous_id: str | None
    held: States = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    busy: bool = False
    trouble: str | None = None

    @property
    def blocks(self) -> list[JSON]:
        """Its blocks."""
        return list(self.view["blocks"])

    def states_for(self, _user: str) -> States:
        """Return the states of its inputs. A view has one reader."""
        return self.held

    def payload(self) -> JSON:
        """Return the view as interactions and Web API answers contain it."""
        view = self.view
        return {
            "id": self.id,
            "team_id": self.team_id,
            "type": view["type"],
            "blocks": view["blocks"],
            "private_metadata": view.get("private_metadata", ""),
            "callback_id": view.get("callback_id", ""),
            "state": {"values": as_values(self.held)},
            "hash": self.hash,
            "title": view.get("title"),
            "clear_on_close": view.get("clear_on_close", False),
            "notify_on_close": view.get("notify_on_close", False),
            "close": view.get("close"),
            "submit": view.get("submit"),
            "previous_view_id": self.previous_id,
            "root_view_id": self.root_id,
            "app_id": APP_ID,
            "external_id": view.get("external_id", ""),
            "app_installed_team_id": TEAM_ID,
            "bot_id": BOT_ID,
        }


@dataclass(kw_only=True, eq=False)
class Trigger:
    """The permission to open one modal within 3 s. `view_id` is the modal whose element was used, if any."""

    user: str
    team_id: str
    created_at: float
    view_id: str | None = None
    used: bool = False


class Modals:
    """All open views. Not thread-safe: the workspace holds its lock during each call."""

    def __init__(self, *, clock: Callable[[], float], new_id: Callable[[str], str]) -> None:
        self._clock = clock
        self._new_id = new_id
        self._triggers: dict[str, Trigger] = {}
        self._stacks: dict[str, list[OpenView]] = {}
        self.homes: dict[str, OpenView] = {}
        """The Home tabs that the app has published, by person."""

    def new_trigger(self, user: str, team_id: str, view_id: str | None = None) -> str:
        """Return a new trigger_id in Slack's format, `132456.7890123.abcdef`."""
        trigger_id = f"{int(self._clock())}.{len(self._triggers) + 1}.{self._new_id('').lower()}"
        self._triggers[trigger_id] = Trigger(user=user, team_id=team_id, created_at=self._clock(), view_id=view_id)
        return trigger_id

    def stack(self, user: str) -> list[OpenView]:
        """Return the person's views, root first; empty when no modal is open."""
        return self._stacks.setdefault(user, [])

    def top(self, user: str) -> OpenView | None:
        """Return the top view, which the person sees, or None."""
        return self.stack(user)[-1] if self.stack(user) else None

    def at(self, user: str, view_id: str) -> OpenView:
        """Return a view in this person's stack. Raises LookupError."""
        for view in self.stack(user):
            if view.id == view_id:
                return view
        raise LookupError(f"{user} has no open view {view_id}")

    def find(self, view_id: str) -> OpenView | None:
        """Return an open modal or a Home tab by its id, or None."""
        return next((view for view in self._all() if view.id == view_id), None)

    def open(self, trigger_id: str, view: JSON) -> OpenView:
        """Carry out views.open: the new view replaces the person's whole stack. Raises MethodRefused."""
        trigger = self._valid_trigger(trigger_id)
        self._check(view)
        trigger.used = True
        self._stacks[trigger.user] = []
        return self._put(trigger.user, trigger.team_id, view)

    def push(self, trigger_id: str, view: JSON) -> OpenView:
        """Carry out views.push, on the modal of the trigger. Raises MethodRefused, also for a fourth view."""
        trigger = self._valid_trigger(trigger_id)
        self._check(view)
        if trigger.view_id not in {each.id for each in self.stack(trigger.user)}:
            raise MethodRefused("not_found")
        if len(self.stack(trigger.user)) >= MAX_STACK:
            raise MethodRefused("push_limit_reached")
        trigger.used = True
        return self._put(trigger.user, trigger.team_id, view)

    def push_answer(self, under: OpenView, view: JSON) -> OpenView:
        """Carry out `response_action: push`. Raises MethodRefused."""
        self._check(view)
        if len(self.stack(under.user)) >= MAX_STACK:
            raise MethodRefused("push_limit_reached")
        return self._put(under.user, under.team_id, view)

    def update(self, target: OpenView, view: JSON, *, given_hash: str | None = None) -> None:
        """Carry out views.update or `response_action: update`. Inputs with the same ids keep their values."""
        self._check(view, target.view["type"], besides=target)
        if given_hash is not None and given_hash != target.hash:
            raise MethodRefused("hash_conflict")
        target.view = self._completed(view)
        target.hash = self._new_hash()
        target.held = states(target.view["blocks"], target.held)
        target.errors, target.trouble = {}, None

    def publish(self, user: str, team_id: str, view: JSON, *, given_hash: str | None = None) -> OpenView:
        """Carry out views.publish: set a person's Home tab, whose id never changes. Raises MethodRefused."""
        home = self.homes.get(user)
        if home is not None:
            self.update(home, view, given_hash=given_hash)
            return home
        self._check(view, "home")
        self.homes[user] = self._new(user, team_id, view, under=None)
        return self.homes[user]

    def find_by(self, *, view_id: str | None, external_id: str | None) -> OpenView:
        """Return the view for views.update. Raises MethodRefused unless exactly one id is given and known."""
        if view_id and external_id:
            raise MethodRefused("invalid_arguments", ["[ERROR] Cannot provide both `view_id` and `external_id`"])
        if not view_id and not external_id:
            raise MethodRefused("invalid_arguments", ["[ERROR] either `view_id` or `external_id` is required"])
        found = self.find(view_id) if view_id else self._by_external_id(str(external_id))
        if found is None:
            raise MethodRefused("not_found")
        return found

    def close(self, view: OpenView) -> list[OpenView]:
        """Close a view and those above it; with `clear_on_close`, all. Return the closed views, top first."""
        stack = self.stack(view.user)
        start = 0 if view.view.get("clear_on_close") else stack.index(view)
        closed = stack[start:]
        del stack[start:]
        return closed[::-1]

    def clear(self, user: str) -> list[OpenView]:
        """Close all views of a person. Return them, top first."""
        closed = self.stack(user)[::-1]
        self._stacks[user] = []
        return closed

    def _valid_trigger(self, trigger_id: str) -> Trigger:
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise MethodRefused("invalid_trigger_id", ["[ERROR] invalid `trigger_id` [json-pointer:/trigger_id]"])
        if trigger.used:
            raise MethodRefused("exchanged_trigger_id")
        if self._clock() - trigger.created_at > TRIGGER_SECONDS:
            raise MethodRefused("expired_trigger_id")
        return trigger

    def _check(self, view: JSON, kind: str = "modal", *, besides: OpenView | None = None) -> None:
        if view_is_too_large(view):
            raise MethodRefused("view_too_large")
        if complaints := check_view(view, kind):
            raise MethodRefused("invalid_arguments", complaints)
        if view.get("external_id") and self._by_external_id(view["external_id"]) not in {None, besides}:
            raise MethodRefused("duplicate_external_id")

    def _by_external_id(self, external_id: str) -> OpenView | None:
        return next((view for view in self._all() if view.view.get("external_id") == external_id), None)

    def _all(self) -> list[OpenView]:
        return [*(view for stack in self._stacks.values() for view in stack), *self.homes.values()]

    def _put(self, user: str, team_id: str, view: JSON) -> OpenView:
        opened = self._new(user, team_id, view, under=self.top(user))
        self.stack(user).append(opened)
        return opened

    def _new(self, user: str, team_id: str, view: JSON, *, under: OpenView | None) -> OpenView:
        view_id = self._new_id("V")
        completed = self._completed(view)
        return OpenView(
            id=view_id,
            user=user,
            team_id=team_id,
            view=completed,
            hash=self._new_hash(),
            root_id=under.root_id if under else view_id,
            previous_id=under.id if under else None,
            held=states(completed["blocks"]),
        )

    def _completed(self, view: JSON) -> JSON:
        completed = {**view, "blocks": complete(view["blocks"], lambda: self._new_id("b").lower())}
        for key in ("title", "submit", "close"):
            if key in completed:
                completed[key] = dict(completed[key])
                add_defaults(completed[key])
        return completed

    def _new_hash(self) -> str:
        return f"{int(self._clock())}.{self._new_id('').lower()}"
