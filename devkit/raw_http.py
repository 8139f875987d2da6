"""HTTP/1.1 read by hand, for the proxy of the tests: http.server takes longer than the engine behind it."""

from __future__ import annotations

import select
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import BufferedIOBase

Answer = tuple[int, list[tuple[str, str]], bytes]
"""Status, headers and body."""


@dataclass(frozen=True)
class MessageHead:
    """The head of a request or an answer. Header names are in lower case."""

    start: bytes
    headers: list[tuple[bytes, bytes]]

    def value(self, name: bytes) -> bytes:
        """Return a header's value, or an empty one."""
        return next((value for each, value in self.headers if each == name), b"")


def read_message(stream: BufferedIOBase) -> MessageHead | None:
    """Read a head. Return None at the end of the stream."""
    start = stream.readline()
    if not start:
        return None
    headers = []
    for line in iter(stream.readline, b"\r\n"):
        if not line:
            return None
        name, _, value = line.partition(b":")
        headers.append((name.strip().lower(), value.strip()))
    return MessageHead(start.strip(), headers)


class Connection:
    """A kept-alive connection to the engine."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._socket = socket.create_connection(address, timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._stream = self._socket.makefile("rb")

    def is_closed(self) -> bool:
        """Return True if the engine closed it: between two answers there is nothing else to read."""
        waiting = select.poll()  # select() takes no descriptor above 1,023
        waiting.register(self._socket, select.POLLIN)
        return bool(waiting.poll(0))

    def ask(self, request: bytes) -> Answer:
        """Send a request and return its answer. Raises OSError or ValueError if none arrives."""
        self._socket.sendall(request)
        answer = read_message(self._stream)
        if answer is None:
            raise ConnectionResetError
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers]
        return int(answer.start.split(b" ")[1]), headers, self._body(answer)

    def _body(self, answer: MessageHead) -> bytes:
        if answer.value(b"transfer-encoding").lower() != b"chunked":
            return self._stream.read(int(answer.value(b"content-length") or 0))
        chunks = []
        while size := int(self._stream.readline().split(b";")[0], 16):
            chunks.append(self._stream.read(size))
            self._stream.readline()
        while self._stream.readline().strip():
            pass
        return b"".join(chunks)

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()
        self._socket.close()
