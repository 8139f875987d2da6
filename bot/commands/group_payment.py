"""One payer, several patrons: the form with an amount for each, one write for all, and the receipt."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.filled_in import form_in
from bot.kept import view_in
from bot.offers import answer_with, said
from bot.reply import update_view
from bot.route_ids import PATRONS
from bot.text import clip
from bot.views import group_form as views
from bot.views.choices import patron_options
from bot.views.log_payment import build, filled_for
from bot.views.payment_form import Form, Memo, Offer
from bot.views.receipt import receipt
from bot.views.repeated import asked_of_several
from bot.views.state import picked_many, read_state
from charter.events import Event
from charter.group_payments import MOST_TOGETHER
from charter.money import looks_like_amount, parse_amount, plain_amount
from charter.names import listed
from charter.payments import LONGEST_NOTES, Source
from charter.refusals import AmountsNotShown, PossibleDuplicate, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services
    from bot.understanding.several import Several
    from charter.patrons import Patron

# Limits of the names that a form's memo keeps: letters of each, and number.
_LONGEST_KEPT: Final = 60
_UNCLEAR_AT_MOST: Final = 5
_NAMED: Final = 5

# A sum for one patron, whose name is no part of the notes: `250 for`.
_FOR_SOMEBODY: Final = re.compile(r"(\S+) for(?=$|[;,]| and\b)")


def form_for(
    form: Form, several: Several, elsewhere: Sequence[tuple[Event, Several]], services: Services
) -> dict[str, Any]:
    """Return the form where the words name several patrons or a payer, as `bot.finding.several_in` found them."""
    form = with_payer(form, several)
    if elsewhere:
        return build(offered(form, elsewhere), services.settings)
    return build(form, services.settings) if several.is_single else form_from_words(form, several, services)


def with_payer(form: Form, several: Several) -> Form:
    """Return the form with the payer in its notes: `Paid by Maria`."""
    if not several.payer:
        return form
    notes = "; ".join(filter(None, (f"Paid by {several.payer}", form.notes)))
    return replace(form, notes=clip(notes, LONGEST_NOTES) if len(notes) > LONGEST_NOTES else notes)


def form_from_words(form: Form, several: Several, services: Services) -> dict[str, Any]:
    """Return the form for the patrons whom the words name. Its event has been read.

    Words with a sum for each, as in `125 for dave and 250 for ana`, name no total: the form asks.
    """
    sums = _sums_for_each(form, services)
    memo = replace(_with_names(form.memo, several), hint="", asked=form.memo.asked or sums)
    return _built(replace(form, memo=memo, amount="" if sums else form.amount), several.patrons, services)


def _sums_for_each(form: Form, services: Services) -> tuple[str, ...]:
    """Return the amount of the words and those beside it that are `for` somebody; nothing if it is the only one."""
    currency = form.memo.currency or services.settings.currency
    others = [word for word in _FOR_SOMEBODY.findall(form.notes) if looks_like_amount(word, currency=currency)]
    return (clip(form.amount, _LONGEST_KEPT), *others[:_NAMED]) if form.amount and others else ()


def _with_names(memo: Memo, several: Several) -> Memo:
    """Return the memo with the names that are not picked: the payer, and those that fit several patrons or nobody."""
    unclear = tuple(clip(name, _LONGEST_KEPT) for name in several.unclear[:_UNCLEAR_AT_MOST])
    return replace(memo, payer=clip(several.payer, _LONGEST_KEPT), unclear=unclear)


def offered(form: Form, elsewhere: Sequence[tuple[Event, Several]]) -> Form:
    """Return the form for one patron that offers the other events on which the words name several."""
    offers = (Offer(event, several.patrons[0], several.patrons[1:]) for event, several in elsewhere)
    kept = (offer for offer in form.offers if offer.patron is None)
    names = listed([patron.name for patron in elsewhere[0][1].patrons])
    memo = _with_names(form.memo, elsewhere[0][1])
    return replace(form, memo=memo, words=form.words or names, offers=(*kept, *offers))


def switched(form: Form, patron_ids: Sequence[str], services: Services) -> dict[str, Any]:
    """Return the form for these patrons of the event to which a button switched."""
    event = form.event
    found = [event.patron(patron_id) for patron_id in patron_ids] if isinstance(event, Event) else []
    return _built(form, [patron for patron in found if patron is not None], services)


def open_for_several(ack: Ack, body: dict[str, Any], client: WebClient, *, services: Services) -> None:
    """Turn the form for a single patron into the one for several. An amount that was typed is what the payer gave."""
    form, picked = form_in(view_in(body), services), read_state(view_in(body)).get("patron", "")
    patron = form.event.patron(picked) if isinstance(form.event, Event) else None
    update_view(client, body, _built(form, [patron] if patron else [], services))
    ack()


def pick_patrons(ack: Ack, body: dict[str, Any], client: WebClient, *, services: Services) -> None:
    """Show an amount for each patron who is picked by now, and the sum."""
    update_view(client, body, _as_picked(view_in(body), services))
    ack()


def offer_patrons(ack: Ack, body: dict[str, Any], *, services: Services) -> None:
    """Offer the patrons of the form's event for the type-ahead, those first whose name was not clear."""
    memo = Memo.load(view_in(body))
    event, hint = services.ledger.event(memo.eid or ""), memo.unclear[0] if memo.unclear else memo.payer
    query = body.get("value") or ""
    offered = replace(patron_options(event, query, hint=hint), last=None)  # without the new patron
    nothing = f"Nobody on this roster fits {said(query)}." if query.strip() else "Nobody is on this roster."
    answer_with(ack, offered, nothing=nothing, then="A new patron is logged alone: press Pay for one patron.")


