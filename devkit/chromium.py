"""Chromium on this machine, for the browser tests and the screenshots."""

from __future__ import annotations

import os
import shutil
from typing import Final

_NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The headless shell is the same browser without the parts for a screen. It needs half the processor time."""

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


def find_chromium() -> str | None:
    """Return the path in CHROMIUM, or the first of the usual names on the PATH, or None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
