"""Carries out the renames that the bot asked for, because they do not fit into one transaction (docs/adr/0049)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from announce.services import Services
    from charter.ports import Renames


class Renamer:
    """Renames events. `report` logs and counts an error, `is_temporary` says whether a later try may succeed."""

    def __init__(self, services: Services, renames: Renames, report: Callable[[Exception], None]) -> None:
        self._services, self._renames, self._report = services, renames, report

    def carry_out(self, records: Sequence[Mapping[str, Any]], is_temporary: Callable[[Exception], bool]) -> set[str]:
        """Do each rename that the batch asks for, once. Return the numbers of the records that must come again.

        A rename that is interrupted goes on when its record comes again. One that has become impossible is reported and
        taken back: the event keeps its id, and nothing of it waits.
        """
        failed: set[str] = set()
        for (old, new), numbers in self._asked(records).items():
            try:
                self._renames.carry_out(old, new)
            except Exception as error:  # noqa: BLE001 - one event's error must not stop the others
                self._report(error)
                if is_temporary(error):
                    failed.update(numbers)
        return failed

    def _asked(self, records: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], list[str]]:
        """Return the stream's numbers of the records that ask for each rename, by the old and the new id."""
        numbers: dict[tuple[str, str], list[str]] = {}
        for record in records:
            if asked := self._services.read_rename(record):
                numbers.setdefault(asked, []).append(str(record["dynamodb"]["SequenceNumber"]))
        return numbers
