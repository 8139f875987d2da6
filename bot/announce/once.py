"""Doing what follows from a fact once: claim it, do it, keep that it is done.

What is guaranteed when the process dies at each point is in docs/adr/0015.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from charter.announcements import ChannelClosed, InHand, Later, PostGone, Refused
from charter.ports import Turn
from charter.refusals import Refusal, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
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
    look: Callable[[Record], Place | None] = lambda _record: None,
    finish: Callable[[Record], Record] = lambda record: record,
    wanted: str = "",
) -> bool:
    """Whether it was this call that finished it; False when it was done before.

    `look` tells where it stands if an earlier, unfinished try did it all the same. `finish` adds what
    the record keeps beside the place; `wanted` is kept from the first claim on. Raises InHand and what `do`, `look`
    and the records raise; then a later call takes it up where this one left it.
    """
    turn, record = posted.claim(key, now=now, until=until, wanted=wanted)
    if turn is Turn.DONE:
        return False
    if turn is Turn.IN_HAND:
        raise InHand(key)
    try:
        place = (look(record) if turn is Turn.AGAIN else None) or do()
    except Exception as error:
        with suppress(Unavailable):  # the claim then ends by itself, later
            posted.give_up(key, unsure=unsure_after(error, turn))
        raise
    posted.done(key, finish(replace(record, done=True, place=place)), until=until)
    return True


def unsure_after(error: Exception, turn: Turn) -> bool:
    """Return whether it may have been done in spite of the error, by this try or by the one before it."""
    if turn is Turn.AGAIN:
        return True  # this try did not find out
    return error.unsure if isinstance(error, Later) else not isinstance(error, _NOT_DONE)
