"""The forms on top of the boarding list. After a submission the form closes, and the list below it is as it is then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot import board_ids as ids
from bot import words
from bot.access import check_admin
from bot.boarding_presses import Press
from bot.kept import FormOutdated, trigger_of
from bot.reply import update_view
from charter.boarding import CheckIn
from charter.refusals import AboardAlready, TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.services import Services
    from charter.boarding_edits import MoneyDecision
    from charter.enrolling import PatronChange
    from charter.events import Event
    from charter.patrons import PatronState

_TRIES: Final = 3
_BEHIND: Final = "Somebody else changed this party meanwhile, so nothing is saved yet. Press Save to apply yours."


def open_let_aboard(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Open the form that lets a party aboard: one read and one Slack call."""
    press = Press(body, context, services)
    show_form(press, ids.LET_ABOARD, press.value)
    ack()


def open_reopen(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Open the form that asks why the list is reopened. For admins."""
    from bot.views import boarding_forms

    check_admin(context, words.REOPEN_FOR_ADMINS)
    press = Press(body, context, services)
    memo = replace(press.memo, seen=press.value)
    form = boarding_forms.reopen(services.ledger.event(memo.eid), memo)
    context.client.views_push(trigger_id=trigger_of(body), view=form)
    ack()


def show_form(press: Press, form: str, patron_id: str) -> None:
    """Open a form about a patron on top of the list. If there is nothing to fill in any more, show the list anew."""
    from bot.views import boarding_forms

    if form == ids.REMOVE:
        check_admin(press.context, words.ROSTER_FOR_ADMINS)
    event = press.services.ledger.event(press.memo.eid)
    patron = event.patron(patron_id)
    is_late = event.boarding.cast_off is not None and form in {ids.LET_ABOARD, ids.PARTY}
    if patron is None or patron.state is not None or is_late:
        press.show(event)
        return
    memo = replace(press.memo, eid=event.eid, patron=patron_id)
    made = {
        ids.LET_ABOARD: lambda: boarding_forms.let_aboard(event, patron, memo, admin=press.admin),
        ids.PARTY: lambda: boarding_forms.party(event, patron, memo, admin=press.admin),
        ids.NO_SHOW: lambda: boarding_forms.no_show(event, patron, memo, admin=press.admin),
        ids.REMOVE: lambda: boarding_forms.remove(event, patron, memo),
    }.get(form)
    if made is None:
        raise FormOutdated
    press.context.client.views_push(trigger_id=trigger_of(press.body), view=made())


def offer_due(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Offer the due for the number that was typed, to admins. One read and one Slack call."""
    from bot.views import boarding_forms

    check_admin(context, words.ROSTER_FOR_ADMINS)
    press = Press(body, context, services)
    form = boarding_forms.with_due_offered(services.ledger.event(press.memo.eid), press.view, press.memo)
    if form is not None:
        update_view(context.client, body, form)
    ack()


def let_aboard(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Write that these people are aboard, and why although something is missing."""
    from bot.views import boarding_forms

    press = Press(body, context, services)
    memo = press.memo
    count, reason = boarding_forms.read_let_aboard(press.view)
    request = CheckIn(memo.eid, memo.patron, count, reason)
    now, admin = services.now(), press.admin
    press.submit(ack, lambda: services.check_ins.check_in(request, by=press.by, admin=admin, now=now))


def correct_party(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Write the number of people, for admins with the due. If somebody else was faster, show the form anew."""
    from bot.views import boarding_forms
    from charter import boarding_edits
    from charter.enrolling import Overtaken

    press = Press(body, context, services)
    memo, now, admin = press.memo, services.now(), press.admin
    event = services.ledger.event(memo.eid)
    values, reason = boarding_forms.read_party(press.view, event, admin=admin)

    def write() -> Event | dict[str, Any]:
        change = boarding_edits.correct_party(
            event, memo.patron, values, seen=memo.seen, admin=admin, reason=reason, now=now
        )
        outcome = services.roster.change(change, by=press.by, now=now)
        if isinstance(outcome, Overtaken):
            return boarding_forms.party(outcome.event, outcome.patron, memo, admin=admin, remark=_BEHIND)
        return outcome.event

    press.submit(ack, write)


def mark_no_show(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Write that the party did not come. Of crew the money is left as it is."""
    from bot.views.boarding_forms import read_leaving
    from charter.boarding_edits import MoneyDecision
    from charter.patrons import PatronState

    press = Press(body, context, services)
    money, reason = read_leaving(press.view, default=MoneyDecision.AS_IT_IS)
    if money is not MoneyDecision.AS_IT_IS:
        check_admin(context, words.ROSTER_FOR_ADMINS)
    press.submit(ack, lambda: _leave(press, PatronState.NO_SHOW, money, reason), AboardAlready)


def remove(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Take the patron off the roster. For admins."""
    from bot.views.boarding_forms import read_leaving
    from charter.boarding_edits import MoneyDecision
    from charter.patrons import PatronState

    check_admin(context, words.ROSTER_FOR_ADMINS)
    press = Press(body, context, services)
    money, reason = read_leaving(press.view, default=MoneyDecision.NOTHING_DUE)
    press.submit(ack, lambda: _leave(press, PatronState.REMOVED, money, reason), AboardAlready)


def _leave(press: Press, state: PatronState, money: MoneyDecision, reason: str) -> Event:
    """Write that the form's patron does not come, and return the event. Raises as charter.boarding_edits.leave."""
    from charter.boarding_edits import leave

    patron_id, now = press.memo.patron, press.services.now()
    return write_change(press, lambda event: leave(event, patron_id, state, money=money, reason=reason, now=now))


def reopen(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Open the frozen list that the person saw again. For admins."""
    from bot.views import boarding_forms

    check_admin(context, words.REOPEN_FOR_ADMINS)
    press = Press(body, context, services)
    memo, reason = press.memo, boarding_forms.read_reopen(press.view)
    now, seen = services.now(), memo.seen
    press.submit(ack, lambda: services.check_ins.reopen(memo.eid, seen=seen, reason=reason, by=press.by, now=now))


def write_change(press: Press, change: Callable[[Event], PatronChange]) -> Event:
    """Write what the rule makes of the event as it is now, and return the event after it.

    Raises what `change` and Roster.change raise, and TableUnavailable where others were always faster.
    """
    from charter.enrolling import Changed

    for _ in range(_TRIES):
        event = press.services.ledger.event(press.memo.eid)
        outcome = press.services.roster.change(change(event), by=press.by, now=press.services.now())
        if isinstance(outcome, Changed):
            return outcome.event
    raise TableUnavailable
