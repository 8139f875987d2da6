"""Read sources without running them and report where they break the rules of test_layers.py.

Every finding is one line: `path:line what`.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

FUNCTION_FILES = ("lambda_function", "web_function", "announce_function")
OPERATORS_FILE = "admin_token"
SIBLINGS = ("bot", "announce", "web", "adapters")

# The words and blocks of Slack that posts and the bot's answers share. Announcing imports nothing else of the bot.
SHARED = (
    "bot.blocks",
    "bot.cash_menu",
    "bot.signature_menu",
    "bot.take_back_menu",
    "bot.text",
    "bot.undo_menu",
    "bot.waiver_menu",
)

# The folders, files and modules that each part may import. Every part of the project is listed.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "charter": ("charter",),
    "paper": ("paper", "charter"),
    "exports": ("exports", "charter"),
    **{sibling: (sibling, "charter") for sibling in SIBLINGS},
    "announce": ("announce", *SHARED, "paper", "charter"),
    "web": ("web", "paper", "exports", "charter"),
    **dict.fromkeys(FUNCTION_FILES, (*SIBLINGS, "paper", "exports", "charter")),
    OPERATORS_FILE: ("web", "charter"),
    "terminal": ("terminal",),
    "infra": ("infra", "terminal"),
    "roster": ("roster", "terminal", "adapters", "exports", "charter"),
    "devkit": ("devkit", "infra", *FUNCTION_FILES, *SIBLINGS, "paper", "charter"),
    "benchmarks": ("benchmarks", "devkit", "infra", *FUNCTION_FILES, *SIBLINGS, "charter"),
    "tests": (
        "tests",
        "devkit",
        "infra",
        "roster",
        "terminal",
        "benchmarks",
        *FUNCTION_FILES,
        OPERATORS_FILE,
        *SIBLINGS,
        "paper",
        "exports",
        "charter",
    ),
}
OURS = frozenset(MAY_IMPORT)

# Folders that could be a project of their own, and the packages of ours that each may import.
SELF_CONTAINED = {
    "devkit/slack/": ("devkit.slack",),
    "tests/devkit/slack/": ("tests.devkit.slack", "devkit.slack"),
}

# Only these may read the environment. `infra` deploys from a shell, whose environment is its input.
READS_ENVIRONMENT = frozenset({*FUNCTION_FILES, OPERATORS_FILE, "devkit", "infra", "roster", "benchmarks", "tests"})

# Only these may speak to AWS by its SDK; what they make is handed down.
SPEAKS_TO_AWS = frozenset({*FUNCTION_FILES, "adapters", "devkit", "infra", "roster", "benchmarks", "tests"})
AWS = frozenset({"boto3", "botocore"})

# `_typeshed` has the standard library's types for type checkers, and is never run.
CHARTERS_LIBRARIES = frozenset(sys.stdlib_module_names) | {"pydantic", "_typeshed"}

_CHECKED = (ast.Import, ast.ImportFrom, ast.Call, ast.Attribute, ast.FunctionDef, ast.AsyncFunctionDef)
_ENVIRONMENT = frozenset({"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"})


@dataclass(frozen=True)
class Source:
    """One Python file: its path in the repository, with slashes, and its text."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The parsed text."""
        return _parsed(self.text)

    @property
    def nodes(self) -> list[ast.AST]:
        """The nodes of the tree that a check looks at."""
        return _checked_nodes(self.text)

    @property
    def part(self) -> str:
        """The part of the project it belongs to: its top folder, or its own name at the top."""
        return self.path.partition("/")[0].removesuffix(".py")

    @property
    def module(self) -> str:
        """The dotted name by which it is imported."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def package(self) -> list[str]:
        """The package that it is in, to which relative imports refer."""
        return self.path.split("/")[:-1]

    def at(self, line: int, what: str) -> str:
        """One finding."""
        return f"{self.path}:{line} {what}"


# The checks of one source follow each other. The trees of all would take a lot of memory.
@lru_cache(maxsize=1)
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@lru_cache(maxsize=1)
def _checked_nodes(text: str) -> list[ast.AST]:
    return [node for node in ast.walk(_parsed(text)) if isinstance(node, _CHECKED)]


def imports(source: Source, nodes: Iterable[ast.AST] | None = None) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every import: also inside functions, for type checkers, and by name at run time.

    With `nodes`, only what these import.
    """
    for node in source.nodes if nodes is None else nodes:
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=module, level=0):
                yield node.lineno, module or ""
            case ast.ImportFrom(module=module, level=level):
                above = source.package[: len(source.package) - level + 1]
                yield node.lineno, ".".join([*above, *([module] if module else [])])
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, name


