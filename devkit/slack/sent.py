"""Shapes of what the app sends: arguments of Web API calls, answers to requests, and messages to response_urls.

A shape has the structure of a value, and only those of its texts and numbers that a type can depend on. The few shapes
of a long test run can therefore be checked against types that are published for Slack, by another program.
"""

# ruff: noqa: ANN401  # the app may send anything

from __future__ import annotations

import json
import os
import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

CHOICES: Final = frozenset(
    {"type", "style", "align", "range", "border", "include", "trigger_actions_on", "response_type", "response_action"}
)
"""Keys whose values are choices from a list. Other texts and numbers are replaced by others of their kind."""
BY_ID: Final = frozenset({"errors"})
"""Keys whose objects have ids as keys."""
_IN_JSON: Final = frozenset({"view", "blocks", "attachments", "metadata"})
"""Arguments that a form carries as JSON text."""


def shape(value: Any, key: str = "") -> Any:
    """Return the shape of a value that is at `key`. Items of a list that have the same shape are one item."""
    if isinstance(value, dict):
        items = {f"id{place}": each for place, each in enumerate(_distinct(value.values()))} if key in BY_ID else value
        return {name: shape(items[name], name) for name in sorted(items)}
    if isinstance(value, list):
        return _distinct(value, key)
    if key in CHOICES or value is None or isinstance(value, bool):
        return value
    return "text" if isinstance(value, str) else 1


def _distinct(values: Iterable[Any], key: str = "") -> list[Any]:
    shapes = {json.dumps(each, sort_keys=True): each for each in (shape(value, key) for value in values)}
    return list(shapes.values())


def arguments(args: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a Web API call with those parsed that a form carries as JSON text."""
    return {name: _parsed(value) if name in _IN_JSON else value for name, value in args.items()}


def _parsed(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


class Recorder:
    """Appends each new shape, with the test that first sent it, to a file of this process in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{os.getpid()}.jsonl"
        self._known: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, kind: str, sent: Any) -> None:
        """Record the shape of what was sent. `kind` is a method, or `answer to` and the type of a request."""
        found = json.dumps({"kind": kind, "shape": shape(sent)}, sort_keys=True)
        with self._lock:
            if found in self._known:
                return
            self._known.add(found)
            by = os.environ.get("PYTEST_CURRENT_TEST", "").removesuffix(" (call)")
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({**json.loads(found), "by": by}) + "\n")
