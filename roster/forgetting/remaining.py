"""Says what a command cannot erase, where it is, and until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from adapters.attribute_values import from_wire
from adapters.cash import CASH
from adapters.dynamo import rows_of
from charter.announcements import REMEMBERED
from charter.pseudonyms import FORGOTTEN, Pseudonym, Words
from roster.wording import counted, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from charter.events import Event
    from roster.forgetting.evidence import Bucket
    from roster.forgetting.people import EventPerson

LOCKED_YEARS: Final = 7  # by the bucket's default
HISTORY: Final = timedelta(days=35)  # of the table's point-in-time recovery


@dataclass(slots=True)
class Remaining:
    """The traces that stay of the people who are forgotten, added event by event."""

    waivers: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    channels: set[str] = field(default_factory=set)
    titles: list[str] = field(default_factory=list)
    last_evidence: datetime | None = None
    last_event: datetime | None = None
    people: list[Pseudonym] = field(default_factory=list)

    def add(self, event: Event, people: Iterable[EventPerson | Pseudonym]) -> None:
        """Add what one event keeps of these people, as it is before they are forgotten."""
        self.last_event = max(filter(None, (self.last_event, event.starts_at)))
        if event.channel:
            self.channels.add(event.channel)
        signatures, moments = event.signatures or {}, list[datetime]()
        for person in people:
            who = Pseudonym(name=FORGOTTEN, names=person.names, contacts=person.contacts)
            self.people.append(who)
            if Words([who]).replaced(event.title) != event.title:
                self.titles.append(event.eid)
            for signature_id in person.signature_ids:
                signed_for = signatures[signature_id].signed_for  # where the party came from another event
                self.waivers += [f"waivers/{eid}/{signature_id}.json" for eid in (*event.eids, *signed_for)]
                moments += [each.moment for each in [signatures[signature_id]] if each.moment]
        for frozen in event.cast_offs:
            self.lists += [f"manifests/{event.first_eid}/{frozen.list_id}.{kind}" for kind in ("json", "pdf")]
            moments.append(frozen.at)
        self.last_evidence = max(filter(None, (self.last_evidence, *moments)), default=None)

    def lines(self, client: DynamoDBClient, table: str, bucket: Bucket | None, *, now: datetime) -> Iterator[str]:
        """Yield a sentence for each place that keeps something."""
        yield from self._evidence(bucket)
        if notes := list(self._cash_notes(client, table)):
            yield f"Hand-overs of cash: the notes of {named(notes)} name them, and hand-overs are never changed."
        if self.titles:
            yield f"Titles: {named(sorted(set(self.titles)))} may be named after them. Give another title in Slack."
        places = f"{named(sorted(self.channels))} and the office's channel" if self.channels else "the office's channel"
        yield f"Slack: posts in {places} may name them. Nothing erases them here: delete them by hand."
        until = f"{now + HISTORY:%Y-%m-%d}"
        yield f"Backups: the table's history has the names for 35 days, until {until}; the table's stream for one day."
        if self.last_event:
            yield (
                "Announcements: their records hold ids and places of posts, and DynamoDB deletes them "
                f"by {max(self.last_event.astimezone(UTC), now) + REMEMBERED:%Y-%m-%d}."
            )
        if any("@" in contact for who in self.people for contact in who.contacts):
            yield "Mails: that somebody ended our mails to an address is kept, by a hash of the address."
        yield (
            "Outside the table: mails to the office and to patrons, exports and journals that were written, files that "
            "were imported, and printed lists. Logs hold no name, and end after 90 days."
        )
        yield "Free texts were searched for names, phones and e-mails; a nickname in a note stays."

    def _evidence(self, bucket: Bucket | None) -> Iterator[str]:
        for keys, word, each in ((self.waivers, "signed waiver", 1), (self.lists, "passenger list", 2)):
            keys_once = list(dict.fromkeys(keys))
            if not keys_once:
                continue
            number, until = bucket.locked_until(keys_once) if bucket else (0, None)
            if bucket:
                said = f"until {until:%Y-%m-%d}" if until else "for as long as its lock says"
                yield f"Evidence: {counted(-(-number // each), word)} in the bucket {bucket.name}, locked {said}."
            else:
                until_when = self._by_default()
                yield f"Evidence: the {word}s in the bucket are locked until {until_when}. --bucket reads the date."

    def _by_default(self) -> str:
        if self.last_evidence is None:
            return f"{LOCKED_YEARS} years after they were made"
        return f"about {self.last_evidence.year + LOCKED_YEARS}-{self.last_evidence:%m-%d}, by the bucket's default"

    def _cash_notes(self, client: DynamoDBClient, table: str) -> Iterator[str]:
        words = Words(self.people)
        for name, wire in rows_of(client, table, CASH).items():
            note = from_wire(wire).get("note")
            if isinstance(note, str) and words.replaced(note) != note:
                yield name.partition(":")[2]
