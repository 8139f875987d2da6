"""Answers of `/payment-status month`: what came in by method, hand and trip, for admins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot import month_ids as ids
from bot.blocks import Block, actions, button, context, dialog, header, section
from bot.route_ids import STATUS_PAGE
from bot.text import author, escape, shown
from bot.views import status
from bot.views.bars import bars
from bot.views.month_cash import cash_of
from bot.views.pages import page_of, pager, turn_button
from charter.books import ADJUSTMENTS, BACK, BY_EVENT, BY_HAND, BY_METHOD, CREDIT, OWED, Total, in_all, totals
from charter.event_ids import day_of, title_of
from charter.money import ZERO, format_amount
from charter.months import is_over, name_of, next_to, open_by_currency
from charter.payments import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from charter.books import Sums
    from charter.months import BookedMonth

# The largest of each list are shown, so that every answer stays within Slack's 50 blocks and 13,200 characters.
CURRENCIES: Final = 2
METHODS: Final = 8
HANDS: Final = 10
TRIPS: Final = 5
TRIPS_A_PAGE: Final = 10

_DELAY: Final = "The books follow the ledgers by a second or two."
INCOMPLETE: Final = (
    ":warning: Payments from before the books may be missing: the operator runs `python -m roster rebuild` once."
)
_KINDS: Final = {
    Kind.PAYMENT.value: "paid",
    Kind.REFUND.value: "refunded",
    Kind.VOID.value: "voided",
    Kind.BOUNCED.value: "checks bounced",
    Kind.CHARGEBACK.value: "charged back",
    Kind.TRANSFER.value: "moved between trips",
}


def main_page(found: BookedMonth, viewer: status.Viewer) -> dict[str, Any]:
    """Return the month: its sums by currency, the largest ones of each list, what is open, and the buttons."""
    blocks = [header(_title(found, viewer)), *map(section, _about_closing(found, viewer))]
    by_method = totals(found.sums, BY_METHOD)
    order = most_of({currency: in_all(each.values()) for currency, each in by_method.items()})
    for currency in list(order)[:CURRENCIES]:
        blocks += _sums(found, currency, order[currency], titled=len(order) > 1)
    for currency in list(order)[CURRENCIES:]:
        blocks.append(section(f"*{currency}*: {net_in_words(order[currency], currency)}"))
    if not order:
        blocks.append(section(f"Nothing was logged in {name_of(found.month)}{_previous(found)}."))
    blocks += [*map(section, _adjustments(found)), *cash_of(found.sums)]
    blocks += [section("\n".join(open_lines(found.open, found.month))), *_small_print(found)]
    return status.message(_title(found, viewer), [*blocks, *_buttons(found, viewer)])


def trips_page(found: BookedMonth, *, page: int) -> dict[str, Any]:
    """Return all trips of which something was logged in the month, the largest sum first, with buttons to open them."""
    title = f"{name_of(found.month)} by trip"
    by_event = totals(found.sums, BY_EVENT)
    each = [(eid, currency, total) for currency, trips in by_event.items() for eid, total in trips.items()]
    part = page_of(sorted(each, key=lambda one: (one[1], -one[2].net, one[0])), page, size=TRIPS_A_PAGE)
    blocks: list[Block] = [header(title)]
    for place, (eid, currency, total) in enumerate(part.items):
        opening = turn_button("Open", f"{STATUS_PAGE}.{place}", eid=eid)
        blocks.append(section(f"*{trip_name(eid)}*\n{net_in_words(total, currency)}", accessory=opening))
    if not part.total:
        blocks.append(section("Nothing was logged."))
    blocks += [back_row(found), *pager(part, action=f"{ids.SHOW}.page", count=True, month=found.month, show=ids.TRIPS)]
    return status.message(title, blocks)


def trip_name(eid: str) -> str:
    """Return an event's id as people read it, `Nov 23 · Captain Cory, afternoon`, escaped; else the id itself."""
    try:
        day = day_of(eid)
    except ValueError:
        return shown(eid, 80)
    title = title_of(eid)
    return shown(f"{day:%b} {day.day}" + (f" · {title}" if title != eid[:10] else ""), 80)


def back_row(found: BookedMonth) -> Block:
    """Return the row with the button that leads back to the month."""
    return actions(_show(f"‹ {name_of(found.month)}", found.month, ids.MAIN), block_id="month_back")


def signed(amount: Decimal, currency: str, *, space: str = "") -> str:
    """Return `+$340.00` or `−$25.00`, with `space` after the sign."""
    return f"{'−' if amount < 0 else '+'}{space}{format_amount(abs(amount), currency)}"


