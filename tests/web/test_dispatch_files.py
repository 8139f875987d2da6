"""The dispatch page's files in the bucket: nothing external, nothing inline, nothing missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "web" / "dispatch"
HTML = (PAGE / "index.html").read_text()
FILES = sorted(PAGE.iterdir())
SCRIPTS = [path for path in FILES if path.suffix == ".js"]


LIST = (PAGE / "passengers.html").read_text()
OF_THE_LIST = {"passengers.html", "passengers.css", "passengers.js"}
MONEY = (PAGE / "money.html").read_text()
OF_MONEY = {"money.html", "month.css", "month.js", "takings.js", "bars.js"}


def test_the_page_names_every_file_of_its_folder_and_no_other() -> None:
    named = re.findall(r'(?:href|src)="([^"]+)"', HTML)
    # Not from /: a page staged under /_staging/dispatch must load its own files, not production's.
    others = {"index.html", "sw.js", *OF_THE_LIST, *OF_MONEY} - {"money.html"}
    assert set(named) == {f"dispatch/{path.name}" for path in FILES if path.name not in others}


@pytest.mark.parametrize(("html", "own"), [(LIST, OF_THE_LIST), (MONEY, OF_MONEY)], ids=["passengers", "money"])
def test_the_other_pages_name_their_files_beside_them(html: str, own: set[str]) -> None:
    named = set(re.findall(r'(?:href|src)="([^"]+)"', html))
    back = {"../dispatch"} if html == MONEY else set()
    assert {name for name in own if not name.endswith(".html")} | back <= named
    assert named - back <= {path.name for path in FILES}


@pytest.mark.parametrize("html", [HTML, LIST, MONEY], ids=["dispatch", "passengers", "money"])
def test_the_page_holds_no_script_style_or_handler_of_its_own(html: str) -> None:
    assert re.findall(r"<script(?![^>]* src=)", html) == []
    assert re.findall(r"<style|\bstyle=|\bon[a-z]+=", html) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_reaches_for_another_machine_or_grows_past_300_lines(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", text.replace("http://www.w3.org/", "")) == []
    assert len(text.splitlines()) <= 300


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_markup_out_of_words(path: Path) -> None:
    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", path.read_text())
        == []
    )
