"""The parts that an event was read without. Asking for one is a mistake of the program, not an expected no."""

from __future__ import annotations


class SignaturesNotRead(Exception):  # noqa: N818 - a fact
    """The event was read without its signatures, so it is not known who has signed."""


class BoardingNotRead(Exception):  # noqa: N818 - a fact
    """The event was read without its boarding, so it is not known who is aboard."""
