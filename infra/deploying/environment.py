"""What a function's environment will be: production's, with what the operator named. Pure; nothing here prints a value.

Production's values win over everything but a `--set` by name, and no name is lost but by an `--unset`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GMAIL: Final = ("GMAIL_CLIENT_ID", "GMAIL_CLIENT_SECRET", "GMAIL_REFRESH_TOKEN")
LIMIT: Final = 4096  # bytes of one function's environment, measured as Lambda does: names and values as JSON

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]+")
# Lambda sets these itself and refuses them (docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
_RESERVED: Final = re.compile(
    r"_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_(FUNCTION_\w+|INITIALIZATION_TYPE"
    r"|LOG_(GROUP|STREAM)_NAME|RUNTIME_API)|AWS_(ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN)"
    r"|LAMBDA_(TASK_ROOT|RUNTIME_DIR)"
)


@dataclass(frozen=True)
class Wish:
    """What the operator named: values to set, names to drop, and what is offered where production has nothing."""

    sets: Mapping[str, str] = field(default_factory=dict, repr=False)
    unset: frozenset[str] = frozenset()
    offered: Mapping[str, str] = field(default_factory=dict, repr=False)
    drop_gmail: bool = False


@dataclass(frozen=True)
class Merged:
    """The environment to be, and by name alone how it differs from production's."""

    variables: Mapping[str, str] = field(repr=False)
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether anything is to be changed at all."""
        return bool(self.added or self.changed or self.removed)


def merge(production: Mapping[str, str], wish: Wish) -> Merged:
    """Production's environment with what `wish` names.

    Raises Stopped, which tells names only, when a name cannot be one or is both set and unset, when a Gmail credential
    would be lost, and when the whole would pass Lambda's limit.
    """
    _check_names(wish, production)
    variables = {**wish.offered, **production, **wish.sets}
    for name in wish.unset:
        variables.pop(name, None)
    if not wish.drop_gmail:
        check_gmail(production, variables)
    size = measure(variables)
    if size > LIMIT:
        raise Stopped(
            f"The environment would have {size:,} bytes, and Lambda takes {LIMIT:,} (names and values together). "
            "Nothing was changed. Drop what nobody reads with --unset."
        )
    return Merged(
        variables,
        added=tuple(sorted(variables.keys() - production.keys())),
        changed=tuple(sorted(n for n, value in variables.items() if production.get(n, value) != value)),
        removed=tuple(sorted(production.keys() - variables.keys())),
    )


def check_gmail(before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Raises Stopped when a Gmail credential that `before` holds is missing or blank in `after`."""
    lost = [name for name in GMAIL if before.get(name, "").strip() and not after.get(name, "").strip()]
    if lost:
        raise Stopped(
            f"{_listed(lost)} would be lost, and with it the mail. Nothing was changed. "
            "If that is what you want, say so with --yes-drop-gmail."
        )


def measure(variables: Mapping[str, str]) -> int:
    """The size in bytes that Lambda holds against its limit: that of the map as compact JSON."""
    return len(json.dumps(dict(variables), separators=(",", ":"), ensure_ascii=False).encode())


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    """The names that both hold with different values."""
    return tuple(sorted(name for name in one.keys() & other.keys() if one[name] != other[name]))


def read_env_file(text: str) -> dict[str, str]:
    """NAME=VALUE lines; empty ones and those that start with # are passed over, quotes around a value are taken off.

    Raises Stopped with the line's number, never its text.
    """
    found = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip().removeprefix("export ").strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.partition("=")
        name, value = name.strip(), value.strip()
        if not equals or not _NAME.fullmatch(name):
            raise Stopped(f"Line {number} of the env file is not NAME=VALUE.")
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        found[name] = value
    return found


def _check_names(wish: Wish, production: Mapping[str, str]) -> None:
    given = {**wish.offered, **wish.sets}.keys() - production.keys()
    wrong = [name for name in given if not _NAME.fullmatch(name) or _RESERVED.fullmatch(name)]
    if wrong:
        raise Stopped(f"{_listed(wrong)}: Lambda takes no variable of that name.")
    both = wish.sets.keys() & wish.unset
    if both:
        raise Stopped(f"{_listed(both)}: either --set or --unset, not both.")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
