"""Refusals of the books: a month that nobody means, that is not over, or that was not counted."""

from __future__ import annotations

from charter.refusals.base import Conflict, Malformed, Unknown, shortened


class MonthMalformed(Malformed):
    """The words name no month."""

    default_field = "month"

    def __init__(self, text: str) -> None:
        super().__init__(f"“{shortened(text)}” is not a month. Write it like 2026-11, november or last month.")


class BooksMissing(Unknown):
    """The table has no books: nobody made them, and nothing was logged since."""

    sentence = (
        "There are no books yet. They begin with the next payment; for older ones the operator runs "
        "`python -m roster rebuild` once."
    )


class MonthNotOver(Conflict):
    """A month is closed when it is over. `name` is its name in words."""

    default_field = "month"

    def __init__(self, name: str) -> None:
        super().__init__(f"{shortened(name)} is not over yet. Close it when its last day is over on the boat's clock.")


class BooksNotCompared(Conflict):
    """The books were never compared with the ledgers, so a month in them may lack payments."""

    default_field = "month"
    sentence = (
        "The books were never compared with the ledgers, so nothing was closed. The operator runs "
        "`python -m roster rebuild` once; then close the month."
    )


class ExportTooLarge(Conflict):
    """The export takes longer, or is larger, than one answer over the web may be."""

    sentence = "This export is too large for the web. The operator makes it with `python -m roster export payments`."


class LedgersDisagree(Conflict):
    """An amount and its entries disagree, so an export would not be right."""

    sentence = "Entries and amounts disagree, so nothing was exported. The operator runs `python -m roster verify`."
