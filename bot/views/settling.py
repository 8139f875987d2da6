"""The forms that settle the money of a cancelled event: what is to become of it, and the sums before it is written."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, context, labelled, modal, option, plain, section, text_input
from bot.kept import moment_of, read_kept
from bot.settle_ids import CHECKED, SETTLE, WHERE, WHO
from bot.text import clip, distinct_name, escape, shown, when
from bot.views.choices import patron_option
from bot.views.state import picked_many, read_state
from charter.credits import CREDIT, MOVE_DECIDED
from charter.moments import utc
from charter.money import ZERO, format_amount
from charter.names import listed
from charter.payments import LONGEST_REASON, check_method, check_reason
from charter.refusals import FieldChecks, NothingPicked, NothingToSettle, RefundMethodOpen, TooManyToSettle, shortened
from charter.settling import MOST, How, Settlement, SettlingState, stakes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from bot.settings import ViewSettings
    from charter.events import Event
    from charter.settling import Stake

_TITLE: Final = "Settle money"
_AS_PAID: Final = "as:paid"  # no method has a colon at this place
_LISTED: Final = 30  # lines of names, within a section's 3,000 characters
_NAME: Final = 40
_HOW: Final = {
    How.REFUND: "Refund: it is given back",
    How.MOVE: "Move: each patron goes to another trip, with the money",
    How.CREDIT: "Credit: it is kept for them, and decided about later",
}


def settle_form(event: Event, settings: ViewSettings, *, form: str, picked: str = "") -> Block:
    """Return the form that asks what is to become of the money. `form` is its id, `picked` a patron to begin with."""
    found = stakes(event)
    undecided = [stake for stake in found if stake.standing is SettlingState.UNDECIDED]
    sums = f"{_sum(event, undecided)} of {_patrons(len(undecided))}"
    who: Block = {
        "type": "multi_external_select",
        "action_id": WHO,
        "min_query_length": 0,
        "placeholder": plain(f"All {len(undecided)} who are undecided" if undecided else "Pick patrons"),
    }
    if patron := event.patron(picked):
        who["initial_options"] = [patron_option(event, patron)]
    radio = {"type": "radio_buttons", "action_id": "decision", "options": [option(_HOW[how], how) for how in How]}
    methods = [option(each.capitalize(), each) for each in settings.methods]
    methods.insert(0, option("As each of them paid", _AS_PAID))
    method = {"type": "static_select", "action_id": "method", "options": methods, "initial_option": methods[0]}
    where = {"type": "external_select", "action_id": WHERE, "min_query_length": 0, "placeholder": plain("The trip")}
    reason = text_input("reason", clip(_why_off(event), LONGEST_REASON), max_length=LONGEST_REASON)
    return modal(
        _TITLE,
        [
            context(f"{escape(clip(event.title, 150))} · {when(event.starts_at, settings.zone)} · cancelled"),
            section(f"*{sums} is undecided.*" if undecided else "*Nothing is undecided.*"),
            *_lines([f"{_stake(event, stake)} · {_standing(event, stake)}" for stake in found]),
            labelled("patrons", "Whose money", who, hint=f"Empty: all who are undecided, {sums}.", optional=True),
            labelled("decision", "What becomes of it", radio),
            labelled("method", "Refund by", method, hint="Only for a refund.", optional=True),
            labelled("event", "Move to", where, hint="Only for a move.", optional=True),
            labelled("reason", "Why", reason, hint="It is kept with each entry and decision."),
        ],
        callback_id=SETTLE,
        private_metadata=json.dumps({"eid": event.eid, "form": form}),
        submit="Next",
        close="Cancel",
    )


def read_form(view: dict[str, Any], event: Event, settings: ViewSettings, *, at: datetime) -> Settlement:
    """Return the settlement in the form, over the sums as they are now.

    Raises an ExceptionGroup with the Refusals of all fields: NothingPicked, NothingToSettle, TooManyToSettle,
    MethodUnknown, ReasonMissing.
    """
    memo, state, checks = read_kept(view.get("private_metadata")), read_state(view), FieldChecks()
    how = checks.run(lambda: How(_picked(state, "decision")))
    reason = checks.run(lambda: check_reason(state.get("reason", "")))
    found = checks.run(lambda: _meant(event, picked_many(view, "patrons")))
    method = target = ""
    if how is How.REFUND and state.get("method", _AS_PAID) not in {"", _AS_PAID}:
        method = checks.run(lambda: check_method(state["method"], settings.methods)) or ""
    elif how is How.REFUND and found:
        checks.run(lambda: _check_methods(found))
    if how is How.MOVE:
        target = checks.run(lambda: _picked(state, "event")) or ""
    if checks.refusals or how is None or reason is None or found is None:
        raise checks.error()
    return Settlement(
        form=memo["form"],
        eid=event.eid,
        at=at,
        how=how,
        marks=[stake.mark for stake in found],
        method=method,
        target=target,
        reason=reason,
    )


def checked_form(settlement: Settlement, event: Event, target: Event | None, settings: ViewSettings) -> Block:
    """Return the form that shows the sums before anything is written. `target` is the event of the moves."""
    marks = {*settlement.marks}
    found = [stake for stake in stakes(event) if stake.mark in marks]
    memo = {
        "eid": event.eid,
        "form": settlement.form,
        "at": utc(settlement.at),
        "how": settlement.how,
        "method": settlement.method,
        "target": settlement.target,
        "reason": settlement.reason,
        "marks": "".join(stake.mark for stake in found),
    }
    return modal(
        _TITLE,
        [
            context(f"{escape(clip(event.title, 150))} · cancelled"),
            section("\n".join(_what(settlement, event, target, found, settings))),
            *_lines([_stake(event, stake) for stake in found]),
            context(f"Because “{shown(settlement.reason, LONGEST_REASON)}”. Nothing is saved yet."),
        ],
        callback_id=CHECKED,
        private_metadata=json.dumps(memo, ensure_ascii=False),
        submit="Carry out",
        close="Cancel",
    )


def read_checked(view: dict[str, Any]) -> Settlement:
    """Return the settlement that the form showed."""
    memo = read_kept(view.get("private_metadata"))
    at = moment_of(memo["at"])
    marks, size = memo["marks"], 8
    return Settlement(
        form=memo["form"],
        eid=memo["eid"],
        at=at,
        how=How(memo["how"]),
        marks=[marks[start : start + size] for start in range(0, len(marks), size)],
        method=memo["method"],
        target=memo["target"],
        reason=memo["reason"],
    )


def _standing(event: Event, stake: Stake) -> str:
    """Return how far a patron's money is settled, as mrkdwn: `undecided`, `refund by cash decided, not done yet`."""
    decision, kept = stake.decision, format_amount(stake.credit, event.currency)
    if stake.standing is SettlingState.CREDIT:
        return "kept as credit"
    if stake.credit:
        return f"{kept} of it kept as credit, the rest undecided"
    if stake.standing is SettlingState.UNDECIDED or decision is None:
        return "undecided" if decision is None or decision.what == CREDIT else "undecided: the sum changed since"
    after = shown(decision.after, 80)
    return f"{f'move to `{after}`' if decision.what == MOVE_DECIDED else f'refund by {after}'} decided, not done yet"


