"""Buttons that undo a payment, ask the office to void it, and void it as it was asked for."""

from __future__ import annotations

import json
from typing import Final

from bot.blocks import Block, actions, button, dialog
from bot.kept import read_kept
from bot.text import clip
from charter.frozen import dataclass

# Where several buttons are in one row, a number follows.
UNDO: Final = "undo_entry"
UNDO_GROUP: Final = "undo_group"
ASK_OFFICE: Final = "ask_office"
ASK_OFFICE_OF_GROUP: Final = "ask_office_of_group"
VOID_AS_ASKED: Final = "void_as_asked"

# Block id of the row that has one of the buttons.
ROW: Final = "undo"

_LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class UndoTarget:
    """The entry that a button is about. The event may have another id by the time of the press."""

    eid: str
    patron_id: str
    payment_id: str

    def dump(self) -> str:
        """Return it as the button's value."""
        named = {"eid": self.eid, "patron": self.patron_id, "payment": self.payment_id}
        return json.dumps(named, separators=(",", ":"))

    @classmethod
    def load(cls, value: str) -> UndoTarget:
        """Return the target in a button's value."""
        read = read_kept(value)
        return cls(read["eid"], read["patron"], read["payment"])


@dataclass(frozen=True, slots=True)
class GroupTarget:
    """The group of payments that a button is about."""

    eid: str
    group: str

    def dump(self) -> str:
        """Return it as the button's value."""
        return json.dumps({"eid": self.eid, "group": self.group}, separators=(",", ":"))

    @classmethod
    def load(cls, value: str) -> GroupTarget:
        """Return the target in a button's value."""
        read = read_kept(value)
        return cls(read["eid"], read["group"])


def undo_button(target: UndoTarget, what: str, name: str, *, label: str = "Undo", action_id: str = UNDO) -> Block:
    """Return the button. `what` is the amount and method, and `name` the patron's. Each of a row has its own id."""
    asks = _question("Undo this payment?", f"{what} for {clip(name, _LONGEST_NAME)}", confirm="Undo it")
    return button(label, action_id=action_id, value=target.dump(), confirm=asks)


def undo_all_button(target: GroupTarget, what: str, names: str) -> Block:
    """Return the button that undoes what is left of a group. `what` is sum and method, and `names` the patrons'."""
    text = f"{what} for {clip(names, 150)}: the entries stay in the ledger, and new ones take them back."
    asks = dialog("Undo these payments?", text, "Undo them")
    return button("Undo all", action_id=UNDO_GROUP, value=target.dump(), confirm=asks)


def ask_row_of_group(target: GroupTarget) -> Block:
    """Return the row with the button that asks the office about all of a group."""
    asks = button("Ask the office", action_id=ASK_OFFICE_OF_GROUP, value=target.dump())
    return actions(asks, block_id=ROW)


def undo_row(target: UndoTarget, what: str, name: str) -> Block:
    """Return the row with the button. `what` is the amount and method, and `name` the patron's."""
    return actions(undo_button(target, what, name), block_id=ROW)


def ask_row(target: UndoTarget) -> Block:
    """Return the row with the button that asks the office."""
    return actions(button("Ask the office", action_id=ASK_OFFICE, value=target.dump()), block_id=ROW)


def void_row(target: UndoTarget, what: str, name: str) -> Block:
    """Return the row with the button below a request. The parameters are as in `undo_row`."""
    asks = _question("Void this payment?", f"{what} for {clip(name, _LONGEST_NAME)}", confirm="Void it")
    return actions(button("Void", action_id=VOID_AS_ASKED, value=target.dump(), confirm=asks), block_id=ROW)


def _question(title: str, what: str, *, confirm: str) -> Block:
    """Return the confirmation dialog before an entry is taken back."""
    return dialog(title, f"{what}: the entry stays in the ledger, and a new one takes it back.", confirm)
