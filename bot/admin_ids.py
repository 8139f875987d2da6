"""Ids of the admins' forms and buttons in Slack.

They are separate from the views, so that routing does not import the views. Few requests need those views, and
importing them would slow every cold start (docs/adr/0011).
"""

from __future__ import annotations

from typing import Final

# Callback ids of the forms. A button that opens a form has the same id.
NEW_EVENT: Final = "new_event"
ADD_PATRON: Final = "add_patron"
EDIT_PATRON: Final = "edit_patron"
ADJUST: Final = "adjust_due"
MOVE: Final = "move_patron"
PASTE_ROSTER: Final = "paste_roster"

# Callback ids of the views that follow them.
EVENT_CREATED: Final = "new_event_created"
PATRON_ADDED: Final = "patron_added"
MOVE_THERE: Final = "move_patron_there"

# Type-ahead of the events to which a patron may be moved.
MOVE_TO: Final = "move_to"

# Blocks of the form for a new event. A change in one of these may change the proposed period and id.
LIVE: Final = ("title", "day", "time", "captain", "period")

LOG_PAYMENT: Final = "log_payment_for"
LINT_PAGE: Final = "lint_page"
