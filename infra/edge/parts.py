"""What behaviours need beside themselves: access control, policies and functions, taken from the template by name.

Each is found by the name that the template gives it, or made. One that is there and differs is never changed: a stack,
or somebody, owns it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from infra.asking import Refused, ask
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_cloudfront import CloudFrontClient

    from infra.template import JSON

_ACCESS: Final = "AWS::CloudFront::OriginAccessControl"
_CACHE: Final = "AWS::CloudFront::CachePolicy"
_HEADERS: Final = "AWS::CloudFront::ResponseHeadersPolicy"
_FUNCTION: Final = "AWS::CloudFront::Function"
_WORDS: Final = {
    _ACCESS: "origin access control",
    _CACHE: "cache policy",
    _HEADERS: "response headers policy",
    _FUNCTION: "CloudFront Function",
}


@dataclass(frozen=True)
class Part:
    """One such resource: its type in CloudFormation, its name, and its configuration as CloudFront's API takes it."""

    kind: str
    name: str
    config: JSON
    code: str = ""

    @property
    def words(self) -> str:
        """As people read it."""
        return f"{_WORDS[self.kind]} {self.name}"


def read_part(template: JSON, resource: str, *, prefix: str) -> Part:
    """The part that the template calls `resource`, for a stack called `prefix`."""
    found = template["Resources"][resource]
    properties = _named(found["Properties"], prefix)
    if found["Type"] == _FUNCTION:
        return Part(_FUNCTION, properties["Name"], properties["FunctionConfig"], properties["FunctionCode"])
    (config,) = properties.values()
    return Part(found["Type"], config["Name"], counted(config))


def counted(value: Any) -> Any:  # noqa: ANN401  # JSON in, JSON out
    """CloudFormation's lists as CloudFront's API has them: with their number."""
    if isinstance(value, list):
        return {"Quantity": len(value), "Items": [counted(each) for each in value]}
    if isinstance(value, dict):
        if value.keys() == {"Items"}:
            return counted(value["Items"])
        return {name: counted(each) for name, each in value.items()}
    return value


def differs(wanted: Any, found: Any) -> bool:  # noqa: ANN401  # JSON
    """Whether `found` lacks something of `wanted`, or has it otherwise. What it has beside that does not matter."""
    if isinstance(wanted, dict) and "Items" in wanted:
        items = found.get("Items", []) if isinstance(found, dict) else []
        if len(items) != len(wanted["Items"]):
            return True
        return any(all(differs(each, item) for item in items) for each in wanted["Items"])
    if isinstance(wanted, dict):
        return not isinstance(found, dict) or any(differs(each, found.get(name)) for name, each in wanted.items())
    return bool(str(wanted).lower() != str(found).lower())


class Parts:
    """Finds and makes parts of one account. Everything raises Refused."""

    def __init__(self, client: CloudFrontClient) -> None:
        self._client = client

    def find(self, part: Part) -> str | None:
        """Its id, for a function its ARN; None when it must be made. Raises Stopped when another has its name."""
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

    def make(self, part: Part) -> str:
        """Makes it; its id, or ARN. A function is published at once."""
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
        """Every origin access control of the account."""
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

    def _find_function(self, part: Part) -> str | None:
        for stage in ("LIVE", "DEVELOPMENT"):
            try:
                told = ask(self._client, "DescribeFunction", Name=part.name, Stage=stage)
            except Refused as refused:
                if refused.code == "NoSuchFunctionExists":
                    continue
                raise
            code = ask(self._client, "GetFunction", Name=part.name, Stage=stage)["FunctionCode"].read().decode()
            if code.strip() != part.code.strip():
                raise _another(part)
            self._check(part, told["FunctionSummary"]["FunctionConfig"])
            return str(told["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]) if stage == "LIVE" else None
        return None

    def _make_function(self, part: Part) -> str:
        try:
            made = ask(
                self._client,
                "CreateFunction",
                Name=part.name,
                FunctionConfig=part.config,
                FunctionCode=part.code.encode(),
            )
        except Refused as refused:
            if refused.code != "FunctionAlreadyExists":  # an earlier run was interrupted before it was published
                raise
            made = ask(self._client, "DescribeFunction", Name=part.name, Stage="DEVELOPMENT")
        told = ask(self._client, "PublishFunction", Name=part.name, IfMatch=made["ETag"])
        return str(told["FunctionSummary"]["FunctionMetadata"]["FunctionARN"])

    def _check(self, part: Part, config: JSON) -> None:
        if differs({name: each for name, each in part.config.items() if name != "Comment"}, config):
            raise _another(part)


def _another(part: Part) -> Stopped:
    return Stopped(
        f"There is a {part.words} already, and it is another than infra/template.yaml has. Nothing was changed. "
        "Deploy the stack that owns it, or give --name so that new ones get other names."
    )


def _named(value: Any, prefix: str) -> Any:  # noqa: ANN401  # JSON in, JSON out
    """With `${AWS::StackName}` filled in."""
    if isinstance(value, dict):
        if value.keys() == {"Fn::Sub"}:
            return str(value["Fn::Sub"]).replace("${AWS::StackName}", prefix)
        return {name: _named(each, prefix) for name, each in value.items()}
    return [_named(each, prefix) for each in value] if isinstance(value, list) else value
