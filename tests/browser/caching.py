"""The same address, and files that may be kept: with them a browser uses its cache from one test to the next."""

from __future__ import annotations

import socket
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from devkit.listen import PortTaken, bind
from devkit.public_site import DISPATCH
from infra.page.site import site_files

if TYPE_CHECKING:
    from devkit.edge.origins import Bucket


@cache
def own_port() -> int:
    """Return a port that is reserved for servers of this process, the same at each call.

    The reserving socket never listens. So another socket may be bound to the port, and connections are refused until
    that one listens.
    """
    reserving = socket.socket()
    reserving.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reserving.bind(("127.0.0.1", 0))
    port: int = reserving.getsockname()[1]
    reserving.detach()  # stays open until the process ends
    return port


def bind_own_port() -> socket.socket:
    """Return a socket that listens on `own_port()`, or on any port if another server of this process has it."""
    try:
        return bind(own_port())
    except PortTaken:
        return bind(0)


@cache
def kept_bucket() -> Bucket:
    """Return the site bucket with the dispatch page's files, read once, which browsers may keep for an hour.

    The real ones are revalidated at each load, by 38 requests, which take two fifths of its time. No file changes here.
    """
    kept = {file.key: replace(file, cache_control="max-age=3600") for file in site_files(DISPATCH)}
    return kept.get
