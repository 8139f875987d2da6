"""The form that hands cash or checks over, the one that declines them, and the answers to both."""

from __future__ import annotations

import json
from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, context, labelled, modal, option, plain, section, text_input
from bot.cash_ids import ANOTHER_SUM, DONE, HAND_OVER
from bot.cash_menu import books_in_words, pile_in_words, sum_in_words, trip_in_words
from bot.kept import read_kept
from bot.role_refusals import OfficeOnly
from bot.text import author, escape
from bot.views.cash import receiver
from bot.views.state import read_state
from bot.words import BANK_FOR_ADMINS
from charter import cash
from charter.cash import LONGEST_NOTE, LONGEST_REFERENCE, HandOverState
from charter.frozen import dataclass
from charter.holdings import trips_in
from charter.money import ZERO, format_amount, parse_amount, plain_amount
from charter.payments import LONGEST_REASON, check_reason
from charter.refusals import FieldChecks, MoreThanHeld, NothingHeld, on_field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from charter.cash import HandOver
    from charter.held import Holdings
    from charter.holdings import Pile

_LONGEST_AMOUNT: Final = 40
_PERSON: Final = "person"


@dataclass(frozen=True, slots=True)
class HandOverMemo:
    """State that the form carries. It is not displayed. `expected` is what the books said, by pile, when it opened."""

    hand_over_id: str
    expected: Mapping[str, str] = field(default_factory=dict)

    def dump(self) -> str:
        """Return the memo as private_metadata."""
        return json.dumps({"id": self.hand_over_id, "expected": dict(self.expected)})

    @classmethod
    def load(cls, view: dict[str, Any]) -> HandOverMemo:
        """Return the memo of a form that this bot opened."""
        kept = read_kept(view.get("private_metadata"))
        return cls(kept["id"], kept["expected"])


@dataclass(frozen=True, slots=True)
class HandOverForm:
    """The form as it was sent, each field checked. `more`: they say that they counted more than the books say."""

    memo: HandOverMemo
    pile: str
    receiver: str
    counted: Decimal
    reference: str
    note: str
    more: bool

    @property
    def currency(self) -> str:
        """The currency of the pile."""
        return self.pile.partition(" ")[0]

    @property
    def method(self) -> str:
        """The method of the pile."""
        return self.pile.partition(" ")[2]

    @property
    def expected(self) -> Decimal:
        """The sum of the pile by the books when the form opened."""
        return Decimal(self.memo.expected.get(self.pile, "0"))


def form(  # noqa: PLR0913 - the parts of the form
    piles: Sequence[Pile], hand_over_id: str, held: Holdings, titles: Mapping[str, str], *, admin: bool, home: bool
) -> Block:
    """Return the empty form. Counting is the point, so no sum is filled in. Raises NothingHeld."""
    some = [pile for pile in piles if pile.left]
    if not some:
        raise NothingHeld
    memo = HandOverMemo(hand_over_id, {pile.name: plain_amount(pile.left) for pile in some})
    says = "\n".join(_says(pile, held, titles) for pile in some)
    blocks = [section(f"The books say that you can hand over:\n{says}")]
    if len(some) > 1:
        options = [option(pile_in_words(pile.left, pile.currency, pile.method), pile.name) for pile in some]
        blocks.append(labelled("pile", "What", _radio("pile", options)))
    blocks += [
        labelled("to", "To whom", _radio("to", _receivers(admin=admin), picked=0)),
        labelled(
            _PERSON,
            "Who of the crew",
            {"type": "users_select", "action_id": _PERSON, "placeholder": plain("Pick a person")},
            hint="Only for “Somebody of the crew”.",
            optional=True,
        ),
        labelled("counted", "What you counted", text_input("counted", max_length=_LONGEST_AMOUNT)),
        labelled("more", "If it is more than the books say", _tick(), optional=True),
    ]
    if admin:
        reference = text_input("reference", max_length=LONGEST_REFERENCE)
        hint = "Only for the bank, which needs nobody to accept it."
        blocks.append(labelled("reference", "Number of the deposit slip", reference, hint=hint, optional=True))
    blocks.append(labelled("note", "Note", text_input("note", max_length=LONGEST_NOTE), optional=True))
    return modal(
        "Hand over",
        blocks,
        callback_id=HAND_OVER,
        private_metadata=memo.dump(),
        submit="Hand over",
        close="Cancel",
        **({"notify_on_close": True} if home else {}),
    )


