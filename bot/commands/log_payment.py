"""`/log-payment`: opens the form with what the words mean, fills it as choices are made, logs, shows the receipt."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from bot.filled_in import form_in
from bot.finding import several_in, understand
from bot.kept import read_kept, trigger_of, value_in, view_in
from bot.offers import Offered, answer_with, said
from bot.reply import answer_command, update_view
from bot.text import clip, typed
from bot.understanding.command import names_somebody, rest_of, takes_back
from bot.understanding.days import find_days
from bot.understanding.parties import party_in
from bot.understanding.patrons import NamedPatrons, find_patrons
from bot.understanding.words import split_words
from bot.views import walk_up
from bot.views.choices import NEW_PATRON, event_option, event_options, patron_options
from bot.views.log_payment import build, filled_for, filled_for_walk_up, read_form
from bot.views.payment_form import Form, Memo, Offer
from bot.views.receipt import receipt
from bot.views.repeated import asked
from bot.views.state import read_state
from charter.events import Event
from charter.payments import Source
from charter.refusals import BoatFull, Malformed, PossibleDuplicate, Unknown

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.finding import Understood
    from bot.services import Services
    from bot.understanding.command import ParsedCommand
    from charter.events import Listing

# Limits of the words that a form's memo keeps: letters of each, and number.
_LONGEST_KEPT: Final = 80
_ASKED_AT_MOST: Final = 5

_SEARCHED: Final = "Listed are events from two weeks ago to a year ahead, by title, day or id."


def open_form(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the form, filled from the words, the channel and the time. It reads the table, then calls Slack once.

    Words that ask for a refund or a void open that form instead.
    """
    command = services.read(typed(body.get("text") or ""), methods=services.settings.methods)
    memo = new_memo(body["user_id"], context, services)
    channel = body.get("channel_id")
    answer = form_for(command, understand(command, channel, services), memo, context, services, channel=channel)
    if answer.get("type") != "modal":
        answer_command(ack, body, answer)
        return
    client.views_open(trigger_id=trigger_of(body), view=answer)
    ack()


def form_for(  # noqa: PLR0913 - what a form is made of, by name
    command: ParsedCommand,
    understood: Understood,
    memo: Memo,
    context: BoltContext,
    services: Services,
    *,
    channel: str | None,
    remark: str = "",
) -> dict[str, Any]:
    """Return the form with what was understood, or the form or the question of words that take money back.

    `remark` is a sentence that the form shows first. Raises NotAllowed where crew want to take money back.
    """
    taking = takes_back(command)
    if taking is not None and not _is_a_name(command, understood, taking[0]):
        from bot.commands import corrections

        where = {"channel_id": channel}
        return corrections.asked_by_words(where, context, command=command, taking=taking, services=services)
    several, elsewhere = several_in(command, understood)
    if several is not None:
        understood = replace(understood, reading=several.beside(understood.reading, elsewhere=bool(elsewhere)))
    form = _form_of(command, understood, memo, services)
    form = replace(form, trouble=" ".join(filter(None, (remark, form.trouble))))
    if several is None:
        return build(form, services.settings)
    from bot.commands import group_payment

    return group_payment.form_for(form, several, elsewhere, services)


def new_memo(user_id: str, context: BoltContext, services: Services) -> Memo:
    """Return the memo of a form that opens for this person, with a payment id of its own."""
    return Memo(payment_id=services.new_id(), opened_by=user_id, role=context["role"], since=context["role_since"])


def _is_a_name(command: ParsedCommand, understood: Understood, places: frozenset[int]) -> bool:
    """Return whether the words are part of the patron's name: somebody may be called Void."""
    if not places & set(understood.reading.found.places):
        return False
    return len(understood.reading.found.places) > 1 or not names_somebody(command, understood.reading)


