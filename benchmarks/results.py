"""Result of a benchmark for the page of figures: a section with its tables and its curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class ResultTable:
    """A table of a section. Each row has as many cells as there are columns, already in words and rounded."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Curve:
    """A picture of one or more series over the same x, by the file name that it gets (without folder and suffix)."""

    name: str
    title: str
    x: str
    y: str
    series: dict[str, tuple[Point, ...]]
    logarithmic: bool = False
    """Both axes; every value is then above zero."""


@dataclass(frozen=True)
class Section:
    """One section of the page: how it was measured, what came out, and what follows from it, in Markdown."""

    title: str
    how: str
    tables: tuple[ResultTable, ...] = ()
    curves: tuple[Curve, ...] = ()
    findings: str = ""


def read_section(stored: dict[str, Any]) -> Section:
    """Return the section that `dataclasses.asdict` made `stored` of, also after JSON has made lists of its tuples."""
    tables = (ResultTable(tuple(table["columns"]), tuple(map(tuple, table["rows"]))) for table in stored["tables"])
    curves = (Curve(**{**curve, "series": _series(curve["series"])}) for curve in stored["curves"])
    return Section(**{**stored, "tables": tuple(tables), "curves": tuple(curves)})


def _series(stored: dict[str, list[list[float]]]) -> dict[str, tuple[Point, ...]]:
    return {name: tuple((x, y) for x, y in points) for name, points in stored.items()}
