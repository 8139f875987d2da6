"""`doctor`: examine the stack from outside and inside, and say what to do."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from infra.asking import AwsRefused
from infra.commands.operating import address_options, snapshots_option
from infra.commands.stack_option import stack_option
from infra.deploying.snapshots import Store
from infra.doctor import inside, outside
from infra.doctor.alarms import alarm_checks
from infra.doctor.finding import guarded, line
from infra.doctor.readers import reader_checks
from infra.doctor.schedules import schedule_checks
from infra.outputs import for_stack, refusals_shown
from infra.smoke.checks import failed
from infra.stacks.anothers import check_readable
from infra.stacks.stack import read_stack
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from infra.aws import Aws
    from infra.deploying.targets import DeployTarget
    from infra.services import Services
    from infra.smoke.checks import SmokeCheck
    from infra.stacks.stack import Now

_EXAMPLES = """
\b
Examples:
  python -m infra doctor
  python -m infra doctor --json > state.json
"""


@click.command(epilog=_EXAMPLES)
@stack_option("The stack to examine.")
@address_options
@snapshots_option
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, for programs.")
@click.option("--strict", is_flag=True, help="Count what could not be checked as failed.")
@click.pass_obj
def doctor(  # noqa: PLR0913  # its options
    services: Services,
    /,
    folder: Path,
    *,
    stack: str,
    url: str | None,
    bot_url: str | None,
    as_json: bool,
    strict: bool,
) -> None:
    """Examine everything, and say what is ok, what is not, and what could not be checked.

    Functions, secret, table, stream, schedules, queues, alarms and budget are read from AWS; Slack is asked about the
    app; the public addresses are opened. Each line that is not ok says what to do, and names the runbook's section.
    Nothing is changed, and no secret is shown. Exit status 1 when something is not ok.
    """
    now = _read(services.aws, stack)
    made: list[SmokeCheck] = []
    for each in examine(
        services.aws, now, stack, Store(folder), partial(outside.site_checks, url=url, bot_url=bot_url)
    ):
        check = replace(each, remedy=for_stack(each.remedy, stack))
        made.append(check)
        if not as_json:
            services.console.say(line(check))
    unchecked = [check for check in made if check.passed is None]
    wrong = bool(failed(made)) or (strict and bool(unchecked))
    if as_json:
        click.echo(
            json.dumps({"stack": stack, "passed": not wrong, "checks": [each.as_dict for each in made]}, indent=2)
        )
    else:
        count = len(made) - len(failed(made)) - len(unchecked)
        services.console.say(f"{stack}: {count} ok, {len(failed(made))} not ok, {len(unchecked)} could not be checked.")
    if wrong:
        raise click.exceptions.Exit(1)


def _read(aws: Aws, stack: str) -> Now:
    """Return the stack. Raises Stopped where there is none, or where it is another product's."""
    with refusals_shown():
        now = read_stack(aws, stack)
    if not now.exists:
        raise Stopped(f"There is no stack {stack} in this account and region. Name another with --stack.")
    check_readable(stack, now.parameters)
    return now


def examine(
    aws: Aws, now: Now, stack: str, store: Store, at_address: Callable[[Now, list[DeployTarget]], Iterator[SmokeCheck]]
) -> Iterator[SmokeCheck]:
    """Yield every check as it is made."""
    targets: list[DeployTarget] = []
    yield from inside.stack_check(now, stack)
    try:
        targets = inside.read_targets(aws, now)
    except (AwsRefused, Stopped) as refused:
        yield from guarded("functions", partial(_raise, refused))
    else:
        yield from guarded("functions", partial(inside.version_checks, targets, store))
        yield from guarded("Slack", partial(outside.slack_checks, outside.together(targets)))
    yield from guarded("secret", partial(inside.secret_check, aws, now, targets))
    yield from guarded("addresses", partial(at_address, now, targets))
    yield from guarded("table", partial(inside.table_checks, aws, now))
    yield from guarded("readers of the stream", partial(reader_checks, aws, now))
    yield from guarded("schedules", partial(schedule_checks, aws, now, stack))
    yield from guarded("dead letters", partial(inside.letter_checks, aws, now))
    yield from guarded("alarms", partial(alarm_checks, aws, now, stack))
    yield from guarded("budget", partial(inside.budget_check, aws, now, stack))
    yield from guarded("limit of the waiver page", partial(inside.share_check, aws, now))


def _raise(error: Exception) -> Iterator[SmokeCheck]:
    raise error
