"""Records of announcements: the claim to make one, the place of its message, a mail, a dead letter."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - dataclass fields
from enum import StrEnum

from charter.frozen import dataclass


@dataclass(frozen=True, slots=True)
class MessagePlace:
    """The place of a message: Slack's channel id and the message's timestamp."""

    channel: str
    ts: str


class Turn(StrEnum):
    """The result of a claim."""

    FIRST = "first"
    """Nobody has claimed it before: do it."""
    AGAIN = "again"
    """Somebody claimed it and did not finish: see whether it was done, else do it."""
    IN_HAND = "in_hand"
    """Somebody may be doing it this moment."""
    DONE = "done"
    """It is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The record of one announcement. `place` is None until it is done, and for mail and skipped announcements.

    `claimed_at` (aware) is when it was first begun. A card also has a hash of its `content`, the channel and request
    for which it was posted (`wanted`), and the message that it replaces and that is to be deleted (`instead_of`).
    """

    claimed_at: datetime
    done: bool = False
    place: MessagePlace | None = None
    content: str = ""
    wanted: str = ""
    instead_of: MessagePlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail, as text and mostly in HTML too. The mailer knows the sender and the office's addresses.

    It goes to the office, or to the one address `to`. Answers go to `reply_to`, else to the sender. `unsubscribe` is
    the link that ends such mails.
    """

    subject: str
    text: str
    html: str = ""
    to: str = ""
    reply_to: str = ""
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True)
class TablePage:
    """The events on one page of the table. `position` is where the next page begins, empty at the end."""

    eids: tuple[str, ...]
    position: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter: of an event (`eid`), of a whole batch of the stream that ran out of tries, or of neither.

    `receipt` is the queue's name for it.
    """

    receipt: str
    eid: str | None = None
    batch: bool = False
