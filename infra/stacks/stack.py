"""One stack of CloudFormation: what it is now, what a change set would make of it, and how that goes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from infra.asking import Refused, ask
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from infra.aws import Aws

REVIEW: Final = "REVIEW_IN_PROGRESS"  # the empty shell around the first change set
NEVER_MADE: Final = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED"})  # its creation failed; it can only be deleted
_CAPABILITIES: Final = ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")  # its roles, and the Serverless transform
_NO_CHANGES: Final = ("didn't contain changes", "no updates are to be performed")
_MOST_SAID: Final = 300  # characters of a reason
_LOOKS: Final = 8  # at a stack that gives no answer, before it is left to itself
_SLOWEST: Final = 5.0  # seconds between two looks


@dataclass(frozen=True)
class Now:
    """A stack as it is; `status` is empty where there is none."""

    status: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def stands(self) -> bool:
        """Whether there is anything that a change set would update."""
        return self.status not in {"", REVIEW, *NEVER_MADE}

    @property
    def moves(self) -> bool:
        """Whether CloudFormation is at work on it."""
        return self.status.endswith("_IN_PROGRESS") and self.status != REVIEW


@dataclass(frozen=True)
class Parameter:
    """One of the template's."""

    name: str
    default: str | None


@dataclass(frozen=True)
class Change:
    """What happens to one resource. `replaced`: `True`, `False`, or `Conditional`, which AWS knows only while at it."""

    action: str
    name: str
    kind: str
    replaced: str

    @property
    def loses(self) -> bool:
        """Whether the resource that is there now is left behind or gone afterwards."""
        return self.action == "Remove" or (self.action == "Modify" and self.replaced == "True")


@dataclass(frozen=True)
class Resource:
    """One resource of a stack that was made."""

    physical: str
    kind: str
    status: str

    @property
    def is_there(self) -> bool:
        """Whether AWS has it, as far as the stack knows."""
        return bool(self.physical) and self.status not in {"DELETE_COMPLETE", "CREATE_FAILED"}


@dataclass(frozen=True)
class Plan:
    """A change set that waits. Without changes there is none."""

    change_set: str
    stack: str
    changes: tuple[Change, ...]


def read_stack(aws: Aws, name: str) -> Now:
    """The stack of that name as it is now."""
    try:
        (found,) = ask(aws.stacks, "DescribeStacks", StackName=name)["Stacks"]
    except Refused as refused:
        if refused.code == "ValidationError":  # CloudFormation's word for a stack that is not there
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
    more: dict[str, str] = {}
    while True:
        told = ask(aws.stacks, "DescribeStacks", **more)
        for each in told["Stacks"]:
            values = {given["ParameterKey"]: given.get("ParameterValue") for given in each.get("Parameters", ())}
            if values.get(parameter) == value and each["StackStatus"] not in {REVIEW, "DELETE_COMPLETE", *NEVER_MADE}:
                found.append((each["CreationTime"], each["StackName"]))
        if not told.get("NextToken"):
            return min(found)[1] if found else ""
        more = {"NextToken": told["NextToken"]}


def read_resources(aws: Aws, name: str) -> Iterator[Resource]:
    """What the stack is made of, or what is left of it."""
    more: dict[str, str] = {}
    while True:
        told = ask(aws.stacks, "ListStackResources", StackName=name, **more)
        for each in told["StackResourceSummaries"]:
            yield Resource(each.get("PhysicalResourceId", ""), each["ResourceType"], each["ResourceStatus"])
        if not told.get("NextToken"):
            return
        more = {"NextToken": told["NextToken"]}


def read_parameters(aws: Aws, template_url: str) -> dict[str, Parameter]:
    """What the template asks for. Raises Stopped when CloudFormation cannot read it."""
    try:
        summary = ask(aws.stacks, "GetTemplateSummary", TemplateURL=template_url)
    except Refused as refused:
        raise _explained("CloudFormation cannot read the template", refused) from None
    declared = (Parameter(each["ParameterKey"], each.get("DefaultValue")) for each in summary.get("Parameters", ()))
    return {parameter.name: parameter for parameter in declared}


def plan(aws: Aws, name: str, *, template_url: str, parameters: list[dict[str, Any]], new: bool) -> Plan:
    """What CloudFormation would do. Raises Stopped when it would not, with its reason."""
    called = f"up-{time.time_ns():x}"
    try:
        made = ask(
            aws.stacks,
            "CreateChangeSet",
            StackName=name,
            ChangeSetName=called,
            ChangeSetType="CREATE" if new else "UPDATE",
            TemplateURL=template_url,
            Parameters=parameters,
            Capabilities=_CAPABILITIES,
            Tags=[{"Key": "project", "Value": "ship-captain-crew"}],
        )
    except Refused as refused:
        raise _explained("CloudFormation does not take this", refused) from None
    whole = Plan(made["Id"], name, ())
    status, why = _await_change_set(aws, whole)
    if status != "FAILED":
        return Plan(whole.change_set, name, tuple(_changes(aws, whole)))
    discard(aws, whole)
    if any(words in why.lower() for words in _NO_CHANGES):
        return whole
    raise Stopped(f"CloudFormation would not do this: {said(why)}")


def discard(aws: Aws, unwanted: Plan) -> None:
    """Takes the change set away, and with it the empty shell of a stack that was never made."""
    ask(aws.stacks, "DeleteChangeSet", ChangeSetName=unwanted.change_set)
    if read_stack(aws, unwanted.stack).status == REVIEW:
        ask(aws.stacks, "DeleteStack", StackName=unwanted.stack)


