"""Answer of `/payment-status open`, as a message and as a form: who owes, and whom the boat owes, event by event.

It is made of lines, which a phone shows whole.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from bot import home_ids
from bot import open_ids as ids
from bot.blocks import Block, actions, context, header, modal, section
from bot.route_ids import STATUS_PAGE
from bot.text import clip, distinct_name, shown
from bot.views import status
from bot.views.aboard import STATES
from bot.views.month import INCOMPLETE
from bot.views.pages import pager, turn_button
from charter.events import Status
from charter.frozen import dataclass
from charter.money import ZERO, format_amount
from charter.open_money import OpenMoney, namesakes, sums_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.understanding.open_words import OpenWords
    from bot.understanding.words import Word
    from bot.views.pages import Page
    from bot.views.status import Viewer
    from charter.events import Event
    from charter.owing import Share
    from charter.patrons import Patron

# Ten events with four of the longest names, or fifteen with two and two, are within Slack's 13,200 characters.
EVENTS_A_PAGE: Final = 10
SEARCHED: Final = 15
_PEOPLE: Final = 4
_PEOPLE_FOUND: Final = 2

_TITLE: Final = 50
_NAME: Final = 28
_SHOWN: Final = 90  # letters of a name as Slack counts them, escaped
_WORDS: Final = 100
_DELAY: Final = "Which events are open is from the books, which follow the ledgers by a second or two."


@dataclass(frozen=True, slots=True)
class Item:
    """The open money of one event, and of whom. `event` is None where the table lacks it."""

    money: OpenMoney
    event: Event | None
    shares: Sequence[Share]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMoneyPage:
    """A page of what the words ask for. `kept` is what the books have of it.

    `narrow` are the words that fit an event's id. `named` are the others, for which the events of the page were read.
    `who`: the words were taken as a patron's name, although they may fit an id. `compared` is that of OpenBooks.
    """

    text: str
    who: bool
    wanted: OpenWords
    narrow: Sequence[Word]
    named: Sequence[Word]
    kept: Sequence[OpenMoney]
    compared: bool
    page: Page[Any]
    items: Sequence[Item]


def message(answer: OpenMoneyPage, viewer: Viewer) -> dict[str, Any]:
    """Return the answer to the command, with a button for each event that shows its status in the answer's place."""
    return status.message("Who owes", [*_blocks(answer, viewer, opening=STATUS_PAGE), *_pages(answer)])


def form(answer: OpenMoneyPage, viewer: Viewer) -> Block:
    """Return the same as a form, with a button for each event that opens it on top."""
    blocks = [*_blocks(answer, viewer, opening=home_ids.EVENT), *_pages(answer)]
    return modal("Who owes", blocks, callback_id=ids.FORM, close="Close")


def _blocks(answer: OpenMoneyPage, viewer: Viewer, *, opening: str) -> list[Block]:
    blocks = [header("Who owes"), section("\n".join(_summary(answer, viewer)))]
    most, side = _PEOPLE_FOUND if answer.named else _PEOPLE, ""
    for place, item in enumerate(answer.items):
        if (heading := _heading(item.money)) != side:
            blocks.append(section(f"*{heading}*"))
        side = heading
        text = _item(item, viewer, most=most)
        if item.event is not None and item.event.served:
            blocks.append(section(text, accessory=turn_button("Open", f"{opening}.{place}", eid=item.event.eid)))
        else:
            blocks.append(section(text))
    return [*blocks, *map(context, [_DELAY, *([] if answer.compared else [INCOMPLETE])])]


def _heading(money: OpenMoney) -> str:
    if money.credit:
        return "Kept as credit by patrons of cancelled trips"
    return "The boat owes" if money.back else "Owed to the boat"


def _summary(answer: OpenMoneyPage, viewer: Viewer) -> list[str]:
    """Return what was asked for, and the sums by currency; or that nothing is open."""
    if answer.named:
        return _search(answer)
    owed = [each for each in answer.kept if not each.back and not each.credit]
    back = [each for each in answer.kept if each.back]
    kept = [each for each in answer.kept if each.credit]
    of = _scope(answer)
    lines = [f"*{amount}* to get on {number}" for amount, number in _totals(owed)]
    lines += [f"The boat owes *{amount}* on {number}" for amount, number in _totals(back)]
    lines += [f"*{amount}* is kept as credit on {number}" for amount, number in _totals(kept)]
    if not lines:
        return [f"Nothing is open{of}." if of else "Nothing is open: nobody owes, and the boat owes nobody."]
    past = sum(1 for each in owed if each.day and viewer.now and each.day < viewer.now.astimezone(viewer.zone).date())
    lines += [f"{past} of these trips {'is' if past == 1 else 'are'} over and not paid in full"] if past else []
    return [*([f"What is open{of}:"] if of else []), *lines]


