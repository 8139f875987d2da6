"""The command that writes the page of figures: sections and pictures of every benchmark, and a run of only one."""

from __future__ import annotations

import importlib
import sys
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any, Final

import pytest

from devkit.aws import ROOT
from tests.test_documents import broken_links

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_SVG: Final = "{http://www.w3.org/2000/svg}"
_OURS: Final = ("axes", "figures", "figures_page", "pictures", "results", "fake_growth", "fake_load", "fake_long")

_FAKE: Final = """
from results import Curve, ResultTable, Section

def sections(quick):
    series = {"ours": ((1, 40.0), (100, LAST), (100_000, 41.5)), "a < b & c": ((1, 60.0), (100_000, 9_000.0))}
    curve = Curve(NAME, "Opening", "entries", "milliseconds", series, logarithmic=NAME != "load")
    table = ResultTable(("a", "b"), (("1|2", f"{LAST} ms"),))
    return (Section(f"The {NAME}, measured", f"How: a fake. Quick: {quick}", (table,), (curve,), "Flat."),)
"""


@pytest.fixture
def figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    """Return the command over three made-up benchmarks, of which `fake_long` is a long one."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "README.md").touch()  # the page has a link to it
    for name in ("growth", "load", "long"):
        _fake(tmp_path, name)
    command: Any = importlib.import_module("figures").main

    def run(*arguments: str) -> int:
        into = ("--into", str(tmp_path / "docs"))
        code: int = command([*into, *arguments], modules=("fake_growth", "fake_load"), long=("fake_long",))
        for name in _OURS[-3:]:
            sys.modules.pop(name, None)
        return code

    yield run
    for name in _OURS:
        sys.modules.pop(name, None)


def _fake(folder: Path, name: str, *, last: float = 40.7) -> None:
    (folder / f"fake_{name}.py").write_text(f"NAME, LAST = {name!r}, {last}\n{_FAKE}")
    importlib.invalidate_caches()


def test_the_page_has_each_section_with_its_picture_and_one_measured_again_keeps_the_others(
    figures: Callable[..., int], tmp_path: Path
) -> None:
    page, pictures = tmp_path / "docs" / "figures.md", tmp_path / "docs" / "pictures" / "figures"
    assert figures("--quick") == 0
    text = page.read_text()
    assert "## The growth, measured" in text
    assert "## The load, measured" in text
    assert "The long" not in text, "a long one runs only when it is named"
    assert "| 1\\|2 | 40.7 ms |" in text
    assert "quick run" in text
    assert list(broken_links(page, text)) == [], "contents and pictures"
    assert {path.name for path in pictures.iterdir()} == {"growth.svg", "load.svg"}

    _fake(tmp_path, "growth", last=47.25)
    (tmp_path / "fake_load.py").write_text("def sections(quick): raise RuntimeError('no table')")
    assert figures("--only", "fake_growth", "--only", "fake_long") == 0
    text = page.read_text()
    assert (text.count("47.25 ms"), text.count("40.7 ms")) == (1, 2), "only what was named is measured again"
    assert "long run" in text.partition("## The long, measured")[2]
    assert (pictures / "long.svg").exists()

    assert figures() == 1, "the failed one is reported"
    assert "## The load, measured" in page.read_text(), "and keeps its last result"

    (pictures / "gone.svg").write_text("<svg/>")
    before = page.read_text()
    assert figures("--page") == 0
    assert page.read_text() == before
    assert not (pictures / "gone.svg").exists()


@pytest.mark.parametrize("name", ["growth", "load"])
def test_a_picture_has_axes_with_units_ticks_a_legend_and_every_point_inside(
    figures: Callable[..., int], tmp_path: Path, name: str
) -> None:
    figures("--quick")
    svg = ET.parse(tmp_path / "docs" / "pictures" / "figures" / f"{name}.svg").getroot()  # noqa: S314 - ours
    _, _, width, height = map(float, svg.attrib["viewBox"].split())
    assert width == 390, "a phone shows it as large as it was drawn"
    texts = [text.text for text in svg.iter(f"{_SVG}text")]
    assert {"Opening", "entries", "milliseconds", "ours", "a < b & c", "100k"} <= set(texts)
    ticks = [text.text for text in svg.iter(f"{_SVG}text") if text.get("class") == "tick"]
    assert ("0" in ticks) == (name == "load"), "a linear axis begins at zero"
    for line in svg.iter(f"{_SVG}polyline"):
        places = [tuple(map(float, place.split(","))) for place in line.attrib["points"].split()]
        assert len(places) in (2, 3)
        assert all(0 <= x <= width and 0 <= y <= height for x, y in places)
        assert [x for x, _ in places] == sorted(x for x, _ in places)
    style = "".join(svg.itertext())
    assert "prefers-color-scheme:dark" in style
    said = svg.findtext(f"{_SVG}desc") or ""
    assert "ours from 40 at 1 to 41.5 at 100k" in said


def test_a_value_without_a_place_on_its_axis_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    axes = importlib.import_module("axes")
    for values, logarithmic in (([], False), ([-1.0], False), ([0.0, 1.0], True)):
        with pytest.raises(ValueError, match="axis"):
            axes.axis(values, start=0, end=100, logarithmic=logarithmic)
    assert axes.axis([3.0, 48_000.0], start=0, end=100, logarithmic=True).ticks == (1, 10, 100, 1000, 10_000, 100_000)
    assert axes.axis([4.0, 15.0], start=0, end=100, logarithmic=True).ticks == (2, 5, 10, 20)
    assert axes.axis([0.0], start=0, end=100, logarithmic=False).at(0) == 0
    assert axes.axis([7.0, 23.0], start=0, end=100, logarithmic=False).ticks == (0, 5, 10, 15, 20, 25)
    assert [axes.label(tick) for tick in (0.05, 2, 5_000, 20_000, 1e6)] == ["0.05", "2", "5,000", "20k", "1M"]
    sys.modules.pop("axes")
