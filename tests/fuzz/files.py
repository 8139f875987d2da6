"""Files for the roster's imports, made hostile: CSV as spreadsheets write it, and calendars."""

from __future__ import annotations

import csv
import io
import tempfile
import traceback
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

from click.testing import CliRunner

from devkit.aws import CREDENTIALS, REGION, dynamodb_client
from roster.main import main
from roster.services import Services
from tests.builders import EID
from tests.fuzz.cases import Case
from tests.fuzz.steps import Step, a_step_of_bytes, changed, changed_bytes, some_steps
from tests.roster.importing.calendars import BAY, FRIDAYS, calendar

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from click.testing import Result

    from tests.fuzz.world import World

EVENTS: Final = [
    ["id", "title", "date", "time", "captain", "price", "currency", "boat", "capacity", "channel", "status"],
    ["2026-06-01-captain-mia-morning", "Bay tour", "2026-06-01", "10:00", "Mia", "95.00", "USD", "Alma", "12", "", ""],
    ["", "Sunset sail", "6/2/2026", "6 pm", "Cory", "$110", "", "", "8", "C0SUNSET", "cancelled"],
]
PATRONS: Final = [
    ["event", "id", "name", "party", "due", "email", "phone"],
    [EID, "zoe", "Zoe Fuzz", "2", "250.00", "zoe@example.com", "+1 415 555 0100"],
    [EID, "", "Søren Ødegård", "1", "125", "", ""],
    [EID, "dave", "Dave Kowalski", "1", "125.00", "", ""],
]
ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1", "utf-16-le")
SHAPES: Final[tuple[tuple[str, tuple[str, ...], Any], ...]] = (
    ("events.csv", ("events", "import", "--yes"), EVENTS),
    ("events.csv", ("events", "import", "--yes", "--skip-bad", "--dates", "dmy"), EVENTS),
    ("patrons.csv", ("patrons", "import", "--yes"), PATRONS),
    ("patrons.csv", ("patrons", "import", "--yes", "--skip-bad", "--namesakes", "--beyond-capacity"), PATRONS),
    ("patrons.csv", ("patrons", "import", "--dry-run", "--event", EID), [row[1:] for row in PATRONS]),
    ("season.ics", ("events", "import", "--yes", "--until", "2027-01-01"), calendar(BAY, FRIDAYS).split("\r\n")),
    ("season.ics", ("events", "import", "--yes"), calendar(BAY, head="X-WR-TIMEZONE:Europe/Berlin").split("\r\n")),
)


@dataclass
class Files:
    """Files that an operator imports."""

    world: World
    name: str = "files"
    share: float = 8.0
    _folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="fuzz-")))
    _client: Any = field(init=False)

    def __post_init__(self) -> None:
        self._client = dynamodb_client(self.world.endpoint)
        self.world.tables.watch(self._client)

    def draw(self, rng: random.Random) -> Case:
        """Return a file with steps in its cells or lines, its encoding and its bytes."""
        place = rng.randrange(len(SHAPES))
        file, words, content = SHAPES[place]
        steps = some_steps(rng, "payload", content, most=4)
        if rng.random() < 0.2:
            steps.append(Step("encoding", "encode", value=rng.choice(ENCODINGS)))
        if rng.random() < 0.25:
            steps.append(a_step_of_bytes(rng))
        if rng.random() < 0.1:
            steps.append(Step("delimiter", "cells", value=rng.choice(";\t|")))
        return Case(self.name, place, f"{' '.join(words)} {file}", tuple(steps))

    def run(self, case: Case) -> list[str]:
        """Import the file and check the output and the writes."""
        file, words, content = SHAPES[case.shape]
        path = self._folder / file
        try:
            path.write_bytes(_content(content, case.steps))
            result = self._run([*words, str(path)])
            findings = [*self._findings(words, result)]
        finally:
            self.world.reset()
        return findings

    def _run(self, words: Sequence[str]) -> Result:
        with ExitStack() as stack:
            stack.enter_context(mock.patch.object(Services, "client", self._client))
            runner = CliRunner(env={**CREDENTIALS, "COLUMNS": "200", "TIMEZONE": "America/Los_Angeles"})
            return runner.invoke(main, ["--table", self.world.events, "--region", REGION, *words])

    def _findings(self, words: Sequence[str], result: Result) -> Iterator[str]:
        yield from judged(result)
        yield from (f"logged {line}" for line in self.world.errors.lines)
        written = self.world.tables.written
        if written and (result.exit_code or "--dry-run" in words) and "--skip-bad" not in words:
            yield f"wrote {written[:3]} and ended with {result.exit_code}: {result.output[-300:]}"
        yield from (f"broke {remark}" for remark in self.world.tables.broken(self.world.events))


def judged(result: Result) -> Iterator[str]:
    """Yield the faults in the end of a command: an exception, another status, or control characters for a terminal."""
    error = result.exception
    if error is not None and not isinstance(error, SystemExit):
        where = traceback.extract_tb(error.__traceback__)[-1]
        yield f"raised {type(error).__name__}: {error} at {where.filename}:{where.lineno}"
    elif result.exit_code not in {0, 1, 2}:
        yield f"ended with {result.exit_code}"
    if "Traceback (most recent" in result.output:
        yield f"printed a traceback: {result.output[-600:]}"
    if "\x1b" in result.output or "\x00" in result.output:
        yield f"printed control characters: {result.output[-300:]!r}"


def _content(content: Any, steps: Sequence[Step]) -> bytes:
    """Return the bytes of a sheet or a calendar, also where its parts are not what they should be."""
    made = changed(content, [step for step in steps if step.where == "payload"])
    delimiter = next((str(step.value) for step in steps if step.where == "delimiter"), ",")
    rows = made if isinstance(made, list) else [made]
    if rows and isinstance(content[0], list):
        text = io.StringIO()
        writer = csv.writer(text, delimiter=delimiter)
        for row in rows:
            writer.writerow([str(cell) for cell in row] if isinstance(row, list) else [str(row)])
        whole = text.getvalue()
    else:
        whole = "\r\n".join(str(row) for row in rows)
    encoding = next((str(step.value) for step in steps if step.where == "encoding"), "utf-8")
    errors = "surrogatepass" if encoding.startswith("utf") else "replace"
    return changed_bytes(whole.encode(encoding, errors), [step for step in steps if step.where == "body"])
