"""The zip that all functions run: the app's own code and what it needs of its requirements.

Byte for byte the same from the same sources (docs/adr/0018).
"""

from __future__ import annotations

import base64
import hashlib
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infra.packing.pruning import LEFT_OUT, is_kept, shortened
from infra.packing.wheels import LAMBDA, Target, fetch_wheels
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.packing.wheels import Wheel

ROOT: Final = Path(__file__).resolve().parents[2]
ZIP: Final = ROOT / "dist" / "ship-captain-crew.zip"
HANDLERS: Final = ("lambda_function.py", "web_function.py", "announce_function.py")
FOLDERS: Final = ("charter", "adapters", "bot", "announce", "web")
ELSEWHERE: Final = ("web/dispatch",)  # the page lives in S3 (infra/page/site.py)
KINDS: Final = frozenset({".py", ".css", ".html", ".js", ".json", ".md", ".svg", ".ttf", ".txt"})

# Of what Lambda takes.
LARGEST: Final = 50_000_000  # bytes; of a zip that comes without S3
LARGEST_UNPACKED: Final = 250 * 1024 * 1024  # bytes
OURS: Final = "Ship Captain Crew"

_WHEN: Final = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can tell
_MODE: Final = 0o100644  # a file that everybody may read; Lambda runs as another user than the one who zipped
_UNIX: Final = 3


@dataclass(frozen=True)
class Part:
    """What one dependency, or the app itself, takes up, in bytes."""

    name: str
    version: str
    zipped: int
    unzipped: int


@dataclass(frozen=True)
class Package:
    """The finished zip. `size` is in bytes, `sha256` in hex; `code_sha256` is how Lambda spells it (CodeSha256)."""

    path: Path
    sha256: str
    size: int
    parts: tuple[Part, ...]

    @property
    def code_sha256(self) -> str:
        """SHA-256 in base64."""
        return base64.b64encode(bytes.fromhex(self.sha256)).decode()

    @property
    def unzipped(self) -> int:
        """Bytes, unpacked."""
        return sum(part.unzipped for part in self.parts)


def build_package(
    output: Path = ZIP, *, target: Target = LAMBDA, say: Callable[[str], None] = lambda _line: None, root: Path = ROOT
) -> Package:
    """Builds the zip for the target and puts it at `output`, whole or not at all. Tells `say` what goes on.

    Raises Stopped when pip cannot fetch a wheel, when a file of an unknown kind lies in the app's folders, or when
    Lambda would not take what came out.
    """
    wheels = fetch_wheels(root / "requirements.txt", target, root / "dist" / "wheels")
    say(f"{len(wheels)} wheels for {target.name}, each with a hash that requirements.txt names.")
    contents: dict[str, tuple[str, bytes]] = {}  # path in the zip: whose it is, what it holds
    for owner, path, content in _everything(root, wheels):
        if path in contents:
            raise Stopped(f"{owner} and {contents[path][0]} both bring {path}. Rename one of them.")
        contents[path] = owner, content
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".packing-") as scratch:
        unfinished = Path(scratch) / output.name
        sizes = _write(unfinished, contents)
        digest = hashlib.sha256(unfinished.read_bytes()).hexdigest()
        size = unfinished.stat().st_size
        versions = {OURS: "", **{wheel.name: wheel.version for wheel in wheels}}
        parts = tuple(
            Part(name, versions[name], *sizes[name]) for name in sorted(sizes, key=lambda name: -sizes[name][0])
        )
        package = Package(output, digest, size, parts)
        if size > LARGEST or package.unzipped > LARGEST_UNPACKED:
            raise Stopped(f"{size:,} bytes, {package.unzipped:,} unpacked: more than Lambda takes.")
        unfinished.replace(output)
    return package


def _everything(root: Path, wheels: list[Wheel]) -> Iterator[tuple[str, str, bytes]]:
    """Whose each file is, its path in the zip, and its content."""
    for path in _sources(root):
        yield OURS, path.relative_to(root).as_posix(), path.read_bytes()
    for wheel in wheels:
        if wheel.name not in LEFT_OUT:
            for place, content in wheel.files():
                if is_kept(place):
                    yield wheel.name, place, shortened(place, content)


def _sources(root: Path) -> Iterator[Path]:
    """The app's own files. Compiled ones, hidden ones and the dispatch page stay out."""
    yield from (root / name for name in HANDLERS)
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            inside = path.relative_to(root)
            if not path.is_file() or inside.as_posix().startswith(tuple(f"{name}/" for name in ELSEWHERE)):
                continue
            if any(part.startswith(".") or part == "__pycache__" for part in inside.parts):
                continue
            if path.suffix not in KINDS:
                raise Stopped(
                    f"{inside} is of a kind that no zip of ours has. Remove it, or name its kind in infra/packing."
                )
            yield path


def _write(archive: Path, contents: dict[str, tuple[str, bytes]]) -> dict[str, list[int]]:
    """Writes the zip, and gives each owner's bytes: zipped and unzipped.

    Order, times, permissions and compression are fixed, so nothing in it tells when, where or by whom it was made.
    """
    sizes: dict[str, list[int]] = {}
    with zipfile.ZipFile(archive, "w") as made:
        for path, (owner, content) in sorted(contents.items()):
            entry = zipfile.ZipInfo(path, _WHEN)
            entry.create_system = _UNIX
            entry.external_attr = _MODE << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, content, compresslevel=9)
            size = sizes.setdefault(owner, [0, 0])
            size[0] += entry.compress_size
            size[1] += entry.file_size
    return sizes
