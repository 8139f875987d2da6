"""Posts about edited events: one for each form, in the event's channel, and in the one that it had before."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from announce.authors import author_name
from announce.once import once
from announce.rich_text import rich, section, text
from bot.text import clip, escape, when
from charter.announcements import NoChannel
from charter.events import Status
from charter.frozen import dataclass
from charter.starts import read_start

if TYPE_CHECKING:
    from datetime import tzinfo

    from announce.channels import Channels
    from announce.services import Services
    from bot.blocks import Block
    from charter.edits import Edit
    from charter.event_news import EventEdited
    from charter.records import MessagePlace, Record

KIND: Final = "event_edited"

_TITLE: Final = 80
_TEXT: Final = 80
_REASON: Final = 200
_NAME: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class EventNews:
    """The posts about edited events."""

    services: Services
    channels: Channels
    zone: tzinfo

    def announce(self, fact: EventEdited) -> bool:
        """Post once in each channel that it concerns. Return whether this call posted in the event's channel.

        An edit of the channel is posted in the one before it too, if that takes it. Raises as Posting.announce.
        """
        if (edit := fact.of("channel")) is not None:
            before = edit.before or self.channels.ops
            if before and before not in self._channels(fact)[:1]:
                with suppress(NoChannel):
                    self._once(fact, f"{fact.id}:before", [before])
        return self._once(fact, fact.id, self._channels(fact))

    def _once(self, fact: EventEdited, key: str, channels: list[str]) -> bool:
        return once(
            key,
            event=fact.event,
            posted=self.services.posted,
            now=self.services.now(),
            do=partial(self._post, fact, key, channels),
            find_earlier=partial(self._find_earlier, key, channels),
        )

    def _channels(self, fact: EventEdited) -> list[str]:
        """Return the channels in the order in which they are tried. A later edit may have changed the event's own."""
        edit = fact.of("channel")
        own = fact.event.channel if edit is None else edit.after
        return list(dict.fromkeys(channel for channel in (own, self.channels.ops) if channel))

    def _post(self, fact: EventEdited, key: str, channels: list[str]) -> MessagePlace | None:
        by = author_name(fact.edits[0].by, self.services.poster.name)
        return self.channels.post_in(channels, event_line(fact, by=by, zone=self.zone), kind=KIND, key=key)

    def _find_earlier(self, key: str, channels: list[str], record: Record) -> MessagePlace | None:
        finds = (self.services.poster.find(channel, key=key, since=record.claimed_at) for channel in channels)
        return next((found for found in finds if found), None)


def event_line(fact: EventEdited, *, by: str, zone: tzinfo) -> dict[str, Any]:
    """Return the post of one form's edits: what changed, why, by whom, and the event's title. It has no amounts."""
    mark, news = _news(fact, zone)
    reason = next((edit.reason for edit in fact.edits if edit.reason), "")
    runs: list[Block] = [text(f"{mark} ")]
    for place, (said, details) in enumerate(news):
        runs += [*([text(" · ")] if place else []), text(said, bold=True), *details]
    runs += [text(f" · “{clip(reason, _REASON)}”")] if reason else []
    runs += [text(f" · by {clip(by, _NAME)}")]
    if fact.of("title") is None:
        runs.append(text(f" · {clip(fact.event.title, _TITLE)}"))
    plain = "".join(f"#{run['channel_id']}" if run["type"] == "channel" else run["text"] for run in runs)
    return {"text": escape(plain), "blocks": [rich(section(*runs))]}


News = list[tuple[str, list["Block"]]]


def _news(fact: EventEdited, zone: tzinfo) -> tuple[str, News]:
    """Return the mark of the post, and what changed: a sentence in bold each, and what follows it."""
    news, mark = News(), "✏️"
    if (edit := fact.of("status")) is not None:
        off = edit.after == Status.CANCELLED
        news.append(("Cancelled" if off else "Takes place again", []))
        mark = "⛔" if off else "✅"
    if (edit := fact.of("starts_at")) is not None:
        news.append((f"Moved to {_moment(edit.after, zone)}", _was(_moment(edit.before, zone))))
        mark = mark if fact.of("status") else "🗓️"
    if (edit := fact.of("title")) is not None:
        news.append((f"Now called “{clip(edit.after, _TITLE)}”", _was(f"“{clip(edit.before, _TITLE)}”")))
    if (edit := fact.of("boat")) is not None:
        news.append((f"Boat: {_value(edit.after)}", _was(_value(edit.before))))
    if (edit := fact.of("capacity")) is not None:
        news.append((f"Takes {edit.after} people" if edit.after else "No limit of people", _was(_value(edit.before))))
    if fact.of("price") is not None:
        news.append(("The price was changed", []))  # amounts are for admins
    if (edit := fact.of("channel")) is not None:
        news.append(("News of it is posted in ", [_channel(edit)]))
    return mark, news


def _was(words: str) -> list[Block]:
    return [text(f" (was {words})")]


def _value(words: str) -> str:
    return clip(words, _TEXT) or "none"


def _channel(edit: Edit) -> Block:
    is_id = edit.after.isalnum()
    return {"type": "channel", "channel_id": edit.after} if is_id else text("the office's channel", bold=True)


def _moment(words: str, zone: tzinfo) -> str:
    """Return a moment in an edit as people read it; what another program wrote as it is."""
    start = read_start(words, "", zone)
    return when(start, zone) if start else clip(words, _TEXT) or "none"
