"""The books on an admin's Home tab: open money, this month as a picture, and what waits for a person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot import home_ids as ids
from bot.blocks import Block, button, context, header, section
from bot.views.bars import bars
from bot.views.month import INCOMPLETE, most_of, net_in_words, open_lines, trip_name
from charter.books import BY_METHOD, in_all, totals
from charter.months import name_of

if TYPE_CHECKING:
    from charter.months import Overview, WaitingWork

# With ten trips and five payments the tab has at most 60 of the 100 blocks that Slack takes.
_CURRENCIES: Final = 2
_EVENTS: Final = 12


def for_office(found: Overview) -> list[Block]:
    """Return the blocks. Nothing in them is at a public address."""
    blocks = [header("For the office"), section("\n".join(open_lines(found.open)))]
    title = f"*{name_of(found.month)} so far*"
    by_currency = totals(found.sums, BY_METHOD)
    for currency in list(by_currency)[:_CURRENCIES]:
        methods = by_currency[currency]
        blocks.append(section(f"{title}: {net_in_words(in_all(methods.values()), currency)}"))
        blocks.append(bars([(name, each.net) for name, each in most_of(methods).items()], currency))
    if not by_currency:
        blocks.append(section(f"{title}: nothing was logged yet."))
    more = len(by_currency) - _CURRENCIES
    others = f" It has {more} more currenc{'y' if more == 1 else 'ies'}." if more > 0 else ""
    blocks.append(context(f"`/payment-status month` shows more.{others}"))
    if not found.compared:
        blocks.append(context(INCOMPLETE))
    return [*blocks, *_waiting(found)]


def _waiting(found: Overview) -> list[Block]:
    """Return each event that waits for a person, with the button that opens it."""
    listed = sorted(found.waiting.items(), key=lambda each: (-each[1].void_requests, each[0]))
    blocks = [
        section(
            f"*{trip_name(eid)}*\n{_in_words(waiting)}",
            accessory=button("Open", action_id=f"{ids.EVENT}.{place}", value=json.dumps({"eid": eid})),
        )
        for place, (eid, waiting) in enumerate(listed[:_EVENTS])
    ]
    if more := len(listed) - _EVENTS:
        blocks += [context(f"And {more} more events wait, once these are done.")] if more > 0 else []
    return [section("*Waiting for you*"), *blocks] if blocks else []


def _in_words(waiting: WaitingWork) -> str:
    signed, asked = waiting.unmatched, waiting.void_requests
    parts = [f":memo: {signed} signature{'s' * (signed != 1)} not matched yet"] if signed else []
    parts += [f":leftwards_arrow_with_hook: {asked} request{'s' * (asked != 1)} to void"] if asked else []
    return " · ".join(parts)
