"""Prints the mutants of files as JSON, by mutmut's operators. Runs in an environment of its own, `.venv/mutation`.

`python tests/mutation/generate.py FILE…` imports nothing of this repository.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import libcst as cst  # type: ignore[import-not-found]  # in the other environment
from libcst.metadata import MetadataWrapper, PositionProvider  # type: ignore[import-not-found]
from mutmut.mutation.mutators import mutation_operators  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from collections.abc import Iterator


_PROTOCOL = cst.Name("Protocol")


def mutants(path: str) -> Iterator[dict[str, Any]]:
    """Yield each mutant of a file: the place in the text, the original, and its replacement."""
    text = Path(path).read_text()
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    positions = wrapper.resolve(PositionProvider)
    lines = text.splitlines(keepends=True)
    starts = [0]
    for each in lines:
        starts.append(starts[-1] + len(each))
    seen = set()
    for node in _mutable(wrapper.module):
        for kind, operator in mutation_operators:
            if not isinstance(node, kind):
                continue
            for mutated in operator(node):
                place = positions[node]
                begin = starts[place.start.line - 1] + place.start.column
                end = starts[place.end.line - 1] + place.end.column
                found = _replacement(wrapper.module, node, mutated, text, (begin, end))
                if found not in seen:
                    seen.add(found)
                    begin, end, new = found
                    line = text.count("\n", 0, begin) + 1
                    yield {"file": path, "line": line, "begin": begin, "end": end, "old": text[begin:end], "new": new}


def _replacement(module: Any, node: Any, mutated: Any, text: str, span: tuple[int, int]) -> tuple[int, int, str]:
    """Return from where until where the text changes, and to what."""
    begin, end = span
    if module.code_for_node(node).strip() == text[begin:end].strip():
        return begin, end, module.code_for_node(mutated).strip()
    new = module.deep_replace(node, mutated).code
    same = next((at for at, (one, two) in enumerate(zip(text, new, strict=False)) if one != two), len(text))
    tail = 0
    while tail < min(len(text), len(new)) - same and text[-1 - tail] == new[-1 - tail]:
        tail += 1
    return same, len(text) - tail, new[same : len(new) - tail]


def _mutable(node: Any) -> Iterator[Any]:
    """Yield the nodes that are mutated: not types, imports, decorators, and protocols."""
    if isinstance(node, (cst.Annotation, cst.Import, cst.ImportFrom, cst.Decorator)) or _is_for_types(node):
        return
    yield node
    for child in node.children:
        yield from _mutable(child)


def _is_for_types(node: Any) -> bool:
    match node:
        case cst.If(test=cst.Name(value="TYPE_CHECKING")):
            return True
        case cst.AnnAssign(annotation=cst.Annotation(annotation=cst.Name(value="TypeAlias"))):
            return True
        case cst.ClassDef(bases=bases) if any(
            cst.ensure_type(each, cst.Arg).value.deep_equals(_PROTOCOL) for each in bases
        ):
            return True
        case cst.Call(func=cst.Name(value="TypeVar" | "ParamSpec" | "cast" | "len" | "isinstance")):
            return True
    return False


if __name__ == "__main__":
    json.dump([mutant for path in sys.argv[1:] for mutant in mutants(path)], sys.stdout)
