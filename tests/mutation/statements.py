"""The statements of the product's functions, numbered, so that a test's coverage is one whole number of bits."""

from __future__ import annotations

import ast
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT: Final = Path(os.environ.get("MUTATE_IN") or Path(__file__).parent.parent.parent).resolve()
"""The project. The tests of this command name a tiny one."""
PRODUCT: Final = ("adapters", "announce", "bot", "charter", "exports", "paper", "roster", "web")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Statement:
    """One statement in a function. Its key stays the same when other lines of the file change."""

    key: tuple[str, str, str, int]
    """Path, qualified name of the function, first line without spaces around it, and which of the same ones it is."""
    first: int
    last: int
    node: ast.stmt


def product_files() -> list[str]:
    """Return the paths of the product's modules, sorted."""
    found = [path for part in PRODUCT for path in (ROOT / part).rglob("*.py")] + list(ROOT.glob("*.py"))
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def hash_of(path: Path) -> str:
    """Return a fingerprint of a file's text."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def keys() -> list[tuple[str, str, str, int]]:
    """Return the keys of the product's statements. A statement's number is its place in the list."""
    return [key for path in product_files() for key in keys_in(path)]


def keys_in(path: str) -> list[tuple[str, str, str, int]]:
    """Return the keys of the statements of one file of the product."""
    text = (ROOT / path).read_text()
    return [each.key for each in statements_in(path, ast.parse(text), text)]


def statements_in(path: str, tree: ast.Module, text: str) -> list[Statement]:
    """Return the statements in functions of a module, each before those inside it."""
    lines = text.splitlines()
    seen: dict[tuple[str, str], int] = {}
    found = []
    for name, node in _inside(tree.body, ""):
        line = lines[node.lineno - 1].strip()
        seen[name, line] = nth = seen.get((name, line), -1) + 1
        found.append(Statement((path, name, line, nth), node.lineno, node.end_lineno or node.lineno, node))
    return found


def _inside(body: Iterable[ast.stmt], function: str, *, prefix: str = "") -> Iterator[tuple[str, ast.stmt]]:
    """Yield each statement in a function with the function's qualified name."""
    for node in body:
        if function and not _is_docstring(node):
            yield function, node
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            name = f"{prefix}{node.name}"
            inner = "<locals>." if isinstance(node, _FUNCTIONS) else ""
            within = name if isinstance(node, _FUNCTIONS) else ""
            yield from _inside(node.body, within, prefix=f"{name}.{inner}")
        else:
            for block in blocks(node):
                yield from _inside(block, function, prefix=prefix)


def blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield the lists of statements that a statement has: its body, its else, its handlers' and its cases' bodies."""
    for _field, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield value
        elif isinstance(value, list):
            for each in value:
                if isinstance(each, (ast.ExceptHandler, ast.match_case)):
                    yield each.body


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
