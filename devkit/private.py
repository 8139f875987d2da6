"""Files that their owner alone may read, since the local world stores payments, names and a secret."""

from __future__ import annotations

import os
import stat
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_OTHERS: Final = 0o077


def make_private(path: Path) -> None:
    """Make a file or folder of ours readable by its owner alone. A shared folder such as /tmp is left as it is."""
    found = path.stat()
    if found.st_uid == os.getuid() and not found.st_mode & stat.S_ISVTX and found.st_mode & _OTHERS:
        path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)


def make_all_private(folder: Path) -> None:
    """Make a folder and everything in it readable by its owner alone, as earlier versions did not."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            make_private(path)


def open_private(path: Path, mode: str = "a") -> IO[str]:
    """Return an open text file that its owner alone may read."""
    path.touch(mode=0o600)
    make_private(path)
    return path.open(mode, encoding="utf-8")
