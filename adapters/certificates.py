"""Certificates of AWS's clients: read once for a client, and not once for each connection."""

from __future__ import annotations

from functools import cache
from typing import Any


def read_certificates_once(client: Any) -> None:  # noqa: ANN401 - a client of any service
    """Let a client read the public certificates for its first connection alone.

    botocore passes their file to each new connection, and each reads all of it into the same context: 20 ms of CPU time
    on a whole core, for connections that are opened side by side.
    """
    manager = client._endpoint.http_session._manager  # noqa: SLF001 - botocore has no public way to its context
    context = manager.connection_pool_kw["ssl_context"]
    if not hasattr(context.load_verify_locations, "cache_info"):  # clients may share a context
        context.load_verify_locations = cache(context.load_verify_locations)
