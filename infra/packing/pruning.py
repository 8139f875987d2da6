"""The files of the wheels that the zip leaves out, with the reasons.

tests/infra/packing/test_unpacked.py verifies this: it unpacks the zip, imports each handler from it, and makes them do
their work of production: commands, pages, copies on paper, announcements.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

# Distributions that no module in the zip imports.
LEFT_OUT: Final = {
    "boto3": "the adapters ask botocore itself for their clients (docs/adr/0011)",
    "s3transfer": "boto3's; each object here is one small request",
    "pillow": "fpdf2's, for pictures; a waiver's copy has none, its signature is drawn",
    "defusedxml": "fpdf2's, for reading SVG; none is read",
}

# The services whose clients adapters/ makes. botocore has four hundred.
SERVICES: Final = ("dynamodb", "lambda", "s3", "sesv2", "sqs")

_PRUNED: Final = (
    "*/__pycache__/*",
    "*.pyc",
    "*.pyi",  # type stubs, and markers for type checkers
    "*/py.typed",
    "*.pyx",  # the sources of compiled modules
    "*.pxd",
    "*.c",
    "*.h",
    "*.rst",
    # Compiled copies of fontTools' own Python, for work on whole typefaces; a few outlines do not need them.
    "fontTools/*.so",
    # Reading and writing fonts in forms other than the one that paper/fonts has.
    "fontTools/ufoLib/*",
    "fontTools/voltLib/*",
    "fontTools/mtiLib/*",
    "fontTools/merge/*",
    "fontTools/qu2cu/*",
    # uharfbuzz's own tests.
    "uharfbuzz/_harfbuzz_test*",
    # Powertools' page for trying an API by hand, in a browser. The contract is served as JSON.
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*.js",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*.css",
    # A second set of the world's time zones, for machines without one; tzdata is in the zip.
    "dateutil/zoneinfo/*.tar.gz",
    # The old name of slack_sdk.
    "slack/*",
    # Examples in botocore's documentation.
    "botocore/data/*/examples-1.json",
)
_KEPT_OF_METADATA: Final = ("METADATA", "entry_points.txt")


def is_kept(path: str) -> bool:
    """Return True if a wheel's file goes into the zip, by its installed path."""
    if any(fnmatchcase(path, pattern) for pattern in _PRUNED):
        return False
    parts = path.split("/")
    if parts[0].endswith(".dist-info"):
        return parts[-1] in _KEPT_OF_METADATA
    if parts[:2] == ["botocore", "data"] and len(parts) > 3:  # noqa: PLR2004 - the files that all services share lie above
        return parts[2] in SERVICES
    return True


def shortened(path: str, content: bytes) -> bytes:
    """Return the content for the zip: a distribution's METADATA without the README after its headers.

    `importlib.metadata` and vulnerability scanners read name and version from the headers.
    """
    if path.endswith(".dist-info/METADATA"):
        headers, _, _ = content.replace(b"\r\n", b"\n").partition(b"\n\n")
        return headers + b"\n"
    return content
