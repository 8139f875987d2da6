"""The functions of a deploy: their present state, and the environment that each will have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from infra.deploying.environment import EnvironmentEdit, check_gmail, differing, merge
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infra.deploying.environment import Merged
    from infra.deploying.functions import Functions
    from infra.deploying.states import Alias, FunctionState
    from infra.outputs import Stack

LATEST: Final = "$LATEST"
_OUTPUTS: Final = ("BotFunctionName", "WebFunctionName", "AnnounceFunctionName", "MailFunctionName")


@dataclass(frozen=True)
class DeployTarget:
    """One function: `$LATEST`, the alias with the version it serves, and the callers that bypass the alias."""

    latest: FunctionState
    alias: Alias | None
    live: FunctionState | None
    callers: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The function's name."""
        return self.latest.name

    @property
    def serves_latest(self) -> bool:
        """True if a change of `$LATEST` changes production at once."""
        return self.live is None or bool(self.callers)

    @property
    def production(self) -> FunctionState:
        """The state that serves."""
        return self.latest if self.live is None or self.callers else self.live

    @property
    def known(self) -> dict[str, str]:
        """Every variable of production and of `$LATEST`; production's values win."""
        other = self.live.variables if self.live else {}
        return {**self.latest.variables, **other, **self.production.variables}

    @property
    def contested(self) -> tuple[str, ...]:
        """The variables that have different values in production and in `$LATEST`."""
        return differing(self.latest.variables, self.live.variables) if self.live else ()


@dataclass(frozen=True)
class Orders:
    """The operator's options. In `sets` and `unset`, a function's name limits them to it; None means all."""

    sets: tuple[tuple[str | None, str, str], ...] = field(default=(), repr=False)
    unset: tuple[tuple[str | None, str], ...] = ()
    offered: Mapping[str, str] = field(default_factory=dict, repr=False)
    keep: str = ""
    """`live` or `latest`: the values to keep where the two differ."""
    drop_gmail: bool = False


def read_target(functions: Functions, name: str, alias_name: str) -> DeployTarget:
    """Return the function once no update is in progress. Raises Stopped when there is none of that name."""
    if functions.state(name) is None:
        raise Stopped(f"There is no function {name} in this account and region. Check --region and --profile.")
    latest = functions.settled(name, even_failed=True)
    alias = functions.alias(name, alias_name)
    callers = functions.callers_of_latest(name)
    if alias is None or alias.version == LATEST:
        return DeployTarget(latest, alias, None, callers)
    live = functions.state(name, alias.version)
    if live is None:
        raise Stopped(f"{alias_name} of {name} points at version {alias.version}, which is gone. Move it first.")
    return DeployTarget(latest, alias, live, callers)


def merge_for(target: DeployTarget, targets: Iterable[DeployTarget], orders: Orders) -> Merged:
    """Return the environment that the function will have.

    If some of the functions have a variable, it is set or offered only in those: each function keeps only the secrets
    that it needs. Raises Stopped as `merge` does, and when production and `$LATEST` differ and `keep` is not set: one
    of the values may be a credential that was renewed by hand.
    """
    known = target.known
    everywhere = {name for each in targets for name in each.known}
    sets = {
        name: value
        for function, name, value in orders.sets
        if function == target.name or (function is None and (name in known or name not in everywhere))
    }
    unset = frozenset(name for function, name in orders.unset if function in (None, target.name))
    undecided = [name for name in target.contested if name not in sets and name not in unset]
    if undecided and not orders.keep:
        raise Stopped(
            f"The live version of {target.name} and its $LATEST differ in {', '.join(undecided)}. Nothing was changed. "
            "Choose the values to keep with --keep live or --keep latest, or --set each."
        )
    holder = {"live": target.live, "latest": target.latest}.get(orders.keep)
    kept = {name: holder.variables[name] for name in undecided} if holder else {}
    offered = {**{n: v for n, v in orders.offered.items() if n not in everywhere}, **known}
    merged = merge(target.production.variables, EnvironmentEdit({**kept, **sets}, unset, offered, orders.drop_gmail))
    if not orders.drop_gmail:
        check_gmail(known, merged.variables)
    return merged


def function_names(outputs: Mapping[str, str]) -> tuple[str, ...]:
    """Return the functions named in a stack's outputs, in the order of a deploy."""
    return tuple(name for key in _OUTPUTS if (name := outputs.get(key)))


def functions_of(stack: Stack) -> tuple[str, ...]:
    """Return the names of a stack's functions. Raises Stopped when its outputs name none."""
    functions = function_names(stack.outputs)
    if not functions:
        raise Stopped(f"The outputs of the stack {stack.name} name no functions. Pass --function, or another --stack.")
    return functions
