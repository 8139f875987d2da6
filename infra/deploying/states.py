"""The state of a function, and the differences of two states. No value of an environment is ever shown."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_WATCHED: Final = (
    *("Handler", "Runtime", "Role", "Timeout", "MemorySize", "Architectures", "KMSKeyArn", "PackageType"),
    *("Layers", "EphemeralStorage", "TracingConfig", "SnapStart", "CodeSha256"),
)


@dataclass(frozen=True)
class FunctionState:
    """A function's configuration from Lambda, of `$LATEST` or of a version. The repr holds no value."""

    config: Mapping[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        """The function's name."""
        return str(self.config["FunctionName"])

    @property
    def arn(self) -> str:
        """The function's ARN, without a version: the same for all of its states."""
        return ":".join(str(self.config["FunctionArn"]).split(":")[:7])

    @property
    def version(self) -> str:
        """`$LATEST` or a number."""
        return str(self.config["Version"])

    @property
    def revision(self) -> str:
        """RevisionId, which every change must pass."""
        return str(self.config["RevisionId"])

    @property
    def sha(self) -> str:
        """CodeSha256."""
        return str(self.config["CodeSha256"])

    @property
    def handler(self) -> str:
        """The module and function that Lambda calls."""
        return str(self.config.get("Handler", ""))

    @property
    def variables(self) -> dict[str, str]:
        """The environment, with its values."""
        return dict((self.config.get("Environment") or {}).get("Variables") or {})


@dataclass(frozen=True)
class Alias:
    """The version behind an alias; `weights` are the shares of other versions in its traffic."""

    name: str
    version: str
    revision: str
    weights: Mapping[str, float] = field(default_factory=dict)


def differences(one: FunctionState, other: FunctionState) -> tuple[str, ...]:
    """Return the names of what differs in two states of a function; variables as `Environment.NAME`."""
    fields = [name for name in _WATCHED if _comparable(one, name) != _comparable(other, name)]
    before, after = one.variables, other.variables
    names = sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n))
    return (*fields, *(f"Environment.{name}" for name in names))


_SETTINGS: Final = ("Handler", "Runtime", "Timeout", "MemorySize", "EphemeralStorage", "Layers", "SnapStart")


def settings_between(now: FunctionState, wanted: FunctionState) -> dict[str, Any]:
    """Return the arguments of UpdateFunctionConfiguration that turn `now` into `wanted`: only what differs, no code."""
    change = {
        name: wanted.config.get(name) for name in _SETTINGS if _comparable(now, name) != _comparable(wanted, name)
    }
    if "Layers" in change:
        change["Layers"] = _comparable(wanted, "Layers") or []
    if "SnapStart" in change:
        change["SnapStart"] = {"ApplyOn": _comparable(wanted, "SnapStart") or "None"}
    if now.variables != wanted.variables:
        change["Environment"] = {"Variables": wanted.variables}
    return change


def _comparable(state: FunctionState, name: str) -> object:
    value = state.config.get(name) or None
    if name == "SnapStart" and value:  # a version also has its status, which says nothing about the order
        return value["ApplyOn"] if value.get("ApplyOn", "None") != "None" else None
    if name == "Layers" and value:
        return [layer["Arn"] if isinstance(layer, dict) else layer for layer in value]
    return value


def code_sha(code: bytes) -> str:
    """Return CodeSha256, as Lambda computes it."""
    return base64.b64encode(hashlib.sha256(code).digest()).decode()
