"""The embedded AWS: MiniStack for the local world and the tests, dynalite as a second, stricter DynamoDB.

Each runs as a process of its own, bound to 127.0.0.1, and ends with the process that started it.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from devkit.embedded import SERVICES, WIRE
from devkit.listen import free_port
from devkit.private import make_private

if TYPE_CHECKING:
    from botocore.session import Session
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import CreateTableOutputTypeDef

ROOT = Path(__file__).resolve().parent.parent
MINISTACK_PYTHON = ROOT / ".venv" / "ministack" / "bin" / "python"
DYNALITE = ROOT / ".local" / "engines" / "node_modules" / "dynalite" / "cli.js"
REGION: Final = "us-west-2"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}  # the engines do not check them

_MINISTACK = "import sys; sys.path.append(sys.argv.pop()); from devkit.embedded import main; main()"
_NODE = """
process.stdin.on("end", () => process.exit(0)).resume();
process.argv.splice(1, 0, process.env.CLI);
require(process.env.CLI);
"""

_NEEDED: Final = frozenset({"PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT"})

Say = Callable[[str], None]


class EngineFailed(RuntimeError):  # noqa: N818  # a fact, as the refusals are named
    """An engine is not installed, ended early, or did not answer in time. The text includes the end of its log."""


@cache  # one for all clients, since it keeps the models of services
def _session() -> Session:
    from adapters.aws import session  # mutation testing starts an engine where there is no such module

    return session()


def make_folder(folder: Path) -> None:
    """Make a folder that its owner alone may read. Raises EngineFailed if it cannot be made."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_private(folder)
    except OSError as error:
        raise EngineFailed(f"Payments cannot be kept in {folder}: {error.strerror}. Choose another folder.") from error


def silent(_line: str) -> None:
    """Ignore a line of progress. The default of the context managers below."""


@contextmanager
def start_ministack(  # noqa: PLR0913  # options, all by keyword
    *,
    state: Path | None = None,
    port: int = 0,
    everything: bool = False,
    say: Say = silent,
    hold: Sequence[int] = (),
    wire: Path | None = None,
    patience: float = 20.0,
) -> Iterator[str]:
    """Run MiniStack and yield its endpoint URL. At the end of the block it saves its state and stops.

    `state` is the folder that keeps tables and buckets between runs; the default is a temporary one.
    `everything` starts all services of AWS, for tests of deployment; otherwise only those that the product uses.
    `hold` are file descriptors that MiniStack keeps open until it has ended, such as a lock on `state`.
    `wire` is the path of a socket on which it takes calls of DynamoDB without HTTP.
    Raises EngineFailed after `patience` seconds without an answer.
    """
    if not MINISTACK_PYTHON.exists():
        raise EngineFailed("The embedded AWS is not installed. Run `make setup` once.")
    with ExitStack() as stack:
        kept = state is not None
        folder = state or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="embedded-aws-")))
        make_folder(folder)
        port = port or free_port()
        environment = {
            **_clean_environment(),
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "SFTP_PORT": "0",
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",  # it would listen on another port
            "MINISTACK_REGION": REGION,
            **({} if everything else {"SERVICES": ",".join(SERVICES)}),
            **({WIRE: str(wire)} if wire else {}),
            "PERSIST_STATE": str(int(kept)),
            "S3_PERSIST": str(int(kept)),
            "STATE_DIR": str(folder),
            "S3_DATA_DIR": str(folder / "s3"),
            "TMPDIR": str(folder),  # its process-id file
        }
        endpoint = f"http://127.0.0.1:{port}"
        say("Starting the embedded AWS …")
        stack.enter_context(
            _running(
                "The embedded AWS (MiniStack)",
                [str(MINISTACK_PYTHON), "-I", "-c", _MINISTACK, str(ROOT)],
                environment=environment,
                log=folder / "ministack.log",
                probe=endpoint,
                hold=hold,
                patience=patience,
            )
        )
        yield endpoint


@contextmanager
def start_dynalite(port: int = 0, *, patience: float = 20.0) -> Iterator[str]:
    """Run dynalite, which keeps everything in memory, and yield its endpoint URL.

    Raises EngineFailed if it is not installed (`make test-dynamodb` installs it, with npm) or does not answer.
    """
    if not DYNALITE.exists():
        raise EngineFailed("dynalite is not installed. `make test-dynamodb` installs it, and needs Node and npm.")
    port = port or free_port()
    endpoint = f"http://127.0.0.1:{port}"
    options = ["--host", "127.0.0.1", "--port", str(port), "--createTableMs", "0", "--deleteTableMs", "0"]
    with (
        tempfile.TemporaryDirectory(prefix="dynalite-") as folder,
        _running(
            "dynalite",
            ["node", "-e", _NODE, "--", *options],
            environment={**_clean_environment(), "CLI": str(DYNALITE)},
            log=Path(folder) / "dynalite.log",
            probe=endpoint,
            patience=patience,
        ),
    ):
        yield endpoint


