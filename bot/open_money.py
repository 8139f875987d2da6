"""Reads for `/payment-status open`: the books' open money, and the events of one page of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.reads import in_time
from bot.understanding.open_words import begins, fits_event, read_open
from bot.views.open_money import EVENTS_A_PAGE, SEARCHED, Item, OpenMoneyPage
from bot.views.pages import page_of
from charter.names import ascii_words, parts
from charter.open_money import open_money
from charter.owing import credited, owing, to_get_back

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.services import Services
    from bot.understanding.words import Word
    from charter.events import Event
    from charter.open_money import OpenMoney
    from charter.owing import Share
    from charter.patrons import Patron


def find(text: str, services: Services, *, page: int = 0, who: bool = False) -> OpenMoneyPage:
    """Return a page of what the words ask for, which follow `open`: the month, events by their id, else patrons.

    `who`: the words name a patron, also those that fit an event. Raises TableUnavailable and BooksMissing.
    """
    books = in_time(services.open_months().open_money)
    wanted = read_open(text, services.now().date())
    of_month = [each for each in open_money(books.sums) if wanted.takes(each.day)]
    narrow = tuple(word for word in wanted.words if not who and any(fits_event(word, each.eid) for each in of_month))
    named = tuple(word for word in wanted.words if word not in narrow)
    kept = [each for each in of_month if all(fits_event(word, each.eid) for word in narrow)]
    answer = partial(
        OpenMoneyPage, text=text, who=who, wanted=wanted, narrow=narrow, named=named, kept=kept, compared=books.compared
    )
    if named:
        searched = page_of(_by_event(kept), page, size=SEARCHED)
        events = _read([each[0].eid for each in searched.items], services)
        items = [
            item for each in searched.items for item in _found(each, events.get(each[0].eid), named, titles=not who)
        ]
        return answer(page=searched, items=sorted(items, key=lambda item: (item.money.credit, item.money.back)))
    shown = page_of(kept, page, size=EVENTS_A_PAGE)
    events = _read([each.eid for each in shown.items], services)
    items = [Item(each, events.get(each.eid), _shares(each, events.get(each.eid))) for each in shown.items]
    return answer(page=shown, items=items)


def _by_event(kept: Sequence[OpenMoney]) -> list[list[OpenMoney]]:
    """Return the money event by event, the oldest event first."""
    found: dict[str, list[OpenMoney]] = {}
    for each in sorted(kept, key=lambda one: (one.day is None, str(one.day), one.eid)):
        found.setdefault(each.eid, []).append(each)
    return list(found.values())


def _read(eids: Sequence[str], services: Services) -> dict[str, Event]:
    """Return the events that the table has, by the ids asked for: an earlier id leads to the event as well."""
    wanted = list(dict.fromkeys(eids))
    events = in_time(partial(services.ledger.events, wanted)) if wanted else []
    return {eid: event for event in events for eid in event.eids}


def _shares(money: OpenMoney, event: Event | None) -> list[Share]:
    if event is None:
        return []
    if money.credit:
        return credited(event)
    return to_get_back(event) if money.back else owing(event)


def _found(
    of_event: Sequence[OpenMoney], event: Event | None, named: Sequence[Word], *, titles: bool
) -> Iterator[Item]:
    """Yield what is open of the patrons whom the words name; with `titles` also all of an event that they name."""
    if event is None:
        return
    is_title = titles and all(_begins(word, ascii_words(event.title)) for word in named)
    for money in of_event:
        shares = [share for share in _shares(money, event) if is_title or _is_called(share[0], named)]
        if shares:
            yield Item(money, event, shares)


def _is_called(patron: Patron, named: Sequence[Word]) -> bool:
    """Return whether each word begins a part of the patron's name, or is their id."""
    name = parts(patron.name)
    is_id = [word.bare.casefold() for word in named] == [patron.patron_id.casefold()]
    return is_id or all(_begins(word, name) for word in named)


def _begins(word: Word, name: Sequence[str]) -> bool:
    return any(begins(key, name) for key in word.keys if key)
