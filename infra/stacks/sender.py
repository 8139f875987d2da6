"""The sender's address in the form that SES compares: ASCII, with the domain in Punycode (RFC 3492)."""

from __future__ import annotations

import unicodedata
from typing import Final

from terminal.failures import Stopped

PARAMETER: Final = "NotifyEmailFrom"
_DOTS: Final = str.maketrans("。．｡", "...")


def in_ascii(address: str) -> str:
    """Return the address with its domain in Punycode. Raises Stopped when the part before the @ is not ASCII.

    The mail function writes the sender in the same way (adapters/mail_addresses.py). Python's own `idna` codec follows
    the standard of 2003, which sends mail for `straße.de` to `strasse.de`.
    """
    local, at, domain = address.rpartition("@")
    if not local.isascii():
        raise Stopped(f"{PARAMETER}: SES sends from no address with {local} before the @. Use ASCII letters there.")
    labels = domain.translate(_DOTS).split(".")
    return local + at + ".".join(label if label.isascii() else _punycode(label) for label in labels)


def _punycode(label: str) -> str:
    plain = unicodedata.normalize("NFKC", label.lower())
    return plain if plain.isascii() else f"xn--{plain.encode('punycode').decode()}"
