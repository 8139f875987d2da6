"""The Slack channels of an event: its own, then the office's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from charter.announcements import ChannelClosed, NoChannel, NotTaken, Refused
from charter.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from charter.announce_ports import Meter, Poster
    from charter.events import Event
    from charter.records import MessagePlace


@dataclass(frozen=True, slots=True)
class Channels:
    """Posting for an event. `ops` is OPS_CHANNEL."""

    poster: Poster
    meter: Meter
    ops: str | None

    def of(self, event: Event) -> list[str]:
        """Return the channels in the order in which they are tried."""
        return list(dict.fromkeys(channel for channel in (event.channel, self.ops) if channel))

    def post(
        self, event: Event, message: Mapping[str, Any], *, kind: str, key: str, office_first: bool = False
    ) -> MessagePlace:
        """Post in the first channel that takes it.

        Raises NoChannel where none does, which is counted; Refused where the reason of at least one of them is unknown.
        """
        channels = self.of(event)
        return self.post_in(channels[::-1] if office_first else channels, message, kind=kind, key=key)

    def post_in(self, channels: Sequence[str], message: Mapping[str, Any], *, kind: str, key: str) -> MessagePlace:
        """Post in the first of these channels that takes it. See `post`."""
        unknown = ""
        for channel in channels:
            try:
                return self.poster.post(channel, message, kind=kind, key=key)
            except ChannelClosed as closed:
                self.meter.count("ChannelClosed", why=str(closed))
                unknown = str(closed) if isinstance(closed, NotTaken) else unknown
        if unknown:
            raise Refused(unknown)
        self.meter.count("NoChannel")  # an alarm watches this one
        self.meter.count("NoChannel", kind=kind)
        raise NoChannel

    def find(self, event: Event, *, key: str, since: datetime) -> MessagePlace | None:
        """Return the message that an earlier try may have posted, from the channel that took it."""
        for channel in self.of(event):
            if place := self.poster.find(channel, key=key, since=since):
                return place
        return None
