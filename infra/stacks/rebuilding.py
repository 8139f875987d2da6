"""Rebuild a stack that was deleted: import its table, buckets and log groups, before everything else is created."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

import yaml

from infra.asking import ask
from infra.stacks import change_sets, code_bucket, stack
from infra.stacks.retained import LOGS, find_left, importing, is_wanted, joining
from infra.template import parse_template, read_template
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.aws import Aws
    from infra.stacks.order import Asking, StackOptions
    from infra.stacks.retained import Left
    from infra.stacks.stack import Now
    from infra.template import JSON
    from terminal.console import Console

_ROLLED_BACK: Final = "IMPORT_ROLLBACK_COMPLETE"  # an import of ours that failed leaves a stack without resources


def is_new(aws: Aws, now: Now, name: str) -> bool:
    """Return True if the stack holds nothing yet."""
    empty = now.status == _ROLLED_BACK and not any(each.is_there for each in stack.read_resources(aws, name))
    return empty or not now.exists


def take_back(  # noqa: PLR0913, PLR0917  # one run of `up`
    aws: Aws, console: Console, order: StackOptions, asking: Asking, now: Now, values: Mapping[str, str]
) -> Now | None:
    """Import what is left from before, and return the stack that holds it.

    A new stack takes over what an earlier one of its name left; a present one the logs of a part that was switched off
    and is on again. Unchanged where nothing was left; None in a dry run that found something. The bucket for templates
    is among the `values`. Raises Stopped when the operator declines, and when CloudFormation refuses.
    """
    template, new = _read(order), is_new(aws, now, order.stack)
    left = find_left(
        aws, console, template if new else _switched_on(template, now.parameters, values), order.stack, values
    )
    if left and not new:  # an interrupted run may have taken them over already
        held = {each.physical for each in stack.read_resources(aws, order.stack) if each.is_there}
        left = [each for each in left if each.name not in held]
    if not left:
        return now
    if not _agreed(console, order, asking, left, new=new):
        return None
    if new:
        body = importing(template, left)
        parameters: list[JSON] = [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]
    else:
        body = joining(_present(aws, order.stack), template, left)
        parameters = [{"ParameterKey": name, "UsePreviousValue": True} for name in now.parameters]
    with console.step("Asking CloudFormation to take them over"):
        plan = change_sets.plan(
            aws,
            order.stack,
            template_url=_uploaded(aws, values["CodeBucket"], body),
            parameters=parameters,
            new=new,
            imports=[each.request for each in left],
        )
    with change_sets.Pending(aws, plan) as pending:
        return pending.carry_out(console.note, retain=True)


def _agreed(console: Console, order: StackOptions, asking: Asking, left: Sequence[Left], *, new: bool) -> bool:
    """Show what is left, and ask. Return False in a dry run. Raises Stopped when the operator declines."""
    whose = f"An earlier stack {order.stack} left these, which the new one" if new else "These stayed, and the stack"
    console.say(f"{whose} takes over as they are:")
    for each in left:
        console.say(f"  import  {each.logical} ({each.kind}) {each.name}")
    if order.dry_run:
        console.say("Everything else would be done after that. Nothing was changed.")
        return False
    if not asking.agree("Take them over?"):
        anew = f"To begin with a table of its own, choose another name: python -m infra up --stack {order.stack}-2"
        raise Stopped(f"Nothing was changed. {anew if new else 'CloudFormation cannot create what is there.'}")
    return True


def _switched_on(template: JSON, before: Mapping[str, str], values: Mapping[str, str]) -> JSON:
    """Return the template with only the log groups whose condition did not hold and does now."""
    resources = {
        logical: each
        for logical, each in template.get("Resources", {}).items()
        if each.get("Type") == LOGS and "Condition" in each and not is_wanted(template, each, before)
    }
    return {
        **template,
        "Resources": {name: each for name, each in resources.items() if is_wanted(template, each, values)},
    }


def _present(aws: Aws, name: str) -> JSON:
    """Return the template of the stack as it was given."""
    body = ask(aws.stacks, "GetTemplate", StackName=name, TemplateStage="Original")["TemplateBody"]
    return parse_template(body) if isinstance(body, str) else body


def _uploaded(aws: Aws, bucket: str, template: JSON) -> str:
    """Return the address of the template in the bucket."""
    body = json.dumps(template, sort_keys=True).encode()
    key = f"templates/{hashlib.sha256(body).hexdigest()}.json"
    code_bucket.upload(aws, bucket, key, body)
    return code_bucket.address(aws, bucket, key)


def _read(order: StackOptions) -> JSON:
    """Return the template; an empty one where it cannot be read, which CloudFormation reports."""
    try:
        return read_template(order.template)
    except (yaml.YAMLError, OSError, ValueError):
        return {}
