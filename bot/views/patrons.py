"""Forms for admins that add a patron and edit one, and their readers."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from bot.admin_ids import ADD_PATRON, EDIT_PATRON
from bot.blocks import Block, context, labelled, modal, section, text_input
from bot.kept import mapping_in, read_kept, read_kept_as
from bot.text import clip, escape, shown
from bot.views.enrolled import LABELS, NOTHING, fields_in_words, price_for
from bot.views.seats import off_remark, reason_input, seats_in_words
from bot.views.state import read_state
from bot.views.walk_up import party_in
from charter.enrolling import (
    FIELDS,
    LONGEST_EMAIL,
    LONGEST_PHONE,
    NewPatron,
    PatronChange,
    check_email,
    check_phone,
    fingerprint_of,
)
from charter.frozen import dataclass
from charter.money import format_amount, plain_amount
from charter.parties import check_due, check_party
from charter.patrons import LONGEST_NAME, Patron, check_name, walk_up_id
from charter.payments import LONGEST_REASON, check_reason
from charter.refusals import FieldChecks, RowFull, on_field

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from charter.events import Event

_LONGEST: Final[dict[str, int]] = {"name": LONGEST_NAME, "due": 40, "email": LONGEST_EMAIL, "phone": LONGEST_PHONE}


@dataclass(frozen=True, slots=True)
class Memo:
    """State that a form carries along. `form` is set when adding; `patron`, `seen` and `held` when editing.

    `held` has a fingerprint of each input's first value: an input with the same fingerprint was not changed. `offered`
    is the due that was filled in for another party.
    """

    eid: str
    currency: str
    price: str = ""
    form: str = ""
    patron: str = ""
    seen: str = ""
    held: Mapping[str, str] | None = None
    offered: str = ""

    def dump(self) -> str:
        """Return the memo as private_metadata, well within Slack's 3,000 characters."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})

    @property
    def each(self) -> Decimal | None:
        """Price of the event when the form was built."""
        return Decimal(self.price) if self.price else None


def read_memo(view: dict[str, Any]) -> Memo:
    """Return the memo of a view that this bot opened."""
    return read_kept_as(Memo, mapping_in(read_kept(view.get("private_metadata")), "held"))


def add_form(event: Event, *, form: str) -> Block:
    """Return the form for a new patron."""
    if event.full:
        return _full(event)
    memo = Memo(event.eid, event.currency, _price(event), form=form)
    seats = escape(seats_in_words(event))
    return modal(
        "Add a patron",
        [
            context(f"{escape(clip(event.title, 150))} · `{escape(event.eid)}`"),
            *([context(seats)] if seats else []),
            *off_remark(event),
            *_inputs({"party": "1"}, memo),
            *([reason_input()] if seats else []),
        ],
        callback_id=ADD_PATRON,
        private_metadata=memo.dump(),
        submit="Add",
        close="Cancel",
    )


def edit_form(
    event: Event, patron: Patron, *, typed: Mapping[str, str] | None = None, offered: str = "", remark: str = ""
) -> Block:
    """Return the form that edits a patron.

    `typed` are values that a person has entered already. `offered` is the due for the party that was entered.
    """
    if event.full:
        return _full(event)
    typed = {**({"due": offered} if offered else {}), **(typed or {})}
    values = values_of(patron)
    memo = Memo(
        event.eid,
        event.currency,
        _price(event),
        patron=patron.patron_id,
        seen=fingerprint_of(patron),
        held={name: _mark(value) for name, value in values.items()},
        offered=offered,
    )
    banner = [section(f":warning: {remark}")] if remark else []
    whose = context(f"*{shown(patron.name, 500)}* · {escape(clip(event.title, 150))}. Payments and signatures stay.")
    return modal(
        "Edit a patron",
        [*banner, whose, *_inputs(values | typed, memo), _why()],
        callback_id=EDIT_PATRON,
        private_metadata=memo.dump(),
        submit="Save",
        close="Cancel",
    )


def values_of(patron: Patron) -> dict[str, str]:
    """Return the values of the inputs for a patron."""
    texts = {
        "name": patron.name,
        "party": str(patron.party),
        "due": plain_amount(patron.due),
        "email": patron.email or "",
        "phone": patron.phone or "",
    }
    return {name: text[: _LONGEST.get(name)] for name, text in texts.items()}


def read_add(view: dict[str, Any]) -> NewPatron:
    """Return the patron in the form. Raises an ExceptionGroup with the Refusals of all fields."""
    memo, state = read_memo(view), read_state(view)
    line = _checked(state, memo, [*FIELDS, *_reason_in(state)])
    reason = line.pop("reason", "")
    return NewPatron(memo.eid, Patron(walk_up_id(line["name"], memo.form), **line), reason)


