"""Snapshots: production before a deploy, on disk. Each holds code, configuration, aliases and the journal.

The folder holds secrets in plain text (docs/adr/0019), so it has mode 0700 and its files 0600. Only names are printed.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from infra.deploying.journal import PRIVATE_FILE, UNFINISHED, DeployJournal
from infra.deploying.states import Alias, FunctionState, code_sha
from infra.moments import compact
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable

PRIVATE_FOLDER: Final = 0o700
_ID: Final = re.compile(r"\d{8}T\d{6}Z(-\d+)?")


def default_folder() -> Path:
    """Return a folder outside the repository, so that `git clean` cannot delete it and no package can contain it."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "ship-captain-crew" / "snapshots"


class Snapshot:
    """One folder. It saves the states `latest` and `live` of each function, and `wanted`, the deploy's aim."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name
        self.journal = DeployJournal(folder / "journal.jsonl")

    @property
    def functions(self) -> dict[str, str]:
        """The functions' ARNs by name."""
        return dict(self.journal.begun.get("functions", {}))

    @property
    def alias_name(self) -> str:
        """The alias that the deploy moves."""
        return str(self.journal.begun.get("alias", "live"))

    @property
    def is_complete(self) -> bool:
        """True if all of production was on disk before anything was changed."""
        return bool(self.journal.all("taken"))

    @property
    def size(self) -> int:
        """The size on disk, in bytes."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def keep(self, function: str, kind: str, state: FunctionState) -> None:
        """Save a configuration."""
        self._write(f"{function}.{kind}.json", json.dumps(state.config, indent=1, default=str).encode())

    def kept(self, function: str, kind: str) -> FunctionState | None:
        """Return the saved configuration, or None."""
        content = self._read(f"{function}.{kind}.json")
        return None if content is None else FunctionState(content)

    def keep_alias(self, function: str, alias: Alias | None) -> None:
        """Save the alias; None when there was none."""
        content = None if alias is None else {"version": alias.version, "weights": dict(alias.weights)}
        self._write(f"{function}.alias.json", json.dumps(content).encode())

    def kept_alias(self, function: str) -> Alias | None:
        """Return the saved alias. Its revision is not saved, since it may have changed."""
        content = self._read(f"{function}.alias.json")
        return None if content is None else Alias(self.alias_name, content["version"], "", content["weights"])

    def keep_code(self, code: bytes) -> None:
        """Save a zip. Functions with the same code share one."""
        self._write(_zip_name(code_sha(code)), code)

    def has_code(self, sha: str) -> bool:
        """Return True if the zip with that CodeSha256 is saved."""
        return (self.folder / _zip_name(sha)).exists()

    def code(self, sha: str) -> bytes:
        """Return the zip with that CodeSha256. Raises Stopped when it is missing or damaged."""
        path = self.folder / _zip_name(sha)
        content = path.read_bytes() if path.exists() else b""
        if code_sha(content) != sha:
            raise Stopped(f"The code in the snapshot {self.id} is missing or damaged. Choose another snapshot.")
        return content

    def discard(self) -> None:
        """Delete the folder."""
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
    """All snapshots of one operator. Raises Stopped when the folder cannot be created, or cannot be private."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> None:
        """Create the folder, and make it private."""
        try:
            self.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            self.folder.chmod(PRIVATE_FOLDER)
        except OSError as error:
            raise Stopped(f"Snapshots cannot be saved in {self.folder}: {error.strerror}. See --snapshots.") from None

    def begin(self) -> Snapshot:
        """Create an empty snapshot, named by the time in seconds."""
        moment = compact(datetime.now(UTC))
        for name in (moment, *(f"{moment}-{number}" for number in range(2, 100))):
            try:
                (self.folder / name).mkdir(mode=PRIVATE_FOLDER)
            except FileExistsError:
                continue
            return Snapshot(self.folder / name)
        raise Stopped("There are a hundred snapshots of this second. Run the command again.")

    def all(self) -> list[Snapshot]:
        """Return all snapshots, newest first."""
        if not self.folder.exists():
            return []
        folders = [path for path in self.folder.iterdir() if path.is_dir() and _ID.fullmatch(path.name)]
        return [Snapshot(folder) for folder in sorted(folders, key=_by_age, reverse=True)]

    def of(self, functions: Iterable[str]) -> list[Snapshot]:
        """Return the snapshots of any of the functions, given by ARN; newest first."""
        arns = set(functions)
        return [snapshot for snapshot in self.all() if arns & set(snapshot.functions.values())]

    def named(self, identifier: str) -> Snapshot:
        """Return the snapshot of that name. Raises Stopped when there is none."""
        for snapshot in self.all():
            if snapshot.id == identifier:
                return snapshot
        raise Stopped(f"There is no snapshot {identifier}. `python -m infra snapshots` lists them.")

    def prune(self, keep: int) -> list[str]:
        """Delete all but the newest and those of unfinished deploys. Return the deleted names."""
        old = [snapshot for snapshot in self.all()[keep:] if snapshot.journal.outcome != UNFINISHED]
        for snapshot in old:
            snapshot.discard()
        return [snapshot.id for snapshot in old]


def _by_age(folder: Path) -> tuple[str, int]:
    moment, _, number = folder.name.partition("-")
    return moment, int(number or 1)


def _zip_name(sha: str) -> str:
    return f"code-{base64.b64decode(sha).hex()[:32]}.zip"
