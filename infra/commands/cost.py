"""`cost`: estimate what the stack costs, from published prices and what is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from infra.commands.stack_option import stack_option
from infra.costs.deployed import StackReading
from infra.costs.model import AIM, PAYMENTS, SEASON, idle, payments, season
from infra.costs.prices import COMPILED, PRICES, REGIONS
from infra.costs.template import setup_of
from infra.outputs import describe, for_stack, refusals_shown
from infra.stacks.anothers import check_readable

if TYPE_CHECKING:
    from infra.costs.model import Estimate, Setup
    from infra.services import Services
    from terminal.console import Console

_WITHOUT: Final = "python -m infra up --parameter FastStart=false"
_EXAMPLES = """
\b
Examples:
  python -m infra cost
  python -m infra cost --defaults                  what a new stack would cost; asks AWS nothing
  python -m infra cost --defaults --parameter FastStart=true
"""


@click.command(epilog=_EXAMPLES)
@stack_option("The stack to read.")
@click.option("--defaults", is_flag=True, help="Estimate a new stack with the template's defaults; ask AWS nothing.")
@click.option(
    "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="With --defaults: another parameter."
)
@click.option("--payments", "count", type=click.IntRange(1), default=PAYMENTS, show_default=True, help="How many.")
@click.pass_obj
def cost(services: Services, /, *, stack: str, defaults: bool, parameters: tuple[str, ...], count: int) -> None:
    """Estimate the costs: of an idle month, of 1,000 payments, and of a season.

    It reads what is deployed and changes nothing. Prices are the published ones; taxes are left out. Each line shows
    the list price, and what is left of it after the allowances that AWS gives every account for free.
    """
    console = services.console
    if parameters and not defaults:
        raise click.UsageError("--parameter needs --defaults: a stack is read as it is.")
    if defaults:
        region = REGIONS[0]
        setup = setup_of(dict(each.split("=", 1) for each in _pairs(parameters)))
    else:
        with refusals_shown():
            region = services.aws.region
            found = describe(services.aws, stack)
            check_readable(stack, found.parameters)
            setup = StackReading(services.aws, found).setup()
    _about(console, setup, region)
    _show(console, "An idle month", idle(setup))
    _show(console, f"{count:,} payments more in a month", payments(setup, count))
    _show(console, f"A season: {SEASON}", season(setup))
    _advise(console, setup, stack)


def _pairs(parameters: tuple[str, ...]) -> tuple[str, ...]:
    if wrong := [each for each in parameters if "=" not in each]:
        raise click.BadParameter(f"{', '.join(wrong)}: the form is NAME=VALUE", param_hint="--parameter")
    return parameters


def _about(console: Console, setup: Setup, region: str) -> None:
    console.say(
        f"Prices in dollars for {REGIONS[0]}, compiled on {COMPILED}; AWS's pages are in infra/costs/prices.py."
    )
    if region not in REGIONS:
        console.warn(f"The prices of {region or 'your region'} are not in the table. Those of {REGIONS[0]} are used.")
    for each in setup.unread:
        console.warn(f"Not read, so the usual value is assumed: {each}")


def _show(console: Console, title: str, estimate: Estimate) -> None:
    console.say("")
    console.say(title)
    console.table(
        ("", "quantity", "unit", "list price", "after free"),
        [
            (
                line.what,
                f"{line.quantity:,.4g}" if line.quantity < 1000 else f"{line.quantity:,.0f}",  # noqa: PLR2004
                PRICES[line.price].unit,
                f"{line.listed:.4f}",
                f"{owed:.4f}",
            )
            for line, owed in zip(estimate.lines, estimate.owed, strict=True)
        ],
    )
    console.say(f"Together: ${estimate.due:.2f} (list price ${estimate.listed:.2f})")


def _advise(console: Console, setup: Setup, stack: str) -> None:
    """Say what the costs come from where they are above the aim."""
    console.say("")
    if setup.fast_start:
        versions = sum(each.snapshots for each in setup.functions)
        console.say(
            f"FastStart is on: {versions} versions have a snapshot, and AWS bills each by the second. A deploy deletes "
            f"those that no rollback needs. To do without: {for_stack(_WITHOUT, stack)}"
        )
    held = [f"{each.name} ({each.snapshots})" for each in setup.functions if each.snapshots]
    if held and not setup.fast_start:
        console.warn(
            f"FastStart is off, and versions with a snapshot are left: {', '.join(held)}. A deploy deletes its own. "
            "Lambda drops the snapshot of any other once nobody has invoked it for 14 days."
        )
    if setup.keys:
        console.warn(f"{setup.keys} key of KMS costs a dollar a month. The template has none any more: run `up`.")
    if idle(setup).due > AIM:
        console.say(f"An idle month is above the aim of ${AIM:.2f}. The largest lines say why.")
