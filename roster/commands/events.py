"""`events`: the trips of the table, and the ids under which they are found."""

from __future__ import annotations

import click


@click.group()
def events() -> None:
    """Look after the trips: their ids, and what becomes of old ones."""
