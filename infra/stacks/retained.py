"""Find what a deleted stack left, which its template retains, and the template that imports it into a new stack.

CloudFormation cannot create what is there already, so a new stack over the old log groups would fail; and a new table
beside the old one would begin with empty books. An import takes all of it over, and nothing is deleted or changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infra.asking import AwsRefused, ask, pages
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from infra.aws import Aws
    from infra.template import JSON
    from terminal.console import Console

_TABLE, _BUCKET, LOGS = "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Logs::LogGroup"
_NAME: Final = {_TABLE: "TableName", _BUCKET: "BucketName", LOGS: "LogGroupName"}
"""The property, and identifier, of each kind that can be taken over."""
_SUFFIX: Final = r"[A-Za-z0-9]{6,20}"  # CloudFormation's own end of a name that the template does not give


@dataclass(frozen=True)
class Left:
    """One resource that is there, and its name in the template."""

    logical: str
    kind: str
    name: str

    @property
    def request(self) -> JSON:
        """The entry of the import that CloudFormation is asked for."""
        return {
            "ResourceType": self.kind,
            "LogicalResourceId": self.logical,
            "ResourceIdentifier": {_NAME[self.kind]: self.name},
        }


def find_left(aws: Aws, console: Console, template: JSON, stack: str, values: Mapping[str, str]) -> list[Left]:
    """Return what the template would retain and is there already, by the names that this stack gives.

    Tables and buckets that are empty are passed over. Raises Stopped where several tables hold rows, since a person
    must choose, and AwsRefused. What may not be listed is named.
    """
    found: list[Left] = []
    for kind, look in {_TABLE: _tables, _BUCKET: _buckets, LOGS: _log_groups}.items():
        wanted = {
            logical: resource
            for logical, resource in template.get("Resources", {}).items()
            if resource.get("Type") == kind
            and resource.get("DeletionPolicy") == "Retain"
            and is_wanted(template, resource, values)
        }
        if not wanted:
            continue
        try:
            found += look(aws, console, wanted, stack)
        except AwsRefused as refused:
            if not refused.code.startswith("AccessDenied"):
                raise
            console.warn(f"{refused} So it is not known whether an earlier stack {stack} left something.")
    return found


def importing(template: JSON, left: list[Left]) -> JSON:
    """Return a template of these resources alone: an import may create nothing beside them."""
    kept = {key: value for key, value in template.items() if key not in {"Transform", "Outputs", "Resources"}}
    return {**kept, "Resources": {each.logical: template["Resources"][each.logical] for each in left}}


def joining(present: JSON, template: JSON, left: list[Left]) -> JSON:
    """Return the stack's present template with these resources, whatever their condition, and nothing else changed."""
    bare = {
        each.logical: {key: value for key, value in template["Resources"][each.logical].items() if key != "Condition"}
        for each in left
    }
    return {**present, "Resources": {**present["Resources"], **bare}}


def is_wanted(template: JSON, resource: JSON, values: Mapping[str, str]) -> bool:
    """Return True if the template has the resource with these parameters."""
    return "Condition" not in resource or _holds(template, {"Condition": resource["Condition"]}, values)


def _tables(aws: Aws, _console: Console, wanted: Mapping[str, JSON], stack: str) -> Iterator[Left]:
    token = ("LastEvaluatedTableName", "ExclusiveStartTableName")
    names = [name for page in pages(aws.tables, "ListTables", token=token) for name in page["TableNames"]]
    for logical, resource in wanted.items():
        own = _given(resource, _TABLE, stack)
        there = [
            name
            for name in (names if own is None else [])
            if re.fullmatch(f"{re.escape(stack)}-{logical}-{_SUFFIX}", name)
            and ask(aws.tables, "Scan", TableName=name, Limit=1)["Items"]
        ]
        if len(there) > 1:
            raise Stopped(
                f"Earlier stacks left several tables with rows: {', '.join(there)}. Nothing was changed. Choose one: "
                f"--parameter EventsTableName={there[0]}, after: python -m infra table {there[0]}"
            )
        yield from (Left(logical, _TABLE, name) for name in there)


def _buckets(aws: Aws, console: Console, wanted: Mapping[str, JSON], stack: str) -> Iterator[Left]:
    names = [each["Name"] for each in ask(aws.buckets, "ListBuckets")["Buckets"]]
    for logical, resource in wanted.items():
        own = _given(resource, _BUCKET, stack)
        there = [
            name
            for name in (names if own is None else [])
            if re.fullmatch(f"{re.escape(f'{stack}-{logical}'.lower())}-{_SUFFIX}", name)
            and ask(aws.buckets, "ListObjectsV2", Bucket=name, MaxKeys=1).get("KeyCount")
        ]
        if len(there) > 1:
            console.warn(
                f"Earlier stacks left several buckets: {', '.join(there)}. None is taken over, and all stay. Copy what "
                f"you need into the new one afterwards: aws s3 sync s3://{there[0]} s3://…"
            )
            continue
        yield from (Left(logical, _BUCKET, name) for name in there)


def _log_groups(aws: Aws, _console: Console, wanted: Mapping[str, JSON], stack: str) -> Iterator[Left]:
    token = ("nextToken", "nextToken")
    for logical, resource in wanted.items():
        name = _given(resource, LOGS, stack)
        if not name:
            continue
        listed = pages(aws.logs, "DescribeLogGroups", token=token, logGroupNamePrefix=name)
        if any(each["logGroupName"] == name for page in listed for each in page["logGroups"]):
            yield Left(logical, LOGS, name)


def _given(resource: JSON, kind: str, stack: str) -> str | None:
    """Return the name that the template gives; None where CloudFormation makes one up, empty where it is not known."""
    named = (resource.get("Properties") or {}).get(_NAME[kind])
    if isinstance(named, dict) and list(named) == ["Fn::Sub"] and isinstance(named["Fn::Sub"], str):
        named = named["Fn::Sub"].replace("${AWS::StackName}", stack)
    if isinstance(named, dict) and list(named) == ["Fn::If"] and named["Fn::If"][2] == {"Ref": "AWS::NoValue"}:
        return None  # a table of the operator's own is named by a parameter, and is then not the stack's
    return named if named is None or (isinstance(named, str) and "${" not in named) else ""


def _holds(template: JSON, condition: JSON, values: Mapping[str, str]) -> bool:
    """Return the value of a condition with these parameters."""
    ((function, about),) = condition.items()
    if function == "Condition":
        return _holds(template, template["Conditions"][about], values)
    if function == "Fn::Equals":
        one, other = (values.get(each["Ref"], "") if isinstance(each, dict) else each for each in about)
        return str(one) == str(other)
    parts = [_holds(template, each, values) for each in about]
    decide: dict[str, Callable[[list[bool]], bool]] = {"Fn::And": all, "Fn::Or": any}
    return not parts[0] if function == "Fn::Not" else decide[function](parts)
