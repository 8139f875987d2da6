"""`announce`: find saved payments and signatures that were never announced, and announce them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from infra.commands.stack_option import stack_option
from infra.deploying.functions import Functions
from infra.outputs import describe, refusals_shown
from terminal.failures import Stopped

if TYPE_CHECKING:
    from infra.outputs import Stack
    from infra.services import Services

_EXAMPLES = """
\b
Examples:
  python -m infra announce
  python -m infra announce --stack trips-staging
"""

# One run lasts as long as the function may; the next one goes on from there.
_MOST_RUNS = 20
_COUNTS = ("announced", "failed", "finished", "letters", "removed")


@click.command(epilog=_EXAMPLES)
@click.option("--alias", default="live", show_default=True, help="The alias that serves production.")
@click.option(
    "--function",
    "names",
    multiple=True,
    metavar="NAME",
    help="A function that announces; repeatable.  [default: those of the stack]",
)
@stack_option("The stack that names the functions.")
@click.pass_obj
def announce(services: Services, *, alias: str, names: tuple[str, ...], stack: str) -> None:
    """Announce in Slack and by mail what was saved and never announced, and remove its dead letters.

    Entries older than a day become one line, and one mail, for each event. Nothing is announced twice, so you can run
    this at any time. Schedules do the same every few hours, except for the dead letters. Exit status 1 when something
    is left.
    """
    with refusals_shown():
        functions = Functions(services.aws.functions, pause=services.aws.pause)
        runs = []
        for name in names or _names(describe(services.aws, stack)):
            with services.console.step(f"Announcing by {name}"):
                runs.append(_run(functions, name, alias))
    counts = {each: sum(run[each] for run in runs) for each in _COUNTS}
    left = counts["letters"] - counts["removed"]
    services.console.say(f"Announced: {counts['announced']}. Dead letters removed: {counts['removed']}, left: {left}.")
    if counts["failed"]:
        raise Stopped(f"Events that failed: {counts['failed']}. The function's log has the reason. Run this again.")
    if left:
        raise Stopped("The remaining dead letters are not about announcements. The runbook says what to do.")
    if counts["finished"] < len(runs):
        raise Stopped("The time ran out before the end of the table. The schedule continues; or run this again.")


def _names(stack: Stack) -> list[str]:
    """Return the functions that announce. A stack without mail has no mail function."""
    names = [stack.output("AnnounceFunctionName", option="--function"), stack.outputs.get("MailFunctionName", "")]
    return [name for name in names if name]


def _run(functions: Functions, name: str, alias: str) -> dict[str, int]:
    """Run one function until nothing is left to announce, and return the counts of all runs."""
    answer = first = _answer(functions.invoke(name, alias, {"sweep": "now"}), name)
    announced = first["announced"]
    for _ in range(_MOST_RUNS):
        if answer["finished"] or answer["failed"]:
            break
        answer = _answer(functions.invoke(name, alias, {"sweep": "late"}), name)
        announced += answer["announced"]
    letters = {each: first[each] for each in ("letters", "removed")}
    return {**answer, **letters, "announced": announced}


def _answer(returned: Any, name: str) -> dict[str, int]:  # noqa: ANN401 - whatever a function returns
    """Return the counts. Raises Stopped when the function does not support late announcements."""
    if not isinstance(returned, dict) or not {"announced", "failed", "finished"} <= returned.keys():
        raise Stopped(f"{name} is not an announce function, or its release is too old. Deploy first.")
    return {each: int(returned.get(each, 0)) for each in _COUNTS}
