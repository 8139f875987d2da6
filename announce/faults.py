"""Reports records that could not be announced: in the log, the metrics and the dead letters."""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_lambda_powertools import Logger

    from announce.redrive import Queue
    from charter.ports import Meter


@dataclass(frozen=True, slots=True)
class Faults:
    """Reports faults by their kind and place alone: an error's text may quote a patron."""

    log: Logger
    meter: Meter
    dead_letters: Queue | None
    announce_by: Sequence[str]

    def log_error(self, message: str, error: Exception, **extra: str | None) -> None:
        """Log an error by its kind and place."""
        where = traceback.format_tb(error.__traceback__)
        self.log.error(message, extra={"why": type(error).__name__, **extra, "where": where})

    def report(self, fault: Exception, *, stream_event: str | None) -> None:
        """Log and count one fault of a record."""
        self.log_error("a record failed", fault, stream_event=stream_event)
        self.meter.count("RecordFailed", why=type(fault).__name__)

    def set_aside(self, record: Mapping[str, Any], faults: Sequence[Exception], error: Exception) -> None:
        """Put a record into the dead letters. Raises `error` itself where there are none."""
        if self.dead_letters is None:
            raise error
        self.dead_letters.put(self._letter(record, faults))

    def _letter(self, record: Mapping[str, Any], faults: Sequence[Exception]) -> dict[str, str]:
        """Return the reference of the record, and why it failed. Its content stays in the event's row."""
        change = record.get("dynamodb") or {}
        return {
            "why": ", ".join(sorted({type(fault).__name__ for fault in faults})),
            "announce_by": ",".join(self.announce_by),
            "stream": str(record.get("eventSourceARN", "")),
            "sequence_number": str(change.get("SequenceNumber", "")),
            "event_id": str(record.get("eventID", "")),
            "row": json.dumps(change.get("Keys")),
        }
