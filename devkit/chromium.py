"""Chromium on this machine, for the browser tests and the screenshots."""

from __future__ import annotations

import os
import shutil
from typing import Final

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_SHELL: Final = "chromium-headless-shell"
"""The same browser without the parts for a screen, and without the PDF viewer. It needs half the processor time."""

CHROMIUM_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NO_CHROMIUM: Final = f"no Chromium: none of {', '.join(_NAMES)} is on the PATH, and CHROMIUM names none"


def find_chromium(*, shows_pdf: bool = False) -> str | None:
    """Return the path in CHROMIUM, or the first of the usual names on the PATH, or None.

    The headless shell comes first. It shows no PDF: with `shows_pdf` it is passed over.
    """
    names = _NAMES if shows_pdf else (_SHELL, *_NAMES)
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
