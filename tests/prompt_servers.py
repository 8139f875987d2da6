"""Servers that stop immediately and do not poll. uvicorn checks ten times a second whether it should stop."""

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
_RESTING: Final = 1.0


@contextlib.contextmanager
def prompt_servers() -> Iterator[None]:
    """Wake the servers of this process when they should end, and let them look every 5 ms whether connections have."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / _FASTER)

    hasty: Any = SimpleNamespace(**{**vars(asyncio), "sleep": sleep})
    with (
        mock.patch.object(uvicorn.server, "asyncio", hasty),
        mock.patch.object(uvicorn.Server, "main_loop", _main_loop),
        mock.patch.object(uvicorn.Server, "should_exit", property(_should_exit, _end), create=True),
    ):
        yield


async def _main_loop(server: Any) -> None:
    """Tick once a second, as uvicorn does every tenth time, until the server should end."""
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    vars(server)["wake"] = lambda: loop.call_soon_threadsafe(ending.set)
    while not await server.on_tick(0):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ending.wait(), _RESTING)


def _should_exit(server: Any) -> bool:
    return bool(vars(server).get("should_exit"))


def _end(server: Any, now: bool) -> None:  # noqa: FBT001 - an attribute of uvicorn's
    vars(server)["should_exit"] = now
    if now and (wake := vars(server).get("wake")):
        wake()
