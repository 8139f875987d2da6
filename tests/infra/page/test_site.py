"""The dispatch page as the site bucket will hold it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from devkit.public_site import DISPATCH
from infra.page.site import site_files

if TYPE_CHECKING:
    from pathlib import Path


def test_every_file_of_the_page_has_a_key_and_a_type() -> None:
    files = {file.key: file for file in site_files(DISPATCH)}
    assert files["dispatch/index.html"].content_type == "text/html; charset=utf-8"
    assert {file.cache_control for file in files.values()} == {"no-cache"}
    assert all(key.startswith("dispatch/") for key in files)


def test_folders_are_part_of_keys_and_hidden_files_stay_out(tmp_path: Path) -> None:
    for name in ("b/c.css", "a.js", ".hidden.js", ".git/x.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert [file.key for file in site_files(tmp_path)] == ["dispatch/a.js", "dispatch/b/c.css"]


def test_the_service_worker_names_every_other_file_with_its_hash(tmp_path: Path) -> None:
    files = {file.key.removeprefix("dispatch/"): file for file in site_files(DISPATCH)}
    listed = json.loads(files["sw.js"].read().partition(b"const FILES = ")[2].partition(b";\n")[0])
    assert listed == {
        name: hashlib.sha256(file.path.read_bytes()).hexdigest() for name, file in files.items() if name != "sw.js"
    }
    for name, text in (("sw.js", "const FILES = {};\n"), ("index.html", "one")):
        (tmp_path / name).write_text(text)
    _, worker = site_files(tmp_path)
    first = worker.read()
    (tmp_path / "index.html").write_text("two")
    assert worker.read() != first, "each release has a worker of its own"


def test_a_file_that_browsers_would_download_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("")
    with pytest.raises(ValueError, match=r"notes\.md"):
        site_files(tmp_path)