def read_form(view: dict[str, Any], *, giver: str, admin: bool) -> HandOverForm:
    """Return the form as it was sent by `giver`. Raises OfficeOnly for the bank, and a group of refusals by field."""
    state, memo = read_state(view), HandOverMemo.load(view)
    pile = state.get("pile") or next(iter(memo.expected), "")
    picked = state.get("to") or cash.OFFICE
    if picked == cash.BANK and not admin:
        raise OfficeOnly(BANK_FOR_ADMINS)
    to = picked if picked in {cash.OFFICE, cash.BANK} else f"slack:{state.get(_PERSON, '')}"
    checks = FieldChecks()
    counted = checks.run(
        lambda: on_field("counted", lambda: parse_amount(state.get("counted", ""), currency=pile.partition(" ")[0]))
    )
    receiver_ = checks.run(lambda: cash.check_receiver(to, giver=giver))
    reference = checks.run(lambda: cash.check_reference(state.get("reference", ""), receiver_ or ""))
    if counted is None or receiver_ is None or reference is None:
        raise checks.error()
    note = " ".join(state.get("note", "").split())[:LONGEST_NOTE]
    return HandOverForm(memo, pile, receiver_, counted, reference, note, bool(state.get("more")))


def check_sum(sent: HandOverForm, pile: Pile | None) -> None:
    """Check that the books have what was counted, or that they say it is more. Raises MoreThanHeld."""
    left = pile.left if pile else ZERO
    if sent.counted > left and not sent.more:
        raise MoreThanHeld(pile_in_words(left, sent.currency, sent.method))


def trips_of(sent: HandOverForm, pile: Pile | None, held: Holdings) -> dict[str, Decimal]:
    """Return the trips that the counted sum is from, as the books have them now."""
    return trips_in(pile.part(sent.counted), held.known) if pile else {}


def done(hand_over: HandOver, *, home: bool) -> Block:
    """Return the answer to the form: what was handed over, and who has to accept it."""
    if hand_over.state is HandOverState.ACCEPTED and not hand_over.is_handed:
        text = f":bank: *{sum_in_words(hand_over)}* went to the bank, slip {escape(hand_over.reference)}."
        below = "It is out of your hand. The month's close shows it."
    else:
        text = f":handshake: *{sum_in_words(hand_over)}* waits for {receiver(hand_over)}."
        below = "They are asked to press *I have it*. Until then it is in your hand, and you can take it back."
    blocks = [section(text), context(f"{books_in_words(hand_over)} {below}")]
    if home:
        return modal("Handed over", blocks, close="Done", callback_id=DONE, notify_on_close=True)
    return modal("Handed over", blocks, close="Done", callback_id=DONE)


def decline_form(hand_over: HandOver) -> Block:
    """Return the form in which the receiver says which sum it is."""
    reason = text_input("reason", max_length=LONGEST_REASON, placeholder=plain("I counted 365"))
    return modal(
        "Another sum",
        [
            section(f"{author(hand_over.giver)} counted *{sum_in_words(hand_over)}*. {books_in_words(hand_over)}"),
            labelled("reason", "What is different", reason, hint="They read it, and may hand it over anew."),
        ],
        callback_id=ANOTHER_SUM,
        private_metadata=json.dumps({"id": hand_over.hand_over_id}),
        submit="Do not accept",
        close="Cancel",
    )


def read_decline(view: dict[str, Any]) -> tuple[str, str]:
    """Return the id of the hand-over, and the reason. Raises ReasonMissing."""
    return read_kept(view.get("private_metadata"))["id"], check_reason(read_state(view).get("reason", ""))


def declined(hand_over: HandOver) -> Block:
    """Return the answer to the form that declines."""
    text = f":raised_hand: You did not accept {sum_in_words(hand_over)} from {author(hand_over.giver)}."
    return modal(
        "Not accepted", [section(text), context("They are told why. It is still in their hand.")], close="Done"
    )


def _says(pile: Pile, held: Holdings, titles: Mapping[str, str]) -> str:
    trips = trips_in(pile.part(pile.left), held.known)
    first = sorted(trips)[:3]
    named = [
        f"{format_amount(trips[each], pile.currency)} from {escape(trip_in_words(each, titles))}" for each in first
    ]
    more = [f"{len(trips) - len(first)} more"] if len(trips) > len(first) else []
    what = f"*{pile_in_words(pile.left, pile.currency, escape(pile.method))}*"
    return f"{what}: {', '.join([*named, *more])}" if named else what


def _receivers(*, admin: bool) -> list[Block]:
    """Return the kinds of receivers. Only admins bring money to the bank."""
    bank = [option("The bank", cash.BANK)] if admin else []
    return [option("The office", cash.OFFICE), option("Somebody of the crew", _PERSON), *bank]


def _radio(action_id: str, options: list[Block], *, picked: int | None = None) -> Block:
    given = {} if picked is None else {"initial_option": options[picked]}
    return {"type": "radio_buttons", "action_id": action_id, "options": options, **given}


def _tick() -> Block:
    options = [option("I counted again, and it is more", "more")]
    return {"type": "checkboxes", "action_id": "more", "options": options}
