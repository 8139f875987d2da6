"""The result of a press on *Carry out* or *Go on* for the money of a cancelled event, and what is still open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot.blocks import Block, context, modal, section
from bot.settle_ids import GO_ON
from bot.text import clip, distinct_name, escape, shown
from charter.credits import CREDIT, MOVE_DECIDED
from charter.edits import amount_in
from charter.money import ZERO, format_amount
from charter.settling import SettlingState, stakes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.settling import SettlingResult
    from charter.events import Event
    from charter.settling import Settlement, Stake

_REFUSED: Final = 10  # sentences of at most 250 letters, within a section's 3,000 characters
_NAME: Final = 40
_SLOW: Final = ":warning: The table did not answer in time. What is done is saved: press the button to go on."


def progress(run: SettlingResult, *, settlement: Settlement | None = None) -> Block:
    """Return what was done, who was refused and why, and what is open. *Go on* continues with what was not tried yet.

    `settlement` is the one whose decisions were just written.
    """
    event = run.event
    blocks = [context(f"{escape(clip(event.title, 150))} · cancelled")]
    lines = [*_done(event, run.done), *(_decided(event, settlement) if settlement else ())]
    if lines:
        blocks.append(section("\n".join(lines)))
    if run.refused:
        blocks.append(section(_refused(event, run.refused)))
    if run.slow:
        blocks.append(section(_SLOW))
    blocks.append(section("\n".join(open_lines(event))))
    memo = json.dumps({"eid": event.eid, "skip": run.skip or 0})
    if not run.left:
        return modal("Settle money", blocks, callback_id=GO_ON, private_metadata=memo, close="Done")
    submit = "Try again" if run.skip is None else "Go on"
    return modal("Settle money", blocks, callback_id=GO_ON, private_metadata=memo, submit=submit, close="Close")


def open_lines(event: Event) -> list[str]:
    """Return what of the event's money is still open, as mrkdwn."""
    found = stakes(event)
    undecided = [stake for stake in found if stake.standing is SettlingState.UNDECIDED]
    waiting = [stake for stake in found if stake.standing is SettlingState.DECIDED]
    kept = sum(event.credits.values(), ZERO)
    lines = []
    if undecided:
        lines.append(f"*{_sum(event, undecided)}* of {_patrons(len(undecided))} is undecided.")
    if waiting:
        lines.append(f"*{_sum(event, waiting)}* of {_patrons(len(waiting))} is decided, and not done yet.")
    if kept:
        number = _patrons(len(event.credits))
        lines.append(f"{format_amount(kept, event.currency)} is kept as credit for {number}.")
    if undecided or waiting:
        return lines
    return [":white_check_mark: *Nothing is open any more.*", *lines]


def _done(event: Event, done: Sequence[Stake]) -> Iterator[str]:
    """Yield how much was refunded and moved by this press."""
    moved = [stake for stake in done if stake.decision and stake.decision.what == MOVE_DECIDED]
    refunded = [stake for stake in done if stake not in moved]
    for some, words in ((refunded, "Refunded"), (moved, "Moved")):
        if some:
            yield f":white_check_mark: {words} now: *{_sum(event, some)}* of {_patrons(len(some))}."


def _decided(event: Event, settlement: Settlement) -> Iterator[str]:
    """Yield what is kept as credit by these decisions, and whose sum had changed."""
    edits = [edit for edit in event.edits if edit.form == settlement.form]
    kept = [edit for edit in edits if edit.what == CREDIT]
    if kept:
        amount = format_amount(sum((amount_in(edit.after) for edit in kept), ZERO), event.currency)
        yield f":white_check_mark: Kept as credit: *{amount}* for {_patrons(len(kept))}."
    if missing := len(settlement.marks) - len(edits):
        yield f":warning: The money of {_patrons(missing)} changed meanwhile, so nothing was decided about it."


def _refused(event: Event, refused: Sequence[tuple[Stake, str]]) -> str:
    lines = [
        f"• *{shown(distinct_name(stake.patron, event.alike, _NAME), 60)}*: {escape(clip(why, 200))}"
        for stake, why in refused[:_REFUSED]
    ]
    more = [f"and {len(refused) - _REFUSED} more"] if len(refused) > _REFUSED else []
    head = f":warning: *{_patrons(len(refused))} could not be settled.* Settle them alone, or decide otherwise:"
    return "\n".join([head, *lines, *more])


def _sum(event: Event, found: Sequence[Stake]) -> str:
    return format_amount(sum((stake.open for stake in found), ZERO), event.currency)


def _patrons(number: int) -> str:
    return f"{number} patron{'' if number == 1 else 's'}"
