"""Servers that end at once. uvicorn looks ten times a second whether it should, and tests stop hundreds of servers."""

from __future__ import annotations

import asyncio
import contextlib
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import uvicorn.server

if TYPE_CHECKING:
    from collections.abc import Iterator

_FASTER: Final = 20


@contextlib.contextmanager
def prompt_servers() -> Iterator[None]:
    """Let the servers of this process look every 5 ms whether they should end, and whether their connections have."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / _FASTER)

    hasty: Any = SimpleNamespace(**{**vars(asyncio), "sleep": sleep})
    with mock.patch.object(uvicorn.server, "asyncio", hasty):
        yield