def _title(found: BookedMonth, viewer: status.Viewer) -> str:
    over = viewer.now is None or is_over(found.month, viewer.now)
    return name_of(found.month) if over else f"{name_of(found.month)} so far"


def _sums(found: BookedMonth, currency: str, total: Total, *, titled: bool) -> list[Block]:
    """Return the sums of one currency, as a picture and in words."""
    of = f"{currency}: " if titled else ""
    methods = totals(found.sums, BY_METHOD)[currency]
    before = totals(found.before, BY_METHOD).get(currency, {})
    named = methods | {name: Total({}) for name in before if name not in methods}
    listed = most_of(named)
    lines = [f"*{of}{net_in_words(total, currency)}*", *_kinds(total, currency)]
    if found.before:
        lines.append(_against(found, total, in_all(before.values()), currency))

    def method(name: str, each: Total) -> str:
        against = f" · {_against(found, each, before.get(name, Total({})), currency)}" if found.before else ""
        kinds = "".join(f"\n↳ {line}" for line in _kinds(each, currency))
        return f"*{_name(name)}* {net_in_words(each, currency)}{against}{kinds}"

    hands = most_of(_by_person(totals(found.sums, BY_HAND).get(currency, {})))
    trips = most_of(totals(found.sums, BY_EVENT).get(currency, {}))
    return [
        section("\n".join(lines)),
        bars([(name, each.net) for name, each in listed.items()], currency),
        _list("By method", listed, method, currency, most=METHODS),
        _list("By hand", hands, lambda who, each: f"{who} {net_in_words(each, currency)}", currency, most=HANDS),
        _list(
            "By trip",
            trips,
            lambda eid, each: f"{trip_name(eid)}: {net_in_words(each, currency)}",
            currency,
            most=TRIPS,
        ),
    ]


def _by_person(hands: Mapping[str, Total]) -> dict[str, Total]:
    """Return the totals by person as mrkdwn. Somebody who logs in Slack and on the dispatch page is one person."""
    people: dict[str, list[Total]] = {}
    for who, each in hands.items():
        people.setdefault(author(who), []).append(each)
    return {person: in_all(several) for person, several in people.items()}


def _list(
    title: str, named: Mapping[str, Total], line: Callable[[str, Total], str], currency: str, *, most: int
) -> Block:
    """Return the lines of the first totals below their title, and the sum of those that are left out."""
    lines = [line(name, each) for name, each in list(named.items())[:most]]
    rest = list(named.values())[most:]
    folded = [f"and {len(rest)} more: {format_amount(in_all(rest).net, currency)}"] if rest else []
    return section("\n".join([f"*{title}*", *lines, *folded]))


def net_in_words(total: Total, currency: str) -> str:
    """Return `$3,100.00 · 24 entries`, with the tips if there are any."""
    entries = f"{total.entries} entr{'y' if total.entries == 1 else 'ies'}"
    tips = f" · tips {format_amount(total.tips, currency)}" if total.tips else ""
    return f"{format_amount(total.net, currency)} · {entries}{tips}"


def _kinds(total: Total, currency: str) -> list[str]:
    """Return `paid $3,200.00 · refunded -$100.00` as one line; none where there are only payments."""
    kinds = {kind: amount for kind, amount in total.by_kind.items() if amount}
    if not set(kinds) - {Kind.PAYMENT.value}:
        return []
    known = [kind for kind in _KINDS if kind in kinds]
    parts = [f"{_KINDS.get(kind, escape(kind))} {format_amount(kinds[kind], currency)}"
             for kind in (*known, *sorted(set(kinds) - set(known)))]  # fmt: skip
    return [" · ".join(parts)]


def _adjustments(found: BookedMonth) -> list[str]:
    """Return `*Dues adjusted* comp −$125.00 (1) · discount −$25.00 (2)`; nothing where no due was adjusted."""
    by_currency = totals(found.sums, ADJUSTMENTS)
    parts = [
        f"{shown(kind, 40)} {signed(total.net, currency)} ({total.entries})"
        for currency, kinds in list(by_currency.items())[:CURRENCIES]
        for kind, total in list(kinds.items())[:METHODS]
    ]
    return [f"*Dues adjusted* {' · '.join(parts)}"] if parts else []


def _against(found: BookedMonth, total: Total, before: Total, currency: str) -> str:
    """Return `+ $340.00 against October`."""
    change, month = total.net - before.net, name_of(next_to(found.month, -1), year=False)
    return f"{signed(change, currency, space=' ')} against {month}" if change else f"the same as in {month}"


def _previous(found: BookedMonth) -> str:
    """Return what came in the month before, for a month in which nothing was logged."""
    before = totals(found.before, BY_METHOD)
    sums = ", ".join(format_amount(in_all(each.values()).net, currency) for currency, each in before.items())
    return f", and {sums} in {name_of(next_to(found.month, -1), year=False)}" if sums else ""


