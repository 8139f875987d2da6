"""What production was before a deploy, on disk: code, configuration and alias of each function, and the journal.

The folder holds secrets in clear (docs/adr/0019): 0700, its files 0600. Nothing of it is ever printed but names.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from infra.deploying.journal import PRIVATE_FILE, UNFINISHED, Journal
from infra.deploying.states import Alias, State
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable

PRIVATE_FOLDER: Final = 0o700
_ID: Final = re.compile(r"\d{8}T\d{6}Z(-\d+)?")


def default_folder() -> Path:
    """Outside the repository, so that no `git clean` takes it and no package could hold it."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "ship-captain-crew" / "snapshots"


class Snapshot:
    """One folder. `latest` and `live` are the two states of a function that are kept; `wanted` is what it was to be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name
        self.journal = Journal(folder / "journal.jsonl")

    @property
    def functions(self) -> dict[str, str]:
        """ARN by name."""
        return dict(self.journal.begun.get("functions", {}))

    @property
    def alias_name(self) -> str:
        """The alias that was moved."""
        return str(self.journal.begun.get("alias", "live"))

    @property
    def is_complete(self) -> bool:
        """Whether all of production was on disk before anything was changed."""
        return bool(self.journal.all("taken"))

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def keep(self, function: str, kind: str, state: State) -> None:
        """One configuration, whole."""
        self._write(f"{function}.{kind}.json", json.dumps(state.config, indent=1, default=str).encode())

    def kept(self, function: str, kind: str) -> State | None:
        """The configuration that was kept, if one was."""
        content = self._read(f"{function}.{kind}.json")
        return None if content is None else State(content)

    def keep_alias(self, function: str, alias: Alias | None) -> None:
        """Where the alias stood; None when there was none."""
        content = None if alias is None else {"version": alias.version, "weights": dict(alias.weights)}
        self._write(f"{function}.alias.json", json.dumps(content).encode())

    def kept_alias(self, function: str) -> Alias | None:
        """Where the alias stood. Its revision is not kept: by now it may be another."""
        content = self._read(f"{function}.alias.json")
        return None if content is None else Alias(self.alias_name, content["version"], "", content["weights"])

    def keep_code(self, code: bytes) -> None:
        """A zip, once, however many functions run it."""
        self._write(_zip_name(code_sha(code)), code)

    def has_code(self, sha: str) -> bool:
        """Whether the zip with that CodeSha256 is here."""
        return (self.folder / _zip_name(sha)).exists()

    def code(self, sha: str) -> bytes:
        """The zip with that CodeSha256. Raises Stopped when it is not here, or not whole."""
        path = self.folder / _zip_name(sha)
        content = path.read_bytes() if path.exists() else b""
        if code_sha(content) != sha:
            raise Stopped(f"The snapshot {self.id} does not hold that code whole.")
        return content

    def discard(self) -> None:
        """Forget it all."""
        shutil.rmtree(self.folder)

    def _write(self, name: str, content: bytes) -> None:
        descriptor = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def _read(self, name: str) -> dict[str, Any] | None:
        path = self.folder / name
        content: dict[str, Any] | None = json.loads(path.read_bytes()) if path.exists() else None
        return content


class Store:
    """All snapshots of one operator. Raises Stopped when its folder cannot be made or read by us alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> None:
        """Makes the folder, and takes everybody else's rights away."""
        try:
            self.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            self.folder.chmod(PRIVATE_FOLDER)
        except OSError as error:
            raise Stopped(f"Snapshots cannot be kept in {self.folder}: {error.strerror}.") from None

    def begin(self) -> Snapshot:
        """A new, empty one, named by this second."""
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        for name in (moment, *(f"{moment}-{number}" for number in range(2, 100))):
            try:
                (self.folder / name).mkdir(mode=PRIVATE_FOLDER)
            except FileExistsError:
                continue
            return Snapshot(self.folder / name)
        raise Stopped("A hundred snapshots in one second are enough.")

    def all(self) -> list[Snapshot]:
        """Newest first."""
        if not self.folder.exists():
            return []
        folders = [path for path in self.folder.iterdir() if path.is_dir() and _ID.fullmatch(path.name)]
        return [Snapshot(folder) for folder in sorted(folders, key=_by_age, reverse=True)]

    def of(self, functions: Iterable[str]) -> list[Snapshot]:
        """Those that hold any of the functions, given by ARN; newest first."""
        arns = set(functions)
        return [snapshot for snapshot in self.all() if arns & set(snapshot.functions.values())]

    def named(self, identifier: str) -> Snapshot:
        """Raises Stopped when there is none of that name."""
        for snapshot in self.all():
            if snapshot.id == identifier:
                return snapshot
        raise Stopped(f"There is no snapshot {identifier}. `python -m infra snapshots` lists them.")

    def prune(self, keep: int) -> list[str]:
        """Forgets all but the newest; one whose deploy did not end stays. The names of those that went."""
        old = [snapshot for snapshot in self.all()[keep:] if snapshot.journal.outcome != UNFINISHED]
        for snapshot in old:
            snapshot.discard()
        return [snapshot.id for snapshot in old]


def code_sha(code: bytes) -> str:
    """CodeSha256 as Lambda tells it."""
    return base64.b64encode(hashlib.sha256(code).digest()).decode()


def _by_age(folder: Path) -> tuple[str, int]:
    moment, _, number = folder.name.partition("-")
    return moment, int(number or 1)


def _zip_name(sha: str) -> str:
    return f"code-{base64.b64decode(sha).hex()[:32]}.zip"
