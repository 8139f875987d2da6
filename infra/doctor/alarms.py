"""The checks of the alarms: somebody hears them, each is there and notifies the topic, and none is raised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infra.asking import ask, pages
from infra.doctor.finding import STATE, UNHEARD, bad, ok, raised
from infra.stacks.stack import read_resources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.aws import Aws
    from infra.smoke.checks import SmokeCheck
    from infra.stacks.stack import Now

_NAMES: Final = 100  # alarms in one question


def alarm_checks(aws: Aws, now: Now, stack: str) -> Iterator[SmokeCheck]:
    """Check that somebody hears the alarms, that each is there and notifies the topic, and that none is raised."""
    topic = now.outputs.get("AlarmsTopicArn", "")
    yield _subscribers(aws, topic)
    names = [
        each.physical for each in read_resources(aws, stack) if each.kind == "AWS::CloudWatch::Alarm" and each.is_there
    ]
    found = {
        alarm["AlarmName"]: alarm
        for start in range(0, len(names), _NAMES)
        for alarm in ask(aws.metrics, "DescribeAlarms", AlarmNames=names[start : start + _NAMES])["MetricAlarms"]
    }
    wrong = [check for name in names for check in _alarm(name, found.get(name), topic)]
    yield from wrong
    if not wrong:
        yield ok("alarms", f"none of {len(names)} is raised")


def _subscribers(aws: Aws, topic: str) -> SmokeCheck:
    name = "subscribers of the alarms"
    listed = pages(aws.topics, "ListSubscriptionsByTopic", TopicArn=topic)
    subscribed = [each for page in listed for each in page.get("Subscriptions", ())]
    waiting = [each["Endpoint"] for each in subscribed if not str(each["SubscriptionArn"]).startswith("arn:")]
    if not subscribed:
        remedy = "Run `python -m infra up --parameter AlarmEmail=office@example.com`, and confirm AWS's mail."
        return bad(name, "there are none", remedy, UNHEARD)
    if len(waiting) == len(subscribed):
        return bad(name, "none has confirmed", "Open AWS's mail, and confirm it.", UNHEARD)
    return ok(name, f"{len(subscribed) - len(waiting)} confirmed, {len(waiting)} did not")


def _alarm(name: str, alarm: dict[str, Any] | None, topic: str) -> Iterator[SmokeCheck]:
    """Yield the faults of one alarm; None where it is gone."""
    if alarm is None:
        remedy = f"Create {name} as infra/template.yaml has it; CloudFormation does not do it again by itself."
        yield bad(f"alarm {name}", "somebody deleted it", remedy, STATE)
        return
    if alarm["StateValue"] == "ALARM":
        yield raised(name, "is raised", alarm.get("AlarmDescription", ""))
    elif not alarm.get("ActionsEnabled", True):
        remedy = f"Run `aws cloudwatch enable-alarm-actions --alarm-names {name}`."
        yield bad(f"alarm {name}", "notifies nobody: its actions are off", remedy, UNHEARD)
    elif topic not in alarm.get("AlarmActions", ()):
        remedy = f"Add the action {topic} on its page in CloudWatch."
        yield bad(f"alarm {name}", "notifies nobody: the stack's topic is not among its actions", remedy, UNHEARD)
