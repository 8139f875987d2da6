"""`site promote` and `site rollback`: replace one release of the dispatch page with another.

The page's files have fixed names, so for the second that the copies take, a browser may load files of two versions;
docs/adr/0020 explains why that is accepted. The page itself is copied last, when every other file has been verified.
Deleted files go after that. A move that fails is undone; if that fails too, the next command finishes or undoes it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from infra.asking import AwsRefused
from infra.page.links import INDEX
from infra.page.releases import new_release
from infra.page.site import PREFIX
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from infra.page.bucket import SiteBucket, StoredFile
    from infra.page.releases import PageRelease, ReleasePosition, Releases

AT: Final = "/dispatch"
PATHS: Final = ("/dispatch*", "/")
AT_ONCE: Final = 8


class ReleaseMove:
    """A move of production to another release. `promotion` and `restoration` plan it; `run` carries it out."""

    def __init__(
        self, releases: Releases, place: ReleasePosition, *, before: PageRelease | None, target: PageRelease
    ) -> None:
        self.before, self.target = before, target
        self._releases, self._place = releases, place
        self._bucket = releases.bucket

    @property
    def gone(self) -> list[str]:
        """The files that production has and the target lacks. Raises AwsRefused."""
        names = {key.removeprefix(PREFIX) for key in self._bucket.listing(PREFIX)}
        return sorted(names - {file.name for file in self.target.files})

    def run(self) -> None:
        """Carry out the move. Raises Stopped, which says what production is now."""
        stays = self.before.id if self.before else None
        self._place = self._releases.move(self._place, release=stays, moving_to=self.target.id)
        try:
            put(self._bucket, self.target.files)
        except BaseException as error:
            self._undo(error)
            raise
        self._place = self._releases.move(self._place, release=self.target.id, moving_to=None)

    def _undo(self, error: BaseException) -> None:
        """Restore the earlier files. Raises Stopped instead of an expected error."""
        why = str(error) or f"{type(error).__name__}."
        stays = self.before.id if self.before else None
        try:
            put(self._bucket, self.before.files if self.before else ())
            self._place = self._releases.move(self._place, release=stays, moving_to=None)
        except (AwsRefused, Stopped) as again:
            raise Stopped(
                f"The move was interrupted and could not be undone: {why} {again} "
                "Run it again to finish it. To go back: python -m infra site rollback"
            ) from None
        if isinstance(error, (AwsRefused, Stopped, KeyboardInterrupt)):
            raise Stopped(f"Production is as it was before. {why}") from None


def put(bucket: SiteBucket, files: Sequence[StoredFile]) -> None:
    """Make production exactly these files: the page last, then deletions. Raises AwsRefused and Stopped."""
    parts = [file for file in files if file.name != INDEX]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda file: bucket.copy(file, key=f"{PREFIX}{file.name}"), parts))
    for file in files:
        if file.name == INDEX:
            bucket.copy(file, key=f"{PREFIX}{file.name}")
    bucket.delete(bucket.listing(PREFIX).keys() - {f"{PREFIX}{file.name}" for file in files})


def promotion(releases: Releases, *, now: datetime, write: bool) -> ReleaseMove | None:
    """Plan the move to the staged page; None where production has it. Without `write`, no record is written.

    Raises Stopped when nothing is staged, and AwsRefused.
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
    return ReleaseMove(releases, place, before=before, target=target)


def restoration(releases: Releases, to: str | None, *, now: datetime, write: bool) -> ReleaseMove:
    """Plan the move to the release before production's, or to a named one. An interrupted move is undone first.

    Raises Stopped when there is none, and AwsRefused.
    """
    place = releases.place()
    if place.moving_to is not None:
        wanted = to or place.release
        before = releases.load(place.release) if place.release else None
        nothing = "Production was empty before the interrupted move. To finish it: python -m infra site promote"
    else:
        before = _production(releases, place, now=now, write=write)
        wanted = to or (before.previous if before else None)
        nothing = "There is no release before the one in production."
    if wanted is None:
        raise Stopped(nothing)
    return ReleaseMove(releases, place, before=before, target=releases.load(wanted))


def _target(staged: PageRelease, before: PageRelease | None, now: datetime) -> PageRelease:
    return new_release(staged.files, how="staged", previous=before.id if before else None, now=now)


def _production(releases: Releases, place: ReleasePosition, *, now: datetime, write: bool) -> PageRelease | None:
    """Return the release in production. Files that were changed by hand are recorded as a new release."""
    known = releases.load(place.release) if place.release else None
    found = releases.found(previous=known.id if known else None, now=now)
    if found is None or (known is not None and known.same_files(found)):
        return known
    if write:
        releases.save(found)
    return found
