"""Fields of a new patron in the form that logs a payment: name, party and due."""

from __future__ import annotations

from dataclasses import asdict, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from bot.blocks import Block, context, labelled, text_input
from bot.kept import check_kept, read_kept_as
from bot.text import escape
from bot.views.seats import reason_input, seats_in_words
from charter.capacity import is_beyond
from charter.frozen import dataclass
from charter.money import format_amount, looks_like_amount, plain_amount
from charter.parties import LARGEST_PARTY, check_due, check_party, for_all
from charter.patrons import LONGEST_NAME, check_name, walk_up_id
from charter.refusals import (
    AmountOfAnotherDue,
    AmountOfAnotherParty,
    AmountOutOfRange,
    PartyMalformed,
    Refusal,
    on_field,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from charter.events import Event

# Action id of the party, and beginning of the due's action id. Changes of both are sent to the bot.
PARTY: Final = "party.walk_up"
DUE: Final = "due.walk_up"

_EACH_LETTER: Final[Block] = {"trigger_actions_on": ["on_character_entered"]}

_HOW_MANY: Final[Block] = {
    "type": "number_input",
    "action_id": PARTY,
    "is_decimal_allowed": False,
    "min_value": "1",
    "max_value": str(LARGEST_PARTY),
    "dispatch_action_config": _EACH_LETTER,
}
_LONGEST_DUE: Final = 40


@dataclass(frozen=True, slots=True)
class WalkUp:
    """A new patron in the form. `name` is empty until it is typed.

    `due` is the due that the form offers for the `party`, empty if the event has no price. `filled_by` is the value of
    the due's field when the amount was filled in. `price` is the event's.
    """

    name: str
    party: int = 1
    due: str = ""
    filled_by: str = ""
    price: str = ""


def offered(name: str, party: int, event: Event | None) -> WalkUp:
    """Return the new patron with the event's price for the party as the due."""
    price = event.price if event else None
    try:
        due = plain_amount(for_all(price, party)) if price else ""
    except AmountOutOfRange:
        due = ""
    return WalkUp(name, party, due, filled_by=due, price=plain_amount(price) if price else "")


def followed(
    shown: WalkUp, state: Mapping[str, str], event: Event | None, *, name: str, currency: str
) -> tuple[WalkUp, Decimal] | None:
    """Return the new patron after party or due were changed, and the due; None while one of them is incomplete.

    A typed due stays, and so does an empty one.
    """
    party, text = party_in(state), state.get("due", "")
    if party is None:
        return None
    new = offered(name, party, event)
    if text == shown.due:
        return new, Decimal(new.due or 0)
    try:
        typed = _typed_due(text, party=party, currency=currency)
    except Refusal:
        return None
    return replace(new, due=shown.due, filled_by=text), Decimal(new.due or 0) if typed is None else typed


def inputs(
    walk_up: WalkUp, event: Event | None, *, currency: str, admin: bool = False, reason: str = ""
) -> list[Block]:
    """Return the three inputs. Slack keeps an input's value while its action id stays.

    Where the party exceeds the boat's capacity a remark comes first, and for an admin an input for the reason last.
    """
    name = text_input(f"name.{crc32(walk_up.name.encode()):08x}", walk_up.name, max_length=LONGEST_NAME)
    party = {**_HOW_MANY, "initial_value": str(walk_up.party)}
    due = text_input(f"{DUE}.{walk_up.due}", walk_up.due, max_length=_LONGEST_DUE, dispatch_action_config=_EACH_LETTER)
    price = f"Left empty: {format_amount(event.price, currency)} for each." if event and event.price else ""
    full = event is not None and is_beyond(event, walk_up.party)
    then = "Write a reason below to go beyond it." if admin else "Only an admin can go beyond it."
    return [
        *([context(f":warning: {escape(seats_in_words(event))} {then}")] if full and event else []),
        labelled("name", "New patron's name", name, hint="They join the roster with this payment."),
        labelled(
            "party",
            "Party",
            party,
            hint=f"How many people, this one included. {seats_in_words(event) if event and not full else ''}".strip(),
            dispatch_action=True,
        ),
        labelled(
            "due",
            f"Due in {currency}",
            due,
            hint=price or "What the whole party owes.",
            optional=True,
            dispatch_action=True,
        ),
        *([reason_input(reason)] if full and admin else []),
    ]


def party_in(state: Mapping[str, str]) -> int | None:
    """Return the party in the form, or None if it is no number of people yet."""
    try:
        return read_party(state)
    except PartyMalformed:
        return None


def read_new(state: Mapping[str, str], picked: str, payment_id: str) -> tuple[str, str]:
    """Return the new patron's id and name. Raises NameMalformed.

    The id also depends on party and due. A repeated form with other values is refused as already logged.
    """
    name = check_name(state.get("name", picked))
    others = [text for text in (state.get("party", ""), state.get("due", "")) if text]
    return walk_up_id(name, payment_id, others), name


def read_party(state: Mapping[str, str]) -> int:
    """Return the number of people in the party. Raises PartyMalformed."""
    return check_party(state.get("party", "1"))


def read_due(state: Mapping[str, str], *, party: int, shown: WalkUp | None, currency: str) -> Decimal | None:
    """Return the party's due; None means the event's price for each. Raises AmountUnclear and its subclasses on `due`.

    A due that the form offered for another party counts as empty.
    """
    text = state.get("due", "").strip()
    if shown is not None and shown.party != party and text == shown.due:
        text = ""
    if not text and shown is not None and shown.price:
        on_field("due", lambda: for_all(Decimal(shown.price), party))
    return on_field("due", lambda: _typed_due(text, party=party, currency=currency))


def check_amount_is_of(
    state: Mapping[str, str], party: int, *, prefilled: str, shown: WalkUp | None, currency: str
) -> None:
    """Check that a filled-in amount belongs to the current party and due.

    Raises AmountOfAnotherParty, AmountOfAnotherDue.
    """
    if shown is None or not prefilled or state.get("amount", "") != prefilled:
        return
    if shown.party != party:
        raise AmountOfAnotherParty(party)
    if shown.filled_by != state.get("due", "") and looks_like_amount(state.get("due", ""), currency=currency):
        raise AmountOfAnotherDue


def _typed_due(text: str, *, party: int, currency: str) -> Decimal | None:
    return check_due(text, party=party, price=None, currency=currency) if text.strip() else None


def dump(walk_up: WalkUp | None) -> dict[str, Any]:
    """Return the part of the new patron that a form's memo keeps."""
    return {} if walk_up is None else {**asdict(walk_up), "name": ""}


def load(kept: Mapping[str, Any]) -> WalkUp | None:
    """Return the new patron in a form's memo. The name is in the form itself."""
    return read_kept_as(WalkUp, check_kept(kept)) if kept else None
