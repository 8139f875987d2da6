"""`export payments`: the ledgers' entries for spreadsheets, programs and plain-text accounting."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adapters.exported import Ledgers
from charter.event_ids import check_served
from charter.exported import Choice
from exports.rendering import FORMATS, rendered
from roster.exporting.files import published
from roster.exporting.rows import WalkedRows
from roster.wording import print_first
from terminal.failures import Stopped

if TYPE_CHECKING:
    from roster.services import Services


class MonthParamType(click.ParamType[str]):
    """A month as the table writes it, like 2026-05."""

    name = "month"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the month, or fail with a usage error."""
        if re.fullmatch(r"[0-9]{4}-(?:0[1-9]|1[0-2])", str(value)) is None:
            self.fail(f"“{value}” is not a month. Write one like 2026-05.", param, ctx)
        return str(value)


@click.group()
def export() -> None:
    """Export the table's data for other programs."""


@export.command("payments")
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("--event", metavar="ID", help="Only this event, by its present or an earlier id.")
@click.option("--month", type=MonthParamType(), help="Only events that start in this month, like 2026-05.")
@click.option("--logged", type=MonthParamType(), help="Only entries logged in this month, on the boat's clock.")
@click.option("--method", help="Only entries of this payment method, and voids of them.")
@click.option(
    "--by", "crew", metavar="CREW", help="Only money that this person took, and voids of it: U0DANA or slack:U0DANA."
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file. Default: standard output.",
)
@click.option("--bom", is_flag=True, help="Begin a CSV with a byte order mark, so that Excel reads it as UTF-8.")
@click.pass_obj
def export_payments(  # noqa: PLR0913 - click hands over each option by itself
    services: Services,
    *,
    form: str,
    event: str | None,
    month: str | None,
    logged: str | None,
    method: str | None,
    crew: str | None,
    output: Path | None,
    bom: bool,
) -> None:
    """Write every entry of the ledgers, or those that the options choose.

    Journals contain balance assertions that hledger and beancount check. If the entries and the amount of a patron
    disagree, nothing is written and the command fails.
    """
    if bom and form != "csv":
        raise click.UsageError("--bom is for CSV. Leave it out, or pass --format csv.")
    choice = Choice(
        event=None if event is None else check_served(event), month=month, logged=logged, method=method, crew=crew
    )
    rows, zone, table = WalkedRows(services.client, services.table), services.zone, services.table
    target = None if output is None or str(output) == "-" else output
    with published(target, mark=bom) as out:
        with services.console.counting("Reading the events") as advance:
            ledgers = Ledgers(rows, zone=zone, currency=services.currency, advance=advance)
            for text in rendered(form, ledgers.read(choice), choice=choice, table=table, zone=zone):
                if not ledgers.wrong:
                    out.write(text)
        _stop_at_wrong(ledgers, services)
    if target is not None:
        services.console.note(f"Written: {target}")


def _stop_at_wrong(ledgers: Ledgers, services: Services) -> None:
    """Raise Stopped if an amount paid is not certain, after a list of the reasons."""
    if not ledgers.wrong:
        return
    print_first(ledgers.wrong, services.console.warn, most=len(ledgers.wrong), total=ledgers.wrong_count)
    raise Stopped(
        "Entries and amounts disagree, so nothing was exported. Run `verify` to list all faults of the table."
    )
