"""Which behaviour takes a path, by CloudFront's rules (…/DeveloperGuide/DownloadDistValuesCacheBehavior.html).

A pattern matches the whole path; `*` stands for any characters and for `/` too, `?` for exactly one; capitals count,
the query does not. The path is normalised for this (RFC 3986, 6.2.2), and goes to the origin as it came.
"""

from __future__ import annotations

import re

_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")


def matches(pattern: str, path: str) -> bool:
    """Whether a path, already normalised, is one of the pattern's. A pattern may leave out its first slash."""
    literal = re.escape(pattern if pattern.startswith(("/", "*")) else f"/{pattern}")
    return re.fullmatch(literal.replace(r"\*", ".*").replace(r"\?", "."), path, re.DOTALL) is not None


def normalised(raw_path: str) -> str:
    """The path as patterns see it: needless escapes undone, dots and doubled slashes gone.

    `%2F` stays: to RFC 3986 it is another path than `/`. Where CloudFront should be freer, the web function, which sees
    the raw path, still finds no such event.
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
