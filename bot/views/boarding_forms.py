"""Forms on top of the boarding list: let aboard, number of people, no-show, removal, reopening; and their readers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from bot import board_ids as ids
from bot.blocks import Block, context, labelled, modal, option, section, text_input
from bot.text import clip, escape, shown
from bot.views.enrolled import price_for
from bot.views.state import read_state
from bot.views.walk_up import party_in
from charter.boarding_edits import MoneyDecision
from charter.enrolling import fingerprint_of
from charter.money import format_amount, plain_amount
from charter.parties import check_due, check_party
from charter.payments import LONGEST_REASON, check_reason
from charter.refusals import FieldChecks, NothingPicked, on_field

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from bot.board_ids import BoardMemo
    from charter.events import Event
    from charter.patrons import Patron

_LONGEST_DUE: Final = 40
_LONGEST_COUNT: Final = 4
_MONEY: Final = {
    MoneyDecision.AS_IT_IS: "The amount due stays",
    MoneyDecision.NOTHING_DUE: "Nothing is due any more: give back what was paid",
    MoneyDecision.KEEP: "Keep what was paid: no more is due",
}


def let_aboard(event: Event, patron: Patron, memo: BoardMemo, *, admin: bool) -> Block:
    """Return the form that checks in people of a party. It asks why if something is missing or the boat is full."""
    missing, aboard = event.missing(patron.patron_id), event.boarding.aboard.get(patron.patron_id)
    others = event.boarding.souls - (aboard.count if aboard else 0)
    full = event.capacity is not None and others + patron.party > event.capacity
    remarks = [f"Missing: {escape(' and '.join(missing))}."] if missing else []
    if full and event.capacity is not None:
        remarks.append(f"{others} of the {event.capacity} whom the boat takes are aboard.")
    number: Block = {"type": "number_input", "action_id": "count", "is_decimal_allowed": False, "min_value": "1"}
    count = labelled("count", f"How many of {patron.party}", {**number, "initial_value": str(patron.party)})
    needed = bool(missing) or (full and admin)
    return modal(
        "Let aboard",
        [
            _whose(event, patron),
            *([section(f":warning: {' '.join(remarks)}")] if remarks else []),
            *([count] if patron.party > 1 else []),
            _why("Shown in the list, and kept.", optional=not needed),
        ],
        callback_id=ids.LET_ABOARD,
        private_metadata=memo.dump(),
        submit="Let aboard",
        close="Cancel",
    )


def read_let_aboard(view: dict[str, Any]) -> tuple[int, str]:
    """Return how many come aboard, 0 for what is no number, and the reason. Raises ReasonMissing if it is too long.

    A party of one is not asked how many.
    """
    state = read_state(view)
    text = state.get("count", "1").strip()
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_COUNT else 0, _reason(state)


def party(  # noqa: PLR0913 - the parts of the form
    event: Event, patron: Patron, memo: BoardMemo, *, admin: bool, remark: str = "", offered: str = ""
) -> Block:
    """Return the form that corrects a party's number of people. For admins it has the due, which follows it."""
    memo = replace(memo, seen=fingerprint_of(patron), offered=offered)
    number: Block = {"type": "number_input", "action_id": ids.PARTY, "is_decimal_allowed": False, "min_value": "1"}
    live: dict[str, Any] = {"dispatch_action": True} if admin else {}
    if live:
        number["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    due = offered or plain_amount(patron.due)
    # Slack keeps an input's value while its action id stays, so another due needs another action id.
    amount = text_input(f"due.{crc32(due.encode()):08x}", due, max_length=_LONGEST_DUE)
    stays = context("The amount due stays. If it has to change, tell the office.")
    return modal(
        "Number of people",
        [
            *([section(f":warning: {escape(remark)}")] if remark else []),
            _whose(event, patron),
            labelled("party", "People in the party", {**number, "initial_value": str(patron.party)}, **live),
            labelled("due", f"Due in {event.currency}", amount) if admin else stays,
            _why("Kept with the change.", optional=True),
        ],
        callback_id=ids.PARTY,
        private_metadata=memo.dump(),
        submit="Save",
        close="Cancel",
    )


def with_due_offered(event: Event, view: dict[str, Any], memo: BoardMemo) -> Block | None:
    """Return the form with the due for the number that was typed, or None if there is nothing to offer.

    A typed due stays, and so does one that was not the event's price for the party. Then a remark gives the price.
    """
    state, patron = read_state(view), event.patron(memo.patron)
    people = party_in(state)
    if patron is None or fingerprint_of(patron) != memo.seen or people is None:
        return None
    usual = price_for(event, people)
    if usual is None:
        return None
    is_offered = state.get("due", "") == (memo.offered or plain_amount(patron.due))
    if is_offered and price_for(event, patron.party) == patron.due:
        return party(event, patron, memo, admin=True, offered=plain_amount(usual))
    remark = f"The price for a party of {people} is {format_amount(usual, event.currency)}."
    return party(event, patron, memo, admin=True, offered=memo.offered, remark=remark)


def read_party(view: dict[str, Any], event: Event, *, admin: bool) -> tuple[dict[str, Any], str]:
    """Return the values of the line, with the due for admins alone, and the reason. Raises an ExceptionGroup."""
    state, checks = read_state(view), FieldChecks()

    def due(people: int) -> Decimal:
        return check_due(state.get("due", ""), party=people, price=event.price, currency=event.currency)

    values: dict[str, Any] = {"party": checks.run(lambda: check_party(state.get("party", "")))}
    if admin:
        values["due"] = checks.run(lambda: on_field("due", lambda: due(values["party"] or 1)))
    reason = checks.run(lambda: _reason(state))
    if checks.refusals:
        raise checks.error()
    return values, reason or ""


def no_show(event: Event, patron: Patron, memo: BoardMemo, *, admin: bool) -> Block:
    """Return the form that marks a no-show. Admins choose what becomes of the money; for crew it stays as it is."""
    money = tuple(MoneyDecision) if admin else ()
    blocks = _money(event, patron, money, MoneyDecision.AS_IT_IS)
    return _leaving("No-show", "Mark as no-show", ids.NO_SHOW, event, patron, memo, blocks)


def remove(event: Event, patron: Patron, memo: BoardMemo) -> Block:
    """Return the form that takes a patron off the roster, for admins. It asks what becomes of money that was paid."""
    blocks = _money(event, patron, (MoneyDecision.NOTHING_DUE, MoneyDecision.KEEP), None)
    return _leaving("Off the roster", "Take off", ids.REMOVE, event, patron, memo, blocks)


def read_leaving(view: dict[str, Any], *, default: MoneyDecision) -> tuple[MoneyDecision, str]:
    """Return what becomes of the money, and the reason. Raises an ExceptionGroup of ReasonMissing and NothingPicked."""
    state, checks = read_state(view), FieldChecks()

    def money() -> MoneyDecision:
        if "money" in state and state["money"] not in set(MoneyDecision):
            raise NothingPicked("money")
        return MoneyDecision(state.get("money", default))

    picked, reason = checks.run(money), checks.run(lambda: check_reason(state.get("reason", "")))
    if checks.refusals:
        raise checks.error()
    return picked or default, reason or ""


def reopen(event: Event, memo: BoardMemo) -> Block:
    """Return the form that opens a frozen list again, for admins."""
    done = event.boarding.cast_off
    souls = f" with {done.souls} souls" if done else ""
    return modal(
        "Reopen the list",
        [
            context(f"*{shown(event.title, 150)}* cast off{souls}. That list is kept beside the next one."),
            _why("Posted in the channel."),
        ],
        callback_id=ids.REOPEN,
        private_metadata=memo.dump(),
        submit="Reopen",
        close="Cancel",
    )


def read_reopen(view: dict[str, Any]) -> str:
    """Return the reason. Raises ReasonMissing."""
    return check_reason(read_state(view).get("reason", ""))


def _leaving(  # noqa: PLR0913, PLR0917 - the parts of the form
    title: str, submit: str, callback_id: str, event: Event, patron: Patron, memo: BoardMemo, money: Sequence[Block]
) -> Block:
    return modal(
        title,
        [_whose(event, patron), _why("Shown in the list, and kept."), *money],
        callback_id=callback_id,
        private_metadata=memo.dump(),
        submit=submit,
        close="Cancel",
    )


def _money(event: Event, patron: Patron, choices: Sequence[MoneyDecision], picked: MoneyDecision | None) -> list[Block]:
    """Return what was paid, and the choice of what becomes of it. Nothing to choose where nothing was paid or owed."""
    paid = event.payment(patron.patron_id).amount
    if not choices:
        return [context("Payments stay in the ledger, and the amount due stays. The office decides about the money.")]
    amount = format_amount(paid, event.currency)
    if paid <= 0 and picked is None:
        return [context("Nothing was paid, so nothing is due any more.")]
    options = {money: option(_MONEY[money], money.value) for money in choices}
    given = {"initial_option": options[picked]} if picked else {}
    radio = {"type": "radio_buttons", "action_id": "money", "options": list(options.values()), **given}
    return [labelled("money", f"Money: {amount} paid", radio, hint="Payments stay in the ledger.")]


def _reason(state: dict[str, str]) -> str:
    """Return the reason, empty where none was given. Raises ReasonMissing where it is too long."""
    text = state.get("reason", "")
    return check_reason(text) if text.strip() else ""


def _why(hint: str, *, optional: bool = False) -> Block:
    element = text_input("reason", max_length=LONGEST_REASON)
    return labelled("reason", "Why", element, hint=hint, optional=optional)


def _whose(event: Event, patron: Patron) -> Block:
    people = f" · {patron.party} people" if patron.party > 1 else ""
    return context(f"*{shown(patron.name, 500)}*{people} · {escape(clip(event.title, 150))}")
