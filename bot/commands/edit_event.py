"""Forms that edit an event, cancel it and bring it back: by `/payment-status edit` and from the status. For admins.

The edit is written at once or not at all. A new day or title then renames the event. A form that is sent again writes
nothing twice, and goes on with the rename where it was interrupted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot import words
from bot.access import check_admin
from bot.kept import read_kept, trigger_of, value_in, view_in
from bot.text import shown, typed
from charter.frozen import dataclass

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services
    from bot.understanding.event_edits import EditWords
    from charter.editing import EventSaved
    from charter.events import Event, Listing


def from_command(
    ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services
) -> None:
    """Open the form for the event that the words name, filled in by the others; else ask which event is meant."""
    from bot.understanding.event_edits import read_edit
    from bot.views import event_saved

    check_admin(context, words.EDIT_FOR_ADMINS)
    said = read_edit(typed(body["text"]), services.now().date())
    found = _sought(said, body.get("channel_id"), services)
    if found.event is None:
        ack(**event_saved.unclear(found.asked, found.trouble, services.settings.zone, rest=said.rest))
        return
    client.views_open(trigger_id=trigger_of(body), view=_form(found.event, said, found.lost, services))
    ack()


def open_form(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the form of the button: *Edit event*, *Cancel event* or *Bring event back*."""
    from bot.event_menu import BRING_BACK, CANCEL
    from bot.views import cancel_event, edit_event

    check_admin(context, words.EDIT_FOR_ADMINS)
    pressed = body["actions"][0]
    event = services.ledger.event(read_kept(value_in(pressed))["eid"])
    makers = {CANCEL: cancel_event.cancel_form, BRING_BACK: cancel_event.bring_back_form}
    make = makers.get(pressed["action_id"], edit_event.edit_form)
    view = make(event, services.settings.zone, form=services.new_id())
    show = client.views_push if (body.get("view") or {}).get("type") == "modal" else client.views_open
    show(trigger_id=trigger_of(body), view=view)
    ack()


