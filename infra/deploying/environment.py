"""Merge production's environment with the operator's options. Pure; no value is ever printed.

Production's values win over everything except a `--set` by name, and only `--unset` removes a name.
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
LIMIT: Final = 4096  # bytes of one function's environment as JSON, as Lambda measures it

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]+")
# Lambda sets these itself and refuses them (docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
_RESERVED: Final = re.compile(
    r"_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_(FUNCTION_\w+|INITIALIZATION_TYPE"
    r"|LOG_(GROUP|STREAM)_NAME|RUNTIME_API)|AWS_(ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN)"
    r"|LAMBDA_(TASK_ROOT|RUNTIME_DIR)"
)


@dataclass(frozen=True)
class EnvironmentEdit:
    """The operator's edit: values to set, names to remove, and values for names that production lacks."""

    sets: Mapping[str, str] = field(default_factory=dict, repr=False)
    unset: frozenset[str] = frozenset()
    offered: Mapping[str, str] = field(default_factory=dict, repr=False)
    drop_gmail: bool = False


@dataclass(frozen=True)
class Merged:
    """The new environment, and the names that differ from production's."""

    variables: Mapping[str, str] = field(repr=False)
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """True if anything changes."""
        return bool(self.added or self.changed or self.removed)


def merge(production: Mapping[str, str], edit: EnvironmentEdit) -> Merged:
    """Return production's environment with the edit applied.

    Raises Stopped, with names only, when a name is invalid or both set and unset, when a Gmail credential would be
    lost, and when the result exceeds Lambda's limit.
    """
    _check_names(edit, production)
    variables = {**edit.offered, **production, **edit.sets}
    for name in edit.unset:
        variables.pop(name, None)
    if not edit.drop_gmail:
        check_gmail(production, variables)
    size = measure(variables)
    if size > LIMIT:
        raise Stopped(
            f"The environment would have {size:,} bytes; Lambda accepts {LIMIT:,} (names and values together). "
            "Nothing was changed. Remove unused variables with --unset."
        )
    return Merged(
        variables,
        added=tuple(sorted(variables.keys() - production.keys())),
        changed=tuple(sorted(n for n, value in variables.items() if production.get(n, value) != value)),
        removed=tuple(sorted(production.keys() - variables.keys())),
    )


def check_gmail(before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Raise Stopped when a Gmail credential of `before` is missing or blank in `after`."""
    lost = [name for name in GMAIL if before.get(name, "").strip() and not after.get(name, "").strip()]
    if lost:
        raise Stopped(
            f"{_listed(lost)} would be lost, and mail would stop. Nothing was changed. "
            "If that is intended, pass --yes-drop-gmail."
        )


def measure(variables: Mapping[str, str]) -> int:
    """Return the size in bytes that Lambda compares with its limit: the size as compact JSON."""
    return len(json.dumps(dict(variables), separators=(",", ":"), ensure_ascii=False).encode())


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names that both have with different values."""
    return tuple(sorted(name for name in one.keys() & other.keys() if one[name] != other[name]))


def read_env_file(text: str) -> dict[str, str]:
    """Read NAME=VALUE lines. Empty lines and comments are skipped, and quotes around a value are removed.

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


def _check_names(edit: EnvironmentEdit, production: Mapping[str, str]) -> None:
    given = {**edit.offered, **edit.sets}.keys() - production.keys()
    wrong = [name for name in given if not _NAME.fullmatch(name) or _RESERVED.fullmatch(name)]
    if wrong:
        raise Stopped(f"{_listed(wrong)}: Lambda accepts no variable of that name. Choose another name.")
    both = edit.sets.keys() & edit.unset
    if both:
        raise Stopped(f"{_listed(both)} is both in --set and --unset. Pass one of them.")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
