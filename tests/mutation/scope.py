"""The files that mutation testing changes: `charter/`, and the ledger with the modules that it is made of."""

from __future__ import annotations

import re
from typing import Final

from tests.mutation.statements import ROOT

TESTS: Final = ("adapters", "announce", "bot", "charter", "paper", "roster", "web")
"""Folders of tests that mutants are shown to. Those of browsers and of AWS take too long, and test little of these."""

_IMPORT: Final = re.compile(r"^from (adapters\.\w+) import", re.MULTILINE)


def files() -> list[str]:
    """Return the paths: those of the ledger, then those of charter."""
    return [*sorted(_ledger("adapters/ledger.py")), *sorted(_charter())]


def _charter() -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in (ROOT / "charter").rglob("*.py")]


def _ledger(path: str, found: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the modules of adapters that a module imports at its top, directly or not, and itself."""
    found |= {path}
    for module in _IMPORT.findall((ROOT / path).read_text()):
        inner = module.replace(".", "/") + ".py"
        if inner not in found:
            found = _ledger(inner, found)
    return found
