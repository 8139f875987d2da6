"""Forms for a pasted list of patrons: the list, the plan that it makes, and the answer to what was written."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from bot.admin_ids import PASTE_ROSTER
from bot.blocks import Block, context, labelled, modal, section, text_input
from bot.kept import read_kept, read_kept_as
from bot.text import clip, escape, shown
from bot.views.enrolled import LABELS, fields_in_words
from bot.views.seats import off_remark, over_in_words, read_reason, reason_input, seats_in_words
from bot.views.state import read_state
from charter.capacity import is_beyond
from charter.enrolling import FIELDS
from charter.frozen import dataclass
from charter.money import format_amount
from charter.pasting import MOST_LINES, Fate, PastedList
from charter.refusals import RowFull

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from charter.events import Event
    from charter.pasting import Enrolled, PastedLine, PastePlan, PlannedLine
    from charter.patrons import Patron

# Slack takes so many letters in an input, and 3,000 in a section.
LONGEST_LIST: Final = 3000
_SECTION: Final = 2900

_HOW: Final = (
    "One patron a line, in any order: name, `party of 2`, `$250`, phone, e-mail. A first line of headings says what "
    "each column is. You see the plan before anything is written."
)
_HINT: Final = f"At most {MOST_LINES} lines, and {LONGEST_LIST:,} letters, which is as much as Slack takes."
_ANEW: Final = "The list or the roster has changed, so nothing is written yet. This is the plan now."
_HEADINGS: Final = {
    Fate.LEFT_OUT: ":warning: *Left out*",
    Fate.NEW: ":heavy_plus_sign: *New*",
    Fate.CHANGED: ":pencil2: *On the roster, changed*",
    Fate.UNCHANGED: "*On the roster, unchanged*",
}


@dataclass(frozen=True, slots=True)
class Memo:
    """State that a form carries along. A form without a plan has only the event.

    `form` is the id under which the plan is written once, `seen` the plan's mark, and `held` the mark of its list.
    """

    eid: str
    currency: str
    form: str = ""
    seen: str = ""
    held: str = ""

    def dump(self) -> str:
        """Return the memo as private_metadata."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})


def read_memo(view: dict[str, Any]) -> Memo:
    """Return the memo of a view that this bot opened."""
    return read_kept_as(Memo, read_kept(view.get("private_metadata")))


def typed_list(view: dict[str, Any]) -> str:
    """Return the list in the form, as it was pasted."""
    return read_state(view).get("list", "")


def is_planned(view: dict[str, Any]) -> bool:
    """Return whether the form shows the plan of the list that is in it."""
    memo = read_memo(view)
    return bool(memo.form) and memo.held == _mark(typed_list(view))


def read_pasted(view: dict[str, Any], lines: Sequence[PastedLine]) -> PastedList:
    """Return the list to write. Raises ReasonMissing for a reason that is too long."""
    memo = read_memo(view)
    return PastedList(memo.eid, tuple(lines), memo.form, memo.seen, read_reason(read_state(view)))


def paste_form(event: Event) -> Block:
    """Return the form to paste a list into."""
    if event.full:
        return modal("Roster", [section(f"{_title(event)}\n{escape(RowFull.sentence)}")], close="Close")
    blocks = [_of(event), *off_remark(event), section(_HOW), _list("The list", _HINT)]
    return _modal("Paste a roster", blocks, Memo(event.eid, event.currency), submit="Show the plan")


def plan_form(plan: PastePlan, text: str, *, form: str, again: bool = False) -> Block:
    """Return the plan, line by line, above the list, which can still be corrected. `again`: it is not what was seen."""
    event = plan.event
    memo = Memo(event.eid, event.currency, form, plan.mark, _mark(text))
    blocks = [_of(event), section(f"*{_counts(plan)}*")]
    blocks[1:1] = [section(f":warning: {_ANEW}")] if again else []
    for fate, heading in _HEADINGS.items():
        if lines := plan.of(fate):
            blocks += _sections([heading, *(_line(event, each) for each in lines)])
    if plan.written:
        blocks.append(context("Nothing is written yet. What is left out stays out; the others can be written."))
    blocks.append(_list("The list", "If you correct it, the next press shows the new plan.", text))
    if plan.written and event.capacity is not None:
        more = f" The plan brings {plan.people} more." if plan.people > 0 else ""
        mark = ":warning: " if is_beyond(event, plan.people) else ""
        blocks.append(context(f"{mark}{escape(seats_in_words(event))}{more}"))
        blocks.append(reason_input())
    return _modal(
        "Roster: the plan", blocks, memo, submit="Put them on the roster" if plan.written else "Show the plan"
    )


