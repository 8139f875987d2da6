"""Read the waiver's pages as a browser does."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.web.conftest import Answer
    from tests.web.stage import WebStage


class Reader(HTMLParser):
    """Collect a page's tags, attributes, inline style and script."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline: dict[str, str] = {}
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag if tag in ("script", "style") else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.inline[self._open] = self.inline.get(self._open, "") + data


def read(answer: Answer) -> Reader:
    reader = Reader()
    reader.feed(answer.text)
    return reader


def plain(answer: Answer) -> str:
    """Return the text of the page, without tags, style and script."""
    text = re.sub(r"<(style|script)\b.*?</\1>", "", answer.text, flags=re.DOTALL)
    return " ".join(re.sub("<[^>]*>", " ", text).split())


def signed_id(web_stage: WebStage, **changed: object) -> str:
    sent = web_stage.signing(**changed)
    assert web_stage.sign(sent).status == 201
    return str(sent["signature_id"])