def _form_of(command: ParsedCommand, understood: Understood, memo: Memo, services: Services) -> Form:
    """Return the form with what was understood. Its remarks list what was not."""
    sought, reading = understood.sought, understood.reading
    event, is_message = sought.event, bool(memo.author)  # an author wrote a message
    if is_message and event is not None:
        reading = replace(reading, left=reading.left - _on_its_day(command, event, services))
    rest = rest_of(command, reading, prose=is_message)
    if event is not None:
        memo = replace(memo, eid=event.eid, currency=event.currency if isinstance(event, Event) else "")
    memo = replace(
        memo,
        asked=tuple(clip(word, _LONGEST_KEPT) for word in reading.amount.asked[:_ASKED_AT_MOST]),
        is_half=reading.amount.is_half,
        lost=clip(rest.lost, 2 * _LONGEST_KEPT),
        hint=clip(rest.name, _LONGEST_KEPT),
        party=party_in(command.words),
    )
    form = Form(
        memo,
        event=event,
        amount=reading.amount.text,
        method=reading.method,
        notes=rest.notes,
        tip=reading.amount.tip,
        words=rest.name,
        trouble=sought.trouble,
        offers=(
            *(Offer(listing) for listing in sought.near),
            *(Offer(other, patron) for other, patron in understood.elsewhere),
        ),
        now=services.now(),
    )
    if understood.patron is not None and isinstance(event, Event):
        return filled_for(form, understood.patron, event)
    return form


def _on_its_day(command: ParsedCommand, event: Event | Listing, services: Services) -> set[int]:
    """Return the places of the days that are the event's, which says nothing new."""
    now = services.now()
    days = find_days(command.words, today=now.date(), places=command.places)
    return {place for day in days if day.is_on(event.starts_at.astimezone(now.tzinfo).date()) for place in day.places}


def offer_events(ack: Ack, payload: dict[str, Any], *, services: Services) -> None:
    """Offer events for the type-ahead: today's and coming ones, then recent ones."""
    now, query = services.now(), payload.get("value") or ""
    zone = services.settings.zone
    offered = event_options([*services.calendar.coming(now), *services.calendar.recent(now)], query, zone=zone)
    if not offered.options and query[:4].isdigit():
        with suppress(Unknown, Malformed):
            offered = Offered([event_option(services.ledger.event(query.strip().lower()), zone=zone)])
    nothing = f"No event fits {said(query)}." if query.strip() else "No events are coming."
    answer_with(ack, offered, nothing=nothing, then=_SEARCHED)


def offer_patrons(ack: Ack, body: dict[str, Any], *, services: Services) -> None:
    """Offer patrons for the type-ahead, from the roster of the form's event."""
    view, memo = view_in(body), Memo.load(view_in(body))
    eid = body["action_id"].partition(".")[2] or read_state(view).get("event") or memo.eid
    if not eid:
        answer_with(ack, Offered(), nothing="Pick the event first.", then="Its roster is then offered here.")
        return
    answer_with(ack, patron_options(services.ledger.event(eid), body.get("value") or "", hint=memo.hint), nothing="")


def pick_event(ack: Ack, body: dict[str, Any], client: WebClient, *, services: Services) -> None:
    """Show the picked event with its roster. An amount that was not typed is filled in anew."""
    form = _for_another_event(form_in(view_in(body), services))
    words = split_words(form.memo.hint)
    found = (
        find_patrons(words, form.event, places=range(len(words))) if isinstance(form.event, Event) else NamedPatrons()
    )
    if len(found.patrons) == 1 and isinstance(form.event, Event):
        form = filled_for(form, found.patrons[0], form.event)
    _show(client, body, form, services)
    ack()


def switch_event(
    ack: Ack, payload: dict[str, Any], body: dict[str, Any], client: WebClient, *, services: Services
) -> None:
    """Show the event of the pressed button in the form, with the patron whom the button names."""
    wanted = read_kept(value_in(payload))
    form = _for_another_event(form_in(view_in(body), services, eid=wanted["eid"]))
    form = replace(form, memo=replace(form.memo, switched=wanted["eid"]))
    event = form.event
    patron = event.patron(wanted["patron"]) if isinstance(event, Event) and "patron" in wanted else None
    if patron is not None and isinstance(event, Event):
        if "others" in wanted:
            from bot.commands import group_payment

            update_view(client, body, group_payment.switched(form, [patron.patron_id, *wanted["others"]], services))
            ack()
            return
        form = filled_for(form, patron, event)
    _show(client, body, form, services)
    ack()