def cycle(sources: Iterable[Source]) -> list[str]:
    """Return the modules of one import cycle, those for type checkers included; empty where there is none."""
    modules = {source.module: source for source in sources}
    return cycle_in({name: imported(source, modules) for name, source in modules.items()})


def cycle_in(graph: Mapping[str, set[str]]) -> list[str]:
    """Return the modules of one cycle, where `graph` has the modules that each module imports."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [str(name) for name in error.args[1]]
    return []


def imported(source: Source, modules: Container[str]) -> set[str]:
    """Return the other modules that a source imports. `from package import module` counts as that module alone."""
    found: set[str] = set()
    for node in source.nodes:
        match node:
            case ast.Import(names=names):
                found.update(alias.name for alias in names)
            case ast.ImportFrom(module=str(package), names=names, level=0):
                inner = [f"{package}.{alias.name}" for alias in names]
                found.update(name if name in modules else package for name in inner)
    return {name for name in found if name in modules} - {source.module}


def wrong_imports(source: Source) -> list[str]:
    """Imports that point up or sideways, and libraries that the part may not know."""
    findings = []
    for line, name in imports(source):
        top = name.partition(".")[0]
        if top in OURS and top != source.part and not _may_import(source.part, name):
            findings.append(source.at(line, f"imports {name}"))
        elif top in OURS and not _is_allowed(source, name):
            findings.append(source.at(line, f"imports {name} from outside its folder"))
        if source.part == "charter" and top not in CHARTERS_LIBRARIES | OURS:
            findings.append(source.at(line, f"imports {name}"))
        if top in AWS and source.part not in SPEAKS_TO_AWS:
            findings.append(source.at(line, f"imports {name}"))
    return findings


def _may_import(part: str, name: str) -> bool:
    return any(name == allowed or name.startswith(f"{allowed}.") for allowed in MAY_IMPORT[part])


def _is_allowed(source: Source, name: str) -> bool:
    """Return False for an import from outside a self-contained folder."""
    for folder, packages in SELF_CONTAINED.items():
        if source.path.startswith(folder):
            return any(f"{name}.".startswith(f"{package}.") for package in packages)
    return True


def wrong_reads(source: Source) -> list[str]:
    """Reads of the environment by a part that should get its settings handed."""
    if source.part in READS_ENVIRONMENT:
        return []
    findings = []
    for node in source.nodes:
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr=name) if name in _ENVIRONMENT:
                findings.append(source.at(node.lineno, f"reads os.{name}"))
            case ast.ImportFrom(module="os", names=names):
                read = [alias.name for alias in names if alias.name in _ENVIRONMENT]
                findings += [source.at(node.lineno, f"reads os.{name}") for name in read]
    return findings


def wired_at_import(source: Source) -> list[str]:
    """Clients made while a module is imported, below the files whose work it is: `connect()` or an SDK's own."""
    if source.part in {*FUNCTION_FILES, "benchmarks"}:
        return []
    return [
        source.at(node.lineno, f"calls {name} at import")
        for statement in source.tree.body
        for node in _run_at_import(statement)
        if isinstance(node, ast.Call) and (name := ast.unparse(node.func)) and _makes_a_client(name)
    ]


def _makes_a_client(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last.startswith("connect") or last in {"Session", "create_client", "WebClient"} or name.startswith("boto3.")


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that are evaluated when the module is: everything but the bodies of functions."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) and child in _body(node):
            continue
        yield from _run_at_import(child)


def _body(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[ast.AST]:
    return [function.body] if isinstance(function, ast.Lambda) else list(function.body)


def too_long(source: Source, *, file: int, function: int) -> list[str]:
    """The file when it passes `file` lines, as `path`, and each function past `function` lines, as `path:name`."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    findings = [source.path] if len(source.text.splitlines()) > file else []
    return findings + [
        f"{source.path}:{node.name}"
        for node in source.nodes
        if isinstance(node, functions) and (node.end_lineno or 0) - node.lineno >= function
    ]


def findings(sources: Iterable[Source]) -> list[str]:
    """Everything wrong with who imports, reads and wires what."""
    return [
        finding
        for source in sources
        for check in (wrong_imports, wrong_reads, wired_at_import)
        for finding in check(source)
    ]
