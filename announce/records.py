"""One batch of the stream's records: each is announced, set aside, or comes again."""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from announce.run import Run
from charter.announcements import ChangeUnreadable, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

    from announce.run import Transport
    from announce.services import Services
    from charter.announcements import Change, SignatureChange


@dataclass(frozen=True, slots=True)
class Records:
    """Announces batches by all transports. A fault is logged and set aside by its kind: its text may quote a patron."""

    services: Services
    transports: Sequence[Transport]
    announce_by: Sequence[str]

    def announce(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's
        """Announce a batch, which is not empty. Return the records that must come again, in Lambda's form."""
        services = self.services
        records = services.in_order(event["Records"])
        changes = [change for record in records if (change := self._readable(record)) is not None]
        run = Run(
            changes,
            transports=self.transports,
            read=services.ledger.event,
            time_left=services.time_left,
            is_outage=services.is_outage,
        )
        answer = process_partial_response(
            event={**event, "Records": records},
            record_handler=partial(self._announce, run=run),
            processor=BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False),
            context=context,
        )
        return dict(answer)

    def _announce(self, record: DynamoDBRecord, *, run: Run) -> None:
        """Announce one record.

        A record that comes again holds up all records behind it, so it comes again only after an outage. Any other
        faulty record is set aside. Where that fails too, the later records of its event wait, so that no void is
        announced before its payment.
        """
        change = None
        try:
            change = self.services.read_change(record.raw_event)
            if change is not None:
                run.take(change)
        except Exception as error:
            faults = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
            for fault in faults:
                self._report(fault, stream_event=record.event_id)
            if any(run.is_temporary(fault) for fault in faults):
                raise
            try:
                self._set_aside(record.raw_event, faults, error)
            except Exception:
                if change is not None and not all(isinstance(fault, Refused) for fault in faults):
                    run.hold(change)
                raise

    def _readable(self, record: Mapping[str, Any]) -> Change | SignatureChange | None:
        try:
            return self.services.read_change(record)
        except ChangeUnreadable:
            return None  # it fails when its turn comes

    def log_error(self, message: str, error: Exception, **extra: str | None) -> None:
        """Log an error by its kind and place."""
        where = traceback.format_tb(error.__traceback__)
        self.services.log.error(message, extra={"why": type(error).__name__, **extra, "where": where})

    def _report(self, fault: Exception, *, stream_event: str | None) -> None:
        """Log and count one fault of a record."""
        self.log_error("a record failed", fault, stream_event=stream_event)
        self.services.meter.count("RecordFailed", why=type(fault).__name__)

    def _set_aside(self, record: Mapping[str, Any], faults: Sequence[Exception], error: Exception) -> None:
        """Put a record into the dead letters. Raises `error` itself where there are none."""
        if self.services.dead_letters is None:
            raise error
        self.services.dead_letters.put(self._letter(record, faults))

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
