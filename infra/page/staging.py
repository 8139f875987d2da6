"""`site stage`: the next version of the dispatch page, where the office can open it and nobody else meets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.page.links import INDEX, astray
from infra.page.site import PREFIX, site_files
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infra.page.bucket import Kept, SiteBucket
    from infra.page.site import SiteFile

STAGING: Final = "_staging/"
AT: Final = "/_staging/dispatch"
PATHS: Final = ("/_staging/*",)


def read_page(folder: Path) -> dict[str, SiteFile]:
    """The page's files by name. Raises Stopped when it could not work where it is to stand."""
    try:
        files = {file.key.removeprefix(PREFIX): file for file in site_files(folder)}
    except ValueError as error:
        raise Stopped(str(error)) from None
    if INDEX not in files:
        raise Stopped(f"{folder} holds no {INDEX}.")
    bodies = {name: file.path.read_bytes() for name, file in files.items()}
    if stray := astray(bodies, at=AT):
        raise Stopped(
            f"{stray[0]}. Staged, the page would run production's files. "
            "Name its files as dispatch/app.js, and modules as ./board.js."
        )
    return files


def stale(bucket: SiteBucket, files: Mapping[str, SiteFile]) -> list[str]:
    """The keys under _staging/ that the page no longer has. Raises Refused."""
    return sorted(bucket.listing(STAGING).keys() - {_key(file) for file in files.values()})


def upload(bucket: SiteBucket, files: Mapping[str, SiteFile]) -> list[Kept]:
    """Puts every file in its place, the page itself last. Raises Refused."""
    order = sorted(files, key=lambda name: (name == INDEX, name))
    return [bucket.upload(files[name], key=_key(files[name]), name=name) for name in order]


def _key(file: SiteFile) -> str:
    return f"{STAGING}{file.key}"
