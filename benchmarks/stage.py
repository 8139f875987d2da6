"""Parts of both benchmarks: the two contenders, a table with the sample season, and figures."""

from __future__ import annotations

import compileall
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Self
from zoneinfo import ZoneInfo

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT))  # the benchmarks are scripts: `python benchmarks/cold.py`

from devkit.aws import create_events_table, dynamodb_client, start_ministack  # noqa: E402 - needs the line above
from devkit.environment import TIMEZONE, bot_environment  # noqa: E402 - as above
from devkit.season import plant  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

_OURS: Final = ("adapters", "announce", "bot", "charter", "web")

LAMBDA: Final = {
    # Lambda says so to every function; ours reads the list of events ahead of the first request then.
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    # Without it, setuptools puts a hook before each import in a virtual environment of Python 3.11. No zip has that.
    "SETUPTOOLS_USE_DISTUTILS": "stdlib",
}
"""The environment that both contenders get beside their own."""


@dataclass(frozen=True)
class Contender:
    """One of the two Lambdas: its handler, and the folder that would be its zip."""

    name: str
    handler: str
    folder: Path


OURS: Final = Contender("ours", "lambda_function.lambda_handler", ROOT)
PEER: Final = Contender("peer", "app.handler", ROOT / "benchmarks" / "peer")
CONTENDERS: Final = (OURS, PEER)


class NotAnswered(Exception):  # noqa: N818 - a fact
    """A contender did not do its job, so there is nothing to measure; the text ends with what it said."""


@dataclass(frozen=True)
class TimedReply:
    """One answer, the CPU seconds of it and of the interpreter since it began, and its seconds on the clock."""

    answer: dict[str, Any]
    cpu: float
    cpu_in_all: float
    wall: float


class RunningContender:
    """A contender in an interpreter of its own. Ends with the `with` block."""

    def __init__(self, contender: Contender, environment: dict[str, str], *, path: str = "") -> None:
        self._name = contender.name
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "benchmarks" / "contender.py"), contender.handler],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            cwd=contender.folder,
            env={
                **LAMBDA,
                **environment,
                "PATH": os.environ.get("PATH", ""),
                "PYTHONPATH": path or str(contender.folder),
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()
        self._log.close()

    def ask(self, request: dict[str, Any], *, http: bool = True) -> TimedReply:
        """The answer to one request. Raises NotAnswered when one of a function URL is not answered with 200."""
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        assert pipe_in is not None  # noqa: S101 - both are pipes, see above
        assert pipe_out is not None  # noqa: S101 - as above
        try:
            pipe_in.write(json.dumps(request) + "\n")
            pipe_in.flush()
        except BrokenPipeError:
            raise self._not_answered("ended") from None
        line = pipe_out.readline()
        if not line:
            raise self._not_answered("ended without an answer")
        reply = json.loads(line)
        if http and reply["answer"]["statusCode"] != 200:  # noqa: PLR2004 - OK
            raise self._not_answered(f"answered {reply['answer']}")
        return TimedReply(**reply)

    @property
    def peak(self) -> float:
        """The most memory that the process has had, in MB. Linux alone says it of another process."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024

    def _not_answered(self, what: str) -> NotAnswered:
        self._log.seek(0)
        said = self._log.read().decode(errors="replace").strip()
        return NotAnswered(f"{self._name} {what}.\n{said[-4000:]}".strip())


@dataclass(frozen=True)
class BenchmarkAws:
    """The embedded AWS, with a table of the sample season around today for each contender."""

    endpoint: str
    client: DynamoDBClient

    def environment(self, contender: Contender, *, slack: str) -> dict[str, str]:
        """The contender's environment. `slack` is the stand-in's address, without `/api/`."""
        return bot_environment(
            aws=self.endpoint,
            slack=slack,
            public_url="https://trips.example.com",
            token_secret="made-up-token-secret-of-at-least-32-bytes",  # noqa: S106 - opens nothing
            events_table=f"events-{contender.name}",
        )


@contextmanager
def aws() -> Iterator[BenchmarkAws]:
    """A running embedded AWS with both tables. Late at night their season is tomorrow's: today's trips are over."""
    day = (datetime.now(ZoneInfo(TIMEZONE)) + timedelta(hours=1)).date()
    with start_ministack() as endpoint:
        client = dynamodb_client(endpoint)
        for contender in CONTENDERS:
            create_events_table(client, f"events-{contender.name}")
            plant(client, f"events-{contender.name}", day)
        yield BenchmarkAws(endpoint, client)
        client.close()


@cache
def compile_everything() -> None:
    """Write, once, the bytecode of both contenders and of all that they import, so that neither pays for it."""
    packages = Path(json.__file__).parent, *(Path(path) for path in sys.path if path.endswith("site-packages"))
    for folder in (*(ROOT / name for name in _OURS), PEER.folder, *packages):
        compileall.compile_dir(folder, quiet=2)
    compileall.compile_dir(ROOT, maxlevels=0, quiet=2)


@dataclass(frozen=True)
class Spread:
    """Median and quartiles of some measurements."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Self:
        """Of at least one figure."""
        three = statistics.quantiles(figures, n=4, method="inclusive") if len(figures) > 1 else [figures[0]] * 3
        return cls(*(round(figure, 3) for figure in three))


def conditions() -> dict[str, Any]:
    """Return the machine and the moment of the figures."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def in_words(figures: dict[str, Any]) -> str:
    """The machine and the moment, as a sentence."""
    return f"{figures['date']}, Python {figures['python']}, {figures['cores']} cores, load {figures['load']:g}."


def heading(what: str, figures: dict[str, Any]) -> list[str]:
    """The first two lines of a table of figures: what was measured under which conditions, and the columns."""
    python, cores, load = figures["python"], figures["cores"], figures["load"]
    return [
        f"{what}; {figures['date']}, Python {python}, {cores} cores, load {load}",
        f"{'milliseconds':<18}{'quartile':>10}{'median':>10}{'quartile':>10}",
    ]


def row(label: str, spread: dict[str, float], *, decimals: int) -> str:
    """One line of a table of figures."""
    return f"{label:<18}" + "".join(f"{spread[name]:>10.{decimals}f}" for name in ("low", "median", "high"))


def say(line: str) -> None:
    """Progress, beside the figures."""
    print(line, file=sys.stderr, flush=True)
