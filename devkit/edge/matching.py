"""Match paths to behaviours by CloudFront's rules (…/DeveloperGuide/DownloadDistValuesCacheBehavior.html).

A pattern matches the whole path, without the query and with case; `*` matches any characters, also `/`, and `?` exactly
one. The path is normalised to be matched (RFC 3986, 6.2.2), but sent to the origin unchanged.
"""

from __future__ import annotations

import re

_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")


def matches(pattern: str, path: str) -> bool:
    """Return True if a normalised path matches the pattern. A pattern may omit its first slash."""
    literal = re.escape(pattern if pattern.startswith(("/", "*")) else f"/{pattern}")
    return re.fullmatch(literal.replace(r"\*", ".*").replace(r"\?", "."), path, re.DOTALL) is not None


def normalised(raw_path: str) -> str:
    """Return the path without needless escapes, dots and repeated slashes.

    `%2F` stays, since RFC 3986 distinguishes it from `/`. If CloudFront does not, the web function, which gets the raw
    path, still finds no such event.
    """
    decoded = _ENCODED.sub(_plain, raw_path)
    path: list[str] = []
    *folders, last = re.sub("/{2,}", "/", decoded).removeprefix("/").split("/")
    for segment in folders:
        if segment == "..":
            del path[-1:]
        elif segment != ".":
            path.append(segment)
    if last == "..":
        del path[-1:]
    return "/" + "/".join([*path, "" if last in (".", "..") else last])


def _plain(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if _UNRESERVED.fullmatch(character) else escape[0].upper()
