"""One CloudFormation stack: its state, and the progress of its changes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from infra.asking import AwsRefused, ask, pages
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from infra.aws import Aws

REVIEW: Final = "REVIEW_IN_PROGRESS"  # the empty shell around the first change set
NEVER_MADE: Final = frozenset(
    {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED"}
)  # creation failed; the stack can only be deleted
_LONGEST_REASON: Final = 300  # characters of a reason
_POLLS: Final = 8  # polls without an answer before giving up
SLOWEST: Final = 5.0  # seconds between two polls


@dataclass(frozen=True)
class Now:
    """The present state of a stack; `status` is empty where there is none."""

    status: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def exists(self) -> bool:
        """True if there is a stack that a change set can update."""
        return self.status not in {"", REVIEW, *NEVER_MADE}

    @property
    def is_changing(self) -> bool:
        """True if CloudFormation is working on the stack."""
        return self.status.endswith("_IN_PROGRESS") and self.status != REVIEW


@dataclass(frozen=True)
class Parameter:
    """One parameter of the template."""

    name: str
    default: str | None


@dataclass(frozen=True)
class StackHistory:
    """The latest events of a stack at one moment: the ids of some, and the time of the last one."""

    known: frozenset[str]
    last: datetime | None

    def is_older(self, event: Mapping[str, Any]) -> bool:
        """Return True if the event was there at that moment."""
        return self.last is not None and event["Timestamp"] < self.last


@dataclass(frozen=True)
class Resource:
    """One resource of a stack."""

    physical: str
    kind: str
    status: str
    logical: str = ""

    @property
    def is_there(self) -> bool:
        """True if the resource exists, as far as the stack knows."""
        return bool(self.physical) and self.status not in {"DELETE_COMPLETE", "CREATE_FAILED"}


def read_stack(aws: Aws, name: str) -> Now:
    """Return the present state of the stack."""
    try:
        (found,) = ask(aws.stacks, "DescribeStacks", StackName=name)["Stacks"]
    except AwsRefused as refused:
        if refused.code == "ValidationError":  # CloudFormation's code for a missing stack
            return Now()
        raise
    return Now(
        found["StackStatus"],
        {each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", ())},
        {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())},
    )


def oldest_with(aws: Aws, parameter: str, value: str) -> str:
    """Return the name of the oldest stack whose parameter has that value; empty where none has."""
    found: list[tuple[Any, str]] = []
    for page in pages(aws.stacks, "DescribeStacks"):
        for each in page["Stacks"]:
            values = {given["ParameterKey"]: given.get("ParameterValue") for given in each.get("Parameters", ())}
            if values.get(parameter) == value and each["StackStatus"] not in {REVIEW, "DELETE_COMPLETE", *NEVER_MADE}:
                found.append((each["CreationTime"], each["StackName"]))
    return min(found)[1] if found else ""


def maker_of(aws: Aws, physical: str) -> str:
    """Return the name of the stack that has the resource of this physical id; empty where none has."""
    try:
        found = ask(aws.stacks, "DescribeStackResources", PhysicalResourceId=physical)["StackResources"]
    except AwsRefused as refused:
        if refused.code == "ValidationError":  # CloudFormation's code for a resource of no stack
            return ""
        raise
    return str(found[0]["StackName"]) if found else ""


def read_resources(aws: Aws, name: str) -> Iterator[Resource]:
    """Yield the resources of a stack, also of one that failed."""
    for page in pages(aws.stacks, "ListStackResources", StackName=name):
        for each in page["StackResourceSummaries"]:
            status, logical = each["ResourceStatus"], each["LogicalResourceId"]
            yield Resource(each.get("PhysicalResourceId", ""), each["ResourceType"], status, logical)


def read_parameters(aws: Aws, template_url: str) -> dict[str, Parameter]:
    """Return the template's parameters. Raises Stopped when CloudFormation cannot read it."""
    try:
        summary = ask(aws.stacks, "GetTemplateSummary", TemplateURL=template_url)
    except AwsRefused as refused:
        raise explained("CloudFormation cannot read the template", refused) from None
    declared = (Parameter(each["ParameterKey"], each.get("DefaultValue")) for each in summary.get("Parameters", ()))
    return {parameter.name: parameter for parameter in declared}