def carry_out(aws: Aws, agreed: Plan, tell: Callable[[str], None]) -> Now:
    """Does it and follows it to its end. Raises Stopped when it fails, with the first reason that AWS gave."""
    before = {event["EventId"] for event in _events(aws, agreed.stack)}
    # What this very change makes goes with it when it fails, also what is else retained: kept log groups and tables
    # would stand in the way of the next try.
    ask(aws.stacks, "ExecuteChangeSet", ChangeSetName=agreed.change_set, RetainExceptOnCreate=True)
    return follow(aws, agreed.stack, tell, seen=before)


def follow(aws: Aws, name: str, tell: Callable[[str], None], *, seen: set[str] | None = None) -> Now:
    """Follows what goes on until it is over, telling of each resource. `seen` are events that were before."""
    begun = seen is None  # else the first look may still see what was before
    seen = {event["EventId"] for event in _events(aws, name)} if seen is None else seen
    first_failure, pause, lost, looks = "", aws.pause, 0, 0
    while True:
        try:
            now = read_stack(aws, name)  # before the events: what came before its end is then among them
            news = [event for event in _events(aws, name, until=seen) if event["EventId"] not in seen]
        except Refused as refused:
            lost += 1
            if not refused.lost or lost == _LOOKS:
                raise Stopped(
                    f"{refused} CloudFormation goes on by itself; run the same command to follow it."
                ) from None
            time.sleep(pause)
            continue
        lost, looks, begun = 0, looks + 1, begun or bool(news)
        for event in reversed(news):
            seen.add(event["EventId"])
            status, why = event["ResourceStatus"], event.get("ResourceStatusReason", "")
            if status.endswith("_FAILED") and not first_failure and "cancelled" not in why.lower():
                first_failure = f"{event['LogicalResourceId']}: {said(why)}"
            if not status.endswith("_IN_PROGRESS"):
                tell(f"  {status.lower().replace('_', ' ')}: {event['LogicalResourceId']}")
        if not now.moves and (begun or looks == _LOOKS):
            return _ended(name, now, first_failure)
        time.sleep(pause)
        pause = min(pause * 1.5, _SLOWEST)


def delete(aws: Aws, name: str) -> None:
    """Takes away what is left of a stack, or waits until somebody else's deletion is over. Raises Stopped."""
    ask(aws.stacks, "DeleteStack", StackName=name)
    pause = aws.pause
    while (status := read_stack(aws, name).status) not in {"", "DELETE_COMPLETE"}:
        if status == "DELETE_FAILED":
            raise Stopped(f"What is left of {name} could not be deleted. Its events in CloudFormation say why.")
        time.sleep(pause)
        pause = min(pause * 1.5, _SLOWEST)


def said(reason: str) -> str:
    """AWS's reason in one line, cut where it would begin to quote what it was sent: that may be an environment."""
    plain = " ".join(reason.split())
    for opening in ("String measured", "{", "value '", 'value "'):
        at = plain.lower().find(opening.lower())
        plain = plain if at < 0 else plain[:at].rstrip(" :,(") + " …"
    return plain if len(plain) <= _MOST_SAID else plain[:_MOST_SAID] + " …"


def _ended(name: str, now: Now, first_failure: str) -> Now:
    if now.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        return now
    because = f"because of {first_failure}" if first_failure else "for a reason that its events in CloudFormation tell"
    again = "Mend that, and run the same command again."
    if now.status in {"ROLLBACK_COMPLETE", "", "DELETE_COMPLETE"}:
        raise Stopped(f"{name} was not made, and all was taken back, {because}. {again}")
    if now.status == "UPDATE_ROLLBACK_COMPLETE":
        raise Stopped(f"{name} was changed back to what it was, {because}. {again}")
    raise Stopped(f"{name} is left in {now.status}, {because}. Its page in CloudFormation says what it needs. {again}")


def _await_change_set(aws: Aws, made: Plan) -> tuple[str, str]:
    pause = aws.pause
    while True:
        told = ask(aws.stacks, "DescribeChangeSet", ChangeSetName=made.change_set)
        if told["Status"] in {"CREATE_COMPLETE", "FAILED"}:
            return told["Status"], told.get("StatusReason", "")
        time.sleep(pause)
        pause = min(pause * 1.5, _SLOWEST)


def _changes(aws: Aws, made: Plan) -> Iterator[Change]:
    more: dict[str, str] = {}
    while True:
        told = ask(aws.stacks, "DescribeChangeSet", ChangeSetName=made.change_set, **more)
        for each in told.get("Changes", ()):
            change = each["ResourceChange"]
            yield Change(
                change["Action"],
                change["LogicalResourceId"],
                change["ResourceType"],
                change.get("Replacement", "False"),
            )
        if not told.get("NextToken"):
            return
        more = {"NextToken": told["NextToken"]}


def _events(aws: Aws, name: str, *, until: set[str] = frozenset()) -> Iterator[dict[str, Any]]:  # type: ignore[assignment]
    """Newest first, to the first page that has one of `until`."""
    more: dict[str, str] = {}
    while True:
        try:
            told = ask(aws.stacks, "DescribeStackEvents", StackName=name, **more)
        except Refused as refused:
            if refused.code == "ValidationError":  # the stack is gone
                return
            raise
        events = told.get("StackEvents", ())
        yield from events
        if not told.get("NextToken") or any(event["EventId"] in until for event in events):
            return
        more = {"NextToken": told["NextToken"]}


def _explained(what: str, refused: Refused) -> Exception:
    """With CloudFormation's own words where a template or parameters are not right: none of these is secret."""
    if refused.code != "ValidationError":
        return refused
    return Stopped(f"{what}: {' '.join(refused.words.split())[:_MOST_SAID]}")
