"""What a deploy is about: the functions as they are, and the environment that each is to have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from infra.deploying.environment import Wish, check_gmail, differing, merge
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infra.deploying.environment import Merged
    from infra.deploying.functions import Functions
    from infra.deploying.states import Alias, State
    from infra.outputs import Stack

LATEST: Final = "$LATEST"
_OUTPUTS: Final = ("BotFunctionName", "WebFunctionName", "AnnounceFunctionName", "MailFunctionName")


@dataclass(frozen=True)
class Target:
    """One function: `$LATEST`, the alias with the version it serves, and who is served by `$LATEST` past the alias."""

    latest: State
    alias: Alias | None
    live: State | None
    callers: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The function's name."""
        return self.latest.name

    @property
    def serves_latest(self) -> bool:
        """Whether a change of `$LATEST` is a change of production, at once."""
        return self.live is None or bool(self.callers)

    @property
    def production(self) -> State:
        """What serves."""
        return self.latest if self.live is None or self.callers else self.live

    @property
    def known(self) -> dict[str, str]:
        """Every variable that it has, in what serves and in `$LATEST`; production's values win."""
        other = self.live.variables if self.live else {}
        return {**self.latest.variables, **other, **self.production.variables}

    @property
    def contested(self) -> tuple[str, ...]:
        """The names to which what serves and `$LATEST` give different values."""
        return differing(self.latest.variables, self.live.variables) if self.live else ()


@dataclass(frozen=True)
class Orders:
    """The operator's options. In `sets` and `unset`, a function's name narrows them to it; None is all."""

    sets: tuple[tuple[str | None, str, str], ...] = field(default=(), repr=False)
    unset: tuple[tuple[str | None, str], ...] = ()
    offered: Mapping[str, str] = field(default_factory=dict, repr=False)
    keep: str = ""
    """`live` or `latest`: whose value holds where the two differ."""
    drop_gmail: bool = False


def read_target(functions: Functions, name: str, alias_name: str) -> Target:
    """The function as it is, once no update goes on. Raises Stopped when there is none of that name."""
    if functions.state(name) is None:
        raise Stopped(f"There is no function {name} in this account and region.")
    latest = functions.settled(name, however=True)
    alias = functions.alias(name, alias_name)
    callers = functions.callers_of_latest(name)
    if alias is None or alias.version == LATEST:
        return Target(latest, alias, None, callers)
    live = functions.state(name, alias.version)
    if live is None:
        raise Stopped(f"{alias_name} of {name} points at version {alias.version}, which is gone. Look there first.")
    return Target(latest, alias, live, callers)


def merge_for(target: Target, targets: Iterable[Target], orders: Orders) -> Merged:
    """The environment that the function is to have.

    A name that any of the functions has is set, or offered, only where it is: each keeps to the secrets that it needs.
    Raises Stopped as `merge` does, and when what serves and `$LATEST` differ and nobody said which holds: one of them
    may be a credential that was renewed by hand.
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
            f"What {target.name} serves and its $LATEST differ in {', '.join(undecided)}. Nothing was changed. "
            "Say whose values hold: --keep live, --keep latest, or --set each."
        )
    holder = {"live": target.live, "latest": target.latest}.get(orders.keep)
    kept = {name: holder.variables[name] for name in undecided} if holder else {}
    offered = {**{n: v for n, v in orders.offered.items() if n not in everywhere}, **known}
    merged = merge(target.production.variables, Wish({**kept, **sets}, unset, offered, orders.drop_gmail))
    if not orders.drop_gmail:
        check_gmail(known, merged.variables)
    return merged


def function_names(outputs: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the functions in a stack's outputs, in the order in which they change."""
    return tuple(name for key in _OUTPUTS if (name := outputs.get(key)))


def functions_of(stack: Stack) -> tuple[str, ...]:
    """The names of a stack's functions. Raises Stopped when its outputs name none."""
    functions = function_names(stack.outputs)
    if not functions:
        raise Stopped(f"The stack {stack.name} names no functions of ours in its outputs.")
    return functions
