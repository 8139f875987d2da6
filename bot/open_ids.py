"""Ids of the answer of `/payment-status open` in Slack. They are separate from its view, so that routing is light."""

from __future__ import annotations

from typing import Final

FORM: Final = "open_money"  # callback id, where the answer was opened on the Home tab
HOME: Final = "open_money_home"
TURN: Final = "open_money_page"  # a word follows; the value has the words, the page, and whether they name a patron