def follow(aws: Aws, name: str, report: Callable[[str], None], *, before: StackHistory | None = None) -> Now:
    """Follow a change until it is over, and report each resource. `before` is the history at its beginning."""
    begun = before is None  # otherwise the first poll may still see the earlier state
    before = history(aws, name) if before is None else before
    seen = set(before.known)
    first_failure, pause, lost, polls = "", aws.pause, 0, 0
    while True:
        try:
            now = read_stack(aws, name)  # before the events, so that they include everything before the end
            read = events(aws, name, until=seen)
            news = [event for event in read if event["EventId"] not in seen and not before.is_older(event)]
        except AwsRefused as refused:
            lost += 1
            if not refused.lost or lost == _POLLS:
                raise Stopped(f"{refused} CloudFormation continues by itself. Run this again to follow it.") from None
            time.sleep(pause)
            continue
        lost, polls, begun = 0, polls + 1, begun or bool(news)
        for event in reversed(news):
            seen.add(event["EventId"])
            status, why = event["ResourceStatus"], event.get("ResourceStatusReason", "")
            if status.endswith("_FAILED") and not first_failure and "cancelled" not in why.lower():
                first_failure = f"{event['LogicalResourceId']}: {shortened(why)}"
            if not status.endswith("_IN_PROGRESS"):
                report(f"  {status.lower().replace('_', ' ')}: {event['LogicalResourceId']}")
        if not now.is_changing and (begun or polls == _POLLS):
            return _ended(name, now, first_failure)
        time.sleep(pause)
        pause = min(pause * 1.5, SLOWEST)


def delete(aws: Aws, name: str) -> None:
    """Delete a stack, or wait until its deletion is over. Raises Stopped when it fails."""
    ask(aws.stacks, "DeleteStack", StackName=name)
    pause = aws.pause
    while (status := read_stack(aws, name).status) not in {"", "DELETE_COMPLETE"}:
        if status == "DELETE_FAILED":
            raise Stopped(f"{name} could not be deleted. Its events in CloudFormation have the reason.")
        time.sleep(pause)
        pause = min(pause * 1.5, SLOWEST)


def shortened(reason: str) -> str:
    """Return AWS's reason in one line, cut where it would quote its input, which may be an environment."""
    plain = " ".join(reason.split())
    for opening in ("String measured", "{", "value '", 'value "'):
        at = plain.lower().find(opening.lower())
        plain = plain if at < 0 else plain[:at].rstrip(" :,(") + " …"
    return plain if len(plain) <= _LONGEST_REASON else plain[:_LONGEST_REASON] + " …"


def _ended(name: str, now: Now, first_failure: str) -> Now:
    if now.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}:
        return now
    because = f"because of {first_failure}" if first_failure else "for a reason that is in its CloudFormation events"
    again = "Fix that, and run the same command again."
    if now.status in {"ROLLBACK_COMPLETE", "", "DELETE_COMPLETE"}:
        raise Stopped(f"{name} was not created, and everything was rolled back, {because}. {again}")
    if now.status == "UPDATE_ROLLBACK_COMPLETE":
        raise Stopped(f"The change of {name} was rolled back, {because}. {again}")
    raise Stopped(f"{name} is left in {now.status}, {because}. Its page in CloudFormation shows what to do. {again}")


def history(aws: Aws, name: str) -> StackHistory:
    """Return the end of a stack's history, by one read however long it is. Empty where there is no such stack."""
    try:
        latest = ask(aws.stacks, "DescribeStackEvents", StackName=name).get("StackEvents", ())
    except AwsRefused as refused:
        if refused.code != "ValidationError":  # CloudFormation's code for a missing stack
            raise
        latest = ()
    return StackHistory(frozenset(event["EventId"] for event in latest), latest[0]["Timestamp"] if latest else None)


def events(aws: Aws, name: str, *, until: set[str]) -> Iterator[dict[str, Any]]:
    """Yield events, newest first, to the first page that has one of `until`."""
    try:
        for page in pages(aws.stacks, "DescribeStackEvents", StackName=name):
            events = page.get("StackEvents", ())
            yield from events
            if any(event["EventId"] in until for event in events):
                return
    except AwsRefused as refused:
        if refused.code != "ValidationError":  # the stack is gone
            raise


def explained(what: str, refused: AwsRefused) -> Exception:
    """Return an error with CloudFormation's own words about a template or parameters, which hold no secrets."""
    if refused.code != "ValidationError":
        return refused
    return Stopped(f"{what}: {' '.join(refused.words.split())[:_LONGEST_REASON]}")
