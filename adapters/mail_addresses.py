"""Mailboxes in ASCII, as mail services take them, for names and domains in any letters.

SES does not support SMTPUTF8. It takes names as MIME encoded words (RFC 2047) and domains in Punycode (RFC 3492); the
part before the @ must be ASCII (docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html).
"""

from __future__ import annotations

import unicodedata
from email.header import Header
from email.utils import formataddr
from typing import Final

_ENCODED_WORD: Final = 75  # letters, the longest that RFC 2047 allows
_DOTS: Final = str.maketrans("。．｡", "...")


def in_ascii(mailbox: str) -> str:
    """Return `Name <crew@example.com>` or `crew@example.com` with name and domain encoded where they are not ASCII."""
    before, _, address = mailbox.rpartition("<")
    name = before.strip().strip('"')
    local, _, domain = address.strip().rstrip(">").rpartition("@")
    address = f"{local}@{_domain_in_ascii(domain)}"
    if name.isascii():
        return formataddr((name, address))
    return f"{Header(name, 'utf-8', maxlinelen=_ENCODED_WORD).encode(linesep='')} <{address}>"


def _domain_in_ascii(domain: str) -> str:
    """Return the domain with each label that is not ASCII in Punycode.

    Python's own `idna` codec follows the standard of 2003, which sends mail for `straße.de` to `strasse.de`.
    """
    labels = domain.translate(_DOTS).split(".")
    return ".".join(label if label.isascii() else _punycode(label) for label in labels)


def _punycode(label: str) -> str:
    plain = unicodedata.normalize("NFKC", label.lower())
    return plain if plain.isascii() else f"xn--{plain.encode('punycode').decode()}"
