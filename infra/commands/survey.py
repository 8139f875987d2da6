"""`survey`: show what an account has, what the path from an older system will change, and the next command."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import click

from infra.asking import ask
from infra.commands.stack_option import stack_option
from infra.outputs import refusals_shown
from infra.survey.edges import Served, read_buckets, read_edges
from infra.survey.functions import read_functions, with_callers
from infra.survey.looking import Looking
from infra.survey.outlook import SurveyFindings, changes, next_command, stays
from infra.survey.stacks import read_secret, read_stacks, secret_in_words
from infra.survey.tables import read_tables
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from infra.services import Services
    from infra.survey.functions import SurveyedFunction
    from infra.survey.stacks import Ours
    from infra.survey.tables import SurveyedTable
    from terminal.console import Console

_MOST: Final = 60  # functions whose callers are read; in a larger account only those that a variable connects
_EXAMPLES = """
\b
Examples:
  python -m infra --region us-west-2 survey
  python -m infra survey --table events --all
"""


@click.command(epilog=_EXAMPLES)
@stack_option("The stack that is there, or that will be created.")
@click.option("--table", "named", help="The older system's table.  [default: what looks like one]")
@click.option(
    "--sample",
    type=click.IntRange(1, 100_000),
    default=2000,
    show_default=True,
    help="How many rows of a table to read at most.",
)
@click.option("--all", "everything", is_flag=True, help="Also show functions that seem to have nothing to do with it.")
@click.pass_obj
def survey(services: Services, /, *, stack: str, named: str | None, sample: int, everything: bool) -> None:
    """Show what is in the account and region, and what adopting it would change. Nothing is written.

    It shows functions, tables, distributions and their buckets, the secret and the stacks of this product: names and
    settings, never a variable's value. What you may not read is named, and the rest is shown. docs/adopting.md has the
    whole path.
    """
    console, aws, looking = services.console, services.aws, Looking(services.console)
    if not aws.region:
        raise Stopped("No region is configured. Set AWS_REGION, or pass --region.")
    with refusals_shown():
        account = ask(aws.identity, "GetCallerIdentity")["Account"]
    console.note(f"Account {account}, region {aws.region}. This only reads.")
    stacks = read_stacks(aws, looking)
    tables = [each for each in read_tables(aws, looking, sample) if named in {None, each.name}]
    if named and not tables:
        raise Stopped(f"There is no table {named} with the keys eid and crew_id here. Check --region and --table.")
    ids = {each.stack.outputs.get("DistributionId", ""): each.stack.name for each in stacks}
    served = read_edges(aws, looking, ids)
    functions = _functions(services, looking, stacks, tables)
    found = _found(stack, stacks, functions, tables, served)
    secret = read_secret(aws, looking, found.stack.secret if found.stack else stack)

    _show(console, "Stacks of this product", (line for each in stacks for line in each.lines()))
    _show_functions(console, functions, [each for each in functions if everything or each.stack or each in found.old])
    _show(console, "Tables", (line for each in tables for line in each.lines()))
    hosts = {host: function.name for function in functions for host in function.urls.values()}
    _show(console, "Distributions", (line for each in served for line in each.lines(hosts)))
    _show(console, "Buckets behind them", read_buckets(aws, looking, served))
    _show(console, "Secret", [secret_in_words(secret)])
    _conclude(console, replace(found, secret=secret, unseen=tuple(looking.unseen)))


def _found(
    name: str,
    stacks: Sequence[Ours],
    functions: Sequence[SurveyedFunction],
    tables: Sequence[SurveyedTable],
    served: Sequence[Served],
) -> SurveyFindings:
    """Return what concerns the stack of that name, and the older system beside it."""
    old = tuple(each for each in functions if not each.stack and _concerns(each, tables, served))
    ours = next((each for each in stacks if each.stack.name == name), None)
    return SurveyFindings(
        name,
        ours,
        old=old,
        tables=tuple(each for each in tables if not _is_held(each, stacks, but=name)),
        edge=_to_adopt(served, old),
        ours=_domains(ours, functions),
    )


def _functions(
    services: Services, looking: Looking, stacks: Sequence[Ours], tables: Sequence[SurveyedTable]
) -> list[SurveyedFunction]:
    """Return the functions, with callers where they may matter."""
    ours = {name: each.stack.name for each in stacks for name in each.functions}
    found = read_functions(services.aws, looking, ours)
    names = {each.name for each in tables}
    matter = [each for each in found if len(found) <= _MOST or each.stack or each.gmail or each.uses(names)]
    return [with_callers(services.aws, looking, each) if each in matter else each for each in found]


def _concerns(function: SurveyedFunction, tables: Sequence[SurveyedTable], served: Sequence[Served]) -> bool:
    """Return True if another's function has to do with an older system: its mail, its table, or its address."""
    behind = {domain for each in served for domain in each.domains}
    return (
        bool(function.gmail)
        or function.uses({each.name for each in tables})
        or bool(behind & {*function.urls.values()})
    )


def _is_held(table: SurveyedTable, stacks: Sequence[Ours], *, but: str) -> bool:
    """Return True if a stack of this product made the table, or uses it and is not the one named."""
    held = [each.stack for each in stacks if each.stack.name != but or not each.stack.parameters.get("EventsTableName")]
    return any(each.outputs.get("EventsTableName") == table.name for each in held)


def _domains(ours: Ours | None, functions: Sequence[SurveyedFunction]) -> frozenset[str]:
    """Return the hosts of the stack's functions, and the name of its bucket."""
    if ours is None:
        return frozenset()
    hosts = {host for each in functions if each.stack == ours.stack.name for host in each.urls.values()}
    return frozenset(hosts | {ours.stack.outputs.get("SiteBucketName", "-")})


def _to_adopt(served: Sequence[Served], old: Sequence[SurveyedFunction]) -> Served | None:
    """Return the older system's distribution: one with a name of its own, before its function where there is one."""
    others = [each for each in served if not each.stack and each.edge.aliases]
    hosts = {host for function in old for host in function.urls.values()}
    return next((each for each in others if hosts & {*each.domains}), others[0] if len(others) == 1 else None)


def _show_functions(console: Console, functions: Sequence[SurveyedFunction], shown: Sequence[SurveyedFunction]) -> None:
    lines = [line for each in shown for line in each.lines()]
    if hidden := len(functions) - len(shown):
        lines.append(f"{hidden} others have nothing to do with it. --all shows them.")
    _show(console, "Functions", lines)


def _show(console: Console, heading: str, lines: Iterable[str]) -> None:
    console.say(heading)
    shown = False
    for line in lines:
        console.say(f"  {line}")
        shown = True
    if not shown:
        console.say("  none")
    console.say("")


def _conclude(console: Console, found: SurveyFindings) -> None:
    """Show what will change, what will not, and the next command."""
    _show(console, "What will change", changes(found))
    _show(console, "What will not", stays(found))
    if found.unseen:
        console.warn(f"Not seen, so nothing is said about it: {', '.join(found.unseen)}.")
    words, command = next_command(found)
    console.say(f"Next: {words}")
    console.say(f"  {command}")
