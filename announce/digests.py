"""Sending the morning digest: once a day, about what is ahead and what was logged since the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from announce.authors import author_id, author_name
from announce.digest import DigestContent, digest
from announce.once import once
from charter.announcements import REMEMBERED
from charter.money import ZERO
from charter.payments import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime, tzinfo

    from announce.digest import Sums
    from charter.events import Event
    from charter.payments import Entry, Payment
    from charter.ports import Ledger, Meter, Place, Posted, Poster, Record, Taking

KIND: Final = "digest"
CASH: Final = "cash"

# An entry gets its time before it is written: one of so few seconds ago may still be on its way, and counts tomorrow.
WRITE_DELAY: Final = timedelta(seconds=20)

# How many days ago the last digest may have been; without any, a day's entries are told.
LOOKED_BACK: Final = 31
FIRST_TIME: Final = timedelta(days=1)

# Months from this one that today, tomorrow and the last 14 days may be in.
MONTHS: Final = range(-1, 2)
DEBTS_FROM: Final = timedelta(days=14)
READ_AT_ONCE: Final = 25  # events; a row has at most 400 KB, an answer of the table 16 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """The digests of OPS_CHANNEL (`channel`), by their records, whose key is `digest:{day}`.

    `methods` are PAYMENT_METHODS, in whose order sums are told. `now` answers on the boat's clock.
    """

    ledger: Ledger
    poster: Poster
    posted: Posted
    meter: Meter
    channel: str | None
    methods: Sequence[str]
    zone: tzinfo
    now: Callable[[], datetime]

    def send(self) -> None:
        """Today's, once however often this is called; nothing where there is nothing to tell.

        Raises SlackUnavailable, ChannelClosed, InHand, TableUnavailable. The same again may then succeed; if none does,
        the next morning's digest tells what this one would have.
        """
        begun = self.now()
        key = _key(begun.date())

        def find_earlier(record: Record) -> Place | None:
            # What an unfinished try began, this one ends: up to the same moment, for that is what is kept.
            nonlocal begun
            begun = record.claimed_at.astimezone(self.zone)
            return self.poster.find(self.channel, key=key, since=begun) if self.channel else None

        once(
            key,
            posted=self.posted,
            now=begun,
            until=begun + REMEMBERED,
            do=lambda: self._post(key, begun=begun, up_to=begun - WRITE_DELAY),
            find_earlier=find_earlier,
        )

    def show(self) -> None:
        """What a digest would tell this moment, with entries of this very second. Keeps no record. Raises as `send`."""
        now = self.now()
        self._post(f"{_key(now.date())}:now", begun=now, up_to=now + WRITE_DELAY)

    def _post(self, key: str, *, begun: datetime, up_to: datetime) -> Place | None:
        if self.channel is None:
            self.meter.count("DigestNowhere")
            return None
        content = self._content(begun.date(), since=self._last(begun), up_to=up_to)
        if content.quiet:
            return None
        place = self.poster.post(self.channel, digest(content, zone=self.zone), kind=KIND, key=key)
        self.meter.count("DigestSent")
        return place

    def _last(self, begun: datetime) -> datetime:
        """Return the moment up to which the last digest reports, also one that was not sent because it was empty."""
        days = [_key(begun.date() - timedelta(days=days)) for days in range(LOOKED_BACK + 1)]
        found = self.posted.find_many(days)
        done = (found[day] for day in days if day in found and found[day].done)
        last = next(done, None)
        return (last.claimed_at if last else begun - FIRST_TIME) - WRITE_DELAY

    def _content(self, today: date, *, since: datetime, up_to: datetime) -> DigestContent:
        tomorrow = today + timedelta(days=1)
        ahead: dict[date, list[Event]] = {today: [], tomorrow: []}
        debts: list[Event] = []
        by_method: dict[str, Sums] = {}
        cash: dict[str, Sums] = {}
        for event in self._events(today):
            day = event.starts_at.astimezone(self.zone).date()
            if day in ahead:
                ahead[day].append(event)
            elif today - DEBTS_FROM <= day < today and (event.outstanding or event.to_give_back):
                debts.append(event)
        for taking in self.ledger.takings():
            for payment, entry in _logged(taking, since, up_to):
                _add(by_method, entry.method, entry, taking)
                if entry.method == CASH:
                    _add(cash, author_id(_taken_by(payment, entry)), entry, taking)
        return DigestContent(
            today=today,
            tomorrow=tomorrow,
            events=ahead,
            since=since,
            debts=debts,
            by_method=[(method, by_method[method]) for method in sorted(by_method, key=self._place)],
            # Each person is asked for once: a Slack that is silent takes seconds to say nothing.
            cash=sorted(
                ((author_name(who, self.poster.name), sums) for who, sums in cash.items() if any(sums.values())),
                key=lambda told: told[0],
            ),
        )

    def _events(self, today: date) -> Iterator[Event]:
        """Those of the months around, by their start; read a few at a time, for each read has only so much patience."""
        listed = [listing.eid for month in _months(today) for listing in self.ledger.listings([month])]
        for start in range(0, len(listed), READ_AT_ONCE):
            yield from self.ledger.events(listed[start : start + READ_AT_ONCE])

    def _place(self, method: str) -> tuple[int, str]:
        return (self.methods.index(method) if method in self.methods else len(self.methods), method)


def _logged(taking: Taking, since: datetime, up_to: datetime) -> Iterator[tuple[Payment, Entry]]:
    for payment in taking.payments.values():
        for entry in payment.entries:
            if since <= entry.timestamp < up_to:
                yield payment, entry


def _taken_by(payment: Payment, entry: Entry) -> str:
    """Whose cash it changes: who voids Dana's entry did not take the money, so it is Dana's that becomes less."""
    undone = payment.entry(entry.reverses) if entry.reverses and entry.kind is Kind.VOID else None
    return (undone or entry).logged_by


def _add(sums: dict[str, Sums], name: str, entry: Entry, taking: Taking) -> None:
    own = sums.setdefault(name, {})
    own[taking.currency] = own.get(taking.currency, ZERO) + entry.amount


def _months(today: date) -> Iterable[date]:
    return map(partial(_month, today), MONTHS)


def _month(today: date, step: int) -> date:
    months = today.year * 12 + today.month - 1 + step
    return date(months // 12, months % 12 + 1, 1)


def _key(day: date) -> str:
    return f"digest:{day.isoformat()}"
