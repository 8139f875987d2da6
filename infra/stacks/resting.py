"""Wait until CloudFormation has finished all work on a stack, before `up` changes it."""

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
    """Return the stack once CloudFormation has finished. What a failed creation left is deleted if `agree` agrees.

    Raises Stopped where a person must decide.
    """
    if now.status == "DELETE_IN_PROGRESS":
        with console.step(f"Waiting until the old {name} is deleted"):
            stack.delete(aws, name)
        return stack.read_stack(aws, name)
    if now.is_changing:
        console.note(f"CloudFormation is already working on {name}. Waiting for it.")
        now = _followed(aws, name, console)
    if now.status == "UPDATE_ROLLBACK_FAILED":
        now = _rolled_back(aws, name, console, agree)
    if now.status == "DELETE_FAILED":
        raise Stopped(
            f"The deletion of {name} failed half way. Its events in CloudFormation have the reason. "
            "Finish the deletion there, and run the same command again."
        )
    return _cleared(aws, name, console, agree) if now.status in stack.NEVER_MADE else now


def _followed(aws: Aws, name: str, console: Console) -> Now:
    try:
        return stack.follow(aws, name, console.note)
    except Stopped as stopped:
        console.warn(stopped.message)
        return stack.read_stack(aws, name)


def _rolled_back(aws: Aws, name: str, console: Console, agree: Callable[[str], bool]) -> Now:
    """Continue a failed rollback, since AWS changes no stack in this state. Its cause may be gone by now."""
    if not agree(f"The last change of {name} failed, and so did its rollback. Try the rollback again?"):
        raise Stopped(f"{name} cannot be changed while it is in UPDATE_ROLLBACK_FAILED. Run this again, and agree.")
    ask(aws.stacks, "ContinueUpdateRollback", StackName=name)
    now = _followed(aws, name, console)
    if now.status == "UPDATE_ROLLBACK_FAILED":
        raise Stopped(
            f"The rollback of {name} failed again. Repair what its events in CloudFormation name, or skip it "
            "there (Continue update rollback, Advanced), and run the same command again."
        )
    return now


def _cleared(aws: Aws, name: str, console: Console, agree: Callable[[str], bool]) -> Now:
    if not agree(f"{name} was never created, and its first try was rolled back. Delete what is left of it?"):
        raise Stopped(f"{name} cannot be created while its remains exist. Run this again and agree, or delete them.")
    holding = [each.physical for each in stack.read_resources(aws, name) if each.is_there and each.kind in HOLD_DATA]
    with console.step(f"Deleting what is left of {name}"):
        stack.delete(aws, name)
    if holding:  # protected against deletion, as our tables are; the new stack gets others
        console.warn(f"{', '.join(holding)} may be left, and nothing uses it. Check that it is empty, and delete it.")
    return stack.read_stack(aws, name)
