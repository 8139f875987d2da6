"""Percent-decoding of Slack's forms, many times faster than the standard library's."""

from __future__ import annotations

from binascii import a2b_qp
from urllib.parse import unquote_plus


def decoded(text: str) -> str:
    """Return the text as `urllib.parse.unquote_plus` does.

    That goes through the text in Python. A submitted form is JSON with a thousand escapes, and decoding it was the most
    expensive step of parsing. Quoted-printable is the same but for the sign before the two digits, and the standard
    library decodes it in C. What differs between the two is left to `unquote_plus`: a text that has the other sign or
    ends of lines, and one with an escape that is none. Each real escape makes the text shorter by two.
    """
    if text.isascii() and not any(sign in text for sign in ("=", "%%", "\n", "\r")):
        found = a2b_qp(text.replace("+", " ").replace("%", "="))
        if len(text) - len(found) == 2 * text.count("%"):
            return found.decode(errors="replace")
    return unquote_plus(text)
