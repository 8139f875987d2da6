"""`/board`: opens the boarding list, and answers each press on it with the list as it is then.

The views are imported on first use, because a payment's cold start does not need them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot import board_ids as ids
from bot import words
from bot.access import check_admin
from bot.board_ids import BoardMemo
from bot.boarding_presses import Press
from bot.home_ids import is_home
from bot.kept import read_kept, trigger_of, value_in
from bot.sharing import seek_for_all
from bot.text import typed
from bot.views.state import picked_in
from charter.boarding import CheckIn
from charter.moments import utc

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.access import Access
    from bot.services import Services
    from bot.sharing import Public
    from charter.enrolling import PatronChange
    from charter.events import Event


def open_list(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Open the list of the event that the words mean, else of the channel's or today's only one; or ask which.

    Of several events that the words fit, it is today's if there is only one of today.
    """
    from bot.views import boarding_list

    text = typed(body.get("text") or "")
    meant = seek_for_all(services.read(text), body.get("channel_id"), services, todays=True)
    eid = meant.eid or _todays(meant, services)
    if eid is None:
        about = {"trouble": meant.trouble, "words": text.strip()}
        ack(**boarding_list.ask(meant.asked, zone=services.settings.zone, now=services.now(), **about))
        return
    event = meant.event or services.event(eid)
    context.client.views_open(trigger_id=trigger_of(body), view=_first(event, body["user_id"], context, services))
    ack()


def open_picked(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Open the list of the event whose button was pressed: one read and one Slack call."""
    event = services.event(value_in(body["actions"][0]))
    first = _first(event, body["user"]["id"], context, services, home=is_home(body))
    context.client.views_open(trigger_id=trigger_of(body), view=first)
    ack()


def refresh(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Show the list as it is now, from its first page, with those who are aboard at its end."""
    press = Press(body, context, services)
    memo = replace(press.memo, page=0, sorted_at=utc(services.now()))
    press.show(services.ledger.event(memo.eid), memo=memo)
    ack()


def turn(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Show another page of the list."""
    press = Press(body, context, services)
    memo = replace(press.memo, page=int(read_kept(press.value)["page"]))
    press.show(services.ledger.event(memo.eid), memo=memo)
    ack()


def check_in(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Write that the party is aboard, and show the list. The number of people is that on the screen of the person."""
    press = Press(body, context, services)
    wanted = read_kept(press.value)
    request = CheckIn(press.memo.eid, wanted["patron"], wanted["count"])
    press.answer(lambda: services.check_ins.check_in(request, by=press.by, admin=press.admin, now=services.now()))
    ack()


def take_back(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Write that nobody of the party is aboard, unless it was checked in again since, and show the list."""
    press = Press(body, context, services)
    eid, shown = press.memo.eid, read_kept(press.value)
    patron, seen = shown["patron"], shown["at"]
    press.answer(lambda: services.check_ins.take_back(eid, patron, seen=seen, by=press.by, now=services.now()))
    ack()


def cast_off(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services, access: Access) -> None:
    """Freeze the list that the person sees, and show it. Slack gives the names of those who have no crew row."""
    press = Press(body, context, services)
    eid, seen = press.memo.eid, press.value

    def name_of(by: str) -> str | None:
        return access.name(by.removeprefix("slack:"))

    press.answer(lambda: services.check_ins.cast_off(eid, seen=seen, by=press.by, now=services.now(), name_of=name_of))
    ack()


def choose(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Do what was chosen in a party's menu: open a form, or take a mark back at once."""
    from bot.commands.boarding_forms import show_form

    press, done = Press(body, context, services), body["actions"][0]
    patron_id, chosen = str(done.get("block_id", "")).removeprefix(ids.OF_PARTY), picked_in(done)
    if chosen == ids.SHOW_QR:
        ack()  # Slack opened the page
        return
    if chosen == ids.COME_BACK:
        press.answer(lambda: _come_back(press, patron_id))
    else:
        show_form(press, chosen, patron_id)
    ack()


def _come_back(press: Press, patron_id: str) -> Event:
    """Write that a patron is expected again, and return the event. Only admins put a removed patron back."""
    from bot.commands.boarding_forms import write_change
    from charter import boarding_edits
    from charter.patrons import PatronState

    def change(event: Event) -> PatronChange:
        patron = event.patron(patron_id)
        if patron and patron.state is PatronState.REMOVED:
            check_admin(press.context, words.ROSTER_FOR_ADMINS)
        return boarding_edits.come_back(event, patron_id)

    return write_change(press, change)


def _todays(meant: Public, services: Services) -> str | None:
    """Return the id of the only event of today among those that the words fit, or None."""
    today = services.now().date()
    fits = meant.asked if meant.named and not meant.trouble else ()
    found = [each.eid for each in fits if each.starts_at.astimezone(services.settings.zone).date() == today]
    return found[0] if len(found) == 1 else None


def _first(event: Event, user: str, context: BoltContext, services: Services, *, home: bool = False) -> dict[str, Any]:
    """Return the list as it opens."""
    from bot.views import boarding_list

    now, role, since = utc(services.now()), context["role"], context["role_since"]
    memo = BoardMemo(event.eid, opened_by=user, role=role, since=since, home=home, sorted_at=now)
    return boarding_list.build(event, services.viewer(context["role"]), memo)
