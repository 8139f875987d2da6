"""The operator's commands over the table's data, all on one page: `python -m roster --help`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import click
from botocore.config import Config

from terminal.console import Console

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# An operator waits; every write is guarded by a condition, so what is tried again is written once.
PATIENCE = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 5})


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--table", envvar="EVENTS_TABLE", default="events", show_default=True, help="The events table.")
@click.option("--endpoint", help="Where DynamoDB is, as `make run` prints it; else what your AWS configuration says.")
@click.option("--region", envvar="AWS_REGION", help="AWS region; else what your AWS configuration says.")
@click.option("--profile", envvar="AWS_PROFILE", help="Profile of your AWS configuration.")
@click.pass_context
def main(context: click.Context, table: str, endpoint: str | None, region: str | None, profile: str | None) -> None:
    """Fill, mend and read the table of events, without a console."""
    context.obj = Desk(table=table, endpoint=endpoint, region=region, profile=profile)


class Desk:
    """What every command works with: `console`, the name of the `table` and, once asked for, its `client`."""

    def __init__(self, *, table: str, endpoint: str | None, region: str | None, profile: str | None) -> None:
        self.console = Console()
        self.table = table
        self._endpoint, self._region, self._profile = endpoint, region, profile
        self._client: DynamoDBClient | None = None

    @property
    def client(self) -> DynamoDBClient:
        """DynamoDB's low-level client, made when the first command needs it."""
        if self._client is None:
            session = boto3.Session(region_name=self._region, profile_name=self._profile)
            self._client = session.client("dynamodb", endpoint_url=self._endpoint, config=PATIENCE)
        return self._client
