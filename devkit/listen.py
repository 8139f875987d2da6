"""Serve an ASGI app on 127.0.0.1 from a thread."""

from __future__ import annotations

import errno
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp


class PortTaken(RuntimeError):  # noqa: N818  # a fact, as the refusals are named
    """Another program listens on the port that was asked for."""


def free_port() -> int:
    """Return a free port on 127.0.0.1. Another program may take it before it is used; starting then fails."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def bind(port: int, *, tries: int = 1) -> socket.socket:
    """Return a listening socket on 127.0.0.1 at `port` (0: any) or, with more tries, the next free port.

    Raises PortTaken.
    """
    for candidate in range(port, port + tries):
        # asyncio switches Nagle's algorithm off where the protocol is named. With it, an answer waits 40 ms for an ACK.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", candidate))
        except OSError as error:
            listener.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
        else:
            listener.listen(128)
            return listener
    last = port + tries - 1
    raise PortTaken(f"Port {port} is taken." if tries == 1 else f"The ports {port} to {last} are all taken.")


@contextmanager
def listening(app: ASGIApp, listener: socket.socket) -> Iterator[str]:
    """Serve `app` on the socket until the block ends, and yield its URL. Closes the socket."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        proxy_headers=False,  # otherwise uvicorn trusts x-forwarded-for, which anyone can send
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the server ended while starting")
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
