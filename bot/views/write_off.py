"""The form with which an admin corrects what a person holds: money that is missing, or more than the books have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, context, labelled, modal, option, plain, section, text_input
from bot.cash_ids import DONE, WRITE_OFF
from bot.cash_menu import pile_in_words
from bot.kept import read_kept
from bot.text import author, escape
from bot.views.state import read_state
from charter.frozen import dataclass
from charter.money import ZERO, format_amount, parse_amount
from charter.payments import LONGEST_REASON, check_reason
from charter.refusals import FieldChecks, WrittenOffTooMuch
from charter.roles import SLACK_USER_ID

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from charter.cash import HandOver
    from charter.holdings import Pile

_OFF, _ON = "off", "on"
_LONGEST_AMOUNT: Final = 40


@dataclass(frozen=True, slots=True)
class WriteOff:
    """The form as it was sent, each field checked. `amount` is negative where it is written on."""

    hand_over_id: str
    who: str
    pile: str
    amount: Decimal
    reason: str


def form(who: str, piles: Sequence[Pile], hand_over_id: str) -> Block:
    """Return the form for one person. No sum is filled in, so that none is written off by a slip."""
    first = piles[0]
    options = [option(_held(pile), pile.name) for pile in piles]
    sides = [option("Write off: it is missing", _OFF), option("Write on: it is there beyond the books", _ON)]
    side = sides[0] if first.held > ZERO else sides[1]
    amount = text_input("amount", max_length=_LONGEST_AMOUNT)
    reason = text_input("reason", max_length=LONGEST_REASON, placeholder=plain("Miscounted the change on Friday"))
    return modal(
        "Correct a hand",
        [
            section(f"*{person(who)}* by the books: {'; '.join(escape(_held(pile)) for pile in piles)}"),
            labelled("pile", "What", _radio("pile", options, options[0])),
            labelled("side", "How", _radio("side", sides, side)),
            labelled("amount", "Amount", amount),
            labelled("reason", "Why", reason, hint="They read it, and so does the digest. The month's close shows it."),
        ],
        callback_id=WRITE_OFF,
        private_metadata=json.dumps({"id": hand_over_id, "who": who}),
        submit="Save",
        close="Cancel",
    )


def read_form(view: dict[str, Any]) -> WriteOff:
    """Return the form as it was sent. Raises a group of AmountUnclear and its like, and ReasonMissing."""
    state, memo, checks = read_state(view), read_kept(view.get("private_metadata")), FieldChecks()
    pile = state.get("pile", "")
    amount = checks.run(lambda: parse_amount(state.get("amount", ""), currency=pile.partition(" ")[0]))
    reason = checks.run(lambda: check_reason(state.get("reason", "")))
    if amount is None or reason is None:
        raise checks.error()
    return WriteOff(memo["id"], memo["who"], pile, -amount if state.get("side") == _ON else amount, reason)


def check_amount(sent: WriteOff, pile: Pile | None) -> None:
    """Check that the hand has what is written off. Raises WrittenOffTooMuch."""
    left = pile.left if pile else ZERO
    if sent.amount > left:
        currency, _, method = sent.pile.partition(" ")
        raise WrittenOffTooMuch(pile_in_words(left, currency, method))


def done(correction: HandOver) -> Block:
    """Return the answer to the form."""
    what = pile_in_words(abs(correction.counted), correction.currency, escape(correction.method))
    side = "off" if correction.counted > ZERO else "on"
    text = f":pencil2: *{what}* written {side} for {author(correction.giver)}: “{escape(correction.note)}”"
    return modal("Corrected", [section(text), context("They are told.")], close="Done", callback_id=DONE)


def person(who: str) -> str:
    """Return the person as mrkdwn, a Slack id as a mention."""
    return author(f"slack:{who}") if SLACK_USER_ID.fullmatch(who) else escape(who)


def _held(pile: Pile) -> str:
    if pile.held < ZERO:
        return f"{format_amount(-pile.held, pile.currency)} that the boat owes ({pile.method})"
    return pile_in_words(pile.held, pile.currency, pile.method)


def _radio(action_id: str, options: list[Block], picked: Block) -> Block:
    return {"type": "radio_buttons", "action_id": action_id, "options": options, "initial_option": picked}
