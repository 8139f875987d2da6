"""Recognise a stack that is another product's, before `up` removes everything in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.stacks.stack import REVIEW, read_resources
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.aws import Aws
    from infra.stacks.order import Asking, StackOptions
    from infra.stacks.stack import Now
    from terminal.console import Console

_PARAMETERS: Final = frozenset({"CodeBucket", "CredentialsName", "PublicHost"})  # of every version of the template
_NAMED: Final = 5  # resources in the warning


def is_ours(parameters: Mapping[str, str]) -> bool:
    """Return True if a stack with these parameters was made of this product's template."""
    return parameters.keys() >= _PARAMETERS


def check_readable(name: str, parameters: Mapping[str, str]) -> None:
    """Raise Stopped where a stack is another product's, about which nothing can be said."""
    if not is_ours(parameters):
        raise Stopped(f"{name} is not a stack of Ship Captain Crew. Name another with --stack.")


def check_ours(aws: Aws, console: Console, order: StackOptions, asking: Asking, now: Now) -> None:
    """Warn about a stack that is not ours and holds something. Raises Stopped unless a person or the option insists."""
    if not now.status or now.status == REVIEW or is_ours(now.parameters):
        return
    held = [f"{each.logical} ({each.kind})" for each in read_resources(aws, order.stack) if each.is_there]
    if not held:
        return
    console.warn(
        f"{order.stack} is not a stack of Ship Captain Crew. `up` would remove everything in it: "
        f"{', '.join(held[:_NAMED])}{f' and {len(held) - _NAMED} more' if len(held) > _NAMED else ''}."
    )
    if order.dry_run or order.onto_another or asking.insist(f"Replace {order.stack} anyway?", "--onto-another"):
        return
    raise Stopped("Nothing was changed. To create a stack of its own, choose another name: --stack NAME.")
