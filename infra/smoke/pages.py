"""Recognise the origin of an answer: the web function, the dispatch page's bucket, or CloudFront itself."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from infra.smoke.fetch import FetchedAnswer

_STYLE: Final = re.compile(rb"<style>(.*?)</style>", re.DOTALL)


def from_function(answer: FetchedAnswer) -> bool:
    """Return True for a page of the web function: HTML whose content policy names the hash of its own inline style.

    A file in a bucket cannot be that: its policy comes from CloudFront, and is the same for all files.
    """
    style = _STYLE.search(answer.body)
    if answer.kind != "text/html" or style is None:
        return False
    digest = base64.b64encode(hashlib.sha256(style[1]).digest()).decode()
    return f"'sha256-{digest}'" in answer.headers.get("content-security-policy", "")


def described(answer: FetchedAnswer) -> str:
    """Return the status and origin of an unexpected answer, in words."""
    return f"{answer.status}, {_origin(answer)}"


def _origin(answer: FetchedAnswer) -> str:
    start = answer.body[:4096]
    if from_function(answer):
        return "a page of the function's"
    if answer.kind == "text/html":
        if b"log-payment-modal" in answer.body:
            return "the dispatch page"
        return "a page of CloudFront's own" if b"cloudfront" in start.lower() else "HTML, not from the function"
    if answer.kind.endswith("xml") and b"<Error>" in start:
        return "the bucket's error"
    return answer.kind or "nothing"


def missing_headers(answer: FetchedAnswer) -> list[str]:
    """Return which of HSTS and nosniff an answer lacks."""
    lacking = []
    age = re.search(r"max-age=(\d+)", answer.headers.get("strict-transport-security", ""))
    if age is None or int(age[1]) == 0:
        lacking.append("strict-transport-security")
    if answer.headers.get("x-content-type-options", "").lower() != "nosniff":
        lacking.append("x-content-type-options")
    return lacking
