"""Sends the morning digest, once a day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from announce.digest import DigestContent, digest
from announce.digest_cash import Taken, read_news
from announce.once import once
from charter.frozen import dataclass
from charter.moments import months_from
from charter.money import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, tzinfo
    from decimal import Decimal

    from announce.digest import Sums
    from announce.services import Services
    from charter.events import Event, Taking
    from charter.payments import Entry
    from charter.records import MessagePlace, Record

KIND: Final = "digest"

# An entry gets its time before it is written. One of so few seconds ago may not be in the table: it counts tomorrow.
WRITE_DELAY: Final = timedelta(seconds=20)

# The last digest is searched for so many days. Without one, the digest reports the entries of a day.
LOOKED_BACK: Final = 31
FIRST_TIME: Final = timedelta(days=1)

# The months, counted from this one, of today, tomorrow and the last 14 days.
MONTHS: Final = range(-1, 2)
DEBTS_FROM: Final = timedelta(days=14)
READ_AT_ONCE: Final = 25  # events; a row has at most 400 KB, an answer of the table 16 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """The digests of OPS_CHANNEL (`channel`), with records `digest:{day}`. `methods` is the order of the sums."""

    services: Services
    channel: str | None
    methods: Sequence[str]
    zone: tzinfo

    def send(self) -> None:
        """Send today's digest once, however often this is called. Send nothing where there is nothing to report.

        Raises SlackUnavailable, ChannelClosed, InHand, TableUnavailable. A later call may then succeed. If none does,
        the next morning's digest reports the entries of this one too.
        """
        begun = self.services.now()
        key = _key(begun.date())

        def find_earlier(record: Record) -> MessagePlace | None:
            # This call finishes the earlier try with its moment, which is the one on record.
            nonlocal begun
            begun = record.claimed_at.astimezone(self.zone)
            return self.services.poster.find(self.channel, key=key, since=begun) if self.channel else None

        once(
            key,
            posted=self.services.posted,
            event=None,
            now=begun,
            do=lambda: self._post(key, begun=begun, up_to=begun - WRITE_DELAY),
            find_earlier=find_earlier,
        )

    def show(self) -> None:
        """Send a digest as of this moment, with the entries of this second. Keep no record. Raises as `send`."""
        now = self.services.now()
        self._post(f"{_key(now.date())}:now", begun=now, up_to=now + WRITE_DELAY)

    def _post(self, key: str, *, begun: datetime, up_to: datetime) -> MessagePlace | None:
        if self.channel is None:
            self.services.meter.count("DigestNowhere")
            return None
        content = self._content(begun.date(), since=self._last(begun), up_to=up_to)
        if content.quiet:
            return None
        place = self.services.poster.post(self.channel, digest(content, zone=self.zone), kind=KIND, key=key)
        self.services.meter.count("DigestSent")
        return place

    def _last(self, begun: datetime) -> datetime:
        """Return the moment up to which the last digest reports, also one that was not sent because it was empty."""
        days = [_key(begun.date() - timedelta(days=days)) for days in range(LOOKED_BACK + 1)]
        found = self.services.posted.find_many(days)
        done = (found[day] for day in days if day in found and found[day].done)
        last = next(done, None)
        return (last.claimed_at if last else begun - FIRST_TIME) - WRITE_DELAY

    def _content(self, today: date, *, since: datetime, up_to: datetime) -> DigestContent:
        tomorrow = today + timedelta(days=1)
        ahead: dict[date, list[Event]] = {today: [], tomorrow: []}
        debts: list[Event] = []
        by_method: dict[str, Sums] = {}
        tips: dict[str, Sums] = {}
        for event in self._events(today):
            day = event.starts_at.astimezone(self.zone).date()
            if day in ahead:
                ahead[day].append(event)
            elif today - DEBTS_FROM <= day < today and (event.outstanding or event.to_give_back):
                debts.append(event)
        taken = Taken(up_to)
        for taking in self.services.ledger.takings():
            taken.add(taking)
            for entry in _logged(taking, since, up_to):
                _add(by_method, entry.method, entry.amount, taking)
                if entry.tip:
                    _add(tips, entry.method, entry.tip, taking)
        return DigestContent(
            today=today,
            tomorrow=tomorrow,
            events=ahead,
            since=since,
            debts=debts,
            by_method=[(method, by_method[method]) for method in sorted(by_method, key=self._place)],
            tips=tips,
            cash=read_news(
                self.services.custody,
                taken,
                since=since,
                up_to=up_to,
                name=cache(self.services.poster.name),  # a Slack that does not answer takes seconds each time
                zone=self.zone,
            ),
        )

    def _events(self, today: date) -> Iterator[Event]:
        """Yield the events of the months around today by their start, in parts, as each read has a time limit."""
        listed = [
            listing.eid for month in months_from(today, MONTHS) for listing in self.services.ledger.listings([month])
        ]
        for start in range(0, len(listed), READ_AT_ONCE):
            yield from self.services.ledger.events(listed[start : start + READ_AT_ONCE])

    def _place(self, method: str) -> tuple[int, str]:
        return (self.methods.index(method) if method in self.methods else len(self.methods), method)


def _logged(taking: Taking, since: datetime, up_to: datetime) -> Iterator[Entry]:
    for payment in taking.payments.values():
        for entry in payment.entries:
            if since <= entry.timestamp < up_to:
                yield entry


def _add(sums: dict[str, Sums], name: str, amount: Decimal, taking: Taking) -> None:
    own = sums.setdefault(name, {})
    own[taking.currency] = own.get(taking.currency, ZERO) + amount


def _key(day: date) -> str:
    return f"digest:{day.isoformat()}"
