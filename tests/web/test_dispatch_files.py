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


def test_the_page_names_every_file_of_its_folder_and_no_other() -> None:
    named = re.findall(r'(?:href|src)="([^"]+)"', HTML)
    # Not from /: a page staged under /_staging/dispatch must load its own files, not production's.
    assert set(named) == {f"dispatch/{path.name}" for path in FILES if path.name not in {"index.html", *OF_THE_LIST}}


def test_the_passenger_list_names_its_files_beside_it() -> None:
    named = set(re.findall(r'(?:href|src)="([^"]+)"', LIST))
    assert OF_THE_LIST - {"passengers.html"} <= named <= {path.name for path in FILES}


@pytest.mark.parametrize("html", [HTML, LIST], ids=["dispatch", "passengers"])
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
