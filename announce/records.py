"""One batch of the stream's records: each is announced, set aside, or comes again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from announce.run import Run
from charter.announcements import ChangeUnreadable, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

    from announce.faults import Faults
    from announce.run import Transport
    from charter.announcements import Change, SignatureChange
    from charter.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Announces batches by all `transports`.

    `in_order` sorts a batch, and `read_change` returns the change that a record holds, or None where nothing follows.
    It may raise ChangeUnreadable. `read` and `is_outage` are as in Run.
    """

    transports: Sequence[Transport]
    faults: Faults
    in_order: Callable[[Sequence[Mapping[str, Any]]], list[Mapping[str, Any]]]
    read_change: Callable[[Mapping[str, Any]], Change | SignatureChange | None]
    read: Callable[[str], Event]
    is_outage: Callable[[Exception], bool]
    time_left: Callable[[], float]

    def announce(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's
        """Announce a batch, which is not empty. Return the records that must come again, in Lambda's form."""
        records = self.in_order(event["Records"])
        changes = [change for record in records if (change := self._readable(record)) is not None]
        run = Run(
            changes, transports=self.transports, read=self.read, time_left=self.time_left, is_outage=self.is_outage
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
            change = self.read_change(record.raw_event)
            if change is not None:
                run.take(change)
        except Exception as error:
            faults = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
            for fault in faults:
                self.faults.report(fault, stream_event=record.event_id)
            if any(run.is_temporary(fault) for fault in faults):
                raise
            try:
                self.faults.set_aside(record.raw_event, faults, error)
            except Exception:
                if change is not None and not all(isinstance(fault, Refused) for fault in faults):
                    run.hold(change)
                raise

    def _readable(self, record: Mapping[str, Any]) -> Change | SignatureChange | None:
        try:
            return self.read_change(record)
        except ChangeUnreadable:
            return None  # it fails when its turn comes
