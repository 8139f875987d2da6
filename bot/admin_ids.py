"""Names that the office's forms and buttons go by in Slack.

They stand apart from the views, which are imported by the first request that needs them: most never do, and every
cold start would pay for them (docs/adr/0011).
"""

from __future__ import annotations

from typing import Final

# Callback ids of the forms; the names of buttons that open one are its own.
NEW_EVENT: Final = "new_event"
ADD_PATRON: Final = "add_patron"
EDIT_PATRON: Final = "edit_patron"

# What answers them.
EVENT_CREATED: Final = "new_event_created"
PATRON_ADDED: Final = "patron_added"

# Blocks of the form for a new event: changing one of these may change the period and the id.
LIVE: Final = ("title", "day", "time", "captain", "period")

LOG_PAYMENT: Final = "log_payment_for"
LINT_PAGE: Final = "lint_page"
