"""One run of the sweep, and the dead letters that it settles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.announce.late import Sweep
    from charter.announcements import Letter


class Letters(Protocol):
    """The queue of dead letters."""

    def take(self) -> Sequence[Letter]:
        """Return the letters in it."""
        ...

    def remove(self, letter: Letter) -> None:
        """Take one out of it."""
        ...


def redrive(sweep: Sweep, letters: Letters | None) -> dict[str, int]:
    """Announce what was never announced, also what the letters name, and return the counts for whoever asked.

    A letter is removed once nothing of its event is left, and one of a batch once the whole table was looked through.
    All other letters stay.
    """
    taken = list(letters.take()) if letters else []
    named = {eid: sweep.announce(eid, until=sweep.now()) for eid in dict.fromkeys(each.eid for each in taken) if eid}
    settled = sweep.restart()
    removed = 0
    for letter in taken:
        if letters and (named.get(letter.eid or "") or (letter.batch and settled)):
            letters.remove(letter)
            removed += 1
    return {
        "announced": sweep.announced,
        "failed": sweep.failed,
        "finished": int(settled),
        "letters": len(taken),
        "removed": removed,
    }
