"""The resources that behaviours need: access controls, policies and functions, from the template.

Each is found by its name in the template, or created. An existing one that differs is never changed, because a stack or
a person owns it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from infra.asking import AwsRefused, ask
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_cloudfront import CloudFrontClient

    from infra.template import JSON

_ACCESS: Final = "AWS::CloudFront::OriginAccessControl"
_CACHE: Final = "AWS::CloudFront::CachePolicy"
_HEADERS: Final = "AWS::CloudFront::ResponseHeadersPolicy"
FUNCTION: Final = "AWS::CloudFront::Function"
_WORDS: Final = {
    _ACCESS: "origin access control",
    _CACHE: "cache policy",
    _HEADERS: "response headers policy",
    FUNCTION: "CloudFront Function",
}


@dataclass(frozen=True)
class EdgeResource:
    """One resource: its CloudFormation type, its name, and its configuration for CloudFront's API."""

    kind: str
    name: str
    config: JSON
    code: str = ""

    @property
    def words(self) -> str:
        """The kind and name, for people."""
        return f"{_WORDS[self.kind]} {self.name}"


def read_part(template: JSON, resource: str, *, prefix: str) -> EdgeResource:
    """Return the template's `resource`, for a stack called `prefix`."""
    found = template["Resources"][resource]
    properties = _named(found["Properties"], prefix)
    if found["Type"] == FUNCTION:
        return EdgeResource(FUNCTION, properties["Name"], properties["FunctionConfig"], properties["FunctionCode"])
    (config,) = properties.values()
    return EdgeResource(found["Type"], config["Name"], counted(config))


def counted(value: Any) -> Any:  # noqa: ANN401  # JSON in, JSON out
    """Turn CloudFormation's lists into those of CloudFront's API, which carry their length."""
    if isinstance(value, list):
        return {"Quantity": len(value), "Items": [counted(each) for each in value]}
    if isinstance(value, dict):
        if value.keys() == {"Items"}:
            return counted(value["Items"])
        return {name: counted(each) for name, each in value.items()}
    return value


def differs(wanted: Any, found: Any) -> bool:  # noqa: ANN401  # JSON
    """Return True if `found` lacks a part of `wanted` or has another value. Additional parts do not matter."""
    if isinstance(wanted, dict) and "Items" in wanted:
        items = found.get("Items", []) if isinstance(found, dict) else []
        if len(items) != len(wanted["Items"]):
            return True
        return any(all(differs(each, item) for item in items) for each in wanted["Items"])
    if isinstance(wanted, dict):
        return not isinstance(found, dict) or any(differs(each, found.get(name)) for name, each in wanted.items())
    return bool(str(wanted).lower() != str(found).lower())


class Parts:
    """Find and create the parts of one account. Every method raises AwsRefused."""

    def __init__(self, client: CloudFrontClient) -> None:
        self._client = client

    def find(self, part: EdgeResource) -> str | None:
        """Return the part's id, or a function's ARN; None if there is none. Raises Stopped if another has its name."""
        match part.kind:
            case "AWS::CloudFront::Function":
                return self._find_function(part)
            case "AWS::CloudFront::OriginAccessControl":
                listed = [(each["Id"], each) for each in self.access_controls()]
            case "AWS::CloudFront::CachePolicy":
                listed = self._policies("ListCachePolicies", "CachePolicy")
            case _:
                listed = self._policies("ListResponseHeadersPolicies", "ResponseHeadersPolicy")
        for part_id, config in listed:
            if config["Name"] == part.name:
                self._check(part, config)
                return str(part_id)
        return None

    def make(self, part: EdgeResource) -> str:
        """Create the part, and return its id or ARN. A function is published at once."""
        match part.kind:
            case "AWS::CloudFront::Function":
                return self._make_function(part)
            case "AWS::CloudFront::OriginAccessControl":
                name = "OriginAccessControl"
            case "AWS::CloudFront::CachePolicy":
                name = "CachePolicy"
            case _:
                name = "ResponseHeadersPolicy"
        made = ask(self._client, f"Create{name}", **{f"{name}Config": part.config})
        return str(made[name]["Id"])

    def access_controls(self) -> Iterator[JSON]:
        """Yield every origin access control of the account."""
        yield from self._pages("ListOriginAccessControls", "OriginAccessControlList")

    def _policies(self, operation: str, name: str) -> list[tuple[str, JSON]]:
        listed = self._pages(operation, f"{name}List", Type="custom")
        return [(each[name]["Id"], each[name][f"{name}Config"]) for each in listed]

    def _pages(self, operation: str, name: str, **arguments: str) -> Iterator[JSON]:
        more: dict[str, str] = {}
        while True:
            page = ask(self._client, operation, **arguments, **more)[name]
            yield from page.get("Items", ())
            if not page.get("NextMarker"):
                return
            more = {"Marker": page["NextMarker"]}

    def _find_function(self, part: EdgeResource) -> str | None:
        for stage in ("LIVE", "DEVELOPMENT"):
            try:
                answer = ask(self._client, "DescribeFunction", Name=part.name, Stage=stage)
            except AwsRefused as refused:
                if refused.code == "NoSuchFunctionExists":
                    continue
                raise
            code = ask(self._client, "GetFunction", Name=part.name, Stage=stage)["FunctionCode"].read().decode()
            if code.strip() != part.code.strip():
                raise _another(part)
            self._check(part, answer["FunctionSummary"]["FunctionConfig"])
            return str(answer["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]) if stage == "LIVE" else None
        return None

    def _make_function(self, part: EdgeResource) -> str:
        try:
            made = ask(
                self._client,
                "CreateFunction",
                Name=part.name,
                FunctionConfig=part.config,
                FunctionCode=part.code.encode(),
            )
        except AwsRefused as refused:
            if refused.code != "FunctionAlreadyExists":  # an earlier run was interrupted before it was published
                raise
            made = ask(self._client, "DescribeFunction", Name=part.name, Stage="DEVELOPMENT")
        answer = ask(self._client, "PublishFunction", Name=part.name, IfMatch=made["ETag"])
        return str(answer["FunctionSummary"]["FunctionMetadata"]["FunctionARN"])

    def _check(self, part: EdgeResource, config: JSON) -> None:
        if differs({name: each for name, each in part.config.items() if name != "Comment"}, config):
            raise _another(part)


def _another(part: EdgeResource) -> Stopped:
    return Stopped(
        f"The {part.words} exists already and differs from infra/template.yaml. Nothing was changed. "
        "Deploy the stack that owns it, or pass --name so that new ones get other names."
    )


def _named(value: Any, prefix: str) -> Any:  # noqa: ANN401  # JSON in, JSON out
    """Return the value with `${AWS::StackName}` filled in."""
    if isinstance(value, dict):
        if value.keys() == {"Fn::Sub"}:
            return str(value["Fn::Sub"]).replace("${AWS::StackName}", prefix)
        return {name: _named(each, prefix) for name, each in value.items()}
    return [_named(each, prefix) for each in value] if isinstance(value, list) else value
