"""The option `--stack`, which most commands have: the name of a CloudFormation stack."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import click

from infra.outputs import STACK

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")  # CloudFormation's rule


def stack_option(about: str, *, default: str | None = STACK) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option, whose value is checked: an empty one would be read as every stack, or as a new one."""
    return click.option("--stack", default=default, show_default=default is not None, callback=_checked, help=about)


def _checked(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Return the name. Raises BadParameter where CloudFormation takes no such name."""
    if value is None or _NAME.fullmatch(value):
        return value
    raise click.BadParameter(
        f"“{value}” cannot be the name of a stack. Begin with a letter, then use letters, digits and hyphens alone."
    )
