"""Caches that let hundreds of botocore clients start in one process.

Every test starts the product anew, and with it a botocore session and its clients. Each of them reads the same model
files and checks the same event handlers. The caches below keep what only depends on the installed botocore.
"""

from __future__ import annotations

import contextlib
import functools
from types import FunctionType
from typing import TYPE_CHECKING, Any
from unittest import mock

from botocore import hooks, loaders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextlib.contextmanager
def cached_botocore() -> Iterator[None]:
    """Share model files, event names and checked handlers between the clients that are made inside the block."""
    read = loaders.JSONFileLoader.load_file
    models: dict[str, Any] = {}

    def load_file(self: loaders.JSONFileLoader, file_path: str) -> Any:
        if file_path not in models:
            models[file_path] = read(self, file_path)
        return models[file_path]

    find_alias: Callable[..., str] = vars(hooks.EventAliaser)["_alias_event_name"]
    aliases: dict[str, str] = {}

    def alias(self: hooks.EventAliaser, event_name: str) -> str:
        if event_name not in aliases:
            aliases[event_name] = find_alias(self, event_name)
        return aliases[event_name]

    check = hooks.accepts_kwargs
    check_function = functools.cache(check)

    def accepts_kwargs(handler: Any) -> Any:
        # A bound method would keep its client alive in the cache.
        return (check_function if isinstance(handler, FunctionType) else check)(handler)

    with (
        mock.patch.object(loaders.JSONFileLoader, "load_file", load_file),
        mock.patch.object(hooks.EventAliaser, "_alias_event_name", alias),
        mock.patch.object(hooks, "accepts_kwargs", accepts_kwargs),
    ):
        yield
