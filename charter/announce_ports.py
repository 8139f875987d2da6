"""Protocols of what announces: Slack's channels, mail, the records of both, and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from charter.records import Mail, MessagePlace, Record, Turn


class Poster(Protocol):
    """Slack's channels. Every method may raise SlackUnavailable, and Refused for a message that Slack never accepts.

    A `message` is `text` (for notifications, also the whole message where there are no blocks) and `blocks`.
    """

    def post(
        self, channel: str, message: Mapping[str, Any], *, kind: str, key: str, thread: MessagePlace | None = None
    ) -> MessagePlace:
        """Post in the channel, or below the message `thread`, marked for `find` with its kind and key.

        Raises ChannelClosed; PostGone when there is no such thread.
        """
        ...

    def update(self, place: MessagePlace, message: Mapping[str, Any]) -> None:
        """Change the message. Raises PostGone, ChannelClosed."""
        ...

    def delete(self, place: MessagePlace) -> None:
        """Delete a message; one that is gone already is a success. Raises PostGone or ChannelClosed where it stays."""
        ...

    def find(
        self, channel: str, *, key: str, since: datetime, thread: MessagePlace | None = None
    ) -> MessagePlace | None:
        """Return the message marked with the key, posted since then (aware); None also where Slack denies access."""
        ...

    def name(self, user_id: str) -> str | None:
        """Return a person's name; None when Slack has none. Raises nothing."""
        ...


class Posted(Protocol):
    """Records of announcements, so that nothing is announced twice. Every method may raise TableUnavailable.

    Only the holder of a claim may finish it or give it up. `until` (aware) is when the record may be forgotten.
    """

    def find(self, key: str) -> Record | None:
        """Return the record under this key."""
        ...

    def find_many(self, keys: Sequence[str]) -> dict[str, Record]:
        """Return the records of those of these keys that have one. There are at most 100 keys."""

    def claim(self, key: str, *, now: datetime, until: datetime, wanted: str = "") -> tuple[Turn, Record]:
        """Claim it, unless it is done or in hand. A claim that is older than any process is taken over."""
        ...

    def done(self, key: str, record: Record, *, until: datetime) -> None:
        """Write the record as done."""
        ...

    def give_up(self, key: str, *, unsure: bool) -> None:
        """End a claim early, so that the next one need not wait. The next is AGAIN when it is `unsure`, else FIRST."""
        ...

    def change(self, key: str, seen: Record, record: Record, *, until: datetime) -> bool:
        """Write `record` where `seen` is still stored. Return False when another process changed it meanwhile."""
        ...


class Mailer(Protocol):
    """The mail service."""

    def send(self, mail: Mail) -> None:
        """Send it once. Raises MailUnavailable when a later try may succeed, Refused when none will."""
        ...


class Meter(Protocol):
    """Metrics for operators. They never hold a patron's data."""

    def count(self, name: str, **dimensions: str) -> None:
        """Count one more."""
        ...

    def took(self, name: str, passed: timedelta) -> None:
        """Record a duration."""
        ...
