"""The operator's commands over the table's data, all on one page: `python -m roster --help`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import boto3
import click
from botocore.config import Config

from adapters.whole_answers import refuse_cut_answers
from charter.settings import DEFAULT_CURRENCY, DEFAULT_TIMEZONE
from roster.commands.events import events
from roster.commands.exports import export
from roster.commands.imports import import_events
from roster.commands.patrons import patrons
from roster.commands.restore import restore
from roster.commands.verify import verify
from roster.front import Front
from terminal.console import Console

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# An operator waits; every write is guarded by a condition, so what is tried again is written once.
PATIENCE = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 5})


class Zone(click.ParamType[ZoneInfo]):
    """A time zone by its name."""

    name = "zone"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        """The zone itself."""
        try:
            return ZoneInfo(str(value))
        except (KeyError, ValueError, OSError):
            self.fail(f"“{value}” is not a time zone; one is called America/Los_Angeles.", param, ctx)


@click.group(cls=Front, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--table", envvar="EVENTS_TABLE", default="events", show_default=True, help="The events table.")
@click.option("--endpoint", help="Where DynamoDB is, as `make run` prints it; else what your AWS configuration says.")
@click.option("--region", envvar="AWS_REGION", help="AWS region; else what your AWS configuration says.")
@click.option("--profile", envvar="AWS_PROFILE", help="Profile of your AWS configuration.")
@click.option(
    "--timezone",
    "zone",
    envvar="TIMEZONE",
    type=Zone(),
    default=DEFAULT_TIMEZONE,
    show_default=True,
    help="The boat's.",
)
@click.option(
    "--currency", envvar="CURRENCY", default=DEFAULT_CURRENCY, show_default=True, help="Of events without one."
)
@click.pass_context
def main(  # noqa: PLR0913, PLR0917 - click hands over each option by itself
    context: click.Context,
    table: str,
    endpoint: str | None,
    region: str | None,
    profile: str | None,
    zone: ZoneInfo,
    currency: str,
) -> None:
    """Fill, mend and read the table of events, without a console."""
    context.obj = Desk(table=table, zone=zone, currency=currency, endpoint=endpoint, region=region, profile=profile)


main.add_command(events)
events.add_command(import_events)
main.add_command(patrons)
main.add_command(export)
main.add_command(verify)
main.add_command(restore)


class Desk:
    """What every command works with: `console`, the `table`'s name, the boat's `zone` and, once asked for, `client`."""

    def __init__(  # noqa: PLR0913 - the options of the command line
        self,
        *,
        table: str,
        zone: ZoneInfo,
        currency: str,
        endpoint: str | None,
        region: str | None,
        profile: str | None,
    ) -> None:
        self.console = Console()
        self.table, self.zone, self.currency = table, zone, currency
        self._endpoint, self._region, self._profile = endpoint, region, profile
        self._client: DynamoDBClient | None = None

    @property
    def client(self) -> DynamoDBClient:
        """DynamoDB's low-level client, made when the first command needs it."""
        if self._client is None:
            session = boto3.Session(region_name=self._region, profile_name=self._profile)
            self._client = session.client("dynamodb", endpoint_url=self._endpoint, config=PATIENCE)
            refuse_cut_answers(self._client)
        return self._client
