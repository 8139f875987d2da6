"""The web Lambda: the waiver page, the payment API, admin tokens. No Bolt in it."""

from typing import Final

VERSION: Final = "0.1.0"
