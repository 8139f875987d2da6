"""Choose the tests of a mutant from the records: those that run its statement, the most promising ones first."""

from __future__ import annotations

import ast
import functools
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.mutation.mutants import source
from tests.mutation.statements import ROOT, product_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.mutation.mutants import Mutant

Key = tuple[str, str, str, int]
_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_GENERATIONS: Final = 2
_FEW: Final = 3
_LINES: Final = 3
"""Files that are about a name, and lines of a mutant's statement that are searched for names."""


@dataclass
class Recorded:
    """Record of the statements that each test ran, and of its duration."""

    seconds: dict[str, float] = field(default_factory=dict)
    by_key: dict[Key, list[str]] = field(default_factory=lambda: defaultdict(list))
    at_import: set[Key] = field(default_factory=set)
    """Statements that an import runs. A mutant of one is imported, since what it made is there already."""
    hashes: dict[str, str] = field(default_factory=dict)
    """The fingerprint of each test file when it was recorded."""
    kills: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """The number of mutants of a function that each test has killed in this run. It comes first in the order."""

    _paths: dict[str, dict[str, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Recorded:
        """Read all records of a folder. The newest record of a test holds, and one that failed is left out."""
        tests: dict[str, tuple[float, int, list[Key]]] = {}
        recorded = cls()
        for file in sorted(folder.glob("coverage-*.jsonl"), key=lambda each: each.stat().st_mtime):
            table: list[Key] = []
            for line in file.read_text().splitlines():
                each = json.loads(line)
                if "keys" in each:
                    table = [tuple(key) for key in each["keys"]]
                elif not each["test"]:
                    recorded.at_import = set(_chosen(int(each["bits"], 16), table))
                elif each["passed"]:
                    recorded.hashes[each["test"].partition("::")[0]] = each["hash"]
                    tests[each["test"]] = (each["seconds"], int(each["bits"], 16), table)
        for name, (seconds, bits, table) in tests.items():
            recorded.seconds[name] = seconds
            for key in _chosen(bits, table):
                recorded.by_key[key].append(name)
        return recorded

    def tests_of(self, mutant: Mutant, *, budget: float) -> list[str]:
        """Return tests that may detect a mutant, the best first, of `budget` seconds in all."""
        if mutant.statement and not self._is_default(mutant):
            found = self.by_key.get(mutant.statement.key, [])
        else:
            return self._within(self._by_name(mutant), budget)
        return self._within(self._ordered(found, mutant), budget)

    def _within(self, tests: Iterable[str], budget: float) -> list[str]:
        chosen, left = list[str](), budget
        for test in tests:
            if self.seconds[test] <= left or not chosen:
                left -= self.seconds[test]
                chosen.append(test)
        return chosen

    def runs_at_import(self, mutant: Mutant) -> bool:
        """Return whether an import runs what a mutant changes. It is then put into the import, not into a function."""
        return mutant.statement is None or mutant.statement.key in self.at_import or self._is_default(mutant)

    @staticmethod
    def _is_default(mutant: Mutant) -> bool:
        """Return whether it is in a function's head: a default value, which is made with the function."""
        statement = mutant.statement
        if statement is None or not isinstance(statement.node, (ast.FunctionDef, ast.ClassDef)):
            return False
        return mutant.line < statement.node.body[0].lineno

    def _ordered(self, tests: Iterable[str], mutant: Mutant) -> list[str]:
        """Sort tests: those that killed a mutant of the function, those of the module's own file, and the others.

        Of the others, those of the few files come first that mention a name of the statement. Within these, one test
        comes first of those that run the same statements of the module, the fastest, then a second one, and so on.
        Tests that run the same are likely to notice the same.
        """
        paths = self._paths_in(mutant.path)
        own = _own_files(mutant.path)
        place = (mutant.path, mutant.function)
        turns: Counter[int] = Counter()
        few = self._files_about(mutant)
        order = []
        for test in sorted(tests, key=lambda each: self.seconds[each]):
            kills, path = self.kills[*place, test], paths.get(test, 0)
            rank = (-bool(kills), own.search(test) is None, test.partition("::")[0] not in few)
            order.append((*rank, turns[path], self.seconds[test] / (1 + kills), test))
            turns[path] += 1
        return [test for *_rank, test in sorted(order)]

    def _files_about(self, mutant: Mutant) -> set[str]:
        """Return the test files that mention a name of the mutant's statement which hardly any other file mentions."""
        lines = mutant.source.text.splitlines()[mutant.line - 1 : mutant.statement.last if mutant.statement else None]
        found: set[str] = set()
        for name in set(_NAME.findall("\n".join(lines[:_LINES]))):
            files = {file for file in self.hashes if name in _words_of(file)}
            if len(files) <= _FEW:
                found |= files
        return found

    def _paths_in(self, module: str) -> dict[str, int]:
        """Return a fingerprint of the statements that each test runs in a module."""
        if module not in self._paths:
            found: dict[str, int] = defaultdict(int)
            for key, tests in self.by_key.items():
                if key[0] == module:
                    for test in tests:
                        found[test] ^= hash(key)
            self._paths[module] = dict(found)
        return self._paths[module]

    def _by_name(self, mutant: Mutant) -> list[str]:
        """Return the tests that run a function which mentions a name that the mutant's line defines.

        Those of the module's own file come first, then those of files that mention most of the names, then the others.
        """
        names = _defined_at(mutant)
        for _generation in range(_GENERATIONS):
            names |= {name for name in _makers() if _makers()[name] & names}
        found = {test for name in names for key in _mentions().get(name, ()) for test in self.by_key.get(key, ())}
        direct = _defined_at(mutant)
        mentioned = {file: len(direct & _words_of(file)) for file in self.hashes}
        found |= {test for test in self.seconds if mentioned[test.partition("::")[0]]}
        own = _own_files(mutant.path)
        return sorted(
            found,
            key=lambda test: (own.search(test) is None, -mentioned[test.partition("::")[0]], self.seconds[test]),
        )


def _own_files(path: str) -> re.Pattern[str]:
    """Return the names of tests in a module's own files: those called after it, or after its package."""
    *packages, module = path.removesuffix(".py").split("/")
    return re.compile(rf"/test_(?:{'|'.join(map(re.escape, [*packages[1:], module]))})\.py::")


def _chosen(bits: int, table: list[Key]) -> list[Key]:
    digits = f"{bits:b}"[::-1]
    return [table[each.start()] for each in re.finditer("1", digits)]


def _defined_at(mutant: Mutant) -> set[str]:
    """Return the names that the statement of a module or of a class's body defines at a line, and the class's."""
    names: set[str] = set()
    for node in ast.walk(mutant.source.tree):
        if not isinstance(node, ast.stmt) or not node.lineno <= mutant.line <= (node.end_lineno or node.lineno):
            continue
        match node:
            case ast.Assign(targets=targets):
                names |= {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
    return names


@functools.cache
def _mentions() -> dict[str, list[Key]]:
    """Return the first statements of the functions of the product that mention a name."""
    found: dict[str, list[Key]] = defaultdict(list)
    for path in product_files():
        seen = set()
        for each in source(path).statements:
            for name in set(_NAME.findall("\n".join(source(path).text.splitlines()[each.first - 1 : each.last]))):
                if (each.key[1], name) not in seen:
                    seen.add((each.key[1], name))
                    found[name].append(each.key)
    return found


@functools.cache
def _makers() -> dict[str, set[str]]:
    """Return what the names at the top of modules are made of: the names in their statements."""
    found: dict[str, set[str]] = {}
    for path in product_files():
        for node in source(path).tree.body:
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                used = {each.id for each in ast.walk(node.value) if isinstance(each, ast.Name)}
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for each in targets:
                    if isinstance(each, ast.Name):
                        found.setdefault(each.id, set()).update(used)
    return found


@functools.cache
def _words_of(path: str) -> frozenset[str]:
    return frozenset(_NAME.findall((ROOT / path).read_text()))
