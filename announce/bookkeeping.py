"""Keeps the books up to the events of a batch, before anything of it is announced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from announce.run import RESERVE
from charter.announcements import OutOfTime

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from announce.services import Services
    from charter.bookkeeping import Books

# The rows of an event that the books follow.
FOLLOWED: Final = ("#event", "#signature:", "#change:")


class Bookkeeper:
    """Refreshes the books. `report` logs and counts an error, `is_temporary` says whether a later try may succeed."""

    def __init__(self, services: Services, books: Books, report: Callable[[Exception], None]) -> None:
        self._services, self._books, self._report = services, books, report

    def keep(self, records: Sequence[Mapping[str, Any]], is_temporary: Callable[[Exception], bool]) -> set[str]:
        """Refresh the books once for each event in the batch. Return the numbers of the records that must come again.

        An error that is not temporary is reported and passed over: announcements do not wait for the books, the event's
        next change refreshes them, and `roster verify` finds what is missing.
        """
        failed: set[str] = set()
        for eid, numbers in _numbers_by_event(records).items():
            try:
                if self._services.time_left() < RESERVE:
                    raise OutOfTime  # noqa: TRY301 - handled like every other temporary error
                self._books.refresh(eid)
            except Exception as error:  # noqa: BLE001 - one event's error must not stop the others
                self._report(error)
                if is_temporary(error):
                    failed.update(numbers)
        return failed


def _numbers_by_event(records: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the stream's numbers of the changes of each event, removed rows included."""
    numbers: dict[str, list[str]] = {}
    for record in records:
        change: Mapping[str, Any] = record.get("dynamodb") or {}
        keys = change.get("Keys") or {}
        if str(keys.get("crew_id", {}).get("S", "")).startswith(FOLLOWED):
            numbers.setdefault(str(keys["eid"]["S"]), []).append(str(change["SequenceNumber"]))
    return numbers