def _search(answer: OpenMoneyPage) -> list[str]:
    """Return how much is open of the patrons who were found, and how many events were searched for them."""
    said, page = _quoted(answer.named), answer.page
    start = page.number * SEARCHED
    part = f"events {start + 1} to {start + len(page.items)} of {page.total}" if page.pages > 1 else _events(page.total)
    searched = f"Searched: {part} with open money{_scope(answer)}."
    if not answer.items:
        return [
            f"{said} is no month, no event with open money, and nobody who has some on the events searched.",
            searched,
        ]
    found = [replace(item.money, amount=sum((share[1] for share in item.shares), ZERO)) for item in answer.items]
    of = {
        "to get": [one for one in found if not one.back and not one.credit],
        "to give back": [one for one in found if one.back],
        "kept as credit": [one for one in found if one.credit],
    }
    parts = [f"*{amount}* {words} on {number}" for words, some in of.items() for amount, number in _totals(some)]
    return [f"{said}: {', '.join(parts)}", searched]


def _totals(each: Sequence[OpenMoney]) -> list[tuple[str, str]]:
    """Return the sum and the number of events of each currency, in words."""
    sums = sums_of(each)
    counts = {currency: len({one.eid for one in each if one.currency == currency}) for currency in sums}
    return [(format_amount(sums[currency], currency), _events(counts[currency])) for currency in sums]


def _events(number: int) -> str:
    return f"{number} event{'s' * (number != 1)}"


def _scope(answer: OpenMoneyPage) -> str:
    """Return the month and the events that were asked for, as the end of a sentence."""
    wanted = answer.wanted
    month = f"{date(2000, wanted.month, 1):%B}" if wanted.month else ""
    when = " ".join(filter(None, [month, str(wanted.year or "")]))
    named = f" on events named {_quoted(answer.narrow)}" if answer.narrow else ""
    return f"{f' in {when}' if when else ''}{named}"


def _quoted(words: Sequence[Word]) -> str:
    return f"“{shown(' '.join(word.raw for word in words), _WORDS)}”"


def _item(item: Item, viewer: Viewer, *, most: int) -> str:
    """Return an event with its day and age, what is open, and of whom, one line each."""
    money, event = item.money, item.event
    if event is None:
        amount = format_amount(money.amount, money.currency)
        missing = "the books have it, the table has no such event: the operator runs `python -m roster rebuild`"
        return f"*{shown(money.eid, 2 * _TITLE)}* · {amount}\n:warning: {missing}"
    local = event.starts_at.astimezone(viewer.zone)
    year = "" if viewer.now is None or viewer.now.year == local.year else f", {local.year}"
    cancelled = " · :no_entry: cancelled" if event.status is Status.CANCELLED else ""
    title = (
        f"*{shown(event.title, 2 * _TITLE)}*\n{local:%a %b} {local.day}{year} · {_age(local.date(), viewer)}{cancelled}"
    )
    amount = format_amount(sum((share[1] for share in item.shares), ZERO), event.currency)
    if not item.shares:
        return f"{title}\nNothing is open any more."
    lines = [f"{_name(event, patron)}: {format_amount(each, event.currency)}" for patron, each in item.shares[:most]]
    rest = item.shares[most:]
    folded = [f"and {len(rest)} more: {format_amount(sum((share[1] for share in rest), ZERO), event.currency)}"]
    return "\n".join([f"{title} · *{amount}*", *lines, *(folded if rest else [])])


def _name(event: Event, patron: Patron) -> str:
    state = f" · {STATES[patron.state]}" if patron.state else ""
    return shown(distinct_name(patron, namesakes(event), _NAME), _SHOWN) + state


def _age(day: date, viewer: Viewer) -> str:
    """Return `9 days ago`, `today` or `in 3 days`, on the boat's clock."""
    days = (day - viewer.now.astimezone(viewer.zone).date()).days if viewer.now else 0
    if not days:
        return "today"
    number = f"{abs(days)} day{'s' * (abs(days) != 1)}"
    return f"in {number}" if days > 0 else f"{number} ago"


def _pages(answer: OpenMoneyPage) -> list[Block]:
    """Return the button that takes words of an event as a patron's name, and those that turn the page."""
    asked = {"text": answer.text, "who": answer.who}
    rows: list[Block] = []
    if answer.narrow:
        label = f"Patrons called {clip(' '.join(word.raw for word in answer.narrow), 40)}"
        rows.append(actions(turn_button(label, f"{ids.TURN}.who", text=answer.text, who=True), block_id="who"))
    return [*rows, *pager(answer.page, action=ids.TURN, count=True, **asked)]
