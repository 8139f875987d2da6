"""Rebuild a stack that was deleted: import its table, buckets and log groups, before everything else is created."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

import yaml

from infra.stacks import change_sets, code_bucket, stack
from infra.stacks.retained import find_left, importing
from infra.template import read_template
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.aws import Aws
    from infra.stacks.order import Asking, Order
    from infra.stacks.stack import Now
    from infra.template import JSON
    from terminal.console import Console

_ROLLED_BACK: Final = "IMPORT_ROLLBACK_COMPLETE"  # an import of ours that failed leaves a stack without resources


def is_new(aws: Aws, now: Now, name: str) -> bool:
    """Return True if the stack holds nothing yet."""
    empty = now.status == _ROLLED_BACK and not any(each.is_there for each in stack.read_resources(aws, name))
    return empty or not now.exists


def take_back(  # noqa: PLR0913, PLR0917  # one run of `up`
    aws: Aws, console: Console, order: Order, asking: Asking, now: Now, values: Mapping[str, str]
) -> Now | None:
    """Import what an earlier stack of this name left, and return the stack that holds it.

    Unchanged where nothing was left; None in a dry run that found something. The bucket for templates is among the
    `values`. Raises Stopped when the operator declines, and when CloudFormation refuses.
    """
    template = _read(order)
    left = find_left(aws, console, template, order.stack, values)
    if not left:
        return now
    console.say(f"An earlier stack {order.stack} left these, which the new one takes over as they are:")
    for each in left:
        console.say(f"  import  {each.logical} ({each.kind}) {each.name}")
    if order.dry_run:
        console.say("Everything else would be created after that. Nothing was changed.")
        return None
    if not asking.agree("Take them over?"):
        raise Stopped(
            "Nothing was changed. To begin with a table of its own, choose another name: "
            f"python -m infra up --stack {order.stack}-2"
        )
    body = json.dumps(importing(template, left), sort_keys=True).encode()
    key = f"templates/{hashlib.sha256(body).hexdigest()}.json"
    code_bucket.upload(aws, values["CodeBucket"], key, body)
    with console.step("Asking CloudFormation to take them over"):
        plan = change_sets.plan(
            aws,
            order.stack,
            template_url=code_bucket.address(aws, values["CodeBucket"], key),
            parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()],
            new=True,
            imports=[each.request for each in left],
        )
    with change_sets.Pending(aws, plan) as pending:
        return pending.carry_out(console.note, retain=True)


def _read(order: Order) -> JSON:
    """Return the template; an empty one where it cannot be read, which CloudFormation reports."""
    try:
        return read_template(order.template)
    except (yaml.YAMLError, OSError, ValueError):
        return {}