def open_lines(sums: Sums, month: str = "") -> list[str]:
    """Return what is still owed and must go back, over all events, and how much of it on the trips of the month."""
    lines = ["*Still open, all trips*"]
    for attribute, words in ((OWED, "to get"), (BACK, "to give back"), (CREDIT, "kept as credit")):
        for currency, events in open_by_currency(sums, attribute).items():
            here = [amount for eid, amount in events.items() if month and eid.startswith(month)]
            of_it = f", of it {format_amount(sum(here, ZERO), currency)} on trips of " if here else ""
            number = f"{len(events)} trip{'s' * (len(events) != 1)}"
            whole = f"{format_amount(sum(events.values(), ZERO), currency)} {words} on {number}"
            lines.append(whole + (of_it and of_it + name_of(month, year=False)))
    return lines if len(lines) > 1 else ["*Nothing is open*: nobody owes, and nothing must go back."]


def _about_closing(found: BookedMonth, viewer: status.Viewer) -> list[str]:
    """Return who closed the month and what has changed since, by method; nothing for an open month."""
    closed = found.closed
    if closed is None:
        return []
    local = closed.at.astimezone(viewer.zone)
    year = "" if viewer.now and viewer.now.year == local.year else f", {local.year}"
    said = f":lock: Closed by {author(closed.by)} on {local:%b} {local.day}{year}"
    try:
        since = totals(found.since_closed, BY_METHOD)
    except ValueError:
        return [f":warning: {said[7:]}, but its summary is not readable: the operator runs `python -m roster verify`."]
    if not since:
        return [f"{said}; nothing changed since then."]
    sums = [_since(in_all(each.values()), currency) for currency, each in since.items()]
    lines = [
        f"{_name(method)}: {_since(each, currency)}" for currency, by in since.items() for method, each in by.items()
    ]
    more = [f"and {len(lines) - METHODS} more methods"] if len(lines) > METHODS else []
    return ["\n".join([f"{said}; since then: {'; '.join(sums)}", *lines[:METHODS], *more])]


def _since(change: Total, currency: str) -> str:
    """Return `+1 entry, −$25.00`."""
    entries = f"{change.entries:+} entr{'y' if abs(change.entries) == 1 else 'ies'}"
    tips = f", tips {signed(change.tips, currency)}" if change.tips else ""
    return f"{entries.replace('-', '−')}, {signed(change.net, currency)}{tips}"


def _small_print(found: BookedMonth) -> list[Block]:
    lines = [f"By the day on which it was logged, on the boat's clock. Tips are not in the sums. {_DELAY}"]
    return [context(line) for line in (*lines, *([] if found.compared else [INCOMPLETE]))]


def _buttons(found: BookedMonth, viewer: status.Viewer) -> list[Block]:
    """Return the rows of buttons: the other views, closing, and the months around."""
    other = [_show("All trips", found.month, ids.TRIPS), _show("Tips by crew", found.month, ids.TIPS)]
    if found.closed is None and viewer.now is not None and is_over(found.month, viewer.now) and found.compared:
        other.append(button("Close the month", action_id=ids.CLOSE, value=found.month, confirm=_question(found)))
    around = [next_to(found.month, -1), next_to(found.month, 1)]
    turns = [_show(f"‹ {name_of(around[0])}", around[0], ids.MAIN)] if around[0] else []
    if around[1] and viewer.now is not None and around[1] <= f"{viewer.now:%Y-%m}":
        turns.append(_show(f"{name_of(around[1])} ›", around[1], ids.MAIN))
    return [actions(*other, block_id="month"), *([actions(*turns, block_id="months")] if turns else [])]


def _question(found: BookedMonth) -> Block:
    """Return the confirmation dialog before a month is closed."""
    by_currency = {currency: in_all(each.values()) for currency, each in totals(found.sums, BY_METHOD).items()}
    sums = ", ".join(net_in_words(each, currency) for currency, each in by_currency.items()) or "nothing"
    text = f"{sums}. The summary is kept as it is now, once. Later entries are still taken, and shown as changes."
    return dialog(f"Close {name_of(found.month)}?", text, "Close the month")


def _show(label: str, month: str, show: str) -> Block:
    return turn_button(label, f"{ids.SHOW}.{show}.{month}", month=month, show=show)


def _name(method: str) -> str:
    return shown(method, 40) or "–"


def most_of(named: Mapping[str, Total]) -> dict[str, Total]:
    """Return the totals in the order of their sums, the largest first."""
    return dict(sorted(named.items(), key=lambda each: (-each[1].net, each[0])))
