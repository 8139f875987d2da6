"""Imported by the fork server, once: what every process that is to be killed starts with."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Final

from tests.cached_botocore import cached_botocore
from tests.infra.deploying.stage import direct_client

_CACHES: Final = ExitStack()  # unreferenced, it would end the block at once
_CACHES.enter_context(cached_botocore())
direct_client("http://127.0.0.1:1").close()
