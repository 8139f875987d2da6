"""The digest's part about cash and checks: who holds them, what waits, what was counted otherwise, and deposits."""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from announce.authors import author_name
from announce.rich_text import bullets, rich, section, text
from bot.cash_menu import books_in_words, correction_in_words, receiver_name, sum_in_words
from bot.text import clip, when
from charter import cash
from charter.books import HAND, HELD, TAKEN
from charter.cash import HandOverState
from charter.frozen import dataclass
from charter.held import read_held
from charter.money import ZERO, format_amount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo
    from decimal import Decimal

    from bot.blocks import Block
    from charter.books import Sums
    from charter.cash import HandOver
    from charter.custody import Custody
    from charter.events import Taking
    from charter.held import Holdings

LINES: Final = 8  # of each kind
NAMES: Final = 20
LONGEST_NAME: Final = 30

# A hand-over that nobody accepted for so long is reported.
WAITS: Final = timedelta(days=1)
# Payments of the last minutes may not be in the books yet.
LAG: Final = timedelta(minutes=10)

NOT_KEPT: Final = (
    "Who holds the cash is not known: the books do not have every payment. python -m roster rebuild makes them anew."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CashNews:
    """The digest's lines about cash and checks: labels with words. `lines` say who holds what, `news` what happened.

    `is_known` is False where the books do not have every payment.
    """

    lines: Sequence[tuple[str, str]] = ()
    news: Sequence[tuple[str, str]] = ()
    is_known: bool = True


@dataclass(slots=True)
class Taken:
    """The cash and checks that each hand took by the ledgers, added up event by event: those of `up_to` and before.

    Payments of the last minutes may be in the books or not yet.
    """

    up_to: datetime
    _all: dict[tuple[str, ...], Decimal] = field(default_factory=dict)
    _settled: dict[tuple[str, ...], Decimal] = field(default_factory=dict)

    def add(self, taking: Taking) -> None:
        """Add the payments of an event."""
        for payment in taking.payments.values():
            for entry in payment.entries:
                if entry.method.casefold() not in HELD:
                    continue
                key = (HAND + payment.holder_of(entry), taking.currency, entry.method)
                amount = entry.amount + (entry.tip or ZERO)
                self._all[key] = self._all.get(key, ZERO) + amount
                if entry.timestamp < self.up_to - LAG:
                    self._settled[key] = self._settled.get(key, ZERO) + amount

    def agrees(self, held: Holdings) -> bool:
        """Return whether the hands of the books have taken what the ledgers say, those of the last minutes or not."""
        books = _taken(held.rows)
        return all(
            books.get(key, ZERO) in {self._all.get(key, ZERO), self._settled.get(key, ZERO)}
            for key in {*self._all, *books}
        )


def read_news(  # noqa: PLR0913 - the parts of a digest
    custody: Custody,
    taken: Taken,
    *,
    since: datetime,
    up_to: datetime,
    name: Callable[[str], str | None],
    zone: tzinfo,
) -> CashNews:
    """Return what people hold by the books, and the hand-overs since the last digest. Raises TableUnavailable.

    Where the books and the ledgers in `taken` disagree, nobody is said to hold anything.
    """
    held = read_held(custody, now=since, zone=zone)
    news = [*_waiting(held, up_to, name, zone), *_counted_otherwise(held, since, up_to, name)]
    news += [*_banked(held, since, up_to, name), *_corrected(held, since, up_to, name)]
    if not taken.agrees(held):
        return CashNews(news=news, is_known=False)
    return CashNews(lines=list(_who_holds(held, name)), news=news)


def cash_block(content: CashNews) -> Block | None:
    """Return the block; None where there is nothing to say."""
    lines = [section(text(f"{label}: ", bold=True), text(words)) for label, words in (*content.lines, *content.news)]
    if not content.is_known:
        lines.insert(0, section(text(NOT_KEPT)))
    return rich(section(text("Cash and checks", bold=True)), bullets(*lines)) if lines else None


def _who_holds(held: Holdings, name: Callable[[str], str | None]) -> Iterator[tuple[str, str]]:
    """Yield each method with the people who hold some of it, and the people to whom the boat owes some."""
    for label, wanted in (("Cash with", "cash"), ("Checks with", "check"), ("The boat owes", "")):
        named: dict[str, list[str]] = {}
        for who, piles in held.people.items():
            for pile in piles:
                if (pile.method.casefold() == wanted and pile.held > ZERO) or (not wanted and pile.held < ZERO):
                    named.setdefault(who, []).append(format_amount(abs(pile.held), pile.currency))
        shown = [f"{_name(who, name)} {' + '.join(sums)}" for who, sums in list(named.items())[:NAMES]]
        if shown:
            more = f" · and {len(named) - NAMES} more" if len(named) > NAMES else ""
            yield label, " · ".join(shown) + more


def _waiting(
    held: Holdings, up_to: datetime, name: Callable[[str], str | None], zone: tzinfo
) -> Iterator[tuple[str, str]]:
    late = [each for each in held.waiting() if each.offered_at <= up_to - WAITS]
    yield from _listed(
        "Handed over, but not accepted",
        [f"{_passed(each, name)} since {when(each.offered_at, zone)}" for each in late],
    )


def _counted_otherwise(
    held: Holdings, since: datetime, up_to: datetime, name: Callable[[str], str | None]
) -> Iterator[tuple[str, str]]:
    ended = [each for each in _accepted(held, since, up_to) if each.receiver != cash.DIFFERENCE and each.difference]
    yield from _listed("Counted otherwise", [f"{_passed(each, name)}. {books_in_words(each)}" for each in ended])


def _banked(
    held: Holdings, since: datetime, up_to: datetime, name: Callable[[str], str | None]
) -> Iterator[tuple[str, str]]:
    banked = [each for each in _accepted(held, since, up_to) if each.receiver == cash.BANK]
    yield from _listed(
        "To the bank",
        [f"{sum_in_words(each)} by {_name(each.giver, name)}, slip {clip(each.reference, 60)}" for each in banked],
    )


def _corrected(
    held: Holdings, since: datetime, up_to: datetime, name: Callable[[str], str | None]
) -> Iterator[tuple[str, str]]:
    corrections = [each for each in _accepted(held, since, up_to) if each.receiver == cash.DIFFERENCE]
    for label, off in (("Written off", True), ("Written on", False)):
        yield from _listed(
            label,
            [
                f"{correction_in_words(each)} of {_name(each.giver, name)} by {_name(each.by, name)}: “{each.note}”"
                for each in corrections
                if (each.counted > ZERO) is off
            ],
        )


def _accepted(held: Holdings, since: datetime, up_to: datetime) -> list[HandOver]:
    found = (each for _, each in sorted(held.known.items()) if each.state is HandOverState.ACCEPTED and each.closed_at)
    return [each for each in found if each.closed_at and since <= each.closed_at < up_to]


def _listed(label: str, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    if lines:
        more = [f"and {len(lines) - LINES} more"] if len(lines) > LINES else []
        yield label, " · ".join([*lines[:LINES], *more])


def _passed(hand_over: HandOver, name: Callable[[str], str | None]) -> str:
    """Return `$370.00 in cash from Dana Reyes to the office`."""
    to = receiver_name(hand_over, _name(hand_over.receiver, name))
    return f"{sum_in_words(hand_over)} from {_name(hand_over.giver, name)} to {to}"


def _name(who: str, name: Callable[[str], str | None]) -> str:
    return clip(author_name(who, name), LONGEST_NAME)


def _taken(rows: Mapping[str, Sums]) -> dict[tuple[str, ...], Decimal]:
    found: dict[tuple[str, ...], Decimal] = {}
    for name, row in rows.items():
        for key, value in row.items():
            if key[0] == TAKEN:
                at = (name, *key[1:3])
                found[at] = found.get(at, ZERO) + value
    return found