def pick_patron(ack: Ack, body: dict[str, Any], client: WebClient, *, services: Services) -> None:
    """Show the picked patron, with their balance as the amount unless one was typed. A new patron gets a name field."""
    form, state = form_in(view_in(body), services), read_state(view_in(body))
    picked = state.get("patron", "")
    event = form.event if isinstance(form.event, Event) else None
    patron = event.patron(picked) if event else None
    if picked.startswith(NEW_PATRON):
        party = walk_up.party_in(state) if "party" in state else form.memo.party
        new = walk_up.offered(picked.removeprefix(NEW_PATRON), party or 1, event)
        form = filled_for_walk_up(form, new, Decimal(new.due or 0))
    elif patron is not None and event is not None:
        form = filled_for(form, patron, event)
    _show(client, body, form, services)
    ack()


def change_walk_up(ack: Ack, body: dict[str, Any], client: WebClient, *, services: Services) -> None:
    """Update due and amount after a change of a new patron's party or due. Typed values stay."""
    form = _followed(view_in(body), services)
    if form is not None:
        _show(client, body, form, services)
    ack()


def _followed(view: dict[str, Any], services: Services) -> Form | None:
    """Return the form after a change of a new patron's party or due. None without a new patron, or while incomplete."""
    state, shown = read_state(view), walk_up.load(Memo.load(view).walk_up)
    picked = state.get("patron", "")
    if shown is None or not picked.startswith(NEW_PATRON):
        return None
    form = form_in(view, services)
    event = form.event if isinstance(form.event, Event) else None
    currency, name = form.memo.currency or services.settings.currency, picked.removeprefix(NEW_PATRON)
    new = walk_up.followed(shown, state, event, name=name, currency=currency)
    return filled_for_walk_up(form, *new) if new is not None else None


def submit(ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Log the payment, in one table write and no Slack call, and answer with the receipt.

    The answer is the form with a question if the payment looks like one of the last minutes, and with an input for the
    reason if the boat filled up while an admin's form was open.
    """
    draft, by, admin = read_form(view, services.settings), f"slack:{body['user']['id']}", context["role"].sees_money
    try:
        logged = services.ledger.log(draft, by=by, source=Source.SLACK, now=services.now(), admin=admin)
    except PossibleDuplicate as question:
        if "blocks" not in view:
            raise
        memo = replace(Memo.load(view), role=context["role"], since=context["role_since"])
        ack(response_action="update", view=asked(view, memo, draft, question))
        return
    except BoatFull:
        form = _followed(view, services) if admin and "reason" not in read_state(view) else None
        if form is None:
            raise
        form = replace(form, memo=replace(form.memo, role=context["role"], since=context["role_since"]))
        ack(response_action="update", view=build(form, services.settings))
        return
    memo = replace(Memo.load(view), eid=logged.event.eid, currency=logged.event.currency)
    ack(response_action="update", view=receipt(logged, memo, services.settings, is_new=draft.walk_up is not None))


def log_another(
    ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services
) -> None:
    """Open an empty form with a new payment id, for the event of the receipt."""
    memo = Memo.load(view)
    fresh = replace(
        new_memo(body["user"]["id"], context, services), eid=memo.eid, currency=memo.currency, home=memo.home
    )
    event = services.ledger.event(memo.eid) if memo.eid else None
    ack(response_action="update", view=build(Form(fresh, event=event, now=services.now()), services.settings))


def _for_another_event(form: Form) -> Form:
    """Return the form without the amount that was filled in for a patron of the previous event."""
    if form.amount != form.memo.prefilled:
        return form
    return replace(form, amount="", amount_is="nobody", memo=replace(form.memo, prefilled=""))


def _show(client: WebClient, body: dict[str, Any], form: Form, services: Services) -> None:
    update_view(client, body, build(form, services.settings))
