"""The outputs and parameters of a stack."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infra.asking import AwsRefused, ask
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infra.aws import Aws

STACK: Final = "ship-captain-crew"
# Links need a host before CloudFront's is known. Nobody can own one under .invalid (RFC 2606).
HOST_NOT_KNOWN: Final = "not-known-yet.invalid"


_OF_A_STACK: Final = re.compile(
    r"python -m infra (?:announce|cloudfront adopt|cost|deploy|doctor|rollback|site \w+|status|up)\b(?![^`\n]*--stack )"
)


def for_stack(text: str, stack: str) -> str:
    """Return the text with `--stack` in its commands, where the stack is not the usual one."""
    return text if stack == STACK else _OF_A_STACK.sub(lambda found: f"{found.group()} --stack {stack}", text)


@dataclass(frozen=True)
class Stack:
    """Outputs and parameters by name. A missing one is the empty text."""

    name: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]

    @property
    def public_url(self) -> str:
        """The address that people use: the host of the links, else the site under CloudFront's own name."""
        host = self.parameters.get("PublicHost", "")
        return f"https://{host}" if host not in {"", HOST_NOT_KNOWN} else self.outputs.get("SiteUrl", "")

    def output(self, key: str, *, option: str) -> str:
        """Return an output. Raises Stopped, which names the option to pass instead."""
        if value := self.outputs.get(key):
            return value
        raise Stopped(f"The stack {self.name} has no output {key}. Give {option}.")


def describe(aws: Aws, name: str) -> Stack:
    """Return the stack of that name. Raises Stopped when there is none, and AwsRefused."""
    try:
        (found,) = ask(aws.stacks, "DescribeStacks", StackName=name)["Stacks"]
    except AwsRefused as refused:
        if refused.code != "ValidationError":
            raise
        raise Stopped(f"There is no stack {name} in this account and region. Name another with --stack.") from None
    return Stack(
        name,
        {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())},
        {each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", ())},
    )


@contextmanager
def refusals_shown() -> Iterator[None]:
    """Turn AwsRefused into Stopped, with the same sentence."""
    try:
        yield
    except AwsRefused as refused:
        raise Stopped(str(refused)) from None
