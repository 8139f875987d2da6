"""The web Lambda: the waiver page, the payment API, admin tokens. No Bolt in it."""

from charter.version import VERSION

__all__ = ["VERSION"]
