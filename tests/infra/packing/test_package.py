"""The zip: the same bytes from the same sources, for Lambda's machine, small, and listed part by part."""

from __future__ import annotations

import ast
import hashlib
import importlib
import os
import re
import shutil
import stat
import sys
import zipfile
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from click.testing import CliRunner

from infra.main import main
from infra.packing.bytecode import compiled as bytecode_of
from infra.packing.bytecode import compiler_for
from infra.packing.package import BYTECODE, FOLDERS, HANDLERS, ROOT, build_package
from infra.packing.pruning import LEFT_OUT, SERVICES
from infra.packing.wheels import LAMBDA
from terminal.failures import Stopped
from tests.infra.packing.zips import zip_of
from tests.layers import Source, imports

if TYPE_CHECKING:
    from pathlib import Path

    from infra.packing.package import Package

# In some Python that developers have, and not in Lambda's 3.13 (PEP 594, and what 3.12 and 3.13 removed beside it).
GONE = {
    *("aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "mailcap", "msilib", "nis", "nntplib"),
    *("ossaudiodev", "pipes", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib"),
    *("asynchat", "asyncore", "distutils", "imp", "lib2to3", "smtpd"),
}
COMPILED = compiler_for(LAMBDA) is not None  # this Python, or one that is named, is Lambda's version
AARCH64 = 0xB7  # e_machine in the ELF header


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The zip that goes to Lambda."""
    return zip_of(LAMBDA, tmp_path_factory)


@pytest.fixture(scope="session")
def names(package: Package) -> list[str]:
    """Of its files."""
    with zipfile.ZipFile(package.path) as archive:
        return archive.namelist()


def _copy_of_the_sources(folder: Path) -> Path:
    """As on another machine: other times, other permissions, another order of writing, what editors leave behind."""
    for name in (*reversed(FOLDERS), "requirements.txt", *HANDLERS):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, copy_function=shutil.copyfile)
        else:
            shutil.copyfile(source, folder / name)
    (folder / "web_function.py").chmod(0o700)
    os.utime(folder / "web_function.py", (1_000_000_000, 1_000_000_000))
    (folder / "bot" / "__pycache__").mkdir(exist_ok=True)
    (folder / "bot" / "__pycache__" / "app.cpython-399.pyc").write_bytes(b"old")
    (folder / "bot" / ".app.py.swp").write_bytes(b"being edited")
    (folder / "dist").mkdir()
    (ROOT / "dist" / "wheels").mkdir(parents=True, exist_ok=True)
    (folder / "dist" / "wheels").symlink_to(ROOT / "dist" / "wheels")
    return folder


def test_the_same_sources_give_the_same_bytes_on_another_day_and_in_another_place(
    package: Package, tmp_path: Path
) -> None:
    again = build_package(tmp_path / "again.zip", root=_copy_of_the_sources(tmp_path))
    assert again.sha256 == package.sha256 == hashlib.sha256(package.path.read_bytes()).hexdigest()
    assert (tmp_path / "again.zip").read_bytes() == package.path.read_bytes()


def test_nothing_in_the_zip_shows_when_or_by_whom_it_was_made(package: Package) -> None:
    with zipfile.ZipFile(package.path) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted({entry.filename for entry in entries})
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {stat.filemode(entry.external_attr >> 16) for entry in entries} == {"-rw-r--r--"}
    assert {(entry.create_system, entry.extra, entry.comment) for entry in entries} == {(3, b"", b"")}


def test_what_is_compiled_is_compiled_for_lambda(package: Package) -> None:
    with zipfile.ZipFile(package.path) as archive:
        compiled = {name: archive.read(name)[:20] for name in archive.namelist() if ".so" in name}
    assert compiled, "pydantic-core is compiled"
    for name, header in compiled.items():
        # The second is Python's stable interface, the same for each version from 3.11 on.
        assert name.endswith((".cpython-313-aarch64-linux-gnu.so", ".abi3.so"))
        assert header[:4] == b"\x7fELF"
        assert int.from_bytes(header[18:20], "little") == AARCH64


def test_the_zip_is_small_and_its_parts_are_listed(package: Package) -> None:
    assert package.size == package.path.stat().st_size <= 17_700_000 + (8_500_000 if COMPILED else 0)
    own_list = package.size - sum(part.zipped for part in package.parts)
    assert 0 < own_list < (700_000 if COMPILED else 400_000), "it names each file twice"
    parts = {part.name for part in package.parts}
    required = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    assert parts == (required - LEFT_OUT.keys()) | {"Ship Captain Crew"} | ({BYTECODE} if COMPILED else set())


def test_the_zip_holds_the_app_and_nothing_that_stays_at_home(names: list[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert {*HANDLERS, *FOLDERS} <= tops
    assert not tops & {"tests", "devkit", "infra", "roster", "terminal", "benchmarks", "docs", "admin_token.py", "bin"}
    assert not [name for name in names if name.startswith("web/dispatch/") or name.endswith((".pyi", ".pyx", ".c"))]
    compiled = {name for name in names if name.endswith(".pyc")}
    assert compiled == {name for name in names if "__pycache__" in name}
    assert bool(compiled) is COMPILED
    assert all(name.endswith(".cpython-313.pyc") for name in compiled)
    assert {
        "web/templates/waiver.html",
        "web/waiver_text/es/waiver.md",
        "web/waiver_text/es/page.toml",
        "paper/fonts/DejaVuSans.ttf",
    } <= set(names)


class _AtRunTime(ast.NodeTransformer):
    """Takes out what is there for type checkers alone."""

    def visit_If(self, node: ast.If) -> ast.AST | None:  # ast's own name for it
        is_for_checkers = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return None if is_for_checkers else self.generic_visit(node)


def test_whatever_the_app_imports_at_any_time_is_in_the_zip_for_lambda(names: list[str]) -> None:
    tops = {name.partition("/")[0].partition(".")[0] for name in names}
    missing = set()
    for path in (ROOT / name for name in names if name.endswith(".py") and (ROOT / name).exists()):
        source = Source(path.name, path.read_text())
        tree = _AtRunTime().visit(ast.parse(source.text))
        found = {top for _, name in imports(source, ast.walk(tree)) if (top := name.partition(".")[0])}
        missing |= {(path.name, top) for top in found - tops - (sys.stdlib_module_names - GONE)}
    assert {top for _, top in missing} <= {"snapshot_restore_py"}, "which Lambda's own Python has"


def test_botocore_knows_the_services_that_are_used_and_no_others(names: list[str]) -> None:
    data = [name.split("/")[2:] for name in names if name.startswith("botocore/data/")]
    assert {parts[0] for parts in data if len(parts) > 1} == set(SERVICES)
    made = {
        service
        for path in (ROOT / "adapters").glob("*.py")
        for service in re.findall(r'create_client\([^"]*"(\w+)"', path.read_text())
    }
    assert made == set(SERVICES)


def test_the_command_prints_size_and_hash(tmp_path: Path, package: Package) -> None:
    result = CliRunner().invoke(main, ["package", "--output", str(tmp_path / "it.zip")])
    assert result.exit_code == 0, result.output
    for part in package.parts:
        assert f"{part.name} {part.version}".strip() in result.stdout
    assert f"it.zip: {package.size:,} bytes, SHA-256 {package.sha256}" in result.stdout


def test_a_file_that_no_zip_has_stops_the_build_and_leaves_the_last_zip(tmp_path: Path) -> None:
    root = _copy_of_the_sources(tmp_path)
    (root / "bot" / "words.py.orig").write_text("")
    last = tmp_path / "last.zip"
    last.write_bytes(b"the last one")
    with pytest.raises(Stopped, match=r"bot/words\.py\.orig has a suffix"):
        build_package(last, root=root)
    assert last.read_bytes() == b"the last one"


def test_bytecode_is_the_same_each_time_and_is_run_without_its_source(tmp_path: Path) -> None:
    sources = {
        "trip.py": b"from crew.names import NAME\n",
        "crew/names.py": b"NAME = {'dave', 'ana'} and __file__",
    }
    here = sys.version_info[:2]
    made = bytecode_of({**sources, "crew/async_names.py": b"", "crew/page.html": b""}, sys.executable, here)
    assert made == bytecode_of(sources, sys.executable, here)
    tag = sys.implementation.cache_tag
    assert made.keys() == {f"__pycache__/trip.{tag}.pyc", f"crew/__pycache__/names.{tag}.pyc"}
    for path, content in {**dict.fromkeys(sources, b"raise AssertionError('compiled')"), **made}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    with mock.patch.object(sys, "path", [str(tmp_path), *sys.path]):
        assert str(tmp_path / "crew" / "names.py") == importlib.import_module("trip").NAME
    for name in ("trip", "crew", "crew.names"):
        sys.modules.pop(name)


def test_an_interpreter_of_another_version_stops_the_build() -> None:
    with pytest.raises(Stopped, match=r"could not compile the zip's modules: it is Python 3\.\d+\. Set LAMBDA_PYTHON"):
        bytecode_of({"trip.py": b""}, sys.executable, (3, 0))
