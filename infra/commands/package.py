"""`package`: build the zip and list its parts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from infra.packing.package import ZIP, build_package
from infra.packing.pruning import LEFT_OUT

if TYPE_CHECKING:
    from infra.packing.package import Package
    from infra.services import Services
    from terminal.console import Console

AIM: Final = 17_500_000  # bytes; a new execution environment fetches and unpacks them before it starts


@click.command()
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=ZIP,
    help="The file to write.  [default: dist/ship-captain-crew.zip]",
)
@click.pass_obj
def package(services: Services, output: Path) -> None:
    """Build the zip that every function runs, and list its parts.

    The same sources give the same bytes. The wheels are fetched once and kept in dist/wheels.
    """
    with services.console.step("Building the zip"):
        built = build_package(output, say=services.console.note)
    show(built, services.console)


def show(built: Package, console: Console) -> None:
    """Show a line for each dependency, largest first, and the totals."""
    rows = [(f"{part.name} {part.version}".strip(), part.zipped, part.unzipped) for part in built.parts]
    rows.append(("together", sum(part.zipped for part in built.parts), built.unzipped))
    console.table(
        ("kB", "zipped", "unzipped"),
        [(name, f"{zipped / 1000:>6,.0f}", f"{unzipped / 1000:>8,.0f}") for name, zipped, unzipped in rows],
    )
    console.note("Left out:")
    for name, why in LEFT_OUT.items():
        console.note(f"  {name}: {why}")
    if built.size > AIM:
        console.warn(f"The zip has {built.size:,} bytes; the aim is {AIM:,}. Look above for a new dependency.")
    console.say(f"{built.path}: {built.size:,} bytes, SHA-256 {built.sha256}")
