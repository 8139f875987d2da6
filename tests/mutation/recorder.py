"""A plugin of pytest that records which statements of the product each test runs, and how long the test takes.

The sources are changed while they are imported: each statement in a function notes its number first. That costs less
than a tracer, and works in every thread. `python -m pytest -p tests.mutation.recorder` records; the file is named by
the variable RECORD_COVERAGE_IN, to which the process's id is added. `python -m tests.mutation.recorder` records what
imports run.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.machinery
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.mutation.caches import clear_caches
from tests.mutation.statements import ROOT, hash_of, keys, keys_in, product_files, statements_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

_TOUCHED: Final[set[int]] = set()


class _Numbered(importlib.machinery.SourceFileLoader):
    """Loads a module of the product whose statements note their numbers. No bytecode is read or written."""

    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        text = Path(path).read_text()
        relative = Path(path).relative_to(ROOT).as_posix()
        return compile(numbered(relative, text, _first_numbers()[relative]), path, "exec", dont_inherit=True)


class _Finder:
    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or not spec.origin or not spec.has_location or not spec.origin.startswith(str(ROOT)):
            return None
        if Path(spec.origin).relative_to(ROOT).as_posix() in _first_numbers():
            spec.loader = _Numbered(name, spec.origin)
        return spec


_NUMBERS: dict[str, int] = {}


def _first_numbers() -> dict[str, int]:
    if not _NUMBERS:
        number = 0
        for path in product_files():
            _NUMBERS[path] = number
            number += len(keys_in(path))
    return _NUMBERS


def numbered(path: str, text: str, first: int) -> ast.Module:
    """Return a module's tree in which each statement of a function notes its number, counted from `first`."""
    tree = ast.parse(text)
    found = {id(each.node): number for number, each in enumerate(statements_in(path, tree, text), start=first)}
    for node in ast.walk(tree):
        for name, value in list(ast.iter_fields(node)):
            if isinstance(value, list) and any(id(each) in found for each in value):
                setattr(node, name, list(_noting(value, found)))
    return ast.fix_missing_locations(tree)


def _noting(body: list[ast.stmt], found: dict[int, int]) -> Iterator[ast.stmt]:
    for node in body:
        if (number := found.get(id(node))) is not None:
            note = ast.parse(f"__touched__.add({number})").body[0]
            for each in ast.walk(note):
                ast.copy_location(each, node)
            yield note
        yield node


class _Recorder:
    def __init__(self, path: Path) -> None:
        self.file = path.open("w")
        self._write({"keys": keys()})
        self.seconds = 0.0
        self.passed = True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        clear_caches()
        _TOUCHED.clear()
        self.seconds, self.passed = 0.0, True
        result = yield
        bits = sum(1 << number for number in _TOUCHED.copy())
        line = {
            "test": item.nodeid,
            "hash": hash_of(item.path),
            "seconds": round(self.seconds, 4),
            "passed": self.passed,
            "bits": f"{bits:x}",
        }
        self._write(line)
        return result

    def _write(self, line: dict[str, Any]) -> None:
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds += report.duration
        self.passed = self.passed and report.passed


def pytest_configure(config: pytest.Config) -> None:
    """Register the recorder, in the processes that run tests."""
    if not hasattr(config, "workerinput") and config.getoption("numprocesses", None):
        return
    path = Path(f"{os.environ['RECORD_COVERAGE_IN']}-{os.getpid()}.jsonl")
    config.pluginmanager.register(_Recorder(path))


named: Any = builtins
named.__touched__ = _TOUCHED
sys.meta_path.insert(0, _Finder)


def _record_imports() -> None:
    """Write which statements are run while the product's modules are imported, and nothing else is done."""
    for path in product_files():
        if "/" in path and not path.endswith("__main__.py"):
            importlib.import_module(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    bits = sum(1 << number for number in _TOUCHED)
    lines = [{"keys": keys()}, {"test": "", "bits": f"{bits:x}"}]
    record = Path(f"{os.environ['RECORD_COVERAGE_IN']}-{os.getpid()}.jsonl")
    record.write_text("".join(json.dumps(line) + "\n" for line in lines))


if __name__ == "__main__":
    _record_imports()
