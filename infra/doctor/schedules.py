"""The checks of the schedules: each is there, enabled, and invokes the live version of its function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infra.asking import AwsRefused, ask
from infra.costs.template import is_true
from infra.deploying.targets import function_names
from infra.doctor.finding import CANARY, SLOW, WAITING, bad, ok
from infra.stacks.stack import read_resources
from infra.template import read_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.aws import Aws
    from infra.smoke.checks import SmokeCheck
    from infra.stacks.stack import Now

_KIND: Final = "AWS::Scheduler::Schedule"
_SECTIONS: Final = {"BotStaysAwake": SLOW, "WebStaysAwake": SLOW, "CanaryPayments": CANARY}
_PAGE: Final = "on its page in EventBridge Scheduler"


def schedule_checks(aws: Aws, now: Now, stack: str) -> Iterator[SmokeCheck]:
    """Check every schedule that the template has for the stack's parameters."""
    made = {each.logical: each.physical for each in read_resources(aws, stack) if each.kind == _KIND and each.is_there}
    live = {f":function:{name}:live" for name in function_names(now.outputs)}
    wanted = wanted_schedules(now)
    wrong = [check for name in wanted for check in _schedule(aws, name, made.get(name, ""), live)]
    yield from wrong
    if not wrong:
        yield ok("schedules", f"all {len(wanted)} are enabled")


def wanted_schedules(now: Now) -> list[str]:
    """Return the logical ids of the schedules that a stack with these parameters has."""
    template = read_template()
    defaults = {name: str(each.get("Default", "")) for name, each in template["Parameters"].items()}
    values = {**defaults, **now.parameters}
    return [
        name
        for name, each in template["Resources"].items()
        if each["Type"] == _KIND
        and ("Condition" not in each or is_true({"Condition": each["Condition"]}, template["Conditions"], values))
    ]


def _schedule(aws: Aws, logical: str, name: str, live: set[str]) -> Iterator[SmokeCheck]:
    """Yield the faults of one schedule. Raises AwsRefused."""
    title, section = f"schedule {logical}", _SECTIONS.get(logical, WAITING)
    if not name:
        yield bad(title, "the stack does not have it", "Run `python -m infra up`.", section)
        return
    try:
        schedule: dict[str, Any] = ask(aws.schedules, "GetSchedule", Name=name)
    except AwsRefused as refused:
        if refused.code != "ResourceNotFoundException":
            raise
        remedy = f"Create {name} as infra/template.yaml has it; CloudFormation does not do it again by itself."
        yield bad(title, "somebody deleted it", remedy, section)
        return
    if schedule["State"] != "ENABLED":
        yield bad(title, f"it is {schedule['State'].lower()}", f"Enable {name} {_PAGE}.", section)
    target = str(schedule["Target"]["Arn"])
    if not target.endswith(tuple(live)):
        remedy = f"Give {name} the alias `live` of its function as its target, {_PAGE}."
        yield bad(title, f"it invokes {target.rpartition(':function:')[2]}", remedy, section)
