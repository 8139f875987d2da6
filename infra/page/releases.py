"""Records of the dispatch page's releases: staged, in production, and earlier. They are in the page's own bucket.

_releases/staged.json    the staged and verified release; missing when there is none
_releases/{id}.json      one release: its files, each with the object version that holds its bytes
_releases/current.json   the release in production and, during a move, its target
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from infra.moments import compact
from infra.page.bucket import Clash, StoredFile
from infra.page.site import PREFIX
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from infra.page.bucket import SiteBucket

RECORDS: Final = "_releases/"
STAGED: Final = f"{RECORDS}staged.json"
CURRENT: Final = f"{RECORDS}current.json"
FORMAT: Final = 1


@dataclass(frozen=True, kw_only=True)
class PageRelease:
    """The whole page at one moment."""

    id: str
    made_at: str
    how: str
    """`staged`, or `found` for files that were put into production by hand."""
    previous: str | None
    files: tuple[StoredFile, ...]

    def same_files(self, other: PageRelease) -> bool:
        """Return True if both have the same files, bytes and content types."""
        return _content(self.files) == _content(other.files)


@dataclass(frozen=True, kw_only=True)
class ReleasePosition:
    """The release in production, and the target of a move. `etag` is the record's."""

    release: str | None = None
    moving_to: str | None = None
    etag: str = ""

    @property
    def is_moving(self) -> bool:
        """True if a move began and did not finish: production may hold files of both releases."""
        return self.moving_to is not None


class Releases:
    """The records of one bucket."""

    def __init__(self, bucket: SiteBucket) -> None:
        self.bucket = bucket

    def forget_staged(self) -> None:
        """Delete the record of the staged release, so that nothing can be promoted until `stage` writes it."""
        self.bucket.delete([STAGED])

    def stage(self, files: Iterable[StoredFile], *, now: datetime) -> PageRelease:
        """Record the staged and verified release."""
        release = new_release(files, how="staged", previous=None, now=now)
        self.bucket.write_json(STAGED, _to_json(release))
        return release

    def staged(self) -> PageRelease:
        """Return the release that may be promoted. Raises Stopped when there is none."""
        record, _ = self.bucket.read_json(STAGED)
        if not record:
            raise Stopped("Nothing is staged and verified. Run `python -m infra site stage` first.")
        return _from_json(record)

    def save(self, release: PageRelease) -> None:
        """Record a release, which never changes afterwards."""
        self.bucket.write_json(_key(release.id), _to_json(release))

    def load(self, release_id: str) -> PageRelease:
        """Return a release. Raises Stopped when there is none of that id."""
        record, _ = self.bucket.read_json(_key(release_id)) if release_id.replace("-", "").isalnum() else ({}, "")
        if not record:
            raise Stopped(f"There is no release {release_id}. `python -m infra site releases` lists them.")
        return _from_json(record)

    def ids(self) -> list[str]:
        """Return the ids of all releases, oldest first."""
        keys = sorted(self.bucket.listing(RECORDS).keys() - {STAGED, CURRENT})
        return [key.removeprefix(RECORDS).removesuffix(".json") for key in keys]

    def place(self) -> ReleasePosition:
        """Return the release in production."""
        record, etag = self.bucket.read_json(CURRENT)
        return ReleasePosition(release=record.get("release"), moving_to=record.get("moving_to"), etag=etag)

    def move(self, place: ReleasePosition, *, release: str | None, moving_to: str | None) -> ReleasePosition:
        """Replace the record that was read. Raises Stopped when somebody else has replaced it."""
        record = {"format": FORMAT, "release": release, "moving_to": moving_to}
        try:
            etag = self.bucket.write_json(CURRENT, record, etag=place.etag)
        except Clash:
            raise Stopped("Somebody else is promoting or rolling back now. Wait, then check the page.") from None
        return ReleasePosition(release=release, moving_to=moving_to, etag=etag)

    def found(self, *, previous: str | None, now: datetime) -> PageRelease | None:
        """Read production file by file, and return it as a release; None where it is empty."""
        files = [self.bucket.read(key, name=key.removeprefix(PREFIX)) for key in sorted(self.bucket.listing(PREFIX))]
        return new_release(files, how="found", previous=previous, now=now) if files else None


def new_release(files: Iterable[StoredFile], *, how: str, previous: str | None, now: datetime) -> PageRelease:
    """Return a release with a new id, which sorts by time."""
    return PageRelease(
        id=f"{compact(now)}-{secrets.token_hex(3)}",
        made_at=now.isoformat(timespec="seconds"),
        how=how,
        previous=previous,
        files=tuple(sorted(files, key=lambda file: file.name)),
    )


def _content(files: Iterable[StoredFile]) -> set[tuple[str, str, str]]:
    return {(file.name, file.sha256, file.content_type) for file in files}


def _key(release_id: str) -> str:
    return f"{RECORDS}{release_id}.json"


def _to_json(release: PageRelease) -> dict[str, Any]:
    return {"format": FORMAT, **asdict(release)}


def _from_json(record: dict[str, Any]) -> PageRelease:
    if record.get("format") != FORMAT:
        raise Stopped("The release was written by another version of this command. Run that version.")
    files = tuple(StoredFile(**each) for each in record["files"])
    return PageRelease(**{**{name: record[name] for name in ("id", "made_at", "how", "previous")}, "files": files})
