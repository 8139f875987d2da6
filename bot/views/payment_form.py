"""Contents of the form that logs a payment, and the memo that it carries from request to request."""

from __future__ import annotations

import json
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from bot.kept import KeptFields, read_kept, read_kept_as
from charter.frozen import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from bot.views.walk_up import WalkUp
    from charter.events import Listing
    from charter.patrons import Patron

FORM: Final = "log_payment"
RECEIPT: Final = "log_payment_receipt"
GROUP_FORM: Final = "log_group"


@dataclass(frozen=True, slots=True)
class Memo:
    """State that a form carries from request to request in its private_metadata. It is not displayed."""

    payment_id: str
    opened_by: str = ""  # without an opener the role is ignored
    role: str = ""
    since: int = 0  # when the role was determined, in seconds since 1970
    eid: str | None = None
    prefilled: str = ""
    hint: str = ""
    currency: str = ""
    asked: tuple[str, ...] = ()  # words that may be an amount, none of them clearly
    is_half: bool = False  # half of the balance is meant
    lost: str = ""  # words that were not understood
    switched: str = ""  # the event that was switched to; its field then has another action id
    party: int = 1  # people in a new patron's party, from the typed words
    walk_up: dict[str, Any] = field(default_factory=dict)  # the new patron in the form, see bot.views.walk_up
    signed: tuple[str, int, int, str] | None = None  # patron id, signed, people, and as of when
    asked_about: str = ""  # the payment that the question about a repeated one is about, see bot.views.repeated
    author: str = ""  # Slack id of who wrote the message from which the form was opened
    permalink: str = ""  # that message's address
    total: str = ""  # what a payer gave for several patrons, see bot.views.group_form
    payer: str = ""  # the name of that payer, as it was written
    unclear: tuple[str, ...] = ()  # names of several patrons that were not understood
    home: bool = False  # opened on the Home tab, which is published again when the form is closed

    def dump(self) -> str:
        """Return the memo as private_metadata, well within Slack's 3,000 characters."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__}, ensure_ascii=False)

    @classmethod
    def load(cls, view: dict[str, Any]) -> Memo:
        """Return the memo of a view that this bot opened. Raises FormOutdated."""
        text = view.get("private_metadata")
        return _memo_in(text) if isinstance(text, str) else _read_memo(text)


def _read_memo(text: object) -> Memo:
    kept = read_kept(text, optional=("eid", "signed"))
    signed = kept.get("signed")
    lists = {name: tuple(kept.get(name, ())) for name in ("asked", "unclear")}
    return read_kept_as(Memo, KeptFields({**kept, **lists, "signed": tuple(signed) if signed else None}))


_memo_in = lru_cache(maxsize=4)(_read_memo)  # a request reads the memo of its form several times


def read_memo(view: dict[str, Any] | None) -> Memo | None:
    """Return the memo of a view, or None if the view is missing or no form of this command."""
    return Memo.load(view) if view and view.get("callback_id") in {FORM, GROUP_FORM, RECEIPT} else None


@dataclass(frozen=True, slots=True)
class Offer:
    """An event that may be meant instead, with its patron. Without a patron the event itself was not understood."""

    event: Listing
    patron: Patron | None = None
    others: tuple[Patron, ...] = ()  # whom the words name beside that patron


@dataclass(frozen=True, slots=True)
class Form:
    """Contents of the form. `event` is a Listing while its roster has not been read.

    `now` decides whether an event is shown as finished.
    """

    memo: Memo
    event: Listing | None = None
    patron: Patron | None = None
    walk_up: WalkUp | None = None
    amount: str = ""
    amount_is: str = "typed"  # whose balance the amount was filled with, else "typed"
    method: str | None = None
    notes: str = ""
    tip: str = ""
    reason: str = ""
    words: str = ""  # the typed name that fits no patron of the event
    trouble: str = ""
    offers: tuple[Offer, ...] = ()
    now: datetime | None = None
