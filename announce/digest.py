"""The morning digest, for the office: today's and tomorrow's events, and what was logged since the last one.

It is rich text, as the posts are: a name cannot change the style, and nobody is mentioned.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from announce.digest_cash import CashNews, cash_block
from announce.posts import souls
from announce.rich_text import bullets, rich, section, text
from bot.blocks import Block, header
from bot.text import clip, distinct_name, escape, quoted, when
from charter.events import Status
from charter.frozen import dataclass
from charter.money import ZERO, format_amount

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime, tzinfo
    from decimal import Decimal

    from charter.events import Event
    from charter.patrons import Patron

# With these limits the message stays within Slack's 13,200 characters and 50 blocks.
EVENTS_A_DAY: Final = 6
LONGEST_NAME: Final = 30
LONGEST_TITLE: Final = 80
NAMES: Final = 180
SUMS_A_LINE: Final = 20
DEBTS: Final = 10  # events
DEBTORS: Final = 60

# An amount of money, or several in several currencies, by ISO code.
Sums = dict[str, "Decimal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestContent:
    """The content of a digest. `events` are today's and tomorrow's by their start; `since` (aware) is the last digest.

    `debts` are the events of the last 14 days for which money is outstanding, or must go back.
    `by_method` are net sums of the entries since then, and `tips` the tips beside them. `cash` is about who holds what.
    """

    today: date
    tomorrow: date
    events: Mapping[date, Sequence[Event]]
    since: datetime
    debts: Sequence[Event] = ()
    by_method: Sequence[tuple[str, Sums]] = ()
    tips: Mapping[str, Sums] = field(default_factory=dict)
    cash: CashNews = field(default_factory=CashNews)

    @property
    def quiet(self) -> bool:
        """True where there is nothing to report."""
        return not (any(self.events.values()) or self.by_method or self.debts or self.cash.news)


def digest(content: DigestContent, *, zone: tzinfo) -> dict[str, Any]:
    """Return the digest's message."""
    days = (("Today", content.today), ("Tomorrow", content.tomorrow))
    shown = sum(min(len(content.events.get(day, ())), EVENTS_A_DAY) for _, day in days)
    names = NAMES // max(3 * shown, 1)
    blocks = [header(f"Good morning! It is {_day(content.today)}")]
    for word, day in days:
        blocks += _day_blocks(f"{word}, {_day(day)}", content.events.get(day, ()), zone=zone, names=names)
    if content.debts:
        blocks += [{"type": "divider"}, _debts(content.debts, zone)]
    if content.by_method:
        blocks += [{"type": "divider"}, _logged(content, zone)]
    if money := cash_block(content.cash):
        blocks += [{"type": "divider"}, money]
    return {"text": escape(_in_short(content)), "blocks": blocks}


def _day_blocks(heading: str, events: Sequence[Event], *, zone: tzinfo, names: int) -> list[Block]:
    if not events:
        return []
    blocks = [rich(section(text(heading, bold=True)))]
    blocks += [_event(event, zone=zone, names=names) for event in events[:EVENTS_A_DAY]]
    if len(events) > EVENTS_A_DAY:
        more = f"And {len(events) - EVENTS_A_DAY} more. /payment-status shows them all."
        blocks.append(rich(section(text(more))))
    return blocks


def _event(event: Event, *, zone: tzinfo, names: int) -> Block:
    """Return one event: its time, the people clear to board and aboard, and who has to pay or to sign."""
    hour = when(event.starts_at, zone).partition(", ")[2]
    starts = f" · {hour}" if hour else ""  # of a start of which only the day is known, nothing
    title = text(clip(event.title, LONGEST_TITLE), bold=True)
    people = event.people
    if event.status is Status.CANCELLED:
        back = f" · {format_amount(event.to_give_back, event.currency)} paid must go back" if event.to_give_back else ""
        return rich(section(text("⛔ "), title, text(f"{starts} · cancelled{back}")))
    if not people and not event.to_give_back:
        return rich(section(text("⚪ "), title, text(f"{starts} · nobody is on the roster yet")))
    clear, expected = event.souls_clear, event.souls
    mark = "🟢" if clear == expected else "🟠"
    head = section(text(f"{mark} "), title, text(f"{starts} · {clear} of {expected} clear to board{_aboard(event)}"))
    lines, alike = [], event.alike
    if unpaid := [patron for patron in people if not event.balance(patron.patron_id).cleared]:
        lines.append(_listed("To pay", unpaid, names, alike, lambda patron: f" ({_owed(event, patron)})"))
    if event.to_give_back:
        back = format_amount(event.to_give_back, event.currency)
        lines.append(section(text("To give back: ", bold=True), text(f"{back} to no-shows and removed patrons")))
    if unsigned := [patron for patron in event.expected if not event.signed(patron.patron_id)]:
        lines.append(_listed("Not signed", unsigned, names, alike, lambda patron: _signed(event, patron)))
    if unmatched := event.unmatched:
        signers = ", ".join(quoted(signature.name, LONGEST_NAME) for signature in unmatched[:names])
        more = f" and {len(unmatched) - names} more" if len(unmatched) > names else ""
        lines.append(section(text("Signed, but not matched to the roster: ", bold=True), text(signers + more)))
    return rich(head, *([bullets(*lines)] if lines else []))


