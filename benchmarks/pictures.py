"""SVG pictures of curves. They can be read on a phone of 390 px, in light and dark, and without seeing colours."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from axes import Axis, axis, label

if TYPE_CHECKING:
    from results import Curve, Point

# Pixels of the picture on a phone; elsewhere it is shown half as large again.
WIDTH: Final = 390
_PLOT_HEIGHT: Final = 190
_LEFT: Final = 52
_RIGHT: Final = 16
_LINE: Final = 17
_LARGER: Final = 1.5

# Colours that people who confuse red and green can tell apart; each series also has its own dashes and marks.
_COLOURS: Final = (
    *("#0072b2", "#d55e00", "#007d5a", "#a8498a", "#8a6d00", "#555555"),
    *("#5b3fa8", "#b3261e", "#3f6f1a", "#7a4a2b", "#00788a", "#1f2328"),
)
_DARK_COLOURS: Final = (
    *("#56b4e9", "#ff9d4d", "#2ecc9a", "#e58fc4", "#e6c229", "#bbbbbb"),
    *("#b39df3", "#ff8a80", "#a3d977", "#d7a98a", "#4dd0e1", "#ffffff"),
)
_DASHES: Final = ("none", "7 3", "2 3", "9 3 2 3", "12 4", "4 2")

_STYLE: Final = """<style>
svg{--paper:#fff;--ink:#1f2328;--grid:#d8dee4}LIGHT
text{font:12px system-ui,sans-serif;fill:var(--ink)}.head{font-weight:600;font-size:13px}.axis,.tick{font-size:11px}
.grid{stroke:var(--grid)}.line{fill:none;stroke:var(--c);stroke-width:2}.mark{fill:var(--c)}
@media(prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--grid:#30363d}DARK}
</style>"""

# Letters of a line of the title.
_TITLE: Final = 50
# About the width of a letter of the legend.
_LETTER: Final = 7.1
_FEW: Final = 40
"""Points of a series. A series with more is drawn without marks."""


def picture(curve: Curve) -> str:
    """Return the SVG of a curve. Raises ValueError without points, for a value off the axes, or too many series."""
    if len(curve.series) > len(_COLOURS):
        raise ValueError(f"{curve.name} has more than {len(_COLOURS)} series.")
    points = [point for series in curve.series.values() for point in series]
    legend, head = _legend(list(curve.series)), wrap(_plain(curve.title), _TITLE)
    top = _LINE * (1 + len(head) + len(legend)) + 8
    across = axis([x for x, _ in points], start=_LEFT, end=WIDTH - _RIGHT, logarithmic=curve.logarithmic)
    up = axis([y for _, y in points], start=top + _PLOT_HEIGHT, end=top, logarithmic=curve.logarithmic)
    height = top + _PLOT_HEIGHT + 2 * _LINE + 8
    parts = [
        *_frame(curve, height, head),
        *(
            part
            for number, line in enumerate(legend)
            for part in _legend_line(line, _LINE * (number + 1 + len(head)) - 1)
        ),
        f'<text x="6" y="{top - 11}" class="axis">{escape(curve.y)}</text>',
        *_grid(across, up),
        f'<text x="{WIDTH - _RIGHT}" y="{height - 6}" class="axis" text-anchor="end">{escape(curve.x)}</text>',
        *(_line(number, series, across, up) for number, series in enumerate(curve.series.values())),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def in_words(curve: Curve) -> str:
    """Return what the picture shows, for people who do not see it: each series with its first and last point."""
    ends = (
        f"{name} from {_point(points[0])} to {_point(points[-1])}" for name, points in curve.series.items() if points
    )
    return f"{curve.title}. {curve.y} over {curve.x}: {'; '.join(ends)}."


def _plain(text: str) -> str:
    """Return a text without the marks of Markdown's code."""
    return text.replace("`", "")


def _point(point: Point) -> str:
    x, y = (label(float(f"{value:.3g}")) for value in point)
    return f"{y} at {x}"


def _frame(curve: Curve, height: int, head: list[str]) -> list[str]:
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH * _LARGER:g}" height="{height * _LARGER:g}"'
    light, dark = (
        "".join(f".s{number}{{--c:{colour}}}" for number, colour in enumerate(colours))
        for colours in (_COLOURS, _DARK_COLOURS)
    )
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title what">',
        f'<title id="title">{escape(curve.title)}</title>',
        f'<desc id="what">{escape(in_words(curve))}</desc>',
        _STYLE.replace("LIGHT", light).replace("DARK", dark),
        f'<rect width="{WIDTH}" height="{height}" style="fill:var(--paper)"/>',
        *(f'<text x="6" y="{_LINE * at - 2}" class="head">{escape(line)}</text>' for at, line in enumerate(head, 1)),
    ]


def _legend(names: list[str]) -> list[list[tuple[int, str, float]]]:
    """Return the lines of the legend: of each series its number, its name and where it begins."""
    lines: list[list[tuple[int, str, float]]] = [[]]
    at = 6.0
    for number, name in enumerate(map(_plain, names)):
        width = 34 + len(name) * _LETTER
        if lines[-1] and at + width > WIDTH:
            lines.append([])
            at = 6.0
        lines[-1].append((number, name, at))
        at += width + 8
    return lines


def _legend_line(line: list[tuple[int, str, float]], y: int) -> list[str]:
    return [
        f'<g class="s{number}"><path class="line" d="M{at:g} {y - 4}h22" stroke-dasharray="{_dashes(number)}"/>'
        f'{_mark(number, at + 11, y - 4)}<text x="{at + 27:g}" y="{y}">{escape(name)}</text></g>'
        for number, name, at in line
    ]


def _grid(across: Axis, up: Axis) -> list[str]:
    left, right, bottom, top = across.start, across.end, up.start, up.end
    lines = [f'<path class="grid" d="M{left:g} {up.at(tick):.1f}H{right:g}"/>' for tick in up.ticks]
    lines += [f'<path class="grid" d="M{across.at(tick):.1f} {bottom:g}V{top:g}"/>' for tick in across.ticks]
    lines += [
        f'<text class="tick" x="{left - 5:g}" y="{up.at(tick) + 4:.1f}" text-anchor="end">{label(tick)}</text>'
        for tick in up.ticks
    ]
    lines += [
        f'<text class="tick" x="{across.at(tick):.1f}" y="{bottom + 15:g}" text-anchor="middle">{label(tick)}</text>'
        for tick in across.ticks
    ]
    return lines


def _line(number: int, series: tuple[Point, ...], across: Axis, up: Axis) -> str:
    places = [(across.at(x), up.at(y)) for x, y in series]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    marks = "".join(_mark(number, x, y) for x, y in places) if len(places) <= _FEW else ""
    drawn = f'<polyline class="line" points="{path}" stroke-dasharray="{_dashes(number)}"/>'
    return f'<g class="s{number}">{drawn}{marks}</g>'


def _dashes(number: int) -> str:
    return _DASHES[number % len(_DASHES)]


def _mark(number: int, x: float, y: float) -> str:
    """Return the mark of a series: a disc, a square or a diamond."""
    if number % 3 == 0:
        return f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
    turned = f' transform="rotate(45 {x:.1f} {y:.1f})"' if number % 3 == 2 else ""  # noqa: PLR2004 - the third of three
    return f'<rect class="mark" x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"{turned}/>'
