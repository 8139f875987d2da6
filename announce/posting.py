"""The transport to Slack: a post for each payment, signature and cast-off, and corrections in a payment's thread."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from announce import posts
from announce.authors import author_name
from announce.group_posts import GroupPosts, leader_of
from announce.once import once
from announce.settings import SLACK
from charter.announcements import ChannelClosed, EntryLogged, PatronSigned, PostGone, SignatureResolved
from charter.boarding_news import BoardingFact, CastOffDone
from charter.event_news import EventEdited
from charter.frozen import dataclass
from charter.passengers import thaw
from charter.payments import REVERSALS, Kind
from charter.reminders import Reminded
from charter.undoing import is_undoable
from charter.void_requests import VoidRequested

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from announce.cards import Cards
    from announce.channels import Channels
    from announce.event_news import EventNews
    from announce.groups import Groups
    from announce.hand_overs import HandOvers
    from announce.reminders import ReminderCards
    from announce.requests import RequestPosts
    from announce.services import Services
    from charter.announcements import EditFact, Fact
    from charter.cash_news import HandOverFact
    from charter.events import Event
    from charter.late import LateFact
    from charter.payments import Entry
    from charter.records import MessagePlace, Record

ENTRY: Final = "entry_logged"
SIGNATURE: Final = "patron_signed"
BOARDING: Final = "boarding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """announce.run's Transport to Slack. `methods` are those that the metrics distinguish."""

    services: Services
    channels: Channels
    cards: Cards
    groups: Groups
    requests: RequestPosts
    hand_overs: HandOvers
    reminders: ReminderCards
    event_news: EventNews
    methods: Sequence[str]
    zone: tzinfo
    name: str = field(default=SLACK, init=False)

    def announce(self, fact: Fact, together: Sequence[PatronSigned] = ()) -> None:
        """Post once. Raises SlackUnavailable, InHand, TableUnavailable; Refused where Slack will never take it.

        Raises NoChannel where no channel takes it; then a sweep posts it late. A cast-off also raises as
        charter.ports.Manifests.keep; then it is not posted yet.
        """
        if isinstance(fact, SignatureResolved):
            self._say_matched(fact)
        elif isinstance(fact, PatronSigned):
            self._announce_signed(fact, together)
        elif isinstance(fact, BoardingFact):
            self._announce_boarding(fact)
        elif isinstance(fact, EntryLogged):
            self._announce_entry(fact)
        elif self._announce_other(fact):
            self._count(fact)

    def _announce_other(self, fact: EditFact | HandOverFact) -> bool:
        """Post a fact whose posts have a class of their own. Return whether this call did it."""
        match fact:
            case VoidRequested():
                return self.requests.announce(fact)
            case Reminded():
                return self.reminders.announce(fact)
            case EventEdited():
                return self.event_news.announce(fact)
        return self.hand_overs.announce(fact)

    def _announce_signed(self, fact: PatronSigned, together: Sequence[PatronSigned]) -> None:
        record = self.services.posted.find(fact.id)
        if record is not None and record.done:
            return  # the shared line counts it already
        line = self.groups.line_for(fact, together)
        if line is not None:
            self.groups.add(line, fact.event)
        if once(
            fact.id,
            event=fact.event,
            posted=self.services.posted,
            now=self.services.now(),
            do=(lambda: None) if line else partial(self._post_signed, fact),
            find_earlier=(lambda _record: None) if line else partial(self._find_earlier, fact),
            wanted=line.key if line else "",
        ):
            self._count(fact)
            if line is None:
                self.groups.count_single(fact)

    def _announce_entry(self, fact: EntryLogged) -> None:
        leader = leader_of(fact)
        if leader.id != fact.id and not self._is_done(leader.id):
            self._announce_entry(leader)  # its post is that of the whole group
        if once(
            fact.id,
            event=fact.event,
            posted=self.services.posted,
            now=self.services.now(),
            do=partial(self._post, fact),
            find_earlier=partial(self._find_earlier, fact),
        ):
            self._count(fact)
        if fact.entry.kind is Kind.PAYMENT:
            self._strike_if_voided(fact)
        self.requests.close(fact)

    def _announce_boarding(self, fact: BoardingFact) -> None:
        if once(
            fact.id,
            event=fact.event,
            posted=self.services.posted,
            now=self.services.now(),
            do=partial(self._post_boarding, fact),
            find_earlier=partial(self._find_earlier, fact),
        ):
            self._count(fact)

    def mark_announced(self, fact: LateFact) -> None:
        """Record a fact as announced, and post nothing."""
        self._mark(fact.id, fact.event)

    def refresh_card(self, eid: str) -> None:
        """Update the event's boarding card."""
        self.cards.refresh(eid)

    def _post_signed(self, fact: PatronSigned) -> MessagePlace | None:
        return self.channels.post(fact.event, posts.signature_line(fact), kind=SIGNATURE, key=fact.id)

    def _post_boarding(self, fact: BoardingFact) -> MessagePlace | None:
        if isinstance(fact, CastOffDone):
            self._file(fact)  # the post waits for it
            message = posts.cast_off_line(fact, by=self._author(fact.by), zone=self.zone)
        else:
            message = posts.reopened_line(fact, by=self._author(fact.by))
        return self.channels.post(fact.event, message, kind=BOARDING, key=fact.id)

    def _file(self, fact: CastOffDone) -> None:
        """Keep the frozen list and its PDF. A list that the table has lost cannot be filed, which is counted."""
        manifests, frozen = self.services.manifests, fact.frozen
        if manifests is None or (frozen and frozen.redacted):  # of a redacted one the evidence has the text
            return
        if frozen is None:
            self.services.meter.count("ManifestMissing")
            return
        text, cast_off = frozen.text, fact.cast_off
        manifests.keep(fact.event.first_eid, frozen, lambda: self.services.print_list(thaw(text, cast_off)))

    def _post(self, fact: EntryLogged) -> MessagePlace | None:
        if (leader := leader_of(fact)).id != fact.id:
            record = self.services.posted.find(leader.id)
            return record.place if record else None
        by = self._author(fact.entry.logged_by)
        # The strike comes first, because it can be repeated and a post cannot.
        if (original := self._original_or_mark(fact)) and self._strike(original, fact):
            with suppress(PostGone, ChannelClosed):
                correction = posts.correction_line(fact, by=by)
                return self.services.poster.post(original.channel, correction, kind=ENTRY, key=fact.id, thread=original)
        if message := self._group_posts.message(fact):
            return self.channels.post(fact.event, message, kind=ENTRY, key=fact.id)
        undoable = is_undoable(fact.event.payment(fact.patron.patron_id), fact.entry, self.services.now())
        message = posts.payment_line(fact, by=by, undoable=undoable)
        return self.channels.post(fact.event, message, kind=ENTRY, key=fact.id)

    def _say_matched(self, fact: SignatureResolved) -> None:
        """Add to the signature's post the party to which it was matched. A second call changes nothing."""
        record = self.services.posted.find(fact.id)
        if record is not None and record.wanted:
            self.groups.refresh(record.wanted, fact.event)
        if record is None or record.place is None:
            return
        by = self._author(fact.signature.matched_by or "")
        self._update(record.place, posts.matched_line(fact, by=by))

    def _strike(self, original: MessagePlace, fact: EntryLogged) -> bool:
        """Strike the post of a voided payment. Return False where that failed: the void then needs its own post."""
        reverses = fact.entry.reverses
        undone = fact.event.payment(fact.patron.patron_id).entry(reverses) if reverses else None
        if undone is None or fact.entry.kind not in REVERSALS:
            return True
        return self._update(original, self._struck(fact, undone, reversal=fact.entry))

    def _struck(self, fact: EntryLogged, undone: Entry, *, reversal: Entry) -> dict[str, Any]:
        """Return the post of a payment that was undone. In that of a group one line is struck."""
        group = self._group_posts.message_by_now(fact.event, undone)
        by = self._author(reversal.logged_by)
        return group or posts.struck_line(fact, undone, kind=reversal.kind, by=by)

    def _strike_if_voided(self, fact: EntryLogged) -> None:
        """Strike a payment that was posted after its void. That happens when the event was renamed between the two."""
        record = self.services.posted.find(fact.id)
        if record is None or record.place is None or self.services.posted.find(_passed(fact.id)) is None:
            return
        event = self.services.ledger.event(fact.event.eid)
        if entry := event.payment(fact.patron.patron_id).reversal_of(fact.entry.payment_id):
            self._update(record.place, self._struck(fact, fact.entry, reversal=entry))

    def _update(self, place: MessagePlace, message: dict[str, Any]) -> bool:
        """Update a post. Return False where it no longer exists, or its channel is closed."""
        try:
            self.services.poster.update(place, message)
        except (PostGone, ChannelClosed):
            return False
        return True

    def _find_earlier(self, fact: EntryLogged | PatronSigned | BoardingFact, record: Record) -> MessagePlace | None:
        since = record.claimed_at
        if isinstance(fact, EntryLogged) and (original := self._original(fact)):
            found = self.services.poster.find(original.channel, key=fact.id, since=since, thread=original)
            if found:
                return found
        return self.channels.find(fact.event, key=fact.id, since=since)

    def _original(self, fact: EntryLogged) -> MessagePlace | None:
        """Return the place of the post of the entry that this one reverses; None where it has none on record."""
        record = self.services.posted.find(fact.reversed_id) if fact.reversed_id else None
        return record.place if record else None

    def _original_or_mark(self, fact: EntryLogged) -> MessagePlace | None:
        """Return the post of the entry that this one reverses.

        Where there is none yet, a mark lets the process that posts it strike it. The post is searched again after the
        mark is set, so either this void finds the post, or the payment finds the mark.
        """
        original = self._original(fact)
        if original is None and fact.reversed_id and fact.entry.kind in REVERSALS:
            self._mark(_passed(fact.reversed_id), fact.event)
            original = self._original(fact)
        return original

    def _is_done(self, key: str) -> bool:
        record = self.services.posted.find(key)
        return record is not None and record.done

    def _mark(self, key: str, event: Event) -> None:
        """Record that something was done, and do nothing."""
        once(key, event=event, posted=self.services.posted, now=self.services.now(), do=lambda: None)

    @property
    def _group_posts(self) -> GroupPosts:
        return GroupPosts(services=self.services)

    def _author(self, logged_by: str) -> str:
        """Return the name, without a mention: thirty payments must not notify their author thirty times."""
        return author_name(logged_by, self.services.poster.name)

    def _count(self, fact: Fact) -> None:
        self.services.meter.took("AnnounceLag", max(self.services.now() - fact.at, timedelta(0)))
        if isinstance(fact, EntryLogged):
            entry = fact.entry
            method = entry.method if entry.method in self.methods else "other"
            self.services.meter.count("EntryLogged", kind=entry.kind.value, source=entry.source.value, method=method)
        else:
            self.services.meter.count("PatronSigned" if isinstance(fact, PatronSigned) else type(fact).__name__)


def _passed(entry_id: str) -> str:
    """Return the key of the mark for an entry whose void was announced first."""
    return f"voided:{entry_id}"
