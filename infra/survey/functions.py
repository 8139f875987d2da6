"""The functions of an account: which are this product's, and which belong to an older system. Names, no values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from infra.asking import pages
from infra.deploying.environment import GMAIL
from infra.deploying.ours import why_another

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from infra.aws import Aws
    from infra.survey.looking import Looking

LATEST: Final = "$LATEST"


@dataclass(frozen=True)
class SurveyedFunction:
    """One function. Its environment's values are used to recognise it, and are in no text."""

    config: Mapping[str, Any] = field(repr=False)
    stack: str = ""
    """The stack of ours that has it; empty for another's."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    urls: Mapping[str, str] = field(default_factory=dict)
    """The host of each function URL, by the alias that it serves."""

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.config["FunctionName"])

    @property
    def variables(self) -> dict[str, str]:
        """Its environment, with its values."""
        return dict((self.config.get("Environment") or {}).get("Variables") or {})

    @property
    def gmail(self) -> tuple[str, ...]:
        """The names of Gmail's credentials that it has."""
        return tuple(name for name in GMAIL if self.variables.get(name, "").strip())

    def uses(self, names: Collection[str]) -> bool:
        """Return True if a variable has one of those values, such as a table's name."""
        return any(value in names for value in self.variables.values())

    def lines(self) -> Iterator[str]:
        """Yield the function in words."""
        config = self.config
        whose = f"of the stack {self.stack}" if self.stack else "an older system's, or another product's"
        if not self.stack and not why_another(str(config.get("Handler", "")), self.variables):
            whose = "looks like this product's, but no stack has it"
        yield f"{self.name}: {whose}"
        runtime = config.get("Runtime", "a container image")
        yield f"  {config.get('Handler', 'no handler')} on {runtime}, last modified {str(config['LastModified'])[:19]}"
        serving = ", ".join(f"{alias} → version {version}" for alias, version in sorted(self.aliases.items()))
        yield f"  serves {serving or '$LATEST alone: no alias'}"
        for qualifier, host in sorted(self.urls.items()):
            yield f"  URL of {qualifier}: {host}"
        names = ", ".join(sorted(self.variables)) or "none"
        unread = (config.get("Environment") or {}).get("Error")
        yield "  variables cannot be read: get kms:Decrypt for its key" if unread else f"  variables: {names}"


def read_functions(aws: Aws, looking: Looking, ours: Mapping[str, str]) -> list[SurveyedFunction]:
    """Return every function of the region. `ours` has the stack of each of our functions by name."""

    def listed() -> list[dict[str, Any]]:
        token = ("NextMarker", "Marker")
        return [each for page in pages(aws.functions, "ListFunctions", token=token) for each in page["Functions"]]

    found = looking.several("the functions", listed)
    return [SurveyedFunction(config, ours.get(config["FunctionName"], "")) for config in found]


def with_callers(aws: Aws, looking: Looking, function: SurveyedFunction) -> SurveyedFunction:
    """Return the function with its aliases and its URLs."""
    name, client = function.name, aws.functions

    def aliases() -> dict[str, str]:
        token = ("NextMarker", "Marker")
        listed = pages(client, "ListAliases", token=token, FunctionName=name)
        return {each["Name"]: each["FunctionVersion"] for page in listed for each in page["Aliases"]}

    def urls() -> dict[str, str]:
        token = ("NextMarker", "Marker")
        listed = pages(client, "ListFunctionUrlConfigs", token=token, FunctionName=name)
        found = [each for page in listed for each in page["FunctionUrlConfigs"]]
        return {_qualifier(each["FunctionArn"]): str(urlsplit(each["FunctionUrl"]).hostname) for each in found}

    return SurveyedFunction(
        function.config,
        function.stack,
        looking.at(f"the aliases of {name}", aliases, {}),
        looking.at(f"the URLs of {name}", urls, {}),
    )


def _qualifier(arn: str) -> str:
    parts = arn.split(":")
    return parts[7] if len(parts) > 7 else LATEST  # noqa: PLR2004  # behind the name
