"""Ids of the cash's forms and buttons in Slack. They are separate, so that routing imports nothing else of the cash."""

from __future__ import annotations

from typing import Final

# Callback ids of the forms, and action ids of the buttons that open them.
HAND_OVER: Final = "cash_hand_over"
ANOTHER_SUM: Final = "cash_another_sum"
WRITE_OFF: Final = "cash_write_off"
# The answer to a form.
DONE: Final = "cash_done"

# Action ids of the buttons that act at once.
I_HAVE_IT: Final = "cash_i_have_it"
TAKE_BACK: Final = "cash_take_back"
