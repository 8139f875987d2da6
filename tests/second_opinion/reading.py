"""Read a stack back through the services' own APIs, by its logical ids, so that two engines can be compared."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from tests.second_opinion.readers import READERS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    Ask = Callable[[str], Any]


def read_stack(ask: Ask, stack: str, *, kinds: Collection[str] = ()) -> dict[str, Any]:
    """Return everything of the stack as `{"BotFunction.Timeout": 10, …}`, with logical ids in place of physical ones.

    `kinds` limits what is read of each resource to these types. Every resource is named all the same.
    """
    (described,) = ask("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    listed = ask("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    there = {each["LogicalResourceId"]: each for each in listed if each.get("LogicalResourceId")}
    found: dict[str, Any] = {
        "resources": {name: each["ResourceType"] for name, each in there.items()},
        "parameters": {each["ParameterKey"]: each["ParameterValue"] for each in described["Parameters"]},
        "outputs": {each["OutputKey"]: each["OutputValue"] for each in described["Outputs"]},
    }
    for name, each in there.items():
        kind = each["ResourceType"]
        if kind in READERS and (not kinds or kind in kinds):
            found[name] = READERS[kind](ask, each["PhysicalResourceId"])
    names = {each["PhysicalResourceId"]: name for name, each in there.items() if each["ResourceType"] in _NAMED}
    queues = {url.rpartition("/")[2]: name for url, name in names.items() if "DeadLetters" in name}
    account = {ask("sts").get_caller_identity()["Account"]: "account"}
    return dict(_flat(json.loads(_anonymous(json.dumps(found, default=str), names | queues | account))))


def _anonymous(text: str, names: Mapping[str, str]) -> str:
    """Replace what an engine made up, the longest names first."""
    for physical in sorted(names, key=len, reverse=True):
        text = text.replace(json.dumps(physical)[1:-1], f"<{names[physical]}>")
    for made_up, name in _MADE_UP.items():
        text = re.sub(made_up, name, text)
    return text


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from _flat(each, f"{path}.{key}" if path else str(key))
    else:
        yield path, value


_NAMED: Final = {
    *READERS,
    *("AWS::CloudFront::CachePolicy", "AWS::CloudFront::Function", "AWS::CloudFront::OriginAccessControl"),
    *("AWS::CloudFront::ResponseHeadersPolicy", "AWS::Lambda::Alias", "AWS::Lambda::Version"),
} - {"AWS::Lambda::Url"}
"""Types whose physical ids are names of their own, and not those of another resource."""
_MADE_UP: Final = {
    r"/stream/[0-9T:.-]+Z?": "/stream/<label>",
    r"[a-z0-9]+[.]cloudfront[.]net": "<domain>",
    r"[a-z0-9]{32}[.]lambda-url": "<url>",
}
