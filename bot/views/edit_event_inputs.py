"""The inputs of the form that edits an event, and what the form carries along.

Slack keeps an input's value while its block id and action id stay. So the action ids change with `Memo.turn` when the
event was changed by somebody else, and that of the id also with each proposal.
"""

from __future__ import annotations

import json
from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from bot.blocks import Block, context, labelled, modal, option, section, text_input
from bot.event_menu import EDIT, LIVE
from bot.kept import FormOutdated, mapping_in, read_kept, read_kept_as
from bot.text import clip, escape
from bot.views.boat import boat_inputs
from charter.event_ids import LONGEST
from charter.events import Status
from charter.frozen import dataclass
from charter.money import format_amount, parse_amount
from charter.new_events import LONGEST_TITLE
from charter.payments import LONGEST_REASON
from charter.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

_STATUS: Final = {Status.SCHEDULED.value: "Takes place", Status.CANCELLED.value: "Cancelled"}
_LONGEST_AMOUNT: Final = 40
_EACH_LETTER: Final[Block] = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}


@dataclass(frozen=True, slots=True)
class Memo:
    """State that the form carries along. `held` has a fingerprint of each input's first value.

    `count` patrons with `people` people owe the usual `price`; `dues` is the fingerprint of these dues. `proposed` is
    the id on screen, number `number` of the proposals, based on the inputs with the fingerprint `based_on`.
    """

    eid: str
    form: str
    seen: str
    currency: str
    heading: str
    title: str
    starts_at: str
    price: str = ""
    count: int = 0
    people: int = 0
    dues: str = ""
    held: Mapping[str, str] = field(default_factory=dict)
    said: str = ""
    turn: int = 0
    proposed: str = ""
    number: int = 0
    based_on: str = ""

    @property
    def is_timed(self) -> bool:
        """True if the hour of the event was known when the form was built."""
        return self.held.get("time") != mark_of("")

    def dump(self) -> str:
        """Return the memo as private_metadata, within Slack's 3,000 characters."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def read_memo(view: dict[str, Any]) -> Memo:
    """Return the memo of a form that this bot opened."""
    memo = read_kept_as(Memo, mapping_in(read_kept(view.get("private_metadata")), "held"))
    if memo.count and not memo.price:  # they owe the usual price, so there is one
        raise FormOutdated
    return memo


def build(memo: Memo, values: Mapping[str, str], zone: tzinfo) -> Block:
    """Return the form with these values."""
    remarks = [section(memo.said)] if memo.said else []
    return modal(
        "Edit event",
        [*remarks, context(memo.heading), *_naming(memo, values, zone), *_pricing(memo, values), *_rest(memo, values)],
        callback_id=EDIT,
        private_metadata=memo.dump(),
        submit="Save",
        close="Cancel",
    )


def _naming(memo: Memo, values: Mapping[str, str], zone: tzinfo) -> list[Block]:
    """Return the inputs for title, day and time, each of whose changes is sent to the bot, and the id that follows."""

    def live(name: str, label: str, element: Block, **rest: Any) -> Block:
        element["action_id"] = f"{LIVE}{name}.{memo.turn}"
        return labelled(name, label, element, dispatch_action=True, **rest)

    title = text_input("", values.get("title", "")[:LONGEST_TITLE], max_length=LONGEST_TITLE, **_EACH_LETTER)
    day = {"type": "datepicker", "action_id": "", **_initial("date", values.get("day"))}
    time = {"type": "timepicker", "action_id": "", **_initial("time", values.get("time"))}
    eid = text_input(f"eid.{memo.turn}.{memo.number}", values.get("eid", "")[:LONGEST], max_length=LONGEST)
    renames = values.get("eid", "") != memo.eid
    note = (
        f":link: The id becomes `{escape(clip(values.get('eid', ''), LONGEST))}`. Links with the old id keep working."
    )
    return [
        live("title", "Title", title),
        live("day", "Date", day),
        live("time", "Time", time, hint=f"On the boat's clock, {zone}.", optional=not memo.is_timed),
        labelled(
            "eid", "Id", eid, hint="It is part of the waiver's link. A new day or title gives the event a new one."
        ),
        *([context(note)] if renames else []),
    ]


def _pricing(memo: Memo, values: Mapping[str, str]) -> list[Block]:
    """Return the input for the price, and the question whether the usual dues follow it, where there are any."""
    live: dict[str, Any] = {"dispatch_action": True} if memo.count else {}
    name = f"{LIVE}price" if memo.count else "price"
    element = text_input(
        f"{name}.{memo.turn}",
        values.get("price", "")[:_LONGEST_AMOUNT],
        max_length=_LONGEST_AMOUNT,
        **(_EACH_LETTER if memo.count else {}),
    )
    blocks = [labelled("price", f"Price for one in {memo.currency}", element, optional=True, **live)]
    if memo.count:
        patrons = "1 patron" if memo.count == 1 else f"{memo.count} patrons"
        tick = option(f"Change what {patrons} owe{'s' if memo.count == 1 else ''} too", "yes")
        ticked = {"initial_options": [tick]} if values.get("dues") else {}
        boxes = {"type": "checkboxes", "action_id": f"dues.{memo.turn}", "options": [tick], **ticked}
        blocks += [context(_dues_in_words(memo, values)), labelled("dues", "Dues", boxes, optional=True)]
    return blocks


def _dues_in_words(memo: Memo, values: Mapping[str, str]) -> str:
    """Return how many owe the usual price, and what a new price changes in all, as mrkdwn."""
    who, before = "1 patron owes" if memo.count == 1 else f"{memo.count} patrons owe", Decimal(memo.price)
    usual = f"{who} the usual price, {memo.people} × {format_amount(before, memo.currency)}."
    stays = "What they owe stays as it is, unless you tick the box."
    try:
        price = parse_amount(values.get("price", ""), currency=memo.currency)
    except Refusal:
        return f"{usual} {stays}"
    more = (price - before) * memo.people
    words = f"{format_amount(abs(more), memo.currency)} {'more' if more > 0 else 'less'} in all"
    return f"{usual} At {format_amount(price, memo.currency)} that is {words}. {stays}" if more else f"{usual} {stays}"


def _rest(memo: Memo, values: Mapping[str, str]) -> list[Block]:
    channel: Block = {
        "type": "conversations_select",
        "action_id": "channel",
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
        **_initial("conversation", values.get("channel")),
    }
    options = {status: option(label, status) for status, label in _STATUS.items()}
    picked = options.get(values.get("status", ""), options[Status.SCHEDULED.value])
    status = {"type": "static_select", "options": list(options.values()), "initial_option": picked, "action_id": ""}
    reason = text_input("reason", values.get("reason", "")[:LONGEST_REASON], max_length=LONGEST_REASON)
    blocks = [
        *boat_inputs(values.get("boat", ""), values.get("capacity", "")),
        labelled("channel", "Channel", channel, optional=True, hint="If empty, the office's channel is used."),
        labelled("status", "Status", status),
        labelled(
            "reason",
            "Why",
            reason,
            optional=True,
            hint="Kept with the change, and posted with it. Needed to cancel the event.",
        ),
    ]
    for block in blocks:
        block["element"]["action_id"] = f"{block['block_id']}.{memo.turn}"
    return blocks


def _initial(kind: str, value: object) -> Block:
    return {f"initial_{kind}": value} if value else {}


def mark_of(value: str) -> str:
    """Return the fingerprint of an input's value."""
    return f"{crc32(value.encode()):08x}"
