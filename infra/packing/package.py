"""Build the zip that all functions run: the app's code and the needed parts of its requirements.

Byte for byte the same from the same sources (docs/adr/0018).
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infra.packing.bytecode import PYTHON, compiled, compiler_for
from infra.packing.pruning import LEFT_OUT, is_kept, shortened
from infra.packing.wheels import LAMBDA, WheelTarget, fetch_wheels
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.packing.wheels import Wheel

ROOT: Final = Path(__file__).resolve().parents[2]
ZIP: Final = ROOT / "dist" / "ship-captain-crew.zip"
HANDLERS: Final = ("lambda_function.py", "web_function.py", "announce_function.py")
FOLDERS: Final = ("charter", "adapters", "bot", "announce", "web", "paper", "exports")
ELSEWHERE: Final = ("web/dispatch",)  # the page lives in S3 (infra/page/site.py)
KINDS: Final = frozenset({".py", ".css", ".html", ".js", ".json", ".md", ".svg", ".toml", ".ttf", ".txt"})

# Lambda's limits.
LARGEST: Final = 50_000_000  # bytes; of a zip that comes without S3
LARGEST_UNPACKED: Final = 250 * 1024 * 1024  # bytes
OURS: Final = "Ship Captain Crew"
BYTECODE: Final = "bytecode of all of them"

_WHEN: Final = (1980, 1, 1, 0, 0, 0)  # the earliest time in the zip format
_MODE: Final = 0o100644  # readable by everybody, since Lambda runs as another user
_UNIX: Final = 3


@dataclass(frozen=True)
class ZipPart:
    """The size of one dependency, or of the app itself, in bytes."""

    name: str
    version: str
    zipped: int
    unzipped: int


@dataclass(frozen=True)
class Package:
    """The finished zip. `size` is in bytes, `sha256` in hex."""

    path: Path
    sha256: str
    size: int
    parts: tuple[ZipPart, ...]

    @property
    def unzipped(self) -> int:
        """The unpacked size in bytes."""
        return sum(part.unzipped for part in self.parts)


def build_package(
    output: Path = ZIP,
    *,
    target: WheelTarget = LAMBDA,
    say: Callable[[str], None] = lambda _line: None,
    root: Path = ROOT,
) -> Package:
    """Build the zip for the target, and move it to `output` once it is complete. `say` gets progress messages.

    Raises Stopped when pip cannot fetch a wheel, when the app's folders hold an unknown type of file, or when the zip
    exceeds Lambda's limits.
    """
    wheels = fetch_wheels(root / "requirements.txt", target, root / "dist" / "wheels")
    say(f"{len(wheels)} wheels for {target.name}, each with a hash that requirements.txt names.")
    contents: dict[str, tuple[str, bytes]] = {}  # path in the zip: its owner and content
    for owner, path, content in _everything(root, wheels):
        if path in contents:
            raise Stopped(f"{owner} and {contents[path][0]} both bring {path}. Rename one of them.")
        contents[path] = owner, content
    _add_bytecode(contents, target, say)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".packing-") as scratch:
        unfinished = Path(scratch) / output.name
        sizes = _write(unfinished, contents)
        digest = hashlib.sha256(unfinished.read_bytes()).hexdigest()
        size = unfinished.stat().st_size
        versions = {OURS: "", BYTECODE: "", **{wheel.name: wheel.version for wheel in wheels}}
        parts = tuple(
            ZipPart(name, versions[name], *sizes[name]) for name in sorted(sizes, key=lambda name: -sizes[name][0])
        )
        package = Package(output, digest, size, parts)
        if size > LARGEST or package.unzipped > LARGEST_UNPACKED:
            raise Stopped(f"The zip has {size:,} bytes, {package.unzipped:,} unpacked: more than Lambda accepts.")
        unfinished.replace(output)
    return package


def _add_bytecode(contents: dict[str, tuple[str, bytes]], target: WheelTarget, say: Callable[[str], None]) -> None:
    """Add the bytecode of all modules, where there is an interpreter that can write it."""
    python = compiler_for(target)
    if python is not None:
        made = compiled({path: content for path, (_, content) in contents.items()}, python)
        contents.update({path: (BYTECODE, content) for path, content in made.items()})
        say(f"Bytecode of {len(made)} modules, by {python}.")
    elif target is LAMBDA:
        say(f"No bytecode, so each cold start compiles what it imports. Use Python 3.13, or set {PYTHON} to one.")


def _everything(root: Path, wheels: list[Wheel]) -> Iterator[tuple[str, str, bytes]]:
    """Yield each file's owner, path in the zip, and content."""
    for path in _sources(root):
        yield OURS, path.relative_to(root).as_posix(), path.read_bytes()
    for wheel in wheels:
        if wheel.name not in LEFT_OUT:
            for place, content in wheel.files():
                if is_kept(place):
                    yield wheel.name, place, shortened(place, content)


def _sources(root: Path) -> Iterator[Path]:
    """Yield the app's own files, without compiled files, hidden files and the dispatch page."""
    yield from (root / name for name in HANDLERS)
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            inside = path.relative_to(root)
            if not path.is_file() or inside.as_posix().startswith(tuple(f"{name}/" for name in ELSEWHERE)):
                continue
            if any(part.startswith(".") or part == "__pycache__" for part in inside.parts):
                continue
            if path.suffix not in KINDS:
                raise Stopped(f"{inside} has a suffix that the zip does not allow. Remove it, or allow the suffix.")
            yield path


def _write(archive: Path, contents: dict[str, tuple[str, bytes]]) -> dict[str, list[int]]:
    """Write the zip, and return each owner's bytes: zipped and unzipped.

    Order, times, permissions and compression are fixed, so that the bytes depend on nothing but the contents.
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