def written(done: Enrolled) -> Block:
    """Return the answer to a list that was written: how many were added, changed and left out, and which."""
    event = done.event
    counts = f"{len(done.added)} added, {len(done.changed)} changed, {len(done.left_out)} left out"
    heading = f"Already written, and counted once: {counts}" if done.replayed else counts
    blocks = [_of(event), section(f":white_check_mark: *{heading}*")]
    for title, patrons in (("*Added*", done.added), ("*Changed*", done.changed)):
        if patrons:
            blocks += _sections([title, *(_patron(event, patron) for patron in patrons)])
    if done.left_out:
        blocks += _sections([_HEADINGS[Fate.LEFT_OUT], *(_line(event, each) for each in done.left_out)])
    blocks += [context(over)] if (over := over_in_words(event)) else []
    return modal("Roster saved", blocks, close="Done")


def unclear(commands: Iterable[str], trouble: str) -> dict[str, Any]:
    """Return the question which event the list is for, with commands to type. `trouble` is about the words."""
    said = f"{escape(clip(trouble, 400))}\n" if trouble else ""
    lines = [f"• `/payment-status roster {escape(eid)}`" for eid in commands]
    text = f"{said}Which event is the list for? Type its id, as in:"
    example = ["• `/payment-status roster 2026-05-23-captain-cory-afternoon`"]
    blocks = [section("\n".join([text, *(lines or example)]))]
    return {"response_type": "ephemeral", "text": text, "blocks": blocks}


def _modal(title: str, blocks: list[Block], memo: Memo, *, submit: str) -> Block:
    return modal(title, blocks, callback_id=PASTE_ROSTER, private_metadata=memo.dump(), submit=submit, close="Cancel")


def _list(label: str, hint: str, text: str = "") -> Block:
    return labelled("list", label, text_input("list", text, multiline=True, max_length=LONGEST_LIST), hint=hint)


def _title(event: Event) -> str:
    return f"*{escape(clip(event.title, 150))}*"


def _of(event: Event) -> Block:
    return context(f"{escape(clip(event.title, 150))} · `{escape(event.eid)}`")


def _counts(plan: PastePlan) -> str:
    new, changed, same, out = (len(plan.of(fate)) for fate in (Fate.NEW, Fate.CHANGED, Fate.UNCHANGED, Fate.LEFT_OUT))
    return f"{new} new, {changed} changed, {same} unchanged, {out} left out"


def _line(event: Event, each: PlannedLine) -> str:
    """Return one line of the plan in mrkdwn, with its number in the list."""
    number = f"`{each.line.number}`"
    if each.fate is Fate.LEFT_OUT:
        return f"{number} {shown(each.line.text, 200)}: {shown(each.why, 300)}"
    if each.fate is Fate.CHANGED and each.before and each.after:
        was, now = fields_in_words(each.before, event), fields_in_words(each.after, event)
        changes = [f"{LABELS[name].lower()} {was[name]} → {now[name]}" for name in FIELDS if was[name] != now[name]]
        if each.before.party != each.after.party and each.before.due == each.after.due:
            changes.append(f"the due stays {now['due']}")
        return f"{number} {was['name']}: {', '.join(changes)}"
    said = _patron(event, each.after) if each.after else ""
    return f"{number} {said}{f' · :warning: {shown(each.note, 150)}' if each.note else ''}"


def _patron(event: Event, patron: Patron) -> str:
    """Return `Dave Kowalski · party of 2 · $250.00 · +1 415 555 0101 · dave@example.com` in mrkdwn."""
    said = [shown(patron.name, 300), f"party of {patron.party}", format_amount(patron.due, event.currency)]
    return " · ".join([*said, *(shown(text, 300) for text in (patron.phone, patron.email) if text)])


def _sections(lines: Iterable[str]) -> list[Block]:
    """Return the lines in as few sections as Slack's limit allows."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + len(line) < _SECTION:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [section(text) for text in texts]


def _mark(text: str) -> str:
    return sha256("\n".join(line.strip() for line in text.strip().splitlines()).encode()).hexdigest()[:16]
