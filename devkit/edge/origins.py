"""The two origins: the site bucket, by S3's rules, and a function URL, over HTTP and signed."""

from __future__ import annotations

import hashlib
import http.client
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from devkit.edge.signing import HASH, Signer
from infra.page.site import SiteFile, site_files

if TYPE_CHECKING:
    from pathlib import Path

    from devkit.edge.wire import Fetch, Request
    from devkit.functions import Reply

log = logging.getLogger(__name__)

SECONDS: Final = 30  # CloudFront's origin response timeout
Bucket = Callable[[str], SiteFile | None]
"""A function that returns the object of a key. Keys are case-sensitive, as in S3."""


def folder_bucket(folder: Path) -> Bucket:
    """Return the site bucket with the files that a deployment would upload from `folder`, read at each request.

    Raises ValueError as `site_files` does.
    """

    def find(key: str) -> SiteFile | None:
        return next((file for file in site_files(folder) if file.key == key), None)

    return find


def site_origin(bucket: Bucket) -> Fetch:
    """Return an origin that answers as S3: a whole object, or an XML error. S3 has no folders, index or `..`."""

    def fetch(request: Request) -> Reply:
        file = bucket(unquote(request.raw_path).removeprefix("/"))
        if file is None:
            body = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code></Error>'
            return 404, [("content-type", "application/xml")], body
        body = file.read()
        etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
        headers = [("content-type", file.content_type), ("cache-control", file.cache_control), ("etag", etag)]
        # CloudFront may send the strong tag of an answer that it compressed.
        if etag in (request.header("if-none-match") or "").replace("W/", "").split(", "):
            return 304, headers, b""
        return 200, headers, body  # for HEAD too: the server omits it, but keeps its length

    return fetch


def function_origin(url: str, *, signer: Signer) -> Fetch:
    """Return an origin that sends requests to the function URL at `url`, signed in place of any Authorization."""
    netloc = urlsplit(url).netloc

    def fetch(request: Request) -> Reply:
        signed = signer.sign(request.method, f"{url}{request.target}", body_hash=request.header(HASH))
        connection = http.client.HTTPConnection(netloc, timeout=SECONDS)
        try:
            connection.putrequest(request.method, request.target, skip_accept_encoding=True)
            for name, value in request.headers:
                if name not in signed:
                    connection.putheader(name, value.encode("latin-1"))
            for name, value in signed.items():
                connection.putheader(name, value)
            connection.putheader("content-length", str(len(request.body)))
            connection.endheaders(request.body)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    return fetch
