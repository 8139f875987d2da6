"""Check the dispatch page at its public address: exact bytes, content types, and links between its files."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from infra.page.links import INDEX, broken_links
from infra.smoke.checks import SmokeCheck
from infra.smoke.fetch import fetch
from infra.smoke.pages import described, missing_headers
from infra.smoke.run import checked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infra.page.bucket import StoredFile
    from infra.smoke.fetch import FetchedAnswer

AT_ONCE: Final = 8
_INVALIDATE: Final = "CloudFront may still serve the earlier files. Wait a minute, and run this again."


def page_checks(url: str, files: Sequence[StoredFile], *, at: str) -> Iterator[SmokeCheck]:
    """Check every file under `at`, such as `/_staging/dispatch`, and the page itself."""
    seen: dict[str, FetchedAnswer] = {}
    yield checked(f"files under {at}/", partial(_files, url, files, at, seen))
    if len(seen) == len(files):
        yield checked(f"page at {at}", partial(_page, url, at, seen))
        yield _links(at, seen)
        yield _headers(at, seen)


def _files(url: str, files: Sequence[StoredFile], at: str, seen: dict[str, FetchedAnswer]) -> SmokeCheck:
    name = f"files under {at}/"
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(lambda file: fetch("GET", f"{url}{at}/{file.name}"), files))
    seen |= {file.name: answer for file, answer in zip(files, answers, strict=True)}
    wrong = [
        f"{file.name} ({trouble})"
        for file, answer in zip(files, answers, strict=True)
        if (trouble := _trouble(file, answer))
    ]
    if wrong:
        return SmokeCheck(name, passed=False, detail=", ".join(wrong), remedy=_INVALIDATE)
    return SmokeCheck(name, passed=True, detail=f"{len(files)}, byte for byte")


def _trouble(file: StoredFile, answer: FetchedAnswer) -> str:
    if answer.status != HTTPStatus.OK:
        return described(answer)
    if hashlib.sha256(answer.body).hexdigest() != file.sha256:
        return "other bytes"
    given = answer.headers.get("content-type", "")
    return "" if given == file.content_type else f"served as {given}"


def _page(url: str, at: str, seen: dict[str, FetchedAnswer]) -> SmokeCheck:
    name = f"page at {at}"
    answer = fetch("GET", f"{url}{at}")
    if answer.status == HTTPStatus.OK and answer.body == seen[INDEX].body and answer.kind == "text/html":
        return SmokeCheck(name, passed=True, detail="index.html")
    remedy = "Its behaviour needs the CloudFront Function of infra/template.yaml (SiteFunction), published."
    return SmokeCheck(name, passed=False, detail=described(answer), remedy=remedy)


def _links(at: str, seen: dict[str, FetchedAnswer]) -> SmokeCheck:
    stray = broken_links({name: answer.body for name, answer in seen.items()}, at=at)
    if not stray:
        return SmokeCheck("links of the page", passed=True, detail=f"all under {at}/")
    remedy = "Link the page's files as dispatch/app.js, and modules as ./board.js, to load them from beside the page."
    return SmokeCheck("links of the page", passed=False, detail="; ".join(stray), remedy=remedy)


def _headers(at: str, seen: dict[str, FetchedAnswer]) -> SmokeCheck:
    name = "headers of the page"
    missing = missing_headers(seen[INDEX])
    if "content-security-policy" not in seen[INDEX].headers:
        missing.append("content-security-policy")
    if not missing:
        return SmokeCheck(name, passed=True, detail="HSTS, nosniff and a content policy")
    remedy = f"The behaviour of {at} needs its response headers policy (SiteHeaders in infra/template.yaml)."
    return SmokeCheck(name, passed=False, detail=f"missing: {', '.join(missing)}", remedy=remedy)
