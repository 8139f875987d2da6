"""The grammar of DynamoDB's expressions: text in, a tree of tuples out. It refuses what DynamoDB refuses."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

Tree = tuple[Any, ...]
"""A node: its kind, then its parts. A path is `("path", (name or index, …))` with aliases as they were written."""

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<alias>[#:][A-Za-z0-9_]+)|(?P<number>[0-9]+)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><>|<=|>=|[=<>(),.\[\]+-]))"
)
_COMPARISONS: Final = frozenset({"=", "<>", "<", "<=", ">", ">="})
_TESTS: Final = frozenset({"attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"})
_CLAUSES: Final = ("SET", "REMOVE", "ADD", "DELETE")
# Of DynamoDB's 573 reserved words those that this product or its neighbours could take for the name of an attribute.
_RESERVED: Final = """
action add all and as at between by capacity comment condition count counter currency current data date day
days deferred default delete description desc end exists file filter first for from group groups hash hold
hour in index is item items key keys language last left length level like limit list local location lock log
map match member method minute mode month name names next no not null number of offset on open option or order
owner parameter parameters part parts path percent position primary private public range read reads ref
reference region replace request result return returns right role row rows rule schema scope second section
set share shared size source space start state status string subject sum system table tables text time
timestamp timezone to token total transaction ttl type types union unique until update url usage use user
users using value values view views when where which while with without work year zone
"""
RESERVED: Final = frozenset(_RESERVED.split())


class Malformed(ValueError):  # noqa: N818 - a fact
    """The expression is not one of DynamoDB's."""


