"""The question whether a payment is another one, in the form whose payment looks like one of the last minutes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from bot.blocks import Block, labelled, option, section
from bot.text import author, escape, shown
from charter.money import plain_amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.views.payment_form import Memo
    from charter.payments import Draft
    from charter.refusals import PossibleDuplicate

_QUESTION: Final = "repeated"
_CONFIRM: Final = "confirm"

# Fields with which a view is opened. Slack adds the others.
_KEPT: Final = ("type", "callback_id", "title", "submit", "close")


def asked(view: dict[str, Any], memo: Memo, draft: Draft, question: PossibleDuplicate) -> Block:
    """Return the form with the question and a tick at its end. Typed values stay, because the inputs stay the same.

    The tick answers for the event, patron, amount and method of `draft` and for no other ones.
    """
    whose = f" for *{shown(question.patron, 100)}*" if draft.walk_up is not None else ""
    logged = f"{author(question.by)} logged {escape(question.earlier)}{whose} {question.ago}."
    about = _about(draft)
    tick = {
        "type": "checkboxes",
        "action_id": f"{_CONFIRM}.{about}",  # another question has another tick
        "options": [option("Yes, this is another payment", "yes")],
    }
    blocks = [block for block in view["blocks"] if block.get("block_id") not in {_QUESTION, _CONFIRM}]
    return {
        **{name: view[name] for name in _KEPT if view.get(name)},
        "private_metadata": replace(memo, asked_about=about).dump(),
        "blocks": [
            *blocks,
            section(f":warning: {logged} Is this another one?", block_id=_QUESTION),
            labelled(_CONFIRM, "Before it is logged", tick),
        ],
    }


def is_confirmed(state: Mapping[str, str], memo: Memo, draft: Draft) -> bool:
    """Return whether the form's tick answers the question about this payment."""
    return bool(state.get(_CONFIRM)) and memo.asked_about == _about(draft)


def _about(draft: Draft) -> str:
    """Return the mark of the event, patron, amount and method that a question is about."""
    parts = (draft.eid, draft.walk_up or draft.patron_id, plain_amount(draft.amount), draft.method)
    return f"{crc32(json.dumps(parts).encode()):08x}"
