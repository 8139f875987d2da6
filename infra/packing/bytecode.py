"""Bytecode of the zip's modules for Lambda's Python, so that a cold start does not compile what it imports.

Lambda's /var/task is read-only: without bytecode in the zip each new execution environment compiles every module anew
(docs/adr/0061). The files have no time stamps and are not checked against their sources (PEP 552), which cannot change
there. Only the same minor version of Python can write them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from infra.packing.wheels import LAMBDA
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.packing.wheels import WheelTarget

PYTHON: Final = "LAMBDA_PYTHON"
"""The environment variable that names an interpreter of Lambda's version, where this one is another."""
VERSION: Final = (3, 13)

# Modules that no handler imports. Their bytecode would be a sixth of all.
_NOT_IMPORTED: Final = (
    "*/async_*",
    "pydantic/v1/*",
    "slack_bolt/adapter/*",
    "slack_sdk/audit_logs/*",
    "slack_sdk/scim/*",
    "slack_sdk/socket_mode/*",
    "slack_sdk/web/legacy_*",
    *(
        f"aws_lambda_powertools/utilities/{name}/*"
        for name in ("auth_alpha", "batch", "circuit_breaker", "data_masking", "feature_flags", "idempotency")
    ),
    *(f"aws_lambda_powertools/utilities/{name}/*" for name in ("kafka", "parameters", "parser", "streaming")),
)

# Run by that interpreter. The order is fixed, as what was compiled before decides which constants are shared.
_COMPILE: Final = """
import py_compile, sys
if sys.version_info[:2] != tuple(map(int, sys.argv[1].split("."))):
    sys.exit("it is Python %d.%d" % sys.version_info[:2])
for place in sys.stdin.read().splitlines():
    py_compile.compile(place, dfile="/var/task/" + place, doraise=True, quiet=2,
        cfile=place + "c", invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
"""


def compiler_for(target: WheelTarget) -> str | None:
    """Return the interpreter that compiles for Lambda; None where there is none here, or for another target."""
    if target.name != LAMBDA.name:
        return None
    return sys.executable if sys.version_info[:2] == VERSION else os.environ.get(PYTHON) or None


def compiled(sources: Mapping[str, bytes], python: str, version: tuple[int, int] = VERSION) -> dict[str, bytes]:
    """Return the bytecode of these modules, by their paths in the zip. Raises Stopped when the interpreter cannot."""
    chosen = sorted(path for path in sources if path.endswith(".py") and not _is_left_out(path))
    with tempfile.TemporaryDirectory(prefix="compiling-") as scratch:
        for path in chosen:
            place = Path(scratch) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(sources[path])
        ended = subprocess.run(  # noqa: S603 - an interpreter, and our own words
            [python, "-I", "-S", "-c", _COMPILE, ".".join(map(str, version))],
            cwd=scratch,
            input="\n".join(chosen),
            env={**os.environ, "PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode:
            why = (ended.stderr.splitlines() or ["it ended without a word"])[-1]
            raise Stopped(f"{python} could not compile the zip's modules: {why}. Set {PYTHON} to a Python 3.13.")
        tag = f"cpython-{version[0]}{version[1]}"
        return {_place(path, tag): (Path(scratch) / f"{path}c").read_bytes() for path in chosen}


def _is_left_out(path: str) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in _NOT_IMPORTED)


def _place(path: str, tag: str) -> str:
    """Return where the import system looks for a module's bytecode."""
    source = PurePosixPath(path)
    return (source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc").as_posix()
