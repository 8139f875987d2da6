"""The stacks of this product in an account, and the secret of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infra.asking import pages
from infra.deploying.targets import function_names
from infra.outputs import Stack
from infra.stacks import credentials
from infra.stacks.anothers import is_ours
from infra.stacks.stack import NEVER_MADE, REVIEW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.aws import Aws
    from infra.stacks.credentials import HeldCredentials
    from infra.survey.looking import Looking

_SHOWN: Final = ("PublicHost", "CertificateArn", "EventsTableName", "UseGmail", "OpsChannel")


@dataclass(frozen=True)
class Ours:
    """One stack and its state."""

    stack: Stack
    status: str

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of its functions."""
        return function_names(self.stack.outputs)

    @property
    def secret(self) -> str:
        """The name of its secret."""
        return self.stack.parameters.get("CredentialsName", self.stack.name)

    def lines(self) -> Iterator[str]:
        """Yield the stack in words."""
        outputs, parameters = self.stack.outputs, self.stack.parameters
        yield f"{self.stack.name}: {self.status}, people use {self.stack.public_url or 'nothing yet'}"
        table = outputs.get("EventsTableName", "none yet")
        yield f"  table {table}, distribution {outputs.get('DistributionId', 'none yet')}"
        settings = [f"{name}={parameters[name]}" for name in _SHOWN if parameters.get(name)]
        yield f"  {', '.join(settings) or 'no settings of its own'}"


def read_stacks(aws: Aws, looking: Looking) -> list[Ours]:
    """Return the stacks that were made of this product's template."""

    def listed() -> list[Ours]:
        found = []
        for page in pages(aws.stacks, "DescribeStacks"):
            for each in page["Stacks"]:
                parameters = {one["ParameterKey"]: one.get("ParameterValue", "") for one in each.get("Parameters", ())}
                gone = each["StackStatus"] in {REVIEW, "DELETE_COMPLETE", *NEVER_MADE}
                if gone or not is_ours(parameters):
                    continue
                outputs = {one["OutputKey"]: one["OutputValue"] for one in each.get("Outputs", ())}
                found.append(Ours(Stack(each["StackName"], outputs, parameters), each["StackStatus"]))
        return found

    return looking.several("the stacks", listed)


def read_secret(aws: Aws, looking: Looking, name: str) -> HeldCredentials | None:
    """Return the secret of that name; None where it may not be read."""
    return looking.at(f"the secret {name}", lambda: credentials.read(aws, name), None)


def secret_in_words(held: HeldCredentials | None) -> str:
    """Return which credentials a secret has, by name."""
    if held is None:
        return "not seen"
    if held.values is None:
        return f"{held.name}: not there"
    known = (*credentials.SLACK, *credentials.GMAIL)
    has = [key for key in known if held.values.get(key)]
    lacks = [key for key in known if key not in has]
    return f"{held.name}: has {', '.join(has) or 'none'}" + (f"; lacks {', '.join(lacks)}" if lacks else "")