def _debts(events: Sequence[Event], zone: tzinfo) -> Block:
    """Return the patrons who still owe for events that are over, and the sums that cancelled events must give back."""
    heading = section(text("Still open from the last 14 days", bold=True))
    names = max(1, DEBTORS // len(events[:DEBTS]))
    lines = [_debt(event, zone, names) for event in events[:DEBTS]]
    if len(events) > DEBTS:
        lines.append(section(text(f"And {len(events) - DEBTS} more events.")))
    return rich(heading, bullets(*lines))


def _debt(event: Event, zone: tzinfo, names: int) -> Block:
    title = f"{clip(event.title, LONGEST_TITLE)}, {when(event.starts_at, zone)}"
    if event.status is Status.CANCELLED:
        back = format_amount(event.to_give_back, event.currency)
        return section(text(f"{title}: ", bold=True), text(f"cancelled, {back} paid must go back"))
    owing = [patron for patron in event.people if not event.balance(patron.patron_id).cleared]
    overpaid = [patron for patron in event.left_out if event.balance(patron.patron_id).owed < ZERO]

    def amount(patron: Patron) -> str:
        if patron not in overpaid:
            return f" ({_owed(event, patron)})"
        return f" ({format_amount(-event.balance(patron.patron_id).owed, event.currency)} to give back)"

    return _listed(title, [*owing, *overpaid], names, event.alike, amount)


def _aboard(event: Event) -> str:
    cast_off = event.boarding.cast_off
    if cast_off is not None:
        return f" · cast off with {souls(cast_off.souls)}"
    return f" · {event.boarding.souls} aboard" if event.boarding.souls else ""


def _listed(
    label: str, patrons: Sequence[Patron], names: int, alike: Collection[str], beside: Callable[[Patron], str]
) -> Block:
    named = [f"{distinct_name(patron, alike, LONGEST_NAME)}{beside(patron)}" for patron in patrons[:names]]
    more = f" and {len(patrons) - names} more" if len(patrons) > names else ""
    return section(text(f"{label}: ", bold=True), text(", ".join(named) + more))


def _signed(event: Event, patron: Patron) -> str:
    coverage = event.coverage(patron.patron_id)
    return f" ({coverage})" if coverage.signed else ""


def _owed(event: Event, patron: Patron) -> str:
    return format_amount(event.balance(patron.patron_id).owed, event.currency)


def _logged(content: DigestContent, zone: tzinfo) -> Block:
    heading = section(text(f"Logged since {when(content.since, zone)}", bold=True))
    named = [
        f"{clip(method, LONGEST_NAME)} {_money(sums)}{_tipped(content.tips.get(method, {}))}"
        for method, sums in content.by_method
    ]
    more = f" · and {len(named) - SUMS_A_LINE} more" if len(named) > SUMS_A_LINE else ""
    by_method = section(text("By method: ", bold=True), text(" · ".join(named[:SUMS_A_LINE]) + more))
    total = _money(_in_all(sums for _, sums in content.by_method))
    in_all = section(text("In all: ", bold=True), text(total + _tipped(_in_all(content.tips.values()))))
    return rich(heading, bullets(by_method, in_all))


def _in_all(each: Iterable[Sums]) -> Sums:
    total: Sums = {}
    for sums in each:
        for currency, amount in sums.items():
            total[currency] = total.get(currency, ZERO) + amount
    return total


def _tipped(sums: Sums) -> str:
    """Return ` + $20.00 tips`, or nothing."""
    tips = {currency: amount for currency, amount in sums.items() if amount}
    return f" + {_money(tips)} tips" if tips else ""


def _money(sums: Sums) -> str:
    return " + ".join(format_amount(amount, currency) for currency, amount in sorted(sums.items()))


def _in_short(content: DigestContent) -> str:
    """Return the text of the notification, without names and amounts."""
    counts = [
        f"{len(events)} event{'s' if len(events) > 1 else ''} {word}"
        for word, day in (("today", content.today), ("tomorrow", content.tomorrow))
        if (events := content.events.get(day))
    ]
    return "Good morning: " + (", ".join(counts) or "what was logged since the last digest")


def _day(day: date) -> str:
    return f"{day:%A}, {day:%b} {day.day}"
