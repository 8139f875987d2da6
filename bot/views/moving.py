"""The forms that move a patron to another trip, their readers, and the receipt. For admins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bot.admin_ids import MOVE, MOVE_THERE, MOVE_TO
from bot.blocks import OPTION_VALUE, Block, context, fields, labelled, modal, option, plain, section, text_input
from bot.kept import read_kept
from bot.text import author, balance_in_words, clip, distinct_name, escape, shown, when
from bot.views.choices import short_balance
from bot.views.state import read_state
from charter.money import format_amount, plain_amount
from charter.moves import SOMEBODY_ELSE, PatronMove
from charter.parties import check_due
from charter.payments import LONGEST_REASON, check_reason
from charter.refusals import FieldChecks, NothingPicked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from bot.settings import ViewSettings
    from charter.events import Event
    from charter.moves import Moved, MovePlan
    from charter.patrons import Patron

_TITLE: Final = "Move to another trip"
_LONGEST_DUE: Final = 40
_NAMESAKES: Final = 9  # radio buttons are ten at most, and one is for somebody else
_TICKED: Final = "yes"


def trip_form(event: Event, patron: Patron, *, form: str) -> Block:
    """Return the form that asks to which trip the patron goes. `form` is its id."""
    select = {
        "type": "external_select",
        "action_id": MOVE_TO,
        "min_query_length": 0,
        "placeholder": plain("Pick the trip"),
    }
    return modal(
        _TITLE,
        [
            context(f"*{shown(patron.name, 500)}* · {escape(clip(event.title, 150))}"),
            section(
                f"{_money(event.payment(patron.patron_id).amount, event.currency)} Signatures of the party go along. "
                "The next step shows it all before anything is saved."
            ),
            labelled("event", "New trip", select),
        ],
        callback_id=MOVE,
        private_metadata=json.dumps({"eid": event.eid, "patron": patron.patron_id, "form": form}),
        submit="Next",
        close="Cancel",
    )


def read_trip(view: dict[str, Any]) -> PatronMove:
    """Return the move to the picked trip, with nothing else decided yet. Raises NothingPicked."""
    memo, eid = read_kept(view.get("private_metadata")), read_state(view).get("event")
    if not eid:
        raise NothingPicked("event")
    return PatronMove(form=memo["form"], eid=memo["eid"], patron_id=memo["patron"], target=eid)


def move_form(
    plan: MovePlan, settings: ViewSettings, *, typed: Mapping[str, str] | None = None, remark: str = ""
) -> Block:
    """Return the form that shows what would be moved. `typed` was entered in it before."""
    typed, move, target = typed or {}, plan.move, plan.target
    due = plain_amount(plan.line.due)
    memo = {
        "eid": move.eid,
        "patron": move.patron_id,
        "target": move.target,
        "form": move.form,
        "seen": plan.mark,
        "due": due,
        "currency": target.currency,
    }
    given = typed.get("due", "")[:_LONGEST_DUE] or due
    reason = text_input("reason", typed.get("reason", "")[:LONGEST_REASON], max_length=LONGEST_REASON)
    blocks = [
        *([section(f":warning: {remark}")] if remark else []),
        *_what_moves(plan, settings),
        labelled(
            "due",
            f"Due on the new trip, in {target.currency}",
            text_input("due", given, max_length=_LONGEST_DUE),
            hint=f"Due so far: {format_amount(plan.patron.due, plan.source.currency)}. {_usual(plan)}",
            optional=True,
        ),
        *_questions(plan, typed),
        labelled("reason", "Why", reason, hint="It is kept with both trips, and shown where the balance is explained."),
    ]
    return modal(
        _TITLE, blocks, callback_id=MOVE_THERE, private_metadata=json.dumps(memo), submit="Move", close="Cancel"
    )


def read_move(view: dict[str, Any]) -> PatronMove:
    """Return the move in the form. Raises an ExceptionGroup with the Refusals of all fields."""
    memo, state, checks = read_kept(view.get("private_metadata")), read_state(view), FieldChecks()
    text = state.get("due", "").strip()
    same_due = not text or text == memo["due"]

    def due() -> Decimal:
        return check_due(text, party=1, price=None, currency=memo["currency"])

    value = None if same_due else checks.run(due)
    reason = checks.run(lambda: check_reason(state.get("reason", "")))
    if checks.refusals or reason is None:
        raise checks.error()
    return PatronMove(
        form=memo["form"],
        eid=memo["eid"],
        patron_id=memo["patron"],
        target=memo["target"],
        due=value,
        reason=reason,
        person=state.get("person", ""),
        unsigned=state.get("unsigned") == _TICKED,
        beyond=state.get("beyond") == _TICKED,
        seen=memo["seen"],
    )


def overtaken(plan: MovePlan, view: dict[str, Any], settings: ViewSettings) -> Block:
    """Return the form again, over what would be moved now, with what was entered."""
    remark = "Something changed meanwhile, so nothing is moved yet. Check what is moved now, then press Move."
    return move_form(plan, settings, typed=read_state(view), remark=remark)


def receipt(moved: Moved, settings: ViewSettings) -> Block:
    """Return the receipt of a move."""
    source, target, line = moved.source, moved.target, moved.line
    currency, name = target.currency, shown(moved.patron.name, 500)
    done = "Already moved, and counted once" if moved.replayed else "Moved"
    money = format_amount(moved.amount, currency) if moved.amount else "Nothing was paid"
    blocks = [
        section(f":white_check_mark: *{done}: {name}*\n{_from_to(source, target, settings)}"),
        fields(
            ("Money moved", money),
            ("Due there", format_amount(line.due, currency)),
            ("New balance", balance_in_words(target, line.patron_id)),
            ("Waiver there", str(target.coverage(line.patron_id))),
            ("Reason", escape(moved.edit.reason)),
            ("By", f"{author(moved.edit.by)}\n{when(moved.edit.at, settings.zone)}"),
        ),
    ]
    if not target.signed(line.patron_id):
        link = settings.links.link(target, line.patron_id)
        blocks.append(context(f":link: Not everybody has signed. <{link}|Waiver link for this party on the new trip>"))
    blocks.append(context("A move is not voided: to take it back, move the patron back to the first trip."))
    return modal("Moved", blocks, close="Done")


def _what_moves(plan: MovePlan, settings: ViewSettings) -> list[Block]:
    """Return who is moved from where to where, the money, the signatures, and what is there already."""
    target, line = plan.target, plan.line
    party = f" · party of {plan.patron.party}" if plan.patron.party > 1 else ""
    number, left = len(plan.signatures), len(plan.outdated)
    signed = f"{number} signature{'' if number == 1 else 's'} of the party go{'es' if number == 1 else ''} along."
    signed += f" *{left} of an older text do{'es' if left == 1 else ''} not.*" if left else ""
    signed = signed if number or left else "Nobody of the party has signed yet."
    blocks = [
        section(f"*{shown(plan.patron.name, 500)}*{party}\n{_from_to(plan.source, target, settings)}"),
        section(f"{_money(plan.amount, plan.source.currency)} {signed}"),
    ]
    if plan.before:
        there = "is on that roster already" if plan.before.state is None else "was on that roster, and comes back"
        due = format_amount(plan.before.due, target.currency)
        blocks.append(
            section(f"{shown(line.name, 200)} {there}: party of {plan.before.party}, due {due}. The money joins it.")
        )
    return blocks


def _questions(plan: MovePlan, typed: Mapping[str, str]) -> list[Block]:
    """Return what only a person can decide: who a namesake is, an older text, more people than the boat takes."""
    blocks = []
    if plan.namesakes:
        blocks.append(_who(plan, typed.get("person", "")))
    if plan.outdated:
        names = ", ".join(shown(each.name, 60) for each in plan.outdated[:5])
        blocks += [
            section(
                f":warning: {names} signed an older text of the waiver than the one of today. Send the waiver link of "
                "the new trip, so that they sign again. Their older signatures stay where they are."
            ),
            _box("unsigned", "Signatures of the older text", "Move without them", typed),
        ]
    if plan.is_beyond:
        souls, capacity = plan.target.souls + plan.joining, plan.target.capacity
        label = f"The boat takes {capacity} people, and this would make {souls}"
        blocks.append(_box("beyond", label, "Move them all the same", typed))
    return blocks


def _who(plan: MovePlan, picked: str) -> Block:
    target, alike = plan.target, {each.patron_id for each in plan.namesakes}
    options = [
        option(
            clip(f"The same person: {distinct_name(each, alike, 50)}", 75),
            each.patron_id,
            f"party of {each.party}, {short_balance(target, each)}{', off the roster' if each.state else ''}",
        )
        for each in plan.namesakes[:_NAMESAKES]
        if len(each.patron_id) <= OPTION_VALUE
    ]
    options.append(option("Somebody else: they get a line of their own", SOMEBODY_ELSE))
    given = [each for each in options if each["value"] == picked]
    radio = {"type": "radio_buttons", "action_id": "person", "options": options}
    label = "Somebody of this name is on the new trip. Are they the same person?"
    return labelled("person", label, radio | ({"initial_option": given[0]} if given else {}), optional=True)


def _box(block_id: str, label: str, words: str, typed: Mapping[str, str]) -> Block:
    ticked = option(words, _TICKED)
    given = {"initial_options": [ticked]} if typed.get(block_id) == _TICKED else {}
    element = {"type": "checkboxes", "action_id": block_id, "options": [ticked], **given}
    return labelled(block_id, label, element, optional=True)


def _money(amount: Decimal, currency: str) -> str:
    return f"*{format_amount(amount, currency)}* goes along." if amount > 0 else "Nothing was paid, so no money moves."


def _usual(plan: MovePlan) -> str:
    price, party = plan.target.price, plan.line.party
    if price is None:
        return "The new trip has no price."
    return f"Usual there: {format_amount(price, plan.target.currency)} × {party}."


def _from_to(source: Event, target: Event, settings: ViewSettings) -> str:
    (here, there) = (
        f"{escape(clip(each.title, 150))} · {when(each.starts_at, settings.zone)}" for each in (source, target)
    )
    return f"from {here}\nto *{there}*"
