"""`announce`: what was saved and never announced, found and announced now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from infra.deploying.functions import Functions
from infra.outputs import STACK, describe, refusals_told
from terminal.failures import Stopped

if TYPE_CHECKING:
    from infra.commands import Desk

_EXAMPLES = """
\b
Examples:
  python -m infra announce
  python -m infra announce --stack trips-staging
"""

# One run lasts as long as the function may; the next one goes on from there.
_MOST_RUNS = 20


@click.command(epilog=_EXAMPLES)
@click.option("--alias", default="live", show_default=True, help="The alias that production is reached by.")
@click.option("--function", "name", metavar="NAME", help="The announce function; else what the stack says.")
@click.option("--stack", default=STACK, show_default=True, help="The stack whose function it is.")
@click.pass_obj
def announce(desk: Desk, *, alias: str, name: str | None, stack: str) -> None:
    """Announce in Slack what was saved and never announced, and settle the dead letters.

    What is older than a day becomes one line for each event. Nothing is announced twice, so it can be run at any time;
    a schedule does the same every few hours, without the dead letters. Exit status 1 when something is left.
    """
    with refusals_told():
        name = name or describe(desk.aws, stack).output("AnnounceFunctionName", option="--function")
        functions = Functions(desk.aws.functions, pause=desk.aws.pause)
        with desk.console.step(f"Announcing by {name}"):
            answer = first = _answer(functions.invoke(name, alias, {"sweep": "now"}), name)
            announced = first["announced"]
            for _ in range(_MOST_RUNS):
                if answer["finished"] or answer["failed"]:
                    break
                answer = _answer(functions.invoke(name, alias, {"sweep": "late"}), name)
                announced += answer["announced"]
    left = first["letters"] - first["removed"]
    desk.console.say(f"Announced: {announced}. Dead letters settled: {first['removed']}, left: {left}.")
    if answer["failed"]:
        raise Stopped(f"Events that failed: {answer['failed']}. The function's log says why. Run the same again later.")
    if left:
        raise Stopped("The letters that are left are of something else: the runbook says what to do with them.")
    if not answer["finished"]:
        raise Stopped("It ran out of time before the end of the table. The schedule goes on; or run the same again.")


def _answer(told: Any, name: str) -> dict[str, int]:  # noqa: ANN401 - whatever a function returns
    """Return the counts. Raises Stopped where the function knows nothing of late announcements."""
    if not isinstance(told, dict) or not {"announced", "failed", "finished"} <= told.keys():
        raise Stopped(f"{name} is no announce function, or one of an older release: deploy first.")
    return {each: int(told.get(each, 0)) for each in ("announced", "failed", "finished", "letters", "removed")}
