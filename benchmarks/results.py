"""What a benchmark hands to the page of figures: a section with its tables and its curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Table:
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
    tables: tuple[Table, ...] = ()
    curves: tuple[Curve, ...] = ()
    findings: str = ""
