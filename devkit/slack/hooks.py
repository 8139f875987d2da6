"""response_urls: five answers within 30 minutes to the place where a command or a click came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from devkit.slack.limits import refusal_of_message
from devkit.slack.people import BOT_USER_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from devkit.slack.posts import Board, Post
    from devkit.slack.wire import JSON

USES: Final = 5
SECONDS: Final = 30 * 60.0


@dataclass(kw_only=True, eq=False)
class Hook:
    """One response_url. `original` is the message whose button was used; commands have none."""

    user: str
    channel: str
    born: float
    original: Post | None = None
    uses: int = 0


class Hooks:
    """All response_urls. Not thread-safe by itself: the workspace holds its lock around it."""

    def __init__(self, *, clock: Callable[[], float], new_id: Callable[[str], str], board: Board) -> None:
        self._clock = clock
        self._new_id = new_id
        self._board = board
        self._hooks: dict[str, Hook] = {}

    def new(self, user: str, channel: str, original: Post | None = None) -> str:
        """A fresh id, the last part of a response_url."""
        hook_id = self._new_id("R")
        self._hooks[hook_id] = Hook(user=user, channel=channel, born=self._clock(), original=original)
        return hook_id

    def respond(self, hook_id: str, payload: JSON) -> tuple[int, str]:
        """What the bot POSTs to a response_url. Answers HTTP status and body: 200 `ok`, or the error's name."""
        hook = self._hooks.get(hook_id)
        if hook is None or self._clock() - hook.born > SECONDS:
            return 404, "expired_url"
        if hook.uses >= USES:
            return 404, "used_url"
        deletes = payload.get("delete_original") is True
        if not deletes and (refusal := refusal_of_message(payload)) is not None:
            return 400, refusal[0]
        hook.uses += 1
        self._carry_out(hook, payload)
        return 200, "ok"

    def _carry_out(self, hook: Hook, payload: JSON) -> None:
        there = hook.original is not None and hook.original in self._board.posts
        if hook.original is not None and there and payload.get("delete_original") is True:
            self._board.remove(hook.original)
        elif hook.original is not None and there and payload.get("replace_original") is True:
            # What was ephemeral stays so, whatever response_type says: visibility cannot change later.
            self._board.change(hook.original, payload)
        elif not payload.get("delete_original"):
            # Also for replace_original after a command: the person's own command cannot be replaced.
            only_for = None if payload.get("response_type") == "in_channel" else hook.user
            self._board.add(channel=hook.channel, user=BOT_USER_ID, payload=payload, only_for=only_for)
