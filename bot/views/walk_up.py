"""The fields of a new patron in the form that logs a payment: name, party, and what the party owes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from bot.blocks import Block, labelled
from charter.money import format_amount, plain_amount
from charter.parties import LARGEST_PARTY, check_due, check_party, for_all
from charter.patrons import LONGEST_NAME, check_name, walk_up_id
from charter.refusals import AmountOfAnotherParty, AmountOutOfRange, on_field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from charter.events import Event

# The action id of the party, whose changes reach the bot.
PARTY: Final = "party.walk_up"

_LONGEST_DUE: Final = 40


@dataclass(frozen=True, slots=True)
class WalkUp:
    """A new patron as the form shows them. `name` is empty while it is still to be typed.

    `due` is what the form offers for the `party`, empty where the event has no price.
    """

    name: str
    party: int = 1
    due: str = ""


def offered(name: str, party: int, event: Event | None) -> WalkUp:
    """Return the new patron with the event's price for the party as what it owes."""
    try:
        due = plain_amount(for_all(event.price, party)) if event and event.price else ""
    except AmountOutOfRange:
        due = ""
    return WalkUp(name, party, due)


def inputs(walk_up: WalkUp, event: Event | None, *, currency: str) -> list[Block]:
    """Return the three inputs. Slack keeps what one holds while its action id stays."""
    name: Block = {
        "type": "plain_text_input",
        "action_id": f"name.{crc32(walk_up.name.encode()):08x}",
        "max_length": LONGEST_NAME,
    }
    party: Block = {
        "type": "number_input",
        "action_id": PARTY,
        "is_decimal_allowed": False,
        "min_value": "1",
        "max_value": str(LARGEST_PARTY),
        "initial_value": "1",
        "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
    }
    due: Block = {"type": "plain_text_input", "action_id": f"due.{walk_up.due}", "max_length": _LONGEST_DUE}
    price = f"Left empty: {format_amount(event.price, currency)} for each." if event and event.price else ""
    return [
        labelled(
            "name",
            "New patron's name",
            name | ({"initial_value": walk_up.name} if walk_up.name else {}),
            hint="They join the roster with this payment.",
        ),
        labelled("party", "Party", party, hint="How many people, this one included.", dispatch_action=True),
        labelled(
            "due",
            f"Due in {currency}",
            due | ({"initial_value": walk_up.due} if walk_up.due else {}),
            hint=price or "What the whole party owes.",
            optional=True,
        ),
    ]


def party_in(state: Mapping[str, str]) -> int | None:
    """Return the party in the form, or None where it is no number of people yet."""
    text = state.get("party", "1")
    return int(text) if text.isdecimal() and 1 <= int(text) <= LARGEST_PARTY else None


def read_name(state: Mapping[str, str], picked: str, payment_id: str) -> tuple[str, str]:
    """Return the new patron's id and name. Raises NameMalformed."""
    name = check_name(state.get("name", picked))
    return walk_up_id(name, payment_id), name


def read_party(state: Mapping[str, str]) -> int:
    """Return how many people come. Raises PartyMalformed."""
    return check_party(state.get("party", "1"))


def read_due(state: Mapping[str, str], *, party: int, shown: WalkUp | None, currency: str) -> Decimal | None:
    """Return what the party owes; None for the event's price for each. Raises AmountUnclear and its kin, on `due`.

    What the form offered for another party than the one it holds by now counts as empty.
    """
    text = state.get("due", "").strip()
    if not text or (shown is not None and shown.party != party and text == shown.due):
        return None
    return on_field("due", lambda: check_due(text, party=party, price=None, currency=currency))


def check_amount_is_of(party: int, *, amount: str, prefilled: str, shown: WalkUp | None) -> None:
    """Check that an amount that the form filled in was for this party. Raises AmountOfAnotherParty."""
    if shown is not None and shown.party != party and amount and amount == prefilled:
        raise AmountOfAnotherParty(party)


def dump(walk_up: WalkUp | None) -> dict[str, Any]:
    """Return what a form's memo keeps of the new patron that it shows."""
    return {} if walk_up is None else {"party": walk_up.party, "due": walk_up.due}


def load(kept: Mapping[str, Any]) -> WalkUp | None:
    """Return the new patron that the form shows, without the name, which is in the form itself."""
    return WalkUp("", int(kept["party"]), str(kept["due"])) if kept else None