def correct(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Show the id and the sum of dues that follow from what was typed. No table read, one Slack call."""
    from bot.reply import update_view
    from bot.views import edit_event

    check_admin(context, words.EDIT_FOR_ADMINS)
    taken = {listing.eid for listing in services.calendar.remembered(services.now())}
    update_view(client, body, edit_event.with_proposal(view_in(body), services.settings.zone, taken=taken))
    ack()


def save(ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Write the edit, then rename the event. If somebody else changed it meanwhile, show that in the form instead."""
    from bot.views import edit_event, event_saved
    from charter.editing import EventOvertaken

    check_admin(context, words.EDIT_FOR_ADMINS)
    zone, by, now = services.settings.zone, f"slack:{body['user']['id']}", services.now()
    change, eid = edit_event.read_form(view, zone)
    _check_free(change.eid, eid, services)
    outcome = services.event_edits.edit(change, by=by, now=now)
    if isinstance(outcome, EventOvertaken):
        event = outcome.event
        remark = event_saved.changes_in_words(event, edit_event.changed_since(view, event, zone), zone)
        ack(response_action="update", view=edit_event.overtaken(event, view, zone, remark=remark))
        return
    renames = eid != change.eid and outcome.awaits_id(change, eid)
    done, waits = _renamed(outcome, change.eid, eid, by, services) if renames else (outcome, False)
    services.calendar.forget()
    old = change.eid if renames else ""
    ack(response_action="update", view=event_saved.saved(done, old_eid=old, waits=waits))


def change_status(
    ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services
) -> None:
    """Write that the event is cancelled, or takes place again, once."""
    from bot.views import cancel_event, event_saved
    from charter.editing import EventOvertaken

    check_admin(context, words.EDIT_FOR_ADMINS)
    zone, change = services.settings.zone, cancel_event.read_form(view)
    outcome = services.event_edits.edit(change, by=f"slack:{body['user']['id']}", now=services.now())
    if isinstance(outcome, EventOvertaken):
        remark = event_saved.changes_in_words(outcome.event, (), zone)
        ack(response_action="update", view=cancel_event.overtaken(outcome.event, view, zone, remark=remark))
        return
    services.calendar.forget()
    ack(response_action="update", view=event_saved.saved(outcome))


@dataclass(frozen=True, slots=True)
class _Found:
    """The event that is meant, or None with those to ask about. `lost` are words that mean nothing."""

    event: Event | None = None
    asked: tuple[Listing, ...] = ()
    trouble: str = ""
    lost: str = ""


def _sought(said: EditWords, channel: str | None, services: Services) -> _Found:
    """Return the event that the words name for sure, else the channel's or today's one; else those to ask about."""
    from bot.finding import seek_event
    from bot.understanding.events import rank
    from bot.understanding.vocabulary import FILLERS
    from bot.understanding.words import text_of

    now = services.now()
    command = services.read(said.event)
    sought = seek_event(command, channel, services)
    if sought.event is None and sought.trouble:
        return _Found(asked=sought.near, trouble=sought.trouble)
    left = command.places - command.ids.keys() - sought.taken
    lost = text_of(command.words, (place for place in left if command.words[place].key not in FILLERS))
    named = command.eid is not None or (sought.event is not None and bool(sought.fits))
    if not named and lost:
        near = rank(services.calendar.coming(now), now=now, channel=channel)
        return _Found(asked=tuple(near), trouble=f"“{lost}” fits no event.")
    if not named and said.status == "scheduled":
        return _cancelled(channel, services)
    others = [fit.listing for fit in sought.fits if not fit.listing.over(now)]
    if len(others) > 1 and command.eid is None and (sought.event is None or sought.event.eid != command.date):
        return _Found(asked=tuple(others), trouble="Several events fit these words.")
    if sought.event is None:
        return _Found()
    return _Found(services.ledger.event(sought.event.eid), lost=lost)


def _cancelled(channel: str | None, services: Services) -> _Found:
    """Return the only cancelled event that is to come, in the channel or at all; else those to ask about."""
    from charter.events import Status

    off = [each for each in services.calendar.coming(services.now()) if each.status is Status.CANCELLED]
    here = [each for each in off if channel and each.channel == channel] or off
    if len(here) == 1:
        return _Found(services.ledger.event(here[0].eid))
    return _Found(asked=tuple(here), trouble="" if here else "No event that is to come is cancelled.")


def _form(event: Event, said: EditWords, lost: str, services: Services) -> dict[str, Any]:
    """Return the form that the words ask for, with what they say filled in and what was not understood shown."""
    from bot.understanding.event_values import values_in
    from bot.views import cancel_event, edit_event

    zone, form = services.settings.zone, services.new_id()
    filled = values_in(said, event, services.now())
    words_lost = [*([lost] if lost else []), *filled.lost]
    remarks = [f":warning: Not understood: {shown(', '.join(words_lost), 400)}."] if words_lost else []
    remarks += [f":warning: {shown(asked, 200)}" for asked in filled.asked]
    status, reason = filled.values.get("status"), filled.values.get("reason", "")
    if status == event.status:
        state = "is cancelled already" if status == "cancelled" else "takes place already"
        remarks.append(f":warning: This event {state}.")
    elif status and not filled.values.keys() - {"status", "reason"}:
        make = cancel_event.cancel_form if status == "cancelled" else cancel_event.bring_back_form
        return make(event, zone, form=form, reason=reason, said="\n".join(remarks))
    taken = {listing.eid for listing in services.calendar.remembered(services.now())}
    return edit_event.edit_form(event, zone, form=form, typed=filled.values, said="\n".join(remarks), taken=taken)


def _check_free(eid: str, new: str, services: Services) -> None:
    """Raise EventIdTaken or EventIdIsOld where another event has the new id, before anything is written."""
    from charter.refusals import EventIdIsOld, EventIdTaken, EventUnknown

    if new == eid:
        return
    try:
        there = services.ledger.event(new)
    except EventUnknown:
        return
    if eid not in there.eids:
        raise EventIdTaken(new) if there.eid == new else EventIdIsOld(new, there.eid)


def _renamed(done: EventSaved, old: str, eid: str, by: str, services: Services) -> tuple[EventSaved, bool]:
    """Rename the event. Return what was saved with the event's new id, and whether it gets the id only later."""
    from dataclasses import replace

    renamed = services.renames.rename(old, eid, by=by, now=services.now())
    return replace(
        done, event=replace(done.event, eid=eid if renamed.finished else done.event.eid)
    ), not renamed.finished