def read_edit(view: dict[str, Any]) -> PatronChange:
    """Return the change: only the fields that were edited. Raises an ExceptionGroup, as `read_add` does."""
    memo, state = read_memo(view), read_state(view)
    changes = _checked(state, memo, [*touched(view), *_reason_in(state)])
    reason = changes.pop("reason", "")
    return PatronChange(memo.eid, memo.patron, memo.seen, changes, reason)


def _reason_in(state: Mapping[str, str]) -> list[str]:
    return ["reason"] if state.get("reason", "").strip() else []


def with_due_offered(event: Event, view: dict[str, Any]) -> Block | None:
    """Return the form with the due for the party that was entered, or None if there is nothing to offer.

    A typed due stays, and so does one that was not the event's price for the party. Then a remark gives the price.
    """
    memo, state = read_memo(view), read_state(view)
    patron, party = event.patron(memo.patron), party_in(state)
    if patron is None or fingerprint_of(patron) != memo.seen or party is None:
        return None
    before, usual = price_for(event, patron.party), price_for(event, party)
    if usual is None:
        return None
    shown_due = memo.offered or plain_amount(patron.due)
    if state.get("due", "") == shown_due and before == patron.due:
        return edit_form(event, patron, offered=plain_amount(usual))
    remark = f"The price for a party of {party} is {format_amount(usual, event.currency)}."
    return edit_form(event, patron, offered=memo.offered, remark=remark)


def touched(view: dict[str, Any]) -> dict[str, str]:
    """Return the values that differ from the patron's fields when the form was built."""
    state, held = read_state(view), read_memo(view).held or {}
    return {name: state.get(name, "") for name in FIELDS if _mark(state.get(name, "")) != held.get(name)}


def overtaken(event: Event, now: Patron, view: dict[str, Any]) -> Block:
    """Return the form again, over the patron's current fields. Edited values are kept in it."""
    says = fields_in_words(now, event)
    current = ", ".join(f"{LABELS[name].lower()} {says[name]}" for name in FIELDS if says[name] != NOTHING)
    remark = f"Somebody else changed this patron, so nothing is saved yet. Now: {current}. Press Save to apply yours."
    return edit_form(event, now, typed=touched(view), remark=remark)


def _checked(state: Mapping[str, str], memo: Memo, names: Collection[str]) -> dict[str, Any]:
    """Return the values of these inputs. Raises an ExceptionGroup with the Refusals of all of them."""

    def due() -> Decimal:
        party = state.get("party", "")
        return check_due(
            state.get("due", ""),
            party=int(party) if party.isdecimal() else 1,
            price=memo.each,
            currency=memo.currency,
        )

    by_name: dict[str, Callable[[], Any]] = {
        "name": lambda: check_name(state.get("name", "")),
        "party": lambda: check_party(state.get("party", "")),
        "due": lambda: on_field("due", due),
        "email": lambda: check_email(state.get("email", "")),
        "phone": lambda: check_phone(state.get("phone", "")),
        "reason": lambda: check_reason(state.get("reason", "")),
    }
    checks = FieldChecks()
    values = {name: checks.run(by_name[name]) for name in names}
    if checks.refusals:
        raise checks.error()
    return values


def _inputs(values: Mapping[str, str], memo: Memo) -> list[Block]:
    def element(name: str, kind: str, **rest: Any) -> Block:
        # Slack keeps an input's value while its action id stays, so another value needs another action id.
        value = values.get(name, "")
        given = {"initial_value": value} if value else {}
        return {"type": kind, "action_id": f"{name}.{_mark(value)}", **rest, **given}

    whole: Block = {"is_decimal_allowed": False, "min_value": "1"}
    live = {"dispatch_action": True} if memo.patron else {}
    if live:
        whole["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    price = f"Left empty: {format_amount(memo.each, memo.currency)} for each of the party." if memo.each else ""
    return [
        labelled("name", "Name", element("name", "plain_text_input", max_length=LONGEST_NAME)),
        labelled(
            "party",
            "Party",
            element("party", "number_input", **whole),
            hint="How many people, this one included.",
            **live,
        ),
        labelled(
            "due",
            f"Due in {memo.currency}",
            element("due", "plain_text_input", max_length=_LONGEST["due"]),
            hint=price or "What the whole party owes; 0 if nothing.",
            optional=bool(price),
        ),
        labelled("email", "E-mail", element("email", "email_text_input"), optional=True),
        labelled("phone", "Phone", element("phone", "plain_text_input", max_length=LONGEST_PHONE), optional=True),
    ]


def _why() -> Block:
    element = text_input("reason", max_length=LONGEST_REASON)
    hint = "Kept with the change, and shown with the balance. Needed to go beyond the boat's capacity."
    return labelled("reason", "Why", element, hint=hint, optional=True)


def _full(event: Event) -> Block:
    return modal("Roster", [section(f"*{escape(clip(event.title, 150))}*\n{escape(RowFull.sentence)}")], close="Close")


def _price(event: Event) -> str:
    return plain_amount(event.price) if event.price else ""


def _mark(value: str) -> str:
    return f"{crc32(value.encode()):08x}"