class Reader:
    """Reads one expression from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            if found is None:
                raise Malformed(f"Syntax error near {text[place : place + 12]!r}")
            self._tokens.append((str(found.lastgroup), found[found.lastgroup or 0]))
            place = found.end()
        self._at = 0

    @property
    def done(self) -> bool:
        """Return whether everything was read."""
        return self._at == len(self._tokens)

    def peek(self, ahead: int = 0) -> str:
        """Return the token, or nothing at the end. Keywords are compared in upper case."""
        place = self._at + ahead
        return self._tokens[place][1] if place < len(self._tokens) else ""

    def next(self) -> tuple[str, str]:
        """Return the kind and text of the next token, and go on."""
        if self.done:
            raise Malformed("Syntax error: the expression ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def takes(self, *words: str) -> bool:
        """Go on where the next token is one of these words."""
        if self.peek().upper() in words and not self.done:
            self._at += 1
            return True
        return False

    def expect(self, word: str) -> None:
        """Go on past a word that must be next."""
        if not self.takes(word):
            raise Malformed(f"Syntax error: {word} expected, not {self.peek()!r}")

    def finish(self, tree: Tree) -> Tree:
        """Return the tree, if nothing is left."""
        if not self.done:
            raise Malformed(f"Syntax error near {self.peek()!r}")
        return tree


@lru_cache(maxsize=4096)
def condition(text: str) -> Tree:
    """Return the tree of a condition, a filter or the condition of a key."""
    reader = Reader(text)
    return reader.finish(_either(reader))


@lru_cache(maxsize=4096)
def projection(text: str) -> tuple[Tree, ...]:
    """Return the paths of a projection."""
    reader = Reader(text)
    paths = [_path(reader)]
    while reader.takes(","):
        paths.append(_path(reader))
    reader.finish(())
    return tuple(paths)


@lru_cache(maxsize=4096)
def update(text: str) -> dict[str, tuple[Tree, ...]]:
    """Return the parts of an update by their clause. Each clause may be there once."""
    reader = Reader(text)
    clauses: dict[str, tuple[Tree, ...]] = {}
    while not reader.done:
        _, word = reader.next()
        clause = word.upper()
        if clause not in _CLAUSES or clause in clauses:
            raise Malformed(f'The "{word}" section can only be used once, or is unknown')
        parts = [_change(clause, reader)]
        while reader.takes(","):
            parts.append(_change(clause, reader))
        clauses[clause] = tuple(parts)
    if not clauses:
        raise Malformed("The expression can not be empty")
    return clauses


def _change(clause: str, reader: Reader) -> Tree:
    path = _path(reader)
    if clause == "REMOVE":
        return ("remove", path)
    if clause != "SET":
        return (clause.lower(), path, _value(reader))
    reader.expect("=")
    left = _term(reader)
    for sign in ("+", "-"):
        if reader.takes(sign):
            return ("set", path, (sign, left, _term(reader)))
    return ("set", path, left)


def _term(reader: Reader) -> Tree:
    name = reader.peek()
    if reader.peek(1) == "(" and name in {"if_not_exists", "list_append"}:
        reader.next()
        reader.expect("(")
        first = _path(reader) if name == "if_not_exists" else _term(reader)
        reader.expect(",")
        second = _term(reader)
        reader.expect(")")
        return (name, first, second)
    return _value(reader) if name.startswith(":") else _path(reader)


def _value(reader: Reader) -> Tree:
    kind, text = reader.next()
    if kind != "alias" or not text.startswith(":"):
        raise Malformed(f"Syntax error: a value expected, not {text!r}")
    return ("value", text)


def _path(reader: Reader) -> Tree:
    names: list[str | int] = [_name(reader)]
    while True:
        if reader.takes("."):
            names.append(_name(reader))
        elif reader.takes("["):
            names.append(int(reader.next()[1]))
            reader.expect("]")
        else:
            return ("path", tuple(names))


def _name(reader: Reader) -> str:
    kind, text = reader.next()
    if kind == "word" and text.lower() in RESERVED:
        raise Malformed(f"Attribute name is a reserved keyword; reserved keyword: {text}")
    if kind == "word" or (kind == "alias" and text.startswith("#")):
        return text
    raise Malformed(f"Syntax error: a name expected, not {text!r}")


def _either(reader: Reader) -> Tree:
    parts = [_both(reader)]
    while reader.takes("OR"):
        parts.append(_both(reader))
    return parts[0] if len(parts) == 1 else ("or", tuple(parts))


def _both(reader: Reader) -> Tree:
    parts = [_not(reader)]
    while reader.takes("AND"):
        parts.append(_not(reader))
    return parts[0] if len(parts) == 1 else ("and", tuple(parts))


def _not(reader: Reader) -> Tree:
    if reader.takes("NOT"):
        return ("not", _not(reader))
    if reader.takes("("):
        inner = _either(reader)
        reader.expect(")")
        return inner
    if reader.peek(1) == "(" and reader.peek() in _TESTS:
        return _test(reader)
    return _comparison(reader)


def _test(reader: Reader) -> Tree:
    _, name = reader.next()
    reader.expect("(")
    path = _path(reader)
    if name in {"attribute_exists", "attribute_not_exists"}:
        reader.expect(")")
        return (name, path)
    reader.expect(",")
    other = _operand(reader)
    reader.expect(")")
    return (name, path, other)


def _comparison(reader: Reader) -> Tree:
    left = _operand(reader)
    if reader.takes("BETWEEN"):
        low = _operand(reader)
        reader.expect("AND")
        return ("between", left, low, _operand(reader))
    if reader.takes("IN"):
        reader.expect("(")
        among = [_operand(reader)]
        while reader.takes(","):
            among.append(_operand(reader))
        reader.expect(")")
        return ("in", left, tuple(among))
    _, sign = reader.next()
    if sign not in _COMPARISONS:
        raise Malformed(f"Syntax error near {sign!r}")
    return ("compare", sign, left, _operand(reader))


def _operand(reader: Reader) -> Tree:
    if reader.peek() == "size" and reader.peek(1) == "(":
        reader.next()
        reader.expect("(")
        path = _path(reader)
        reader.expect(")")
        return ("size", path)
    return _value(reader) if reader.peek().startswith(":") else _path(reader)
