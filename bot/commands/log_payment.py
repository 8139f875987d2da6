"""`/log-payment`: understands the words, opens the form, fills it as choices are made, logs, shows the receipt."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from bot import hurry
from bot.text import typed
from bot.understanding import Words, find_event, find_patrons, on_day, sort_words, with_names
from bot.views.choices import NEW_PATRON, event_option, event_options, patron_options
from bot.views.log_payment import (
    Form,
    Memo,
    amount_action,
    build,
    filled_for,
    filled_for_walk_up,
    read_form,
)
from bot.views.receipt import receipt
from bot.views.state import read_state
from charter.event_ids import check_served
from charter.events import Event, guess
from charter.payments import Source
from charter.refusals import EventIdMalformed, EventUnknown, Refusal, TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.desk import Desk
    from charter.events import Listing


def open_form(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, desk: Desk) -> None:
    """Opens the form with what the words, the channel and the clock tell: one table read at most and one Slack call."""
    text = typed(body.get("text", ""))
    words = sort_words(text, methods=desk.look.methods, currency=desk.look.currency)
    event, left, trouble = _event_meant(words, body.get("channel_id"), desk)
    if isinstance(event, Event):
        left = with_names(text, left, event, look=desk.look, taken=words.beyond(left))
    memo = Memo(payment_id=desk.new_id(), opened_by=body["user_id"], role=context["role"])
    form = Form(memo, event=event, amount=left.amount, method=left.method, trouble=trouble)
    form = _with_words(form, left)
    client.views_open(trigger_id=body["trigger_id"], view=build(form, desk.look))
    ack()


def _event_meant(words: Words, channel: str | None, desk: Desk) -> tuple[Listing | None, Words, str]:
    """The event, with its roster where one read reaches that far; the words left; and what was wrong with the words.

    An event named by its id is read. Any other is first found in a list of events: where one is remembered, the read
    goes to the event itself; else it is spent on this month's list, and the roster waits for the patron field.
    """
    now = desk.now()
    remembered = desk.calendar.remembered(now)
    if words.eid is not None:
        try:
            return desk.ledger.event(check_served(words.eid)), words, ""
        except (EventIdMalformed, EventUnknown) as refusal:
            that_day = on_day(words.eid, remembered)
            return that_day[0] if that_day else None, words, "" if that_day else str(refusal)
    meant, left = _meant_in(remembered, words, channel, now)
    if meant is None:
        return *_meant_in(desk.calendar.this_month(now), words, channel, now), ""
    try:
        event = desk.ledger.event(meant.eid)
    except EventUnknown:  # renamed since the list was read
        return None, left, ""
    # "cory" may be a patron at Captain Cory's event: where no word is left to name one, those that named the event may.
    return event, words if not left.runs and find_patrons(words, event)[0] else left, ""


def _meant_in(
    listings: Sequence[Listing], words: Words, channel: str | None, now: datetime
) -> tuple[Listing | None, Words]:
    """The event of the list that the words name, or that is guessed where they name none; and the words left."""
    named, left = find_event(words, listings, now=now)
    return (named[0] if named else guess(listings, now=now, channel=channel)), left


def _with_words(form: Form, words: Words) -> Form:
    """The form with the patron whom the words name, if they name one alone; the words left over become the notes."""
    event = form.event
    if isinstance(event, Event):
        form = replace(form, memo=replace(form.memo, eid=event.eid, currency=event.currency))
        found, left = find_patrons(words, event)
        if len(found) == 1:
            return filled_for(replace(form, notes=left.joined), found[0], event)
    hint = " ".join(words.names)
    notes = replace(words, runs=words.runs[1:]).joined
    return replace(form, memo=replace(form.memo, hint=hint[:80]), notes=notes, words=hint)


def offer_events(ack: Ack, payload: dict[str, Any], *, desk: Desk) -> None:
    """The type-ahead of the event field: today's and coming events, then recent ones."""
    now, query = desk.now(), payload.get("value") or ""
    options = event_options([*desk.calendar.coming(now), *desk.calendar.recent(now)], query, zone=desk.look.zone)
    if not options and query[:4].isdigit():
        try:
            options = [event_option(desk.ledger.event(query.strip().lower()), zone=desk.look.zone)]
        except Refusal:
            options = []
    ack(options=options)


