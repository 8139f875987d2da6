"""Check the web function's reserved concurrency against Lambda's limits before anything is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import yaml

from infra.asking import AwsRefused, ask
from infra.template import read_template
from terminal.failures import Stopped

if TYPE_CHECKING:
    from infra.aws import Aws
    from infra.stacks.order import Asking, StackOptions
    from infra.stacks.stack import Now
    from terminal.console import Console

PARAMETER: Final = "WebConcurrency"
UNRESERVED: Final = 100  # requests at once that Lambda keeps for the functions without a share of their own
_MISSING: Final = frozenset({"ResourceNotFoundException", "ResourceNotFound"})


def choose(aws: Aws, console: Console, order: StackOptions, asking: Asking, now: Now) -> dict[str, str]:
    """Return 0 for the parameter where Lambda would refuse the template's default; else nothing.

    Raises Stopped when the operator named a number that Lambda would refuse, and when the account's limit cannot be
    read and the operator says no.
    """
    kept = now.parameters.get(PARAMETER) if now.exists else None
    given = order.parameters.get(PARAMETER)
    value = given or kept or _default(order)
    if value == kept or not value.isdecimal() or not int(value):
        return {}
    room = _room(aws, now)
    if room is None:
        console.warn(f"You lack the permission lambda:GetAccountSettings, so {PARAMETER}={value} could not be checked.")
        if not asking.agree("Try it anyway?"):
            raise Stopped(f"Nothing was changed. To set no limit: --parameter {PARAMETER}=0.")
        return {}
    limit, free = room
    if int(value) <= free:
        return {}
    why = (
        f"This account runs {limit} requests at once, and Lambda keeps {UNRESERVED} for functions without a share, "
        f"so a share of {value} cannot be reserved for the web function."
    )
    if given:
        most = f" At most {free} can be." if free > 0 else ""
        raise Stopped(
            f"{why}{most} Nothing was changed. Pass --parameter {PARAMETER}={max(free, 0)}, or ask AWS for more."
        )
    console.warn(
        f"{why} {PARAMETER} is set to 0, so nothing is limited: a flood of the waiver page can block the bot. "
        f"Once AWS has raised the limit, run this with --parameter {PARAMETER}={value}."
    )
    return {PARAMETER: "0"}


def _default(order: StackOptions) -> str:
    """Return the template's default; empty where it has none or cannot be read, which CloudFormation reports."""
    try:
        template = read_template(order.template)
        return str(template["Parameters"][PARAMETER]["Default"])
    except (yaml.YAMLError, OSError, ValueError, KeyError, TypeError):
        return ""


def _room(aws: Aws, now: Now) -> tuple[int, int] | None:
    """Return the account's limit, and the part that the web function may reserve; None where it may not be read."""
    try:
        limits = ask(aws.functions, "GetAccountSettings")["AccountLimit"]
        own = _own(aws, now.outputs.get("WebFunctionName", "")) if now.exists else 0
    except AwsRefused as refused:
        if refused.code.startswith("AccessDenied"):
            return None
        raise
    return limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"] + own - UNRESERVED


def _own(aws: Aws, name: str) -> int:
    """Return the function's present reservation."""
    if not name:
        return 0
    try:
        return int(
            ask(aws.functions, "GetFunctionConcurrency", FunctionName=name).get("ReservedConcurrentExecutions", 0)
        )
    except AwsRefused as refused:
        if refused.code in _MISSING:
            return 0
        raise
