"""Measures everything and writes the page of figures: docs/figures.md, its pictures, and its results as JSON.

    python benchmarks/figures.py                          all but the long runs
    python benchmarks/figures.py --only growth            one section again; the others stay as they are
    python benchmarks/figures.py --quick                  a run of seconds, into .local/figures/
    python benchmarks/figures.py --page                   the page anew from the stored results, nothing measured

A benchmark is a module of this folder with a function `sections(quick: bool) -> tuple[Section, ...]`. One that fails
is reported and keeps its last result; the others go on. Ends with 1 then.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from figures_page import PICTURES, Measured, page
from pictures import picture

if TYPE_CHECKING:
    from collections.abc import Sequence

MODULES: Final = ("cold", "starts", "warm", "distance", "growth", "one_row", "files", "boats", "load", "mutation_score")
"""The benchmarks, in the order of the page."""

LONG: Final = ("memory",)
"""Benchmarks of many minutes. They run only when `--only` names them; the page shows their last result."""

_ROOT: Final = Path(__file__).resolve().parent.parent


def main(
    arguments: Sequence[str] | None = None, *, modules: Sequence[str] = MODULES, long: Sequence[str] = LONG
) -> int:
    """The command; its exit code."""
    known = [*modules, *long]
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--only", action="append", choices=known, help="measure this one alone; may be repeated")
    options.add_argument("--quick", action="store_true", help="measure little, in seconds: shows that it works")
    options.add_argument("--page", action="store_true", help="measure nothing; write the page from what is stored")
    options.add_argument("--into", type=Path, help="folder of the page (default: docs, or .local/figures for --quick)")
    chosen = options.parse_args(arguments)
    folder: Path = chosen.into or _ROOT / (".local/figures" if chosen.quick else "docs")
    failed = []
    for module in () if chosen.page else chosen.only or modules:
        try:
            measured = _measure(module, quick=chosen.quick, long=module in long)
            _drawn(measured)  # raises where a picture cannot be drawn, before it is stored
            _store(folder, measured)
            _write(folder, known)  # also now, should the run be cut
        except Exception:  # noqa: BLE001 - one benchmark that fails must not lose the others
            traceback.print_exc()
            failed.append(module)
    _write(folder, known)
    _say(f"Wrote {folder / 'figures.md'}")
    if failed:
        _say(f"Not measured, see above: {', '.join(failed)}. Their last results stay on the page.")
    return int(bool(failed))


def _measure(module: str, *, quick: bool, long: bool) -> Measured:
    _say(f"{module}: measuring …")
    load, began = _load(), time.monotonic()
    sections = importlib.import_module(module).sections(quick)
    seconds = round(time.monotonic() - began)
    _say(f"{module}: done in {seconds} s")
    conditions = {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "python": platform.python_version(),
        "machine": _machine(),
        "cores": os.cpu_count(),
        "load": load,
        "load_after": _load(),
        "seconds": seconds,
        "quick": quick,
    }
    return Measured(module, sections, conditions, long=long)


def _store(folder: Path, measured: Measured) -> None:
    path = _result(folder, measured.module)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(measured.to_json(), indent=1, ensure_ascii=False) + "\n")


def _write(folder: Path, known: Sequence[str]) -> None:
    """Write the page and the pictures of all stored results, and remove pictures that no section has any more."""
    paths = [path for module in known if (path := _result(folder, module)).exists()]
    results = [Measured.from_json(json.loads(path.read_text())) for path in paths]
    drawn = {name: svg for measured in results for name, svg in _drawn(measured).items()}
    pictures = folder / PICTURES
    pictures.mkdir(parents=True, exist_ok=True)
    for name, svg in drawn.items():
        (pictures / name).write_text(svg)
    for old in pictures.glob("*.svg"):
        if old.name not in drawn:
            old.unlink()
    (folder / "figures.md").write_text(page(results))


def _drawn(measured: Measured) -> dict[str, str]:
    """Return the pictures by the names of their files."""
    return {f"{curve.name}.svg": picture(curve) for section in measured.sections for curve in section.curves}


def _result(folder: Path, module: str) -> Path:
    return folder / "figures" / f"{module}.json"


def _load() -> float:
    return round(os.getloadavg()[0], 1)


def _machine() -> str:
    """Return the name of the processor, where the system says it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named: list[Any] = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return str(named[0]) if named else platform.machine()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
