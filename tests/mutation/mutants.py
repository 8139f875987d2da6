"""The mutants of the product's files: made by mutmut's operators, named so that an edit elsewhere keeps their names."""

from __future__ import annotations

import ast
import difflib
import functools
import hashlib
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.mutation.statements import ROOT, Statement, statements_in

if TYPE_CHECKING:
    from collections.abc import Iterable

GENERATOR: Final = Path(__file__).with_name("generate.py")
PYTHON: Final = ROOT / ".venv" / "mutation" / "bin" / "python"


@dataclass(frozen=True)
class Mutant:
    """One change of one file: the characters from `begin` until `end` become `new`."""

    path: str
    line: int
    begin: int
    end: int
    new: str

    @property
    def source(self) -> Source:
        """The file that it changes."""
        return source(self.path)

    @property
    def text(self) -> str:
        """The text of the changed file."""
        text = self.source.text
        return text[: self.begin] + self.new + text[self.end :]

    @functools.cached_property
    def statement(self) -> Statement | None:
        """The innermost statement of a function that it changes; None where it changes what an import runs."""
        first = self.line
        last = first + self.source.text.count("\n", self.begin, self.end)
        around = [each for each in self.source.statements if each.first <= first and last <= each.last]
        return min(around, key=lambda each: (each.last - each.first, -each.first), default=None)

    @property
    def function(self) -> str:
        """The qualified name of its function, or an empty text."""
        return self.statement.key[1] if self.statement else ""

    @functools.cached_property
    def name(self) -> str:
        """A name that stays while the statement, or the line of a module, and the change stay the same.

        Of lines that are the same, as fields of several classes, each counts as another.
        """
        statement = self.statement
        if statement:
            around, begin = self.source.between(statement.first, statement.last)
            where = (self.function, statement.key[3], around)
        else:
            around, begin = self.source.between(self.line, self.line)
            where = ("", self.source.text[:begin].splitlines().count(around.rstrip("\n")), around)
        parts = (self.path, *where, self.begin - begin, self.end - self.begin, self.new)
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    @property
    def change(self) -> tuple[str, str]:
        """The lines that it takes away and those that it puts there, each without spaces around it."""
        old, new = self.source.text.splitlines(), self.text.splitlines()
        away, put = [], []
        for line in difflib.ndiff(old[self.line - 1 :][:60], new[self.line - 1 :][:60]):
            if line.startswith("- "):
                away.append(line[2:].strip())
            elif line.startswith("+ "):
                put.append(line[2:].strip())
        return "\n".join(away), "\n".join(put)

    def diff(self) -> str:
        """Return it as a unified diff of one line around."""
        old, new = self.source.text.splitlines(), self.text.splitlines()
        return "\n".join(difflib.unified_diff(old, new, self.path, self.path, n=1, lineterm=""))


@dataclass(frozen=True)
class Source:
    """A file of the product, read once."""

    path: str
    text: str

    @functools.cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text)

    @functools.cached_property
    def statements(self) -> list[Statement]:
        """The statements in its functions."""
        return statements_in(self.path, self.tree, self.text)

    def between(self, first: int, last: int) -> tuple[str, int]:
        """Return the text of these lines and where it begins."""
        lines = self.text.splitlines(keepends=True)
        begin = sum(map(len, lines[: first - 1]))
        return "".join(lines[first - 1 : last]), begin


@functools.cache
def source(path: str) -> Source:
    """Return a file of the product as it is now."""
    return Source(path, (ROOT / path).read_text())


def generated(paths: Iterable[str], *, kept: Path) -> list[Mutant]:
    """Return all mutants of these files, in their order. What was generated from the same text before is kept."""
    kept.mkdir(parents=True, exist_ok=True)
    files = {path: kept / kept_as(path, source(path).text) for path in paths}
    missing = [path for path, file in files.items() if not file.exists()]
    if missing:
        made: dict[str, list[Any]] = {path: [] for path in missing}
        output = subprocess.run(  # noqa: S603  # our own generator
            [PYTHON, GENERATOR, *missing], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        ).stdout
        for each in json.loads(output):
            made[each["file"]].append([each["line"], each["begin"], each["end"], each["new"]])
        for path, found in made.items():
            files[path].write_text(json.dumps(found))
    return [Mutant(path, *each) for path, file in files.items() for each in json.loads(file.read_text())]


def kept_as(path: str, text: str) -> str:
    """Return the name of the file with the mutants of this text, as this generator makes them."""
    digest = hashlib.sha256((GENERATOR.read_text() + text).encode()).hexdigest()
    return f"{path.replace('/', '-')}-{digest[:12]}.json"
