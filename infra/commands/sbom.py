"""`sbom`: write the bill of materials."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from infra.packing.package import ROOT
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.bill.parts import BillComponent
    from infra.services import Services

_EXAMPLES = """
\b
Examples:
  python -m infra sbom
  python -m infra sbom --output /tmp/bills
"""


@click.command(epilog=_EXAMPLES)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / "dist",
    help="The folder to write into.  [default: dist]",
)
@click.pass_obj
def sbom(services: Services, /, output: Path) -> None:
    """Write what goes into the zip, and what development installs, as CycloneDX JSON.

    sbom.json has every package and font of the zip, sbom-development.json the packages of every environment and of
    npm: versions, hashes, licences. Licences are read from the installed packages. Exit status 1 when a part of the
    zip has a licence that is not allowed, or no hash.
    """
    from infra.bill.parts import development, shipped

    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    parts = {
        "sbom.json": ("The zip that runs on Lambda", shipped(ROOT)),
        "sbom-development.json": ("The environments of development", development(ROOT)),
    }
    output.mkdir(parents=True, exist_ok=True)
    for name, (description, found) in parts.items():
        (output / name).write_text(checked(found, version=version, description=description), encoding="utf-8")
        services.console.say(f"{output / name}: {len(found)} parts")
        for licence, count in Counter(part.licence or "not known here" for part in found).most_common():
            services.console.note(f"  {count:>4} {licence}")
    if faults := faults_of(parts["sbom.json"][1]):
        raise Stopped("The zip may not have these parts. " + " ".join(faults))


def checked(parts: Sequence[BillComponent], *, version: str, description: str) -> str:
    """Return the document. Raises Stopped if CycloneDX's own schema refuses it."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    from infra.bill.document import document

    text = document(parts, version=version, description=description, now=datetime.now(UTC))
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise Stopped(f"The bill of materials breaks CycloneDX's schema: {str(fault)[:300]}")
    return text


def faults_of(parts: Sequence[BillComponent]) -> list[str]:
    """Return a sentence for each part of the zip whose licence is not allowed, or which no hash pins."""
    from infra.bill.licences import refused

    faults = []
    for part in parts:
        if wrong := refused(part.licence):
            faults.append(f"{part.name} has {', '.join(wrong)}: leave it out, or allow it in infra/bill/licences.py.")
        if not part.is_pinned:
            faults.append(f"{part.name} has no hash: run `make lock`.")
    return faults
