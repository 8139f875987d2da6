"""`package`: build the zip and list its parts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from infra.packing.package import BYTECODE, ZIP, build_package
from infra.packing.pruning import LEFT_OUT

if TYPE_CHECKING:
    from infra.packing.package import Package
    from infra.services import Services
    from terminal.console import Console

# Bytes, which a new execution environment fetches and unpacks before it starts. Bytecode saves more time than it takes.
AIM: Final = 17_700_000
AIM_OF_BYTECODE: Final = 8_500_000


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

    The same sources give the same bytes. The wheels are fetched once and kept in dist/wheels. Bytecode for Lambda's
    Python 3.13 is added where this Python is 3.13 too, or where LAMBDA_PYTHON names one.
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
    aim = AIM + (AIM_OF_BYTECODE if any(part.name == BYTECODE for part in built.parts) else 0)
    if built.size > aim:
        console.warn(f"The zip has {built.size:,} bytes; the aim is {aim:,}. Look above for a new dependency.")
    console.say(f"{built.path}: {built.size:,} bytes, SHA-256 {built.sha256}")
