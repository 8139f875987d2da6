"""References of troubles: a short code that people read, and under which the log has the trouble."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

# Digits and capitals without I, L, O and U, which people confuse when they read them out (Crockford's base 32).
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 8

REFERENCE: Final = " Reference: "  # stands between a sentence and its reference


def reference_of(request_id: str) -> str:
    """Return the reference of a request, such as `7F3K-92QD`. The same request always has the same one."""
    number = int.from_bytes(sha256(request_id.encode()).digest()[:5], "big")
    code = "".join(_LETTERS[number >> 5 * place & 31] for place in range(_LENGTH))
    return f"{code[:4]}-{code[4:]}"


def as_logged(request_id: str) -> str:
    """Return the beginning of a log line about a trouble of this request. The runbook searches for it."""
    return f"reference={reference_of(request_id)} request={request_id}"


def with_reference(sentence: str, request_id: str) -> str:
    """Return the sentence as people read it, with the reference behind it."""
    return f"{sentence}{REFERENCE}{reference_of(request_id)}."
