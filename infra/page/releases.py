"""What of the dispatch page is staged, in production, and was there before: records beside the page, in its bucket.

_releases/staged.json    what is staged and was verified; it is missing while that is not so
_releases/{id}.json      one release: its files, each by the version of the object that holds its bytes
_releases/current.json   which release is in production and, while one takes the other's place, both
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from infra.page.bucket import Clash, Kept
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
class Release:
    """The whole page at one moment."""

    id: str
    made_at: str
    how: str
    """`staged`, or `found` for what lay in production and had come by another way."""
    previous: str | None
    files: tuple[Kept, ...]

    def same_files(self, other: Release) -> bool:
        """Whether both hold the same bytes under the same names, served as the same kinds."""
        return _content(self.files) == _content(other.files)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where production stands. `etag` is of the record that says so."""

    release: str | None = None
    moving_to: str | None = None
    etag: str = ""

    @property
    def is_moving(self) -> bool:
        """Whether a move has begun and not ended: production may hold files of both."""
        return self.moving_to is not None


class Releases:
    """The records of one bucket."""

    def __init__(self, bucket: SiteBucket) -> None:
        self.bucket = bucket

    def forget_staged(self) -> None:
        """From now on nothing can be promoted, until `stage` says so again."""
        self.bucket.delete([STAGED])

    def stage(self, files: Iterable[Kept], *, now: datetime) -> Release:
        """Writes down what was staged and verified."""
        release = new_release(files, how="staged", previous=None, now=now)
        self.bucket.write_json(STAGED, _to_json(release))
        return release

    def staged(self) -> Release:
        """What may be promoted. Raises Stopped."""
        record, _ = self.bucket.read_json(STAGED)
        if not record:
            raise Stopped("Nothing is staged and verified. Run `python -m infra site stage` first.")
        return _from_json(record)

    def save(self, release: Release) -> None:
        """Writes a release down; it is never changed after."""
        self.bucket.write_json(_key(release.id), _to_json(release))

    def load(self, release_id: str) -> Release:
        """A release. Raises Stopped when there is none of that id."""
        record, _ = self.bucket.read_json(_key(release_id)) if release_id.replace("-", "").isalnum() else ({}, "")
        if not record:
            raise Stopped(f"There is no release {release_id}. `python -m infra site releases` lists them.")
        return _from_json(record)

    def ids(self) -> list[str]:
        """Every release, oldest first."""
        keys = sorted(self.bucket.listing(RECORDS).keys() - {STAGED, CURRENT})
        return [key.removeprefix(RECORDS).removesuffix(".json") for key in keys]

    def place(self) -> Place:
        """Where production stands."""
        record, etag = self.bucket.read_json(CURRENT)
        return Place(release=record.get("release"), moving_to=record.get("moving_to"), etag=etag)

    def move(self, place: Place, *, release: str | None, moving_to: str | None) -> Place:
        """Writes the next place over the one that was read. Raises Stopped when somebody else did meanwhile."""
        record = {"format": FORMAT, "release": release, "moving_to": moving_to}
        try:
            etag = self.bucket.write_json(CURRENT, record, etag=place.etag)
        except Clash:
            raise Stopped(
                "Somebody else is promoting or rolling back at this moment. Wait for them, then look at the page."
            ) from None
        return Place(release=release, moving_to=moving_to, etag=etag)

    def found(self, *, previous: str | None, now: datetime) -> Release | None:
        """What lies in production, read file by file; None where nothing does."""
        files = [self.bucket.read(key, name=key.removeprefix(PREFIX)) for key in sorted(self.bucket.listing(PREFIX))]
        return new_release(files, how="found", previous=previous, now=now) if files else None


def new_release(files: Iterable[Kept], *, how: str, previous: str | None, now: datetime) -> Release:
    """A release of its own name, which sorts by time."""
    return Release(
        id=f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
        made_at=now.isoformat(timespec="seconds"),
        how=how,
        previous=previous,
        files=tuple(sorted(files, key=lambda file: file.name)),
    )


def _content(files: Iterable[Kept]) -> set[tuple[str, str, str]]:
    return {(file.name, file.sha256, file.content_type) for file in files}


def _key(release_id: str) -> str:
    return f"{RECORDS}{release_id}.json"


def _to_json(release: Release) -> dict[str, Any]:
    return {"format": FORMAT, **asdict(release)}


def _from_json(record: dict[str, Any]) -> Release:
    if record.get("format") != FORMAT:
        raise Stopped("The release was written by another version of this command line. Use that one.")
    files = tuple(Kept(**each) for each in record["files"])
    return Release(**{**{name: record[name] for name in ("id", "made_at", "how", "previous")}, "files": files})
