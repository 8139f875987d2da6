"""The page of figures: what the benchmarks measured, as Markdown with pictures."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from pictures import in_words
from results import Section, read_section

if TYPE_CHECKING:
    from results import ResultTable

PICTURES: Final = "pictures/figures"
"""The folder of the pictures, beside the page."""

_HEAD: Final = """# Figures

How fast it is, and how well it is proven. `make figures` measures all of it and writes this page, its pictures, and the
results as JSON in a folder of the same name. `make figures ARGS="--only {example}"` measures one benchmark again and
keeps the others. What takes more than a few minutes is marked as a *long run*, and is measured only when it is named.

Compare ratios, not milliseconds: a ratio has both sides from the same run on the same machine.
[benchmarks](../benchmarks/README.md) says what the peer is, and what a benchmark leaves out."""


@dataclass(frozen=True)
class Measured:
    """The result of one benchmark module, with the conditions of its run."""

    module: str
    sections: tuple[Section, ...]
    conditions: dict[str, Any]
    """`date`, `python`, `machine`, `cores`, `load` before and `load_after`, `seconds` that it took, and `quick`."""
    long: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "module": self.module,
            "conditions": self.conditions,
            "long": self.long,
            "sections": [asdict(section) for section in self.sections],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Return what `to_json` returned, also through a file."""
        return cls(**{**stored, "sections": tuple(map(read_section, stored["sections"]))})


def page(results: list[Measured]) -> str:
    """Return the whole page, in the order of the results."""
    sections = [(section, measured) for measured in results for section in measured.sections]
    contents = [f"- [{section.title}](#{anchor(section.title)})" for section, _ in sections]
    example = results[0].module if results else "distance"
    return (
        "\n\n".join(
            [
                _HEAD.format(example=example),
                *(["\n".join(contents)] if contents else ["Nothing is measured yet."]),
                *(_section(section, measured) for section, measured in sections),
            ]
        )
        + "\n"
    )


def anchor(title: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _section(section: Section, measured: Measured) -> str:
    curves = [f"![{_alternative(in_words(curve))}]({PICTURES}/{curve.name}.svg)" for curve in section.curves]
    parts = [
        f"## {section.title}",
        section.how.strip(),
        *map(_table, section.tables),
        *curves,
        section.findings.strip(),
        f"<sub>{_conditions(measured)}</sub>",
    ]
    return "\n\n".join(part for part in parts if part)


def _alternative(text: str) -> str:
    return re.sub(r"[\[\]\n]", " ", text)


def _table(table: ResultTable) -> str:
    rows = [table.columns, tuple("---" for _ in table.columns), *table.rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)


def _conditions(measured: Measured) -> str:
    known = measured.conditions
    marks = ["long run"] if measured.long else []
    marks += ["quick run with too few figures to go by"] if known["quick"] else []
    system = f"Python {known['python']}, {known['machine']}, {known['cores']} cores"
    load = f"load {known['load']} before and {known['load_after']} after"
    return ", ".join([f"`{measured.module}`", *marks, known["date"], system, load, f"took {known['seconds']} s."])
