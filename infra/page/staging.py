"""`site stage`: upload the next version of the dispatch page to an address that only the office opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.page.links import INDEX, broken_links
from infra.page.site import PREFIX, site_files
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infra.page.bucket import SiteBucket, StoredFile
    from infra.page.site import SiteFile

STAGING: Final = "_staging/"
AT: Final = "/_staging/dispatch"
PATHS: Final = ("/_staging/*",)


def read_page(folder: Path) -> dict[str, SiteFile]:
    """Return the page's files by name. Raises Stopped when the page would not work at its staging address."""
    try:
        files = {file.key.removeprefix(PREFIX): file for file in site_files(folder)}
    except ValueError as error:
        raise Stopped(str(error)) from None
    if INDEX not in files:
        raise Stopped(f"{folder} has no {INDEX}. Pass the page's folder with --folder.")
    bodies = {name: file.read() for name, file in files.items()}
    if stray := broken_links(bodies, at=AT):
        raise Stopped(f"{stray[0]}. Link files as dispatch/app.js, and modules as ./board.js.")
    return files


def stale(bucket: SiteBucket, files: Mapping[str, SiteFile]) -> list[str]:
    """Return the keys under _staging/ that the page no longer has. Raises AwsRefused."""
    return sorted(bucket.listing(STAGING).keys() - {_key(file) for file in files.values()})


def upload(bucket: SiteBucket, files: Mapping[str, SiteFile]) -> list[StoredFile]:
    """Upload every file, the page itself last. Raises AwsRefused."""
    order = sorted(files, key=lambda name: (name == INDEX, name))
    return [bucket.upload(files[name], key=_key(files[name]), name=name) for name in order]


def _key(file: SiteFile) -> str:
    return f"{STAGING}{file.key}"
