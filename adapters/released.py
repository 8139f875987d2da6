"""Ask Lambda about the version that runs. Only `/payment-status version` does."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Protocol

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from charter.released import LATEST, RunningRelease

CONNECT_TIMEOUT: Final = 0.5  # seconds; Slack waits three for the answer
READ_TIMEOUT: Final = 1.0  # seconds


class _LambdaClient(Protocol):
    """The one operation of botocore's `lambda` client that is used."""

    def get_function_configuration(self, *, FunctionName: str, Qualifier: str) -> Any:  # noqa: ANN401, N803 - botocore's own names
        """Read the configuration of one version."""
        ...


def read_running(function: str, version: str) -> RunningRelease:
    """Return what Lambda says of that version. Raises nothing: what cannot be read is named in `unread`."""
    if not function or version == LATEST:
        return RunningRelease(function, version)
    try:
        config = _connect().get_function_configuration(FunctionName=function, Qualifier=version)
        modified = datetime.strptime(config["LastModified"], "%Y-%m-%dT%H:%M:%S.%f%z")
    except ClientError as error:
        return RunningRelease(function, version, unread=str(error.response.get("Error", {}).get("Code", "refused")))
    except (BotoCoreError, KeyError, ValueError) as error:
        return RunningRelease(function, version, unread=type(error).__name__)
    return RunningRelease(function, version, str(config.get("Description", "")), modified)


def _connect() -> _LambdaClient:
    config = Config(connect_timeout=CONNECT_TIMEOUT, read_timeout=READ_TIMEOUT, retries={"total_max_attempts": 1})
    client: _LambdaClient = Session().create_client(  # type: ignore[assignment]  # the stubs know a BaseClient
        "lambda", config=config
    )
    return client
