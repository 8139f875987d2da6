"""Change sets: what CloudFormation would do, and then does. None is left behind, also by a run that was interrupted."""

from __future__ import annotations

import re
import time
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

from infra.asking import AwsRefused, ask, pages
from infra.stacks import stack
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from infra.aws import Aws

_CAPABILITIES: Final = ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")  # its roles, and the Serverless transform
_NO_CHANGES: Final = ("didn't contain changes", "no updates are to be performed")
_TAGS: Final = [{"Key": "project", "Value": "ship-captain-crew"}]
_NAME: Final = "up-"  # how the name of each of ours begins
_OURS: Final = re.compile(r"up-[0-9a-f]{12,}")
_DONE: Final = frozenset({"EXECUTE_IN_PROGRESS", "EXECUTE_COMPLETE"})


@dataclass(frozen=True)
class ResourceChange:
    """The change of one resource. `replaced`: `True`, `False`, or `Conditional` when AWS cannot know in advance."""

    action: str
    name: str
    kind: str
    replaced: str

    @property
    def loses(self) -> bool:
        """True if the present resource is removed or replaced."""
        return self.action == "Remove" or (self.action == "Modify" and self.replaced == "True")


@dataclass(frozen=True)
class ChangeSet:
    """A change set that is ready. Without changes there is none."""

    change_set: str
    stack: str
    changes: tuple[ResourceChange, ...]
    called: str = ""


def plan(  # noqa: PLR0913  # what CloudFormation asks for
    aws: Aws,
    name: str,
    *,
    template_url: str,
    parameters: list[dict[str, Any]],
    new: bool,
    imports: Sequence[Mapping[str, Any]] = (),
) -> ChangeSet:
    """Create a change set; with `imports`, one that takes these resources over and does nothing else.

    Raises Stopped when CloudFormation refuses, with its reason. Then, and after an interruption, none is left.
    """
    kind: dict[str, Any] = {"ChangeSetType": "CREATE" if new else "UPDATE", "Tags": _TAGS}
    if imports:
        kind = {"ChangeSetType": "IMPORT", "ResourcesToImport": imports}  # AWS allows it no tags
    ready = ChangeSet("", name, (), f"{_NAME}{time.time_ns():x}")
    try:
        ready = _made(aws, ready, {"TemplateURL": template_url, "Parameters": parameters, **kind})
        status, why = _await_change_set(aws, ready)
        if status != "FAILED":
            return replace(ready, changes=tuple(_changes(aws, ready)))
    except BaseException as failure:
        if not isinstance(failure, Stopped):  # then there is none
            with suppress(AwsRefused):
                _discard(aws, ready)
        raise
    _discard(aws, ready)
    if any(words in why.lower() for words in _NO_CHANGES):
        return ready
    raise Stopped(f"CloudFormation cannot do this: {stack.shortened(why)}")


def _made(aws: Aws, ready: ChangeSet, request: Mapping[str, Any]) -> ChangeSet:
    try:
        answer = ask(
            aws.stacks,
            "CreateChangeSet",
            StackName=ready.stack,
            ChangeSetName=ready.called,
            Capabilities=_CAPABILITIES,
            **request,
        )
    except AwsRefused as refused:
        raise stack.explained("CloudFormation refuses this", refused) from None
    return replace(ready, change_set=answer["Id"])


class Pending:
    """A change set that waits for a decision. When the block ends and it was not carried out, it is deleted."""

    def __init__(self, aws: Aws, ready: ChangeSet) -> None:
        self._aws, self._ready, self._is_begun = aws, ready, False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, failure: BaseException | None, _traceback: object) -> None:
        if self._is_begun:
            return
        with suppress(AwsRefused) if failure else nullcontext():
            _discard(self._aws, self._ready)

    def carry_out(self, report: Callable[[str], None], *, retain: bool = False) -> stack.Now:
        """Execute the change set and follow it to its end. Raises Stopped when it fails, with AWS's first reason.

        When the change fails, new resources are deleted even if they are otherwise retained, because log groups and
        tables would block the next try. With `retain`, nothing is.
        """
        aws, ready = self._aws, self._ready
        before = stack.history(aws, ready.stack)
        self._is_begun = True
        new = {} if retain else {"RetainExceptOnCreate": True}
        try:
            ask(aws.stacks, "ExecuteChangeSet", ChangeSetName=ready.change_set, **new)
        except AwsRefused as refused:
            self._is_begun = refused.lost
            raise
        return stack.follow(aws, ready.stack, report, before=before)


def remove_left(aws: Aws, now: stack.Now, name: str) -> int:
    """Delete the change sets that interrupted runs left at the stack, and return how many."""
    if not now.status or now.status == "DELETE_COMPLETE":
        return 0
    found = [each for page in pages(aws.stacks, "ListChangeSets", StackName=name) for each in page.get("Summaries", ())]
    left = [
        each["ChangeSetId"]
        for each in found
        if _OURS.fullmatch(each["ChangeSetName"]) and each.get("ExecutionStatus") not in _DONE
    ]
    for change_set in left:
        ask(aws.stacks, "DeleteChangeSet", ChangeSetName=change_set)
    return len(left)


def _discard(aws: Aws, unwanted: ChangeSet) -> None:
    """Delete the change set, and the empty stack around the first one."""
    named = {"ChangeSetName": unwanted.change_set}
    if not unwanted.change_set:  # the answer that names it was lost
        named = {"ChangeSetName": unwanted.called, "StackName": unwanted.stack}
    ask(aws.stacks, "DeleteChangeSet", **named)
    if stack.read_stack(aws, unwanted.stack).status == stack.REVIEW:
        ask(aws.stacks, "DeleteStack", StackName=unwanted.stack)


def _await_change_set(aws: Aws, made: ChangeSet) -> tuple[str, str]:
    pause = aws.pause
    while True:
        answer = ask(aws.stacks, "DescribeChangeSet", ChangeSetName=made.change_set)
        if answer["Status"] in {"CREATE_COMPLETE", "FAILED"}:
            return answer["Status"], answer.get("StatusReason", "")
        time.sleep(pause)
        pause = min(pause * 1.5, stack.SLOWEST)


def _changes(aws: Aws, made: ChangeSet) -> Iterator[ResourceChange]:
    for page in pages(aws.stacks, "DescribeChangeSet", ChangeSetName=made.change_set):
        for each in page.get("Changes", ()):
            named = each["ResourceChange"]
            replaced = named.get("Replacement", "False")
            yield ResourceChange(named["Action"], named["LogicalResourceId"], named["ResourceType"], replaced)
