"""Read the grants of each role from infra/template.yaml, and evaluate calls by the small part of IAM that it uses."""

from __future__ import annotations

import fnmatch
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from devkit.edge import read_template
from tests.rights.calls import LETTERS, Call

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROLES: Final = ("BotRole", "WebRole", "AnnounceRole", "MailRole")
_QUEUES: Final = {"AnnounceDeadLetters": LETTERS, "MailDeadLetters": LETTERS}


@dataclass(frozen=True)
class Grant:
    """One action on one resource that a statement allows under its conditions."""

    role: str
    sid: str
    action: str
    resource: str
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """Operator, key and values of each condition."""

    def allows(self, call: Call) -> bool:
        """Return whether the grant allows the call."""
        keys = dict(call.keys)
        return (
            self.action == call.action
            and fnmatch.fnmatchcase(call.resource, self.resource)
            and all(_holds(operator, keys.get(key, ()), values) for operator, key, values in self.conditions)
        )

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.role} {self.sid}: {self.action} on {self.resource}"


def _holds(operator: str, given: Sequence[str], values: Sequence[str]) -> bool:
    """Return whether a condition holds. Raises KeyError for an operator that the template does not use."""

    def like(each: str) -> bool:
        return any(fnmatch.fnmatchcase(each, value) for value in values)

    return {
        "StringEquals": lambda: len(given) == 1 and given[0] in values,
        "ForAllValues:StringEquals": lambda: all(each in values for each in given),
        "ForAllValues:StringLike": lambda: all(map(like, given)),
        "ForAllValues:StringNotLike": lambda: not any(map(like, given)),
        "ForAnyValue:StringEquals": lambda: any(each in values for each in given),
    }[operator]()


@cache
def grants() -> tuple[Grant, ...]:
    """Return all that the functions' roles are granted."""
    resources: dict[str, Any] = read_template()["Resources"]
    documents = [
        (name, policy["PolicyDocument"]) for name in ROLES for policy in resources[name]["Properties"]["Policies"]
    ]
    for policy in (each["Properties"] for each in resources.values() if each["Type"] == "AWS::IAM::Policy"):
        documents += [(role["Ref"], policy["PolicyDocument"]) for role in policy["Roles"]]
    return tuple(grant for role, document in documents for each in document["Statement"] for grant in _of(role, each))


def _of(role: str, statement: Mapping[str, Any]) -> Iterator[Grant]:
    assert statement.keys() <= {"Sid", "Effect", "Action", "Resource", "Condition"}
    assert statement["Effect"] == "Allow", "the evaluator knows no Deny"
    conditions = tuple(
        (operator, key, tuple(_text(each) for each in _listed(values)))
        for operator, of in statement.get("Condition", {}).items()
        for key, values in of.items()
    )
    for action in _listed(statement["Action"]):
        for resource in _listed(statement["Resource"]):
            yield Grant(role, statement["Sid"], action, _resource(resource), conditions)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return str(value["Ref"]) if isinstance(value, dict) else str(value)


def _resource(value: Any) -> str:
    """Return the resource of a statement by the name that it has in the template."""
    match value:
        case {"Fn::If": [_, _, other]}:
            return _resource(other)
        case {"Fn::GetAtt": [name, "Arn"]} | {"Fn::GetAtt": [name, *_]}:
            return _QUEUES.get(str(name), str(name))
        case {"Fn::Sub": str(text)}:
            text = re.sub(r"\$\{(\w+)\.Arn\}", r"\1", text)
            text = re.sub(r"^arn:.*:function:\$\{AWS::StackName\}-\w+:", "function:itself:", text)
            return str(re.sub(r"^arn:.*:(identity|configuration-set)/\*$", r"\1", text))
    raise ValueError(json.dumps(value))


def allowed(roles: Sequence[str], call: Call) -> list[Grant]:
    """Return the grants of these roles that allow the call."""
    return [each for each in grants() if each.role in roles and each.allows(call)]