def offer_patrons(ack: Ack, body: dict[str, Any], *, desk: Desk) -> None:
    """The type-ahead of the patron field, over the roster of the event that the form shows."""
    view, memo = body["view"], Memo.load(body["view"])
    eid = body["action_id"].partition(".")[2] or read_state(view).get("event") or memo.eid
    if not eid:
        ack(options=[])
        return
    ack(options=patron_options(desk.ledger.event(eid), body.get("value") or "", hint=memo.hint))


def pick_event(ack: Ack, body: dict[str, Any], client: WebClient, *, desk: Desk) -> None:
    """Another event was picked: its own roster, and the amount anew unless it was typed."""
    form = _form_in(body["view"], desk)
    if form.amount == form.memo.prefilled:
        form = replace(form, amount="", amount_is="nobody", memo=replace(form.memo, prefilled=""))
    hinted = Words(runs=(tuple(form.memo.hint.split()),))
    found = find_patrons(hinted, form.event)[0] if isinstance(form.event, Event) else []
    if len(found) == 1 and isinstance(form.event, Event):
        form = filled_for(form, found[0], form.event)
    _show(client, body, form, desk)
    ack()


def pick_patron(ack: Ack, body: dict[str, Any], client: WebClient, *, desk: Desk) -> None:
    """A patron was picked: the amount becomes their balance unless another was typed. A new one gets a name field."""
    form = _form_in(body["view"], desk)
    picked = read_state(body["view"]).get("patron", "")
    event = form.event if isinstance(form.event, Event) else None
    patron = event.patron(picked) if event else None
    if picked.startswith(NEW_PATRON):
        form = filled_for_walk_up(form, picked.removeprefix(NEW_PATRON), event)
    elif patron is not None and event is not None:
        form = filled_for(form, patron, event)
    _show(client, body, form, desk)
    ack()


def submit(ack: Ack, view: dict[str, Any], body: dict[str, Any], *, desk: Desk) -> None:
    """Log the payment, in one table write and no Slack call, and answer with the receipt.

    A read after the write shows who of the party has signed. It is left out where Slack would not wait for it.
    """
    draft = read_form(view, desk.look)
    logged = desk.ledger.log(draft, by=f"slack:{body['user']['id']}", source=Source.SLACK, now=desk.now())
    logged = replace(logged, event=with_signatures(logged.event, desk))
    memo = replace(Memo.load(view), eid=logged.event.eid, currency=logged.event.currency)
    ack(response_action="update", view=receipt(logged, memo, desk.look))


def with_signatures(event: Event, desk: Desk) -> Event:
    """Return the event with its signatures where there is time to read them, else as it is."""
    if event.signatures is None and hurry.leaves_time_for_a_read():
        with suppress(TableUnavailable):
            return desk.ledger.with_signatures(event)
    return event


def log_another(ack: Ack, view: dict[str, Any], *, desk: Desk) -> None:
    """A fresh form, with an id of its own, for the event of the receipt."""
    memo = Memo.load(view)
    fresh = Memo(
        payment_id=desk.new_id(), opened_by=memo.opened_by, role=memo.role, eid=memo.eid, currency=memo.currency
    )
    event = desk.ledger.event(memo.eid) if memo.eid else None
    ack(response_action="update", view=build(Form(fresh, event=event), desk.look))


def _form_in(view: dict[str, Any], desk: Desk) -> Form:
    """The form as its user has filled it by now, with the event that is picked read anew: one table read."""
    state, memo = read_state(view), Memo.load(view)
    event = desk.ledger.event(state["event"]) if state.get("event") else None
    if event is not None:
        memo = replace(memo, eid=event.eid, currency=event.currency)
    return Form(
        memo,
        event=event,
        amount=state.get("amount", ""),
        amount_is=amount_action(view),
        method=state.get("method") or None,
        notes=state.get("notes", ""),
    )


def _show(client: WebClient, body: dict[str, Any], form: Form, desk: Desk) -> None:
    view = body["view"]
    try:
        client.views_update(view_id=view["id"], hash=view["hash"], view=build(form, desk.look))
    except SlackApiError as error:
        # The view has changed since: its user went on, and the answer to that is on its way.
        if error.response.get("error") != "hash_conflict":
            raise
