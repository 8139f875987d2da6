"""A cache that lets hundreds of Bolt apps start in one process: their listeners have the same parameters each time."""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING, Any
from unittest import mock

from slack_bolt.listener import custom_listener
from slack_bolt.listener_matcher import builtins
from slack_bolt.middleware import custom_middleware
from slack_bolt.util.utils import get_arg_names_of_callable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextlib.contextmanager
def cached_bolt() -> Iterator[None]:
    """Inspect each listener once, however many apps register it inside the block."""
    with (
        mock.patch.object(custom_listener, "get_arg_names_of_callable", _arg_names),
        mock.patch.object(custom_middleware, "get_arg_names_of_callable", _arg_names),
        mock.patch.object(builtins, "get_arg_names_of_callable", _matchers_arg_names),
    ):
        yield


def _arg_names(function: Callable[..., Any]) -> list[str]:
    if isinstance(function, functools.partial) and not function.args:
        return list(_with_keywords(function.func, frozenset(function.keywords)))
    return get_arg_names_of_callable(function)


@functools.cache
def _with_keywords(function: Callable[..., Any], keywords: frozenset[str]) -> list[str]:
    # Only the names of the keywords count. Their values, a test's own, would stay in the cache.
    return get_arg_names_of_callable(functools.partial(function, **dict.fromkeys(keywords)))


def _matchers_arg_names(function: Callable[..., Any]) -> list[str]:
    # Each app makes its matchers anew, as closures: other functions, but of the same code.
    code = getattr(function, "__code__", None)
    if code is None or hasattr(function, "__wrapped__"):
        return get_arg_names_of_callable(function)
    return list(code.co_varnames[: code.co_argcount])
