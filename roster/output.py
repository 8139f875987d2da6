"""Results as a table for people, or as JSON or CSV for programs. JSON and CSV are written row by row."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from exports.cells import csv_line, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from terminal.console import Console

TABLE: Final = "table"
JSON: Final = "json"
CSV: Final = "csv"

_Command = TypeVar("_Command", bound="Callable[..., Any]")


def formatted(command: _Command) -> _Command:
    """Add the option `--format`, which arrives as `form`, for `show`."""
    return click.option(
        "--format",
        "form",
        type=click.Choice([TABLE, JSON, CSV]),
        default=TABLE,
        show_default=True,
        help="Output for people (table) or for programs.",
    )(command)


def show(console: Console, columns: Sequence[str], rows: Iterable[Sequence[object]], *, form: str) -> int:
    """Write the rows to standard output in that form, and return their number.

    A cell is a text, a number (Decimal, int), a list of texts, or None. JSON is one array with an object on each line;
    Decimals are texts in it. In CSV a list is joined by `; `, and no cell is a formula.
    """
    write = {TABLE: _table, JSON: _json, CSV: _csv}[form]
    return write(console, columns, rows)


def _table(console: Console, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    shown = [[text_of(cell) for cell in row] for row in rows]
    if shown:
        console.table(columns, shown)
    return len(shown)


def _json(_console: Console, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    count = 0
    for count, row in enumerate(rows, start=1):
        line = json.dumps(dict(zip(columns, map(_plain, row), strict=True)), ensure_ascii=False)
        click.echo(f"{',' if count > 1 else '['}\n  {line}", nl=False)
    click.echo("\n]" if count else "[]")
    return count


def _csv(_console: Console, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    count = 0
    click.echo(csv_line(columns), nl=False)
    for count, row in enumerate(rows, start=1):  # noqa: B007 - returned at the end
        click.echo(csv_line(text_of(cell) if isinstance(cell, list | tuple) else cell for cell in row), nl=False)
    return count


def _plain(cell: object) -> object:
    return f"{cell:f}" if isinstance(cell, Decimal) else cell
