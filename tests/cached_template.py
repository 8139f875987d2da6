"""A cache of parsed YAML: hundreds of tests read the stack's template, and to parse it takes 11 ms each time."""

from __future__ import annotations

import contextlib
import pickle
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest import mock

import yaml

from infra import template

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def cached_template() -> Iterator[None]:
    """Parse each text once in the block. Each reader gets a copy of its own, which it may change."""
    parsed: dict[tuple[str, Any], bytes] = {}

    def load(text: str, Loader: Any) -> Any:  # noqa: N803  # PyYAML's name
        key = (text, Loader)
        if key not in parsed:
            parsed[key] = pickle.dumps(yaml.load(text, Loader=Loader))  # noqa: S506  # the caller's loader is a safe one
        return pickle.loads(parsed[key])  # noqa: S301  # our own dump from above

    with mock.patch.object(template, "yaml", SimpleNamespace(**{**vars(yaml), "load": load})):
        yield
