"""Doing something once: claim it, do it, record that it is done.

docs/adr/0015 lists what is guaranteed when the process dies at each point.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from charter.announcements import (
    REMEMBERED,
    ChannelClosed,
    InHand,
    NoChannel,
    PostGone,
    Refused,
    RetryLater,
    remembered_until,
)
from charter.records import Turn
from charter.refusals import Refusal, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from charter.announce_ports import Posted
    from charter.events import Event
    from charter.records import MessagePlace, Record

# Errors that guarantee that nothing was done.
_NOT_DONE = (ChannelClosed, NoChannel, PostGone, Refused, Refusal)


def once(  # noqa: PLR0913 - all of it differs between callers
    key: str,
    *,
    event: Event | None,
    posted: Posted,
    now: datetime,
    do: Callable[[], MessagePlace | None],
    find_earlier: Callable[[Record], MessagePlace | None] = lambda _record: None,
    finish: Callable[[Record], Record] = lambda record: record,
    wanted: str = "",
) -> bool:
    """Do it, unless it was done before. Return whether this call did it. It is remembered for as long as `event` needs.

    `find_earlier` returns the place of the message that an earlier, unfinished try posted. `finish` adds to the record
    what it holds beside the place; `wanted` is recorded with the first claim. Raises InHand and the errors of `do`,
    `find_earlier` and `posted`; then a later call continues.
    """
    until = remembered_until(event, now) if event else now + REMEMBERED
    turn, record = posted.claim(key, now=now, until=until, wanted=wanted)
    if turn is Turn.DONE:
        return False
    if turn is Turn.IN_HAND:
        raise InHand(key)
    try:
        place = (find_earlier(record) if turn is Turn.AGAIN else None) or do()
    except Exception as error:
        with suppress(Unavailable):  # the claim then ends by itself
            posted.give_up(key, unsure=unsure_after(error, turn))
        raise
    posted.done(key, finish(replace(record, done=True, place=place)), until=until)
    return True


def once_together(  # noqa: PLR0913 - as once
    keys: Sequence[str],
    *,
    posted: Posted,
    now: datetime,
    until: datetime,
    do: Callable[[Sequence[str]], object],
    find_earlier: Callable[[str, Record], MessagePlace | None] = lambda _key, _record: None,
    name: Callable[[str], str] = lambda key: key,
) -> list[str]:
    """Do one thing for many facts. Return the keys for which this call did it.

    `do` receives the keys that are left. All are claimed before it and recorded after it, the first key last, so that
    the next try finds the message by the first key. `find_earlier` finds the message of an earlier try, which has the
    key of its one fact, or the `name` of the first of many.
    """
    claims: list[tuple[str, Turn, Record]] = []
    try:
        for key in keys:
            turn, record = posted.claim(key, now=now, until=until)
            if turn in {Turn.FIRST, Turn.AGAIN}:
                claims.append((key, turn, record))
        again = [(key, record) for key, turn, record in claims if turn is Turn.AGAIN]
        places = {key: place for key, record in again if (place := find_earlier(key, record))}
        if again and find_earlier(name(again[0][0]), again[0][1]):
            left = [key for key, turn, _ in claims if turn is Turn.FIRST]
        else:
            left = [key for key, *_ in claims if key not in places]
        if left:
            do(left)
    except Exception as error:
        with suppress(Unavailable):  # the claims then end by themselves
            for key, turn, _ in claims:
                posted.give_up(key, unsure=unsure_after(error, turn))
        raise
    for key, _, record in reversed(claims):
        posted.done(key, replace(record, done=True, place=places.get(key)), until=until)
    return left


def unsure_after(error: Exception, turn: Turn) -> bool:
    """Return whether it may have been done in spite of the error, by this try or an earlier one."""
    if turn is Turn.AGAIN:
        return True  # this try did not find the message of the earlier one
    return error.unsure if isinstance(error, RetryLater) else not isinstance(error, _NOT_DONE)
