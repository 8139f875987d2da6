"""A hook of pytest that distributes the compilation of the test modules among the workers of a run."""

from __future__ import annotations

import contextlib
import importlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_collection(session: pytest.Session) -> None:
    """Import all test modules, each worker beginning at another one, so that no two compile the same.

    pytest rewrites the assertions of a module when it is first imported, and keeps the result. On a fresh checkout this
    takes 16 of the 22 seconds of a collection, and all workers collect the same modules in the same order. A module
    that cannot be imported is named by the collection.
    """
    worker, workers = os.environ.get("PYTEST_XDIST_WORKER"), os.environ.get("PYTEST_XDIST_WORKER_COUNT")
    if worker is None or workers is None or session.config.args != session.config.getini("testpaths"):
        return
    root = session.config.rootpath
    modules = sorted(path.relative_to(root) for path in root.glob("tests/**/test_*.py"))
    first = len(modules) * int(worker.removeprefix("gw")) // int(workers)
    for module in (*modules[first:], *modules[:first]):
        with contextlib.suppress(Exception):
            importlib.import_module(".".join(module.with_suffix("").parts))
