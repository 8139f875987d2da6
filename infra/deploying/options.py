"""Read the options that set variables, without forcing secrets into the shell's history."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from infra.deploying.environment import read_env_file
from infra.deploying.targets import Orders
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def read_orders(  # noqa: PLR0913  # the options
    *,
    sets: Sequence[str],
    from_environment: Sequence[str],
    unset: Sequence[str],
    env_file: Path | None,
    keep: str | None,
    drop_gmail: bool,
) -> Orders:
    """Return the orders, and prompt for missing values. Raises Stopped, with no value in its text."""
    return Orders(
        sets=(*(_set(text) for text in sets), *(_from_environment(text) for text in from_environment)),
        unset=tuple(_split(text) for text in unset),
        offered=offered_by(env_file),
        keep=keep or "",
        drop_gmail=drop_gmail,
    )


def offered_by(env_file: Path | None) -> dict[str, str]:
    """Return the variables of an env file; none without a file."""
    if env_file is None:
        return {}
    try:
        return read_env_file(env_file.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise Stopped(f"{env_file} cannot be read: {type(error).__name__}.") from None


def _set(text: str) -> tuple[str | None, str, str]:
    head, equals, value = text.partition("=")
    function, name = _split(head)
    if not equals:
        value = click.prompt(f"Value of {head} (not shown)", hide_input=True, err=True)
    return function, name, value


def _from_environment(text: str) -> tuple[str | None, str, str]:
    function, name = _split(text)
    if name not in os.environ:
        raise Stopped(f"{name} is not in your environment. Export it, or pass --set.")
    return function, name, os.environ[name]


def _split(head: str) -> tuple[str | None, str]:
    """Split `FUNCTION:NAME`. Plain `NAME` has no function."""
    function, colon, name = head.rpartition(":")
    return (function, name) if colon else (None, head)
