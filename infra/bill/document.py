"""Write the bill of materials as CycloneDX JSON: one document for the zip, one for the environments of development."""

from __future__ import annotations

import base64
import uuid
from datetime import datetime  # noqa: TC003 - a parameter, also at run time for readers of the signature
from typing import TYPE_CHECKING, Final

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import (
    ExternalReference,
    ExternalReferenceType,
    HashAlgorithm,
    HashType,
    Property,
    XsUri,
)
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from infra.bill.pins import NPM

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from infra.bill.parts import BillComponent

_TYPES: Final = {"PyPI": "pypi", NPM: "npm"}
_SPACE: Final = "ship-captain-crew"
_FROM: Final = f"{_SPACE}:from"
_WHERE: Final = f"{_SPACE}:where"


def document(parts: Sequence[BillComponent], *, version: str, description: str, now: datetime) -> str:
    """Return the document as JSON. The same parts have the same serial number; only the moment of writing differs."""
    bom = Bom(components=[_component(part) for part in parts])
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, "\n".join([version, description, *map(repr, parts)]))
    bom.metadata.timestamp = now
    bom.metadata.component = Component(
        name="ship-captain-crew",
        version=version,
        description=description,
        type=ComponentType.APPLICATION,
        bom_ref="ship-captain-crew",
        licenses=[LicenseFactory().make_from_string("MIT")],
    )
    bom.register_dependency(bom.metadata.component, bom.components)
    text: str = JsonV1Dot6(bom).output_as_string(indent=2)
    return text + "\n"


def _component(part: BillComponent) -> Component:
    pin = part.pin
    licences = [LicenseFactory().make_from_string(part.licence)] if part.licence else []
    properties = [Property(name=_WHERE, value=where) for where in part.where]
    if pin is None:
        return Component(
            name=part.name,
            type=ComponentType.FILE,
            bom_ref=part.name,
            hashes=_hashes([part.sha256]),
            licenses=licences,
            properties=[*properties, Property(name=_FROM, value=part.origin)],
            scope=ComponentScope.REQUIRED,
        )
    group, _, name = pin.name.rpartition("/")
    purl = PackageURL(_TYPES[pin.ecosystem], group or None, name, pin.version)
    reference = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(str(purl)),  # wherever the registry is
        hashes=_hashes(pin.hashes),
        comment="One of these distributions, as pinned; no other one is installed.",
    )
    return Component(
        name=pin.name,
        version=pin.version,
        type=ComponentType.LIBRARY,
        bom_ref=str(purl),
        purl=purl,
        licenses=licences,
        external_references=[reference],
        properties=properties,
        scope=ComponentScope.REQUIRED,
    )


def _hashes(pinned: Iterable[str]) -> list[HashType]:
    """Return SHA-256 in hex, as PyPI's pins have it, or npm's SHA-512 in base64."""
    return [
        HashType(alg=HashAlgorithm.SHA_512, content=base64.b64decode(each.partition("-")[2]).hex())
        if each.startswith("sha512-")
        else HashType(alg=HashAlgorithm.SHA_256, content=each)
        for each in pinned
    ]
