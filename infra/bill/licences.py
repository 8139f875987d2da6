"""The licence of each package, from its installed metadata, and those that the zip may have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from typing import TYPE_CHECKING, Any, Final

from infra.packing.wheels import normalised

if TYPE_CHECKING:
    from pathlib import Path

UNKNOWN: Final = ""
ALLOWED: Final = {
    **dict.fromkeys(
        ("MIT", "MIT-0", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "ISC"),
        "asks for its notice where copies are passed on; the zip goes to the owner's own AWS account",
    ),
    "OFL-1.1": "lets a program carry the font; paper/fonts has the licence beside it",
    "Bitstream-Vera": "lets a program carry the font; paper/fonts has the licence beside it",
    "LGPL-3.0-only": "a library that is imported unchanged, as Python source that whoever has the zip can replace",
}
"""The licences that a shipped part may have, with the reason. Another one is a decision, and then a line here."""

# Metadata from before PEP 639: a text or a classifier, by which the package says one of these.
_TEXTS: Final = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mit no attribution license (mit-0)": "MIT-0",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "gnu lesser general public license v3 or later (lgplv3+)": "LGPL-3.0-or-later",
    "the unlicense (unlicense)": "Unlicense",
}
# What a package says in a way that no rule reads, as somebody read it in its own files.
_READ: Final = {
    "python-dateutil": "Apache-2.0 AND BSD-3-Clause",  # LICENSE: new code under both, older code under BSD
    "axe-playwright-python": "MIT AND MPL-2.0",  # LICENSE.txt, and that of the axe-core inside
    "pypdfium2": "(Apache-2.0 OR BSD-3-Clause) AND BSD-3-Clause",  # the bindings, and PDFium inside
    "quickjs-ng": "MIT",  # LICENSE
}
_EXPRESSION: Final = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")


@dataclass(frozen=True)
class Installed:
    """One installed package."""

    version: str
    licence: str
    """An SPDX expression; empty where nothing says it."""


def installed(environment: Path | None = None) -> dict[str, Installed]:
    """Return the packages of an environment, or of this one, by name. A folder that is not there has none."""
    if environment is None:
        found = distributions()
    else:
        found = distributions(path=[str(path) for path in environment.glob("lib/python3.*/site-packages")])
    return {normalised(each.metadata["Name"]): Installed(each.version, licence_of(each)) for each in found}


def licence_of(package: Distribution) -> str:
    """Return the package's licence as an SPDX expression; empty where its metadata says none that is known."""
    said: Any = package.metadata  # an email.message.Message; the types know less
    name = normalised(said["Name"])
    if name in _READ:
        return _READ[name]
    if expression := said.get("License-Expression"):
        return str(expression)
    text = str(said.get("License") or "").strip()
    if known := _TEXTS.get(text.lower()):
        return known
    if _EXPRESSION.fullmatch(text) and text != "UNKNOWN":
        return text
    classified = [each.rpartition(" :: ")[2].lower() for each in said.get_all("Classifier", ()) if "License ::" in each]
    named = sorted({_TEXTS[each] for each in classified if each in _TEXTS})
    return " AND ".join(named) if named else UNKNOWN


def refused(expression: str) -> list[str]:
    """Return the licences of an expression that no shipped part may have: of every one that must be kept to.

    Of alternatives, one that is allowed is enough.
    """
    if not expression:
        return ["no known licence"]
    wanted = [part.strip("() ") for part in expression.split(" AND ")]
    return [part for part in wanted if not any(choice.strip("() ") in ALLOWED for choice in part.split(" OR "))]
