"""`/payment-status open`: every event with open money, from the books, and who of it owes. For admins."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bot import words
from bot.access import check_admin
from bot.reads import in_time
from bot.reply import reply
from bot.text import clip, typed
from bot.understanding.open_words import OPEN, asks_for_open, begins, fits_event, read_open
from bot.views.pages import page_of
from charter.names import ascii_words, parts
from charter.open_money import open_money, owing, to_get_back

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services
    from bot.understanding.words import Word
    from bot.views.open_money import Answer, Item
    from charter.events import Event
    from charter.open_money import OpenMoney, Share
    from charter.patrons import Patron

_LONGEST: Final = 200  # letters of the words, which the buttons carry


def is_wanted(body: dict[str, Any]) -> bool:
    """Return whether the command begins with `open`."""
    return asks_for_open(typed(str(body.get("text", ""))))


def show(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Answer with the first page of what the words name: one read of the books, and one of each event on the page."""
    from bot.views import open_money as views

    check_admin(context, words.OPEN_FOR_ADMINS)
    ack(
        **views.message(
            _answer({"text": clip(typed(body["text"]), _LONGEST)}, services), services.viewer(context["role"])
        )
    )


def turn(ack: Ack, payload: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Show the page that the pressed button names, read anew, where the answer is: in a message or in a form."""
    from bot.views import open_money as views

    check_admin(context, words.OPEN_FOR_ADMINS)
    answer, viewer = _answer(json.loads(payload["value"]), services), services.viewer(context["role"])
    if body.get("view"):
        context.client.views_update(view_id=body["view"]["id"], view=views.form(answer, viewer))
    else:
        reply(body, {**views.message(answer, viewer), "replace_original": True})
    ack()


def open_form(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the first page as a form, for the button on the Home tab, which has no channel to answer in."""
    from bot.views import open_money as views

    check_admin(context, words.OPEN_FOR_ADMINS)
    answer = _answer({"text": OPEN}, services)
    client.views_open(trigger_id=body["trigger_id"], view=views.form(answer, services.viewer(context["role"])))
    ack()


def _answer(asked: Mapping[str, Any], services: Services) -> Answer:
    """Return the page that `asked` names by the words in `text`, which are a patron's name with `who`, and `page`."""
    from bot.views.open_money import EVENTS_A_PAGE, SEARCHED, Answer, Item

    text, page, who = str(asked["text"]), int(asked.get("page", 0)), bool(asked.get("who"))
    books = in_time(services.open_months().open_money)
    wanted = read_open(text, services.now().date())
    of_month = [each for each in open_money(books.sums) if wanted.takes(each.day)]
    narrow = tuple(word for word in wanted.words if not who and any(fits_event(word, each.eid) for each in of_month))
    named = tuple(word for word in wanted.words if word not in narrow)
    kept = [each for each in of_month if all(fits_event(word, each.eid) for word in narrow)]
    answer = partial(
        Answer, text=text, who=who, wanted=wanted, narrow=narrow, named=named, kept=kept, compared=books.compared
    )
    if named:
        searched = page_of(_by_event(kept), page, size=SEARCHED)
        events = _read([each[0].eid for each in searched.items], services)
        items = [item for each in searched.items for item in _found(each, events.get(each[0].eid), named)]
        return answer(page=searched, items=items)
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
    return to_get_back(event) if money.back else owing(event)


def _found(of_event: Sequence[OpenMoney], event: Event | None, named: Sequence[Word]) -> Iterator[Item]:
    """Yield what is open of the patrons whom the words name, and all of an event whose title they name."""
    from bot.views.open_money import Item

    if event is None:
        return
    is_title = all(_begins(word, ascii_words(event.title)) for word in named)
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
