"""Ids of buttons, menus and shortcuts, apart from their views and listeners, so that routing imports neither.

Forms and answers with many ids have a module of their own beside this one, as bot/board_ids.py.
"""

from __future__ import annotations

from typing import Final

# Shortcuts, as the app's manifest lists them.
LOG_SHORTCUT: Final = "log_payment"
MESSAGE_SHORTCUT: Final = "log_payment_message"
NEW_EVENT_SHORTCUT: Final = "new_event"

# Callback ids of the corrections' forms, and action ids of the buttons that open them.
VOID: Final = "void_entry"
REFUND: Final = "refund_payment"
RETURNED: Final = "returned_payment"
# Block id and action id of the menu of entries. Beyond a hundred entries it is a type-ahead.
ENTRY: Final = "payment_id"

# Buttons that change between the form for a single patron and the one for several.
SEVERAL: Final = "pay_for_several"
ONE: Final = "pay_for_one"
# Block id of several patrons, which is also the beginning of the menu's action id.
PATRONS: Final = "patrons"

# Buttons that turn a status or open another one, where words may follow, and the menu of its patrons.
STATUS_PAGE: Final = "payment_status"
PICK_NAME: Final = "open_patron"

OPEN_DISPATCH: Final = "open_dispatch"
OPEN_TRIP: Final = "open_trip"
SHARE_WAIVER: Final = "share_waiver"
TAKE_BACK_CARD: Final = "take_back_card"