def _clean_environment() -> dict[str, str]:
    """Return the variables that a program needs to start. The others hold secrets, or settings that affect engines."""
    return {name: value for name, value in os.environ.items() if name in _NEEDED or name.startswith("LC_")}


@contextmanager
def _running(  # noqa: PLR0913  # options of a process, all by keyword
    name: str,
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    log: Path,
    probe: str,
    hold: Sequence[int] = (),
    patience: float,
) -> Iterator[None]:
    """Run `command` until the block ends. It has started once the URL `probe` gives any answer."""
    log.touch(mode=0o600)
    with log.open("wb") as output:
        # In a session of its own Ctrl-C does not reach it: it is stopped below, after the last write.
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            start_new_session=True,
            pass_fds=tuple(hold),
        )
    try:
        _await_answer(name, process, probe=probe, log=log, patience=patience)
        yield
    finally:
        _stop(process, pipe=process.stdin)


def _await_answer(name: str, process: subprocess.Popen[bytes], *, probe: str, log: Path, patience: float) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + patience
    while True:
        if process.poll() is not None:
            raise EngineFailed(f"{name} ended while starting (exit code {process.returncode}).{_tail(log)}")
        try:
            opener.open(probe, timeout=1.0).close()
        except urllib.error.HTTPError as answered:
            answered.close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise EngineFailed(f"{name} did not answer within {patience:g} seconds.{_tail(log)}") from None
            time.sleep(0.02)
        else:
            return


def _stop(process: subprocess.Popen[bytes], *, pipe: IO[bytes] | None) -> None:
    """End the process by SIGTERM, so that it saves its state, or after 15 s by SIGKILL."""
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if pipe is not None:
        pipe.close()


def _tail(log: Path, lines: int = 15) -> str:
    """Return the end of a log, indented, or a sentence that it is empty."""
    last = log.read_text(errors="replace").splitlines()[-lines:]
    return "\nThe end of its log:\n" + "\n".join(f"    {line}" for line in last) if last else " Its log is empty."


def aws_client(service: str, endpoint: str, **options: Any) -> Any:  # noqa: ANN401  # clients are made at run time
    """Return a client of an engine's service, made by botocore: boto3 would return the same, and its import is slow."""
    keys: Any = {name.lower(): value for name, value in CREDENTIALS.items()}
    return _session().create_client(service, endpoint_url=endpoint, region_name=REGION, **keys, **options)


def dynamodb_client(endpoint: str, **more: Any) -> DynamoDBClient:  # as above
    """Return a DynamoDB client for an endpoint that accepts made-up credentials, with further options of its Config."""
    from botocore.config import Config

    config = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3}, **more)
    client: DynamoDBClient = aws_client("dynamodb", endpoint, config=config)
    return client


def create_events_table(client: DynamoDBClient, name: str) -> None:
    """Create the events table, with its index and stream, unless it exists. Return when it can be used."""
    listed = ["title", "starts_at", "status", "channel"]
    _create(
        client,
        name,
        lambda: client.create_table(
            TableName=name,
            AttributeDefinitions=[
                {"AttributeName": "eid", "AttributeType": "S"},
                {"AttributeName": "crew_id", "AttributeType": "S"},
                {"AttributeName": "month", "AttributeType": "S"},
            ],
            KeySchema=[{"AttributeName": "eid", "KeyType": "HASH"}, {"AttributeName": "crew_id", "KeyType": "RANGE"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by_month",
                    "KeySchema": [
                        {"AttributeName": "month", "KeyType": "HASH"},
                        {"AttributeName": "eid", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": listed},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        ),
    )


def create_announcements_table(client: DynamoDBClient, name: str, *, forgets: bool = True) -> None:
    """Create the table of posted announcements, unless it exists. DynamoDB deletes its rows after `expiration`.

    The engine uses its own clock. Without `forgets` it deletes nothing, for callers that use another clock.
    """
    created = _create(
        client,
        name,
        lambda: client.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        ),
    )
    if created and forgets:
        living: Any = {"Enabled": True, "AttributeName": "expiration"}
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=living)


def _create(client: DynamoDBClient, name: str, create: Callable[[], CreateTableOutputTypeDef]) -> bool:
    """Return True if `create` made the table, False if it existed."""
    try:
        answer = create()
    except client.exceptions.ResourceInUseException:
        return False
    if answer["TableDescription"]["TableStatus"] != "ACTIVE":
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    return True
