"""Ids of the forms and buttons that settle the money of a cancelled event.

They are separate from the views, as those of bot.admin_ids are.
"""

from __future__ import annotations

from typing import Final

# Callback id of the form that asks what is to become of the money; the button that opens it has the same id.
SETTLE: Final = "settle_money"
# Callback id of the form that shows the sums before anything is written.
CHECKED: Final = "settle_checked"
# Callback id of the form that carries decisions out, and the action id of the button that opens it.
GO_ON: Final = "settle_go_on"

# Action ids of the type-aheads of patrons and of events.
WHO: Final = "settle_who"
WHERE: Final = "settle_where"
