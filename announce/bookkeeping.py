"""Keeps the books up to the events of a batch, before anything of it is announced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from announce.run import RESERVE
from charter.announcements import OutOfTime
from charter.event_ids import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from announce.services import Services
    from charter.bookkeeping import Books

# The rows of an event that the books follow, and those of hand-overs.
FOLLOWED: Final = ("#event", "#signature:", "#change:")
HAND_OVER_ROW: Final = "#handover:"


class Bookkeeper:
    """Refreshes the books. `report` logs and counts an error, `is_temporary` says whether a later try may succeed."""

    def __init__(self, services: Services, books: Books, report: Callable[[Exception], None]) -> None:
        self._services, self._books, self._report = services, books, report

    def keep(self, records: Sequence[Mapping[str, Any]], is_temporary: Callable[[Exception], bool]) -> set[str]:
        """Refresh the books once for each event and hand-over in the batch.

        Return the numbers of the records that must come again.

        An error that is not temporary is reported and passed over: announcements do not wait for the books, the next
        change of the same row refreshes them, and `roster verify` finds what is missing.
        """
        failed: set[str] = set()
        for (eid, hand_over_id), numbers in _numbers_by_source(records).items():
            try:
                if self._services.time_left() < RESERVE:
                    raise OutOfTime  # noqa: TRY301 - handled like every other temporary error
                if hand_over_id:
                    self._books.refresh_hand_over(hand_over_id)
                else:
                    self._books.refresh(eid)
            except Exception as error:  # noqa: BLE001 - one row's error must not stop the others
                self._report(error)
                if is_temporary(error):
                    failed.update(numbers)
        return failed


def _numbers_by_source(records: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], list[str]]:
    """Return the stream's numbers of the changes of each event and each hand-over, removed rows included.

    The second name is the id of the hand-over, empty for an event.
    """
    numbers: dict[tuple[str, str], list[str]] = {}
    for record in records:
        change: Mapping[str, Any] = record.get("dynamodb") or {}
        keys = change.get("Keys") or {}
        crew_id = str(keys.get("crew_id", {}).get("S", ""))
        if len(str(keys.get("eid", {}).get("S", ""))) > LONGEST:
            continue  # no event of ours has such an id, and the books have no room for it
        if crew_id.startswith((*FOLLOWED, HAND_OVER_ROW)):
            handed = crew_id.removeprefix(HAND_OVER_ROW) if crew_id.startswith(HAND_OVER_ROW) else ""
            numbers.setdefault((str(keys["eid"]["S"]), handed), []).append(str(change["SequenceNumber"]))
    return numbers
