"""Contents of the form that logs a payment, and the memo that it carries from request to request."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from datetime import datetime

    from bot.views.walk_up import WalkUp
    from charter.events import Listing
    from charter.patrons import Patron

FORM: Final = "log_payment"
RECEIPT: Final = "log_payment_receipt"


@dataclass(frozen=True, slots=True)
class Memo:
    """What a form carries from request to request in its private_metadata, unseen by its user."""

    payment_id: str
    opened_by: str = ""  # a memo without an opener is nobody's
    role: str = ""
    since: int = 0  # when the role was found out, in seconds since 1970
    eid: str | None = None
    prefilled: str = ""
    hint: str = ""
    currency: str = ""
    asked: tuple[str, ...] = ()  # words that look like money, of which none is plainly the amount
    is_half: bool = False  # half of what is owed is meant
    lost: str = ""  # words that were not understood
    switched: str = ""  # the event that was switched to: its field then has another action id
    party: int = 1  # how many people a new patron brings, as far as the words say it
    walk_up: dict[str, Any] = field(default_factory=dict)  # the new patron whom the form shows: see bot.views.walk_up
    signed: tuple[str, int, int, str] | None = None  # the patron's id, how many of the party have signed, as of when

    def dump(self) -> str:
        """As private_metadata, well within Slack's 3,000 characters."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__}, ensure_ascii=False)

    @classmethod
    def load(cls, view: dict[str, Any]) -> Memo:
        """The memo of a view that this bot opened."""
        kept = json.loads(view["private_metadata"])
        signed = kept.get("signed")
        return cls(**{**kept, "asked": tuple(kept.get("asked", ())), "signed": tuple(signed) if signed else None})


def read_memo(view: dict[str, Any] | None) -> Memo | None:
    """The memo of a view, or None where a request has no view or none of this command's."""
    return Memo.load(view) if view and view.get("callback_id") in {FORM, RECEIPT} else None


@dataclass(frozen=True, slots=True)
class Offer:
    """An event that may be meant instead, and the patron who is on it; no patron where the event was not understood."""

    event: Listing
    patron: Patron | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """Contents of the form. `event` may be a mere Listing while its roster has not been read.

    `now` is the moment by which a finished event is named as such.
    """

    memo: Memo
    event: Listing | None = None
    patron: Patron | None = None
    walk_up: WalkUp | None = None
    amount: str = ""
    amount_is: str = "typed"  # whose balance the amount was filled with, else "typed"
    method: str | None = None
    notes: str = ""
    words: str = ""  # what was typed for the patron, of whom nobody on the event is sure
    trouble: str = ""
    offers: tuple[Offer, ...] = ()
    now: datetime | None = None
