"""`announce`: what was saved and never announced, found and announced now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from infra.deploying.functions import Functions
from infra.outputs import STACK, describe, refusals_told
from terminal.failures import Stopped

if TYPE_CHECKING:
    from infra.commands import Desk
    from infra.outputs import Stack

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
@click.option("--alias", default="live", show_default=True, help="The alias that production is reached by.")
@click.option(
    "--function", "names", multiple=True, metavar="NAME", help="A function that announces; else those of the stack."
)
@click.option("--stack", default=STACK, show_default=True, help="The stack whose functions these are.")
@click.pass_obj
def announce(desk: Desk, *, alias: str, names: tuple[str, ...], stack: str) -> None:
    """Announce in Slack and by mail what was saved and never announced, and settle the dead letters.

    What is older than a day becomes one line, and one mail, for each event. Nothing is announced twice, so it can be
    run at any time; schedules do the same every few hours, without the dead letters. Exit status 1 when something is
    left.
    """
    with refusals_told():
        functions = Functions(desk.aws.functions, pause=desk.aws.pause)
        runs = []
        for name in names or _names(describe(desk.aws, stack)):
            with desk.console.step(f"Announcing by {name}"):
                runs.append(_run(functions, name, alias))
    said = {each: sum(run[each] for run in runs) for each in _COUNTS}
    left = said["letters"] - said["removed"]
    desk.console.say(f"Announced: {said['announced']}. Dead letters settled: {said['removed']}, left: {left}.")
    if said["failed"]:
        raise Stopped(f"Events that failed: {said['failed']}. The function's log says why. Run the same again later.")
    if left:
        raise Stopped("The letters that are left are of something else: the runbook says what to do with them.")
    if said["finished"] < len(runs):
        raise Stopped("It ran out of time before the end of the table. The schedule goes on; or run the same again.")


def _names(stack: Stack) -> list[str]:
    """Return the functions that announce; a stack that sends no mail has no function for it."""
    names = [stack.output("AnnounceFunctionName", option="--function"), stack.outputs.get("MailFunctionName", "")]
    return [name for name in names if name]


def _run(functions: Functions, name: str, alias: str) -> dict[str, int]:
    """Let one function announce, run after run, and return the counts of all of its runs."""
    answer = first = _answer(functions.invoke(name, alias, {"sweep": "now"}), name)
    announced = first["announced"]
    for _ in range(_MOST_RUNS):
        if answer["finished"] or answer["failed"]:
            break
        answer = _answer(functions.invoke(name, alias, {"sweep": "late"}), name)
        announced += answer["announced"]
    letters = {each: first[each] for each in ("letters", "removed")}
    return {**answer, **letters, "announced": announced}


def _answer(told: Any, name: str) -> dict[str, int]:  # noqa: ANN401 - whatever a function returns
    """Return the counts. Raises Stopped where the function knows nothing of late announcements."""
    if not isinstance(told, dict) or not {"announced", "failed", "finished"} <= told.keys():
        raise Stopped(f"{name} is no announce function, or one of an older release: deploy first.")
    return {each: int(told.get(each, 0)) for each in _COUNTS}
