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
    from collections.abc import Mapping, Sequence

    from bot.views.payment_form import Memo
    from charter.group_payments import GroupDraft
    from charter.payments import Draft
    from charter.refusals import PossibleDuplicate

_QUESTION: Final = "repeated"
_CONFIRM: Final = "confirm"

# Fields with which a view is opened. Slack adds the others.
_KEPT: Final = ("type", "callback_id", "title", "submit", "close", "notify_on_close")


def asked(view: dict[str, Any], memo: Memo, draft: Draft, question: PossibleDuplicate) -> Block:
    """Return the form with the question and a tick at its end. Typed values stay, because the inputs stay the same.

    The tick answers for the event, patron, amount and method of `draft` and for no other ones.
    """
    whose = f" for *{shown(question.patron, 100)}*" if draft.walk_up is not None else ""
    text = f"{_logged(question, whose)} Is this another one?"
    return _with_question(view, memo, text, "Yes, this is another payment", about=_about(draft))


def asked_of_several(
    view: dict[str, Any], memo: Memo, draft: GroupDraft, questions: Sequence[PossibleDuplicate]
) -> Block:
    """Return the form of several patrons with one question, which names each whose payment looks like another one."""
    said = " ".join(_logged(each, f" for *{shown(each.patron, 100)}*") for each in questions)
    ask, yes = ("Is this another one?", "Yes, this is another payment")
    if len(questions) > 1:
        ask, yes = "Are these other ones?", "Yes, these are other payments"
    return _with_question(view, memo, f"{said} {ask}", yes, about=_about_several(draft))


def _logged(question: PossibleDuplicate, whose: str) -> str:
    return f"{author(question.by)} logged {escape(question.earlier)}{whose} {question.ago}."


def _with_question(view: dict[str, Any], memo: Memo, text: str, yes: str, *, about: str) -> Block:
    tick = {
        "type": "checkboxes",
        "action_id": f"{_CONFIRM}.{about}",  # another question has another tick
        "options": [option(yes, "yes")],
    }
    blocks = [block for block in view["blocks"] if block.get("block_id") not in {_QUESTION, _CONFIRM}]
    return {
        **{name: view[name] for name in _KEPT if view.get(name)},
        "private_metadata": replace(memo, asked_about=about).dump(),
        "blocks": [
            *blocks,
            section(f":warning: {text}", block_id=_QUESTION),
            labelled(_CONFIRM, "Before it is logged", tick),
        ],
    }


def is_confirmed(state: Mapping[str, str], memo: Memo, draft: Draft) -> bool:
    """Return whether the form's tick answers the question about this payment."""
    return bool(state.get(_CONFIRM)) and memo.asked_about == _about(draft)


def several_confirmed(state: Mapping[str, str], memo: Memo, draft: GroupDraft) -> bool:
    """Return whether the form's tick answers the question about these payments."""
    return bool(state.get(_CONFIRM)) and memo.asked_about == _about_several(draft)


def _about_several(draft: GroupDraft) -> str:
    shares = sorted((share.patron_id, plain_amount(share.amount)) for share in draft.shares)
    return f"{crc32(json.dumps((draft.eid, shares, draft.method)).encode()):08x}"


def _about(draft: Draft) -> str:
    """Return the mark of the event, patron, amount and method that a question is about."""
    parts = (draft.eid, draft.walk_up or draft.patron_id, plain_amount(draft.amount), draft.method)
    return f"{crc32(json.dumps(parts).encode()):08x}"
