"""Doing what follows from a fact once: claim it, do it, keep that it is done.

What is guaranteed when the process dies at each point is in docs/adr/0015.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from charter.announcements import ChannelClosed, InHand, PostGone, Refused, RetryLater
from charter.ports import Turn
from charter.refusals import Refusal, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from charter.ports import Place, Posted, Record

# What says that nothing was done; after anything else it may have been.
_NOT_DONE = (ChannelClosed, PostGone, Refused, Refusal)


def once(  # noqa: PLR0913 - what it takes to do something once
    key: str,
    *,
    posted: Posted,
    now: datetime,
    until: datetime,
    do: Callable[[], Place | None],
    find_earlier: Callable[[Record], Place | None] = lambda _record: None,
    finish: Callable[[Record], Record] = lambda record: record,
    wanted: str = "",
) -> bool:
    """Whether it was this call that finished it; False when it was done before.

    `find_earlier` tells where it stands if an earlier, unfinished try did it all the same. `finish` adds what
    the record keeps beside the place; `wanted` is kept from the first claim on. Raises InHand and what `do`, `find_earlier`
    and the records raise; then a later call takes it up where this one left it.
    """
    turn, record = posted.claim(key, now=now, until=until, wanted=wanted)
    if turn is Turn.DONE:
        return False
    if turn is Turn.IN_HAND:
        raise InHand(key)
    try:
        place = (find_earlier(record) if turn is Turn.AGAIN else None) or do()
    except Exception as error:
        with suppress(Unavailable):  # the claim then ends by itself, later
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
    find_earlier: Callable[[str, Record], Place | None] = lambda _key, _record: None,
    name: Callable[[str], str] = lambda key: key,
) -> list[str]:
    """Do one thing for many facts, and return the keys that it was done for by this call.

    `do` receives the keys that are left. All are claimed first and done last, the first one at the very end, so the
    next try finds by the first key what this one did. `find_earlier` finds what an earlier try did for one fact alone, or for
    many: that is called `name` of their first key.
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
        with suppress(Unavailable):  # the claims then end by themselves, later
            for key, turn, _ in claims:
                posted.give_up(key, unsure=unsure_after(error, turn))
        raise
    for key, _, record in reversed(claims):
        posted.done(key, replace(record, done=True, place=places.get(key)), until=until)
    return left


def unsure_after(error: Exception, turn: Turn) -> bool:
    """Return whether it may have been done in spite of the error, by this try or by the one before it."""
    if turn is Turn.AGAIN:
        return True  # this try did not find out
    return error.unsure if isinstance(error, RetryLater) else not isinstance(error, _NOT_DONE)
