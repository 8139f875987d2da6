"""Ids of the buttons below a month's answer in Slack. They are separate from the views, so that routing is light."""

from __future__ import annotations

from typing import Final

SHOW: Final = "month"  # a word follows; the value names the month, the view and its page
CLOSE: Final = "month_close"

# The views of a month.
MAIN, TRIPS, TIPS = "main", "trips", "tips"
