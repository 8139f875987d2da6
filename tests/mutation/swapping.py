"""Activate a mutant: in the functions of a process that has imported everything, or in a later import."""

from __future__ import annotations

import functools
import gc
import importlib.machinery
import sys
from inspect import CO_NEWLOCALS
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from tests.mutation.statements import ROOT, product_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from importlib.machinery import ModuleSpec

Place = tuple[int, ...]
"""Of a piece of code in its module: its index among the pieces inside the outer one, from the outermost on."""


class Same(Exception):  # noqa: N818  # a fact, as the refusals are named
    """The mutant compiles to the same code as the original, or does not compile, so it cannot be tested."""


class NeedsImport(Exception):  # noqa: N818  # as above
    """The mutant changes what runs while its module is imported, so it cannot be put into functions that exist."""


class Functions:
    """The functions of the product's modules that exist in this process, by file and code."""

    def __init__(self) -> None:
        ours = {str(ROOT / path): path for path in product_files()}
        self._found: dict[str, list[FunctionType]] = {}
        gc.unfreeze()
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and (path := ours.get(each.__code__.co_filename)):
                self._found.setdefault(path, []).append(each)

    def replace(self, path: str, old: str, new: str) -> None:
        """Give the functions of a file the code of its new text. Raises Same, NeedsImport."""
        before = compiled(path, old)
        changed = changes(before, _compile(path, new))
        live: dict[Any, list[FunctionType]] = {}
        for each in self._found.get(path, []):
            live.setdefault(_full(each.__code__), []).append(each)
        swapped = 0
        for place, code in _with_outer(changed, _compile(path, new)).items():
            for function in live.get(_full(before[place]), []):
                try:
                    function.__code__ = code
                except ValueError as error:
                    raise NeedsImport from error
                swapped += 1
        if not swapped:
            raise NeedsImport


def needs_import(path: str, old: str, new: str) -> bool:
    """Return whether a change is of what runs at import: of the module itself or of a class's body. Raises Same."""
    before = compiled(path, old)
    return any(not _is_function(before[place]) for place in changes(before, _compile(path, new)))


@functools.cache
def compiled(path: str, text: str) -> dict[Place, CodeType]:
    """Return the pieces of code of an original, by their places."""
    return _compile(path, text)


def _compile(path: str, text: str) -> dict[Place, CodeType]:
    try:
        code = compile(text, str(ROOT / path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise Same from error
    return dict(_pieces(code, ()))


def _pieces(code: CodeType, place: Place) -> Iterator[tuple[Place, CodeType]]:
    yield place, code
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    for index, each in enumerate(inner):
        yield from _pieces(each, (*place, index))


def changes(before: Mapping[Place, CodeType], after: Mapping[Place, CodeType]) -> list[Place]:
    """Return the places of the original's code that another text changes by itself. Raises Same."""
    gone = {place[:-1] for place in before.keys() ^ after.keys() if place}
    differ = [
        place for place in before if place in gone or (place in after and _own(before[place]) != _own(after[place]))
    ]
    changed = [place for place in differ if place in after]
    if not changed:
        raise Same
    return changed


def _with_outer(changed: Sequence[Place], after: Mapping[Place, CodeType]) -> dict[Place, CodeType]:
    places = {place[:length] for place in changed for length in range(1, len(place) + 1)}
    return {place: after[place] for place in sorted(places) if place in after and _is_function(after[place])}


def _is_function(code: CodeType) -> bool:
    return bool(code.co_flags & CO_NEWLOCALS)


def _own(code: CodeType) -> tuple[Any, ...]:
    """Return what a piece of code does by itself, without line numbers and without the pieces inside it."""
    constants = tuple(
        "code" if isinstance(each, CodeType) else (type(each).__name__, repr(each)) for each in code.co_consts
    )
    return (
        *(code.co_qualname, code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars),
        *(code.co_cellvars, code.co_flags, code.co_argcount, code.co_kwonlyargcount, code.co_exceptiontable),
    )


def _full(code: CodeType) -> tuple[Any, ...]:
    return (code.co_firstlineno, _own(code), *(_full(each) for each in code.co_consts if isinstance(each, CodeType)))


class Imported:
    """A finder that imports one file with another text, and everything else as it is."""

    def __init__(self, path: str, text: str) -> None:
        self.origin = str(ROOT / path)
        self.text = text

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        """Return the spec of the changed module, or None for every other."""
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin != self.origin:
            return None
        spec.loader = _Changed(name, self.origin, self.text)
        return spec

    def install(self) -> None:
        """Let the imports that follow see the changed file."""
        assert not [name for name, module in sys.modules.items() if getattr(module, "__file__", "") == self.origin]
        sys.meta_path.insert(0, self)


class _Changed(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self.text = text

    def get_code(self, fullname: str) -> CodeType | None:
        return compile(self.text, str(Path(self.get_filename(fullname))), "exec", dont_inherit=True)
