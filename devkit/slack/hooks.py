"""response_urls: at most five answers within 30 minutes, to the channel of a command, a shortcut or a click."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from devkit.slack.limits import has_table, refusal_of_message
from devkit.slack.people import BOT_USER_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from devkit.slack.posts import Board, Post
    from devkit.slack.wire import JSON

OK: Final = 200
MAX_USES: Final = 5
MAX_AGE: Final = 30 * 60.0
"""In seconds."""


@dataclass(kw_only=True, eq=False)
class Hook:
    """One response_url. `original` is the message whose element was used, None for a command or a shortcut."""

    user: str
    channel: str
    born: float
    original: Post | None = None
    uses: int = 0


class Hooks:
    """All response_urls. Not thread-safe: the workspace holds its lock during each call."""

    def __init__(self, *, clock: Callable[[], float], new_id: Callable[[str], str], board: Board) -> None:
        self._clock = clock
        self._new_id = new_id
        self._board = board
        self._hooks: dict[str, Hook] = {}
        self.table_status = OK
        """The HTTP status for a message with a table: 400 and 500 refuse it."""

    def new(self, user: str, channel: str, original: Post | None = None) -> str:
        """Return a new id, the last part of a response_url."""
        hook_id = self._new_id("R")
        self._hooks[hook_id] = Hook(user=user, channel=channel, born=self._clock(), original=original)
        return hook_id

    def respond(self, hook_id: str, payload: JSON) -> tuple[int, str]:
        """Accept a POST to a response_url. Return the HTTP status and body: 200 `ok`, or an error name."""
        hook = self._hooks.get(hook_id)
        if hook is None or self._clock() - hook.born > MAX_AGE:
            return 404, "expired_url"
        if hook.uses >= MAX_USES:
            return 404, "used_url"
        deletes = payload.get("delete_original") is True
        if not deletes and (refusal := refusal_of_message(payload)) is not None:
            return 400, refusal[0]
        if self.table_status != OK and has_table(payload):
            return self.table_status, "invalid_blocks"
        hook.uses += 1
        self._carry_out(hook, payload)
        return 200, "ok"

    def _carry_out(self, hook: Hook, payload: JSON) -> None:
        original = hook.original if hook.original in self._board.posts else None
        if original is not None and payload.get("delete_original") is True:
            self._board.remove(original)
        elif original is not None and payload.get("replace_original") is True:
            # An ephemeral message stays ephemeral, regardless of response_type: visibility cannot change later.
            self._board.change(original, payload)
        elif not payload.get("delete_original"):
            # This includes replace_original after a command: a person's command cannot be replaced.
            only_for = None if payload.get("response_type") == "in_channel" else hook.user
            self._board.add(channel=hook.channel, user=BOT_USER_ID, payload=payload, only_for=only_for)