def change_amount(ack: Ack, body: dict[str, Any], client: WebClient, *, services: Services) -> None:
    """Show the sum after a letter was typed into an amount. It reads nothing, unless patrons were picked meanwhile."""
    view = view_in(body)
    currency = Memo.load(view).currency or services.settings.currency
    changing = views.is_changing(view)
    update_view(client, body, _as_picked(view, services) if changing else views.with_sum(view, currency))
    ack()


def back_to_one(ack: Ack, body: dict[str, Any], client: WebClient, *, services: Services) -> None:
    """Turn the form into the one for a single patron: the first who is picked."""
    view = view_in(body)
    memo, picked = Memo.load(view), picked_many(view, PATRONS)
    form = form_in(view, services, eid=memo.eid or "")
    event, amount = form.event, memo.total
    memo = replace(form.memo, prefilled="", total="", payer="", unclear=())
    form = replace(form, memo=memo, amount=amount, amount_is="typed")
    patron = event.patron(picked[0]) if picked and isinstance(event, Event) else None
    if patron is not None and isinstance(event, Event):
        form = filled_for(form, patron, event)
    update_view(client, body, build(form, services.settings))
    ack()


def submit(ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Log all payments in one table write and no Slack call, and answer with the receipt.

    The answer is the form with a question if some of them look like payments of the last minutes, and with all amounts
    if they were not all shown yet.
    """
    from bot.views.group_receipt import group_receipt  # a cold start does not pay for it

    memo = replace(Memo.load(view), role=context["role"], since=context["role_since"])
    if views.is_changing(view) and picked_many(view, PATRONS):
        ack(response_action="update", view=_as_picked(view, services, trouble=str(AmountsNotShown())))
        return
    draft, by = views.read_group(view, services.settings), f"slack:{body['user']['id']}"
    try:
        logged = services.ledger.log_group(draft, by=by, source=Source.SLACK, now=services.now())
    except (PossibleDuplicate, ExceptionGroup) as refused:
        questions = _questions(refused)
        if not questions or "blocks" not in view:
            raise
        ack(response_action="update", view=asked_of_several(view, memo, draft, questions))
        return
    memo = replace(Memo.load(view), eid=logged[0].event.eid, currency=logged[0].event.currency)
    several = len(logged) > 1
    shown = group_receipt(logged, memo, services.settings) if several else receipt(logged[0], memo, services.settings)
    ack(response_action="update", view=shown)


def _questions(refused: Exception) -> list[PossibleDuplicate]:
    """Return the questions about possible duplicates; none where anything else was refused too."""
    each_of = refused.exceptions if isinstance(refused, ExceptionGroup) else (refused,)
    questions = [each for each in each_of if isinstance(each, PossibleDuplicate)]
    return questions if len(questions) == len(each_of) else []


def _built(form: Form, patrons: Sequence[Patron], services: Services) -> dict[str, Any]:
    """Return the form for several patrons, with what the one for a single patron holds."""
    if not isinstance(form.event, Event):  # the button is shown below a patron of an event alone
        return build(form, services.settings)
    typed = "" if form.amount == form.memo.prefilled else form.amount.strip()
    total = _total(form, services) if typed else ""
    trouble = " ".join(filter(None, (form.trouble, _too_many(patrons))))
    asked = form.memo.asked or ((clip(typed, _LONGEST_KEPT),) if typed and not total else ())
    memo = replace(form.memo, walk_up={}, signed=None, prefilled="", total=total, asked=asked)
    group = views.GroupForm(
        memo,
        form.event,
        method=form.method,
        notes=form.notes,
        tip=form.tip,
        trouble=trouble,
        now=form.now,
    )
    return views.build(views.filled(group, patrons, {}), services.settings)


def _too_many(patrons: Sequence[Patron]) -> str:
    """Return who does not fit into the form; empty if everybody does."""
    left = patrons[MOST_TOGETHER:]
    names = listed([clip(patron.name, _LONGEST_KEPT) for patron in left[:_NAMED]])
    more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
    return f"One form takes {MOST_TOGETHER} patrons. Log {names}{more} in another one." if left else ""


def _total(form: Form, services: Services) -> str:
    """Return the amount of the form as plain text; empty if it is none."""
    try:
        return plain_amount(parse_amount(form.amount, currency=form.memo.currency or services.settings.currency))
    except Refusal:
        return ""


def _as_picked(view: dict[str, Any], services: Services, *, trouble: str = "") -> dict[str, Any]:
    """Return the form with an amount for each patron who is picked by now. The event is read: one table read."""
    state, memo = read_state(view), Memo.load(view)
    event = services.ledger.event(memo.eid or "")
    memo = replace(memo, eid=event.eid, currency=event.currency)
    picked = {patron_id: event.patron(patron_id) for patron_id in picked_many(view, PATRONS)}
    gone = [patron_id for patron_id, patron in picked.items() if patron is None]
    form = views.GroupForm(
        memo,
        event,
        method=state.get("method") or None,
        notes=state.get("notes", ""),
        tip=state.get("tip", ""),
        trouble=trouble,
        now=services.now(),
        menu=views.menu_in(view, without=gone),
    )
    patrons = [patron for patron in picked.values() if patron is not None]
    return views.build(views.filled(form, patrons, views.shares_in(view)), services.settings)
