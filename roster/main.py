"""All commands for the table's data on one page: `python -m roster --help`."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click

from charter.settings import DEFAULT_CURRENCY, DEFAULT_TIMEZONE
from roster.commands.adopt import adopt_events
from roster.commands.events import events
from roster.commands.exports import export
from roster.commands.forget import forget
from roster.commands.imports import import_events
from roster.commands.patrons import patrons
from roster.commands.payments import payments
from roster.commands.rebuild import rebuild
from roster.commands.restore import restore
from roster.commands.verify import verify
from roster.failures import CommandGroup
from roster.services import Services


class Zone(click.ParamType[ZoneInfo]):
    """A time zone by its name."""

    name = "zone"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        """Return the zone, or fail with a usage error."""
        try:
            return ZoneInfo(str(value))
        except (KeyError, ValueError, OSError):
            self.fail(f"“{value}” is not a time zone. Write one like America/Los_Angeles.", param, ctx)


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--table", envvar="EVENTS_TABLE", default="events", show_default=True, help="Name of the events table.")
@click.option("--endpoint", help="URL of DynamoDB, as `make run` prints it. Default: from your AWS configuration.")
@click.option("--region", envvar="AWS_REGION", help="AWS region. Default: from your AWS configuration.")
@click.option("--profile", envvar="AWS_PROFILE", help="Profile of your AWS configuration.")
@click.option(
    "--timezone",
    "zone",
    envvar="TIMEZONE",
    type=Zone(),
    default=DEFAULT_TIMEZONE,
    show_default=True,
    help="Time zone of the boat.",
)
@click.option(
    "--currency",
    envvar="CURRENCY",
    default=DEFAULT_CURRENCY,
    show_default=True,
    help="Currency of events that have none.",
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
    """Fill, repair and read the events table, without the AWS console."""
    context.obj = Services(table=table, zone=zone, currency=currency, endpoint=endpoint, region=region, profile=profile)


main.add_command(events)
events.add_command(import_events)
events.add_command(adopt_events)
main.add_command(patrons)
main.add_command(payments)
main.add_command(export)
main.add_command(verify)
main.add_command(rebuild)
main.add_command(restore)
main.add_command(forget)
