"""One run of the sweeps of all transports, and the dead letters that it settles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from announce.late_mails import LateMails
from announce.late_posts import LatePosts
from announce.mailing import Mailing
from announce.posting import Posting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from announce.late import Sweep
    from announce.run import Transport
    from announce.services import Queue


def late_transports(transports: Sequence[Transport], *, zone: tzinfo) -> list[LatePosts | LateMails]:
    """Return the late form of each transport."""
    late: list[LatePosts | LateMails] = []
    for transport in transports:
        if isinstance(transport, Posting):
            late.append(LatePosts(posting=transport, zone=zone))
        elif isinstance(transport, Mailing):
            late.append(LateMails(mailing=transport))
    return late


def sweep_all(sweeps: Sequence[Sweep]) -> dict[str, int]:
    """Run all sweeps. Return the counts, which the caller of the Lambda receives."""
    finished = [sweep.run() for sweep in sweeps]
    return {**_counts(sweeps), "finished": int(all(finished))}


def redrive(sweeps: Sequence[Sweep], letters: Queue | None) -> dict[str, int]:
    """Announce the events that the letters name, then run all sweeps. Return the counts, which the caller receives.

    A letter is removed once nothing of its event is left, and one of a batch once the whole table was searched.
    All other letters stay.
    """
    taken = list(letters.take()) if letters else []
    named = {eid: _announce(sweeps, eid) for eid in dict.fromkeys(each.eid for each in taken) if eid}
    restarted = [sweep.restart() for sweep in sweeps]
    settled = all(restarted)
    removed = 0
    for letter in taken:
        if letters and (named.get(letter.eid or "") or (letter.batch and settled)):
            letters.remove(letter)
            removed += 1
    return {**_counts(sweeps), "finished": int(settled), "letters": len(taken), "removed": removed}


def _announce(sweeps: Sequence[Sweep], eid: str) -> bool:
    settled = [
        sweep.announce(eid, until=sweep.services.now()) for sweep in sweeps
    ]  # by each transport, also where another one fails
    return all(settled)


def _counts(sweeps: Sequence[Sweep]) -> dict[str, int]:
    return {"announced": sum(sweep.announced for sweep in sweeps), "failed": sum(sweep.failed for sweep in sweeps)}