def _what(
    settlement: Settlement, event: Event, target: Event | None, found: Sequence[Stake], settings: ViewSettings
) -> list[str]:
    """Return the sums by choice."""
    whole, number = _sum(event, found), _patrons(len(found))
    if settlement.how is How.CREDIT:
        return [f"*{whole} is kept as credit* for {number}. It can be refunded or moved later."]
    if settlement.how is How.MOVE and target is not None:
        people = sum(stake.patron.party for stake in found if stake.patron.patron_id not in target.patrons)
        starts = when(target.starts_at, settings.zone)
        lines = [f"*{number} with {whole} go to {escape(clip(target.title, 100))}* · {starts}"]
        if target.capacity is not None and target.souls + people > target.capacity:
            full = f"The boat takes {target.capacity} people, and with them it would be {target.souls + people}."
            lines.append(f":warning: {full} Those who do not fit are refused one by one, and stay here.")
        return lines
    by_method: defaultdict[str, list[Stake]] = defaultdict(list)
    for stake in found:
        by_method[settlement.method or stake.last_method].append(stake)
    lines = [f"*{whole} is refunded* to {number}:"]
    lines += [f"{_sum(event, some)} by {shown(name, 40)} to {_patrons(len(some))}" for name, some in by_method.items()]
    return [*lines, "A refund is a record: give the money back yourselves."]


def _meant(event: Event, picked: Sequence[str]) -> list[Stake]:
    """Return the stakes of the picked patrons; of all who are undecided where nobody is picked."""
    found = [
        stake
        for stake in stakes(event)
        if (stake.patron.patron_id in picked if picked else stake.standing is SettlingState.UNDECIDED)
    ]
    if not found:
        raise NothingToSettle
    if len(found) > MOST:
        raise TooManyToSettle(len(found), MOST)
    return found


def _check_methods(found: Sequence[Stake]) -> None:
    if unknown := [shortened(stake.patron.name, 30) for stake in found if not stake.last_method]:
        raise RefundMethodOpen(listed(unknown))


def _picked(state: dict[str, str], field: str) -> str:
    if not state.get(field):
        raise NothingPicked(field)
    return state[field]


def _lines(lines: Sequence[str]) -> list[Block]:
    """Return the first of the lines, and how many more there are."""
    if not lines:
        return []
    rest = len(lines) - _LISTED
    return [section("\n".join([*lines[:_LISTED], *([f"and {rest} more"] if rest > 0 else [])]))]


def _stake(event: Event, stake: Stake) -> str:
    amount = format_amount(stake.open or stake.paid, event.currency)
    return f"{shown(distinct_name(stake.patron, event.alike, _NAME), 60)} · {amount}"


def _sum(event: Event, found: Sequence[Stake]) -> str:
    amount: Decimal = sum((stake.open or stake.paid for stake in found), ZERO)
    return format_amount(amount, event.currency)


def _patrons(number: int) -> str:
    return f"{number} patron{'' if number == 1 else 's'}"


def _why_off(event: Event) -> str:
    """Return why the event was cancelled, where an edit says so."""
    reasons = [edit.reason for edit in event.edits if (edit.what, edit.after) == ("status", "cancelled")]
    return reasons[-1] if reasons else ""
