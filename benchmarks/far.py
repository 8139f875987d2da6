"""Far services: TLS before services of this machine, where each round trip takes as long as over a network.

    python far.py CERTIFICATE KEY NAME=PORT=MILLISECONDS …

Prints a line of JSON with the port of each name, then answers each line of standard input with a line of JSON: how many
connections each has had so far. Ends with standard input.

A connection to a far service passes a relay that holds each piece of data for half a round trip, then a TLS server,
which passes the plain data on to the service. The system itself answers the TCP handshake at once, so the relay holds a
connection's first piece for one round trip more: the client waits as long as if that handshake had taken it.
"""

from __future__ import annotations

import asyncio
import json
import selectors
import ssl
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

_AT_ONCE = 1e-6


class _Held(asyncio.Protocol):
    """One direction of a connection: passes what it receives to `other`, each piece when it is due."""

    def __init__(self, delay: float, *, handshake: float = 0.0, made: Callable[[_Held], None] | None = None) -> None:
        self.other: _Held | None = None
        self.transport: asyncio.Transport | None = None
        self._delay, self._handshake, self._made = delay, handshake, made
        self._earliest = 0.0
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note when the first piece is due at the earliest."""
        self.transport = cast("asyncio.Transport", transport)
        self._earliest = self._loop.time() + self._handshake + self._delay
        if self._made is not None:
            self.transport.pause_reading()  # until the connection behind is open
            self._made(self)

    def data_received(self, data: bytes) -> None:
        """Pass a piece on when it is due."""
        self._when_due(lambda other: other.write(data))

    def connection_lost(self, _exc: Exception | None) -> None:
        """Close the other side when that is due."""
        self._when_due(lambda other: other.close())

    def _when_due(self, act: Callable[[asyncio.Transport], None]) -> None:
        self._earliest = max(self._earliest + _AT_ONCE, self._loop.time() + self._delay)

        def due() -> None:
            if self.other is not None and self.other.transport is not None:
                act(self.other.transport)

        self._loop.call_at(self._earliest, due)


@dataclass
class FarService:
    """A service of this machine behind a distance. `round_trip` is in seconds."""

    name: str
    service: int
    round_trip: float
    context: ssl.SSLContext
    port: int = 0
    connections: int = 0
    _begun: set[asyncio.Task[None]] = field(default_factory=set)

    async def listen(self) -> None:
        """Listen on a free port, which is `port` afterwards."""
        loop = asyncio.get_running_loop()
        near = await loop.create_server(
            lambda: _Held(0.0, made=self._onwards(self.service, 0.0)), "127.0.0.1", 0, ssl=self.context
        )
        tls, half = near.sockets[0].getsockname()[1], self.round_trip / 2
        far = await loop.create_server(
            lambda: _Held(half, handshake=self.round_trip, made=self._onwards(tls, half, counted=True)), "127.0.0.1", 0
        )
        self.port = far.sockets[0].getsockname()[1]

    def _onwards(self, port: int, delay: float, *, counted: bool = False) -> Callable[[_Held], None]:
        """Return what opens the connection behind one that was just made."""

        async def connect(side: _Held) -> None:
            _, onwards = await asyncio.get_running_loop().create_connection(lambda: _Held(delay), "127.0.0.1", port)
            side.other, onwards.other = onwards, side
            if side.transport is not None:
                side.transport.resume_reading()

        def made(side: _Held) -> None:
            self.connections += counted
            self._begin(connect(side))

        return made

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)


async def _serve(services: list[FarService]) -> None:
    for each in services:
        await each.listen()
    print(json.dumps({each.name: each.port for each in services}), flush=True)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def answer() -> None:
        for _ in sys.stdin:
            print(json.dumps({each.name: each.connections for each in services}), flush=True)
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=answer, daemon=True).start()
    await ended.wait()


def main() -> None:
    """The command."""
    certificate, key, *named = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    parts = [each.split("=") for each in named]
    services = [FarService(name, int(port), float(rtt) / 1000, context) for name, port, rtt in parts]
    # epoll's timers are rounded up to whole milliseconds.
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    loop.run_until_complete(_serve(services))


if __name__ == "__main__":
    main()
