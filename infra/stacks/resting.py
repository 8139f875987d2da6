"""A stack at rest, before anything is asked of it: what somebody began is followed to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.asking import ask
from infra.stacks import stack
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.aws import Aws
    from infra.stacks.stack import Now
    from terminal.console import Console

HOLD_DATA: Final = frozenset({"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret"})


def at_rest(aws: Aws, name: str, now: Now, console: Console, agree: Callable[[str], bool]) -> Now:
    """The stack once CloudFormation has ended its work on it; what never came to be is taken away, if `agree` says so.

    Raises Stopped where only a person can say what is to become of it.
    """
    if now.status == "DELETE_IN_PROGRESS":
        with console.step(f"Waiting until the old {name} is deleted"):
            stack.delete(aws, name)
        return stack.read_stack(aws, name)
    if now.moves:
        console.note(f"CloudFormation is at work on {name} already. This waits for it.")
        now = _followed(aws, name, console)
    if now.status == "UPDATE_ROLLBACK_FAILED":
        now = _taken_back(aws, name, console, agree)
    if now.status == "DELETE_FAILED":
        raise Stopped(
            f"{name} was to be deleted, and that failed half way. Its events in CloudFormation say why: "
            "delete it there to the end, and run the same command again."
        )
    return _cleared(aws, name, console, agree) if now.status in stack.NEVER_MADE else now


def _followed(aws: Aws, name: str, console: Console) -> Now:
    try:
        return stack.follow(aws, name, console.note)
    except Stopped as stopped:
        console.warn(stopped.message)
        return stack.read_stack(aws, name)


def _taken_back(aws: Aws, name: str, console: Console, agree: Callable[[str], bool]) -> Now:
    """AWS takes no change of a stack that is stuck between two; what held it up may be over by now."""
    if not agree(f"The last change of {name} failed, and so did taking it back. Try to take it back again?"):
        raise Stopped(f"{name} cannot be changed as long as it is in UPDATE_ROLLBACK_FAILED.")
    ask(aws.stacks, "ContinueUpdateRollback", StackName=name)
    now = _followed(aws, name, console)
    if now.status == "UPDATE_ROLLBACK_FAILED":
        raise Stopped(
            f"{name} could not be taken back this time either. Mend what its events in CloudFormation name, or skip it "
            "there (Continue update rollback, Advanced), and run the same command again."
        )
    return now


def _cleared(aws: Aws, name: str, console: Console, agree: Callable[[str], bool]) -> Now:
    if not agree(f"{name} was never made, and its first try was taken back. Delete what is left of it?"):
        raise Stopped(f"{name} cannot be made as long as that is there.")
    holding = [each.physical for each in stack.read_resources(aws, name) if each.is_there and each.kind in HOLD_DATA]
    with console.step(f"Deleting what is left of {name}"):
        stack.delete(aws, name)
    if holding:  # protected against deletion, as our tables are; the stack that is made now has others
        console.warn(f"{', '.join(holding)} may be left, and nothing uses it: see that it is empty, and remove it.")
    return stack.read_stack(aws, name)
