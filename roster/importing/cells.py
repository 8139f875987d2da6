"""The cells of one line, read one by one; what is wrong with any of them is kept, so that a line is told whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

from charter.refusals import Refusal
from roster.importing.problems import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from roster.importing.columns import Columns
    from roster.importing.sheets import Line

_T = TypeVar("_T")

# `1.250,00 €`: two digits behind a comma are cents, however the thousands are parted; three are thousands as elsewhere.
_CONTINENTAL: Final = re.compile(r"(\D*)([0-9]{1,3}(?:[. ][0-9]{3})+|[0-9]+),([0-9]{2})(\D*)")


class Cells:
    """One line's cells by their fields; `reasons` fills with what cannot be read."""

    def __init__(self, columns: Columns, line: Line, *, continental: bool = False) -> None:
        self._columns, self._line, self._continental = columns, line, continental
        self.reasons: list[str] = []

    @property
    def number(self) -> int:
        """The line's number in its file."""
        return self._line.number

    def text(self, field: str) -> str:
        """The cell as it is; empty where there is none."""
        return self._columns.cell(self._line, field)

    def amount(self, field: str) -> str:
        """The cell as an amount is typed here: `125,00` of a file with semicolons is `125.00`."""
        text = self.text(field)
        found = _CONTINENTAL.fullmatch(text) if self._continental else None
        return text if found is None else f"{found[1]}{re.sub('[. ]', '', found[2])}.{found[3]}{found[4]}"

    def read(self, field: str, parse: Callable[[str], _T]) -> _T | None:
        """What `parse` makes of the cell; None when it is empty, or refused."""
        text = self.text(field)
        return self.checked(field, text, parse) if text else None

    def checked(self, field: str, text: str, parse: Callable[[str], _T]) -> _T | None:
        """What `parse` makes of a text that stands for the field; None when it is refused."""
        try:
            return parse(text)
        except (Unreadable, Refusal) as refusal:
            self.reasons.append(f"{field}: {refusal}")
            return None
