"""Ids of the boarding list's views, forms and buttons in Slack, and the memo that its views carry.

They are separate from the views, so that routing does not import the views (docs/adr/0011).
"""

from __future__ import annotations

import json
from typing import Any, Final

from bot.kept import read_kept, read_kept_as
from charter.frozen import dataclass

# Callback ids of the views.
LIST: Final = "board"
PASSENGER_LIST: Final = "passenger_list"

# Callback ids of the forms. A button, or an option of a party's menu, that opens a form has the same id.
LET_ABOARD: Final = "board_let_aboard"
PARTY: Final = "board_party"
NO_SHOW: Final = "board_no_show"
REMOVE: Final = "board_remove"
REOPEN: Final = "board_reopen"
FORMS: Final = (LET_ABOARD, PARTY, NO_SHOW, REMOVE, REOPEN)

# Action ids of the buttons that act at once. An event's id follows the first.
OPEN: Final = "board_open"
CHECK_IN: Final = "board_check_in"
TAKE_BACK: Final = "board_take_back"
CAST_OFF: Final = "board_cast_off"
REFRESH: Final = "board_refresh"
PAGE: Final = "board_page"
PASSENGERS: Final = "board_passengers"
PASSENGERS_PAGE: Final = "passengers_page"
PRINT: Final = "print_passengers"

# A party's menu, and its options that open no form. The patron's id follows the block id of the party's buttons.
MENU: Final = "board_menu"
COME_BACK: Final = "board_come_back"
SHOW_QR: Final = "board_show_qr"  # Slack opens its link
OF_PARTY: Final = "party_of."

_VIEWS: Final = {LIST, PASSENGER_LIST, *FORMS}


@dataclass(frozen=True, slots=True)
class BoardMemo:
    """State that the list, its forms and the passenger list carry from request to request. It is not displayed.

    `opened_by`, `role` and `since` are as in the form that logs a payment. `page` and `sorted_at` are the list's: who
    was aboard before that moment, as `moments.utc`, is at its end. A form has the `patron`, `seen` (the line's
    fingerprint, or the id of the frozen list) and `offered`, the due that was filled in.
    `home`: the list was opened on the Home tab, which is published again when the list is closed.
    """

    eid: str
    opened_by: str = ""
    role: str = ""
    since: int = 0
    page: int = 0
    sorted_at: str = ""
    patron: str = ""
    seen: str = ""
    offered: str = ""
    home: bool = False

    def dump(self) -> str:
        """Return the memo as private_metadata."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__}, ensure_ascii=False)

    @classmethod
    def load(cls, view: dict[str, Any]) -> BoardMemo:
        """Return the memo of a view that this bot opened."""
        return read_kept_as(cls, read_kept(view.get("private_metadata")))


def read_board_memo(view: dict[str, Any] | None) -> BoardMemo | None:
    """Return the memo of a view, or None if the view is missing or not one of the boarding list's."""
    return BoardMemo.load(view) if view and view.get("callback_id") in _VIEWS else None
