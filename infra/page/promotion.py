"""`site promote` and `site rollback`: one release of the dispatch page takes the place of another.

The page's files have fixed names, so for the second that the copies take, a browser that loads it may meet files of two
versions; docs/adr/0020 says why that is borne and not removed. What is kept from it: the page itself comes last, when
all that it names has been proven to be there; what is gone is deleted after that; and a move that fails is undone, or,
where that fails too, finished or undone by the next command.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from infra.asking import Refused
from infra.page.links import INDEX
from infra.page.releases import new_release
from infra.page.site import PREFIX
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from infra.page.bucket import Kept, SiteBucket
    from infra.page.releases import Place, Release, Releases

AT: Final = "/dispatch"
PATHS: Final = ("/dispatch*", "/")
AT_ONCE: Final = 8


class Move:
    """From where production stands to another release; made by `promotion` and `way_back`, carried out by `run`."""

    def __init__(self, releases: Releases, place: Place, *, before: Release | None, target: Release) -> None:
        self.before, self.target = before, target
        self._releases, self._place = releases, place
        self._bucket = releases.bucket

    @property
    def gone(self) -> list[str]:
        """The names that production has and the target has not. Raises Refused."""
        names = {key.removeprefix(PREFIX) for key in self._bucket.listing(PREFIX)}
        return sorted(names - {file.name for file in self.target.files})

    def run(self) -> None:
        """Carries it out. Raises Stopped, which says what production is now."""
        stays = self.before.id if self.before else None
        self._place = self._releases.move(self._place, release=stays, moving_to=self.target.id)
        try:
            put(self._bucket, self.target.files)
        except BaseException as error:
            self._undo(error)
            raise
        self._place = self._releases.move(self._place, release=self.target.id, moving_to=None)

    def _undo(self, error: BaseException) -> None:
        """Puts back what was there. Raises Stopped in the place of an expected error."""
        why = str(error) or f"{type(error).__name__}."
        stays = self.before.id if self.before else None
        try:
            put(self._bucket, self.before.files if self.before else ())
            self._place = self._releases.move(self._place, release=stays, moving_to=None)
        except (Refused, Stopped) as again:
            raise Stopped(
                f"The move stopped half-way, and could not be undone: {why} {again} "
                "Run it again to finish it, or `python -m infra site rollback` to go back."
            ) from None
        if isinstance(error, (Refused, Stopped, KeyboardInterrupt)):
            raise Stopped(f"Production is as it was before. {why}") from None


def put(bucket: SiteBucket, files: Sequence[Kept]) -> None:
    """Makes production just these files: the page last, then what is gone goes. Raises Refused and Stopped."""
    parts = [file for file in files if file.name != INDEX]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda file: bucket.copy(file, key=f"{PREFIX}{file.name}"), parts))
    for file in files:
        if file.name == INDEX:
            bucket.copy(file, key=f"{PREFIX}{file.name}")
    bucket.delete(bucket.listing(PREFIX).keys() - {f"{PREFIX}{file.name}" for file in files})


def promotion(releases: Releases, *, now: datetime, write: bool) -> Move | None:
    """From production to what is staged; None where that is what production has. Without `write`, no record is made.

    Raises Stopped when nothing is staged, and Refused.
    """
    staged, place = releases.staged(), releases.place()
    if place.moving_to is not None:
        before = releases.load(place.release) if place.release else None
        begun = releases.load(place.moving_to)
        target = begun if begun.same_files(staged) else _target(staged, before, now)
    else:
        before = _production(releases, place, now=now, write=write)
        if before is not None and before.same_files(staged):
            return None
        target = _target(staged, before, now)
    if write and target.id != place.moving_to:
        releases.save(target)
    return Move(releases, place, before=before, target=target)


def way_back(releases: Releases, to: str | None, *, now: datetime, write: bool) -> Move:
    """From production to the release before it, or to the one named. A move that began is undone first of all.

    Raises Stopped when there is none, and Refused.
    """
    place = releases.place()
    if place.moving_to is not None:
        wanted = to or place.release
        before = releases.load(place.release) if place.release else None
        nothing = "Nothing was in production before the move that began. Finish it with `python -m infra site promote`."
    else:
        before = _production(releases, place, now=now, write=write)
        wanted = to or (before.previous if before else None)
        nothing = "There is no release before the one in production."
    if wanted is None:
        raise Stopped(nothing)
    return Move(releases, place, before=before, target=releases.load(wanted))


def _target(staged: Release, before: Release | None, now: datetime) -> Release:
    return new_release(staged.files, how="staged", previous=before.id if before else None, now=now)


def _production(releases: Releases, place: Place, *, now: datetime, write: bool) -> Release | None:
    """What is in production: the release that is on record, or what lies there by another way, which goes on record."""
    known = releases.load(place.release) if place.release else None
    found = releases.found(previous=known.id if known else None, now=now)
    if found is None or (known is not None and known.same_files(found)):
        return known
    if write:
        releases.save(found)
    return found
