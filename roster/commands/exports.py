"""`export payments`: the entries for spreadsheets, programs and plain-text accounting."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from charter.event_ids import check_served
from roster.exporting.files import published
from roster.exporting.journals import as_beancount, as_hledger
from roster.exporting.ledgers import Choice, Ledgers
from roster.exporting.plain import as_csv, as_json
from roster.wording import print_first
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from roster.exporting.ledgers import EventLedger
    from roster.services import Services

_FORMATS = ("csv", "json", "hledger", "beancount")


class Month(click.ParamType[str]):
    """A month as the table writes it."""

    name = "month"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The month itself."""
        if re.fullmatch(r"[0-9]{4}-(?:0[1-9]|1[0-2])", str(value)) is None:
            self.fail(f"“{value}” is not a month; one is written 2026-05.", param, ctx)
        return str(value)


@click.group()
def export() -> None:
    """Hand the table's data to other programs."""


@export.command("payments")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="csv", show_default=True)
@click.option("--event", metavar="ID", help="Only this event's, also by an id that it had before.")
@click.option("--month", type=Month(), help="Only of events that take place in this month, as 2026-05.")
@click.option("--logged", type=Month(), help="Only what was logged in this month, by the boat's clock.")
@click.option("--method", help="Only what was paid like this; a void goes with what it undoes.")
@click.option(
    "--by", "crew", metavar="CREW", help="Only what this person took in, as U0DANA or slack:U0DANA; so voids."
)
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of standard output."
)
@click.option("--bom", is_flag=True, help="Begin with the mark by which Excel knows UTF-8.")
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
    """Write every entry of the ledgers, or those that are chosen.

    Journals carry balance assertions that hledger and beancount check. Where an event's entries and amounts disagree
    nothing is written at all, and the command fails.
    """
    if bom and form != "csv":
        raise click.UsageError("--bom is for CSV; the others do not want it.")
    choice = Choice(
        event=None if event is None else check_served(event), month=month, logged=logged, method=method, crew=crew
    )
    ledgers = Ledgers(services.client, services.table, zone=services.zone, currency=services.currency)
    target = None if output is None or str(output) == "-" else output
    with published(target, mark=bom) as out:
        with services.console.counting("Reading the events") as advance:
            for text in _rendered(form, ledgers.read(choice, advance), services, choice):
                if not ledgers.wrong:
                    out.write(text)
        _stop_at_wrong(ledgers, services)
    if target is not None:
        services.console.note(f"Written: {target}")


def _rendered(form: str, ledgers: Iterable[EventLedger], services: Services, choice: Choice) -> Iterator[str]:
    if form == "csv":
        return as_csv(ledgers)
    if form == "json":
        return as_json(ledgers)
    about = f"Payments of the table {services.table}" + (f", only {choice.in_words}" if choice.in_words else "")
    journal = as_hledger if form == "hledger" else as_beancount
    return journal(ledgers, zone=services.zone, about=about)


def _stop_at_wrong(ledgers: Ledgers, services: Services) -> None:
    """Raises Stopped, loudly, where what was paid cannot be said for certain."""
    if not ledgers.wrong:
        return
    print_first(ledgers.wrong, services.console.warn, most=len(ledgers.wrong), total=ledgers.wrong_count)
    raise Stopped(
        "Entries and amounts disagree, so nothing was exported. `verify` tells all that is wrong in the table."
    )
