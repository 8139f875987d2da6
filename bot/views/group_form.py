"""The form in which one payer pays for several patrons, and its reader."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from bot.blocks import Block, actions, button, context, labelled, menu, modal, plain, section, text_input
from bot.route_ids import ONE, PATRONS
from bot.text import clip, distinct_name, escape, when
from bot.understanding.amounts import half_of
from bot.views import repeated
from bot.views.choices import owed_by, patron_option, short_balance
from bot.views.payment_form import GROUP_FORM, Memo
from bot.views.remarks import about_the_event, amounts_asked, origin
from bot.views.state import picked_many, read_state
from charter import names
from charter.event_ids import check_served
from charter.frozen import dataclass
from charter.group_payments import MOST_TOGETHER, SHARE, GroupDraft, PatronShare
from charter.money import ZERO, format_amount, parse_amount, parse_tip, plain_amount
from charter.patrons import check_patron_id
from charter.payments import LONGEST_NOTES, check_method, check_notes, check_payment_id
from charter.refusals import AmountsNotShown, FieldChecks, NothingPicked, Refusal, on_field
from charter.splitting import split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.settings import ViewSettings
    from charter.events import Event
    from charter.patrons import Patron

# An amount's block is SHARE and a patron.
SUM: Final = "sum"

_EACH_LETTER: Final[Block] = {"trigger_actions_on": ["on_character_entered"]}
_TIP: Final = "Given once, beside the amounts. It is kept with the first patron's payment, and counts toward no due."


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One patron with the text of their amount, and the text that the form had filled in."""

    patron: Patron
    text: str
    filled: str


@dataclass(frozen=True, slots=True)
class GroupForm:
    """Contents of the form. `now` decides whether the event is shown as finished.

    `menu` is the end of the action id of the menu of patrons. Slack keeps what is picked there while it stays.
    """

    memo: Memo
    event: Event
    rows: tuple[GroupRow, ...] = ()
    method: str | None = None
    notes: str = ""
    tip: str = ""
    trouble: str = ""
    now: datetime | None = None
    menu: str = "0"


def filled(form: GroupForm, patrons: Sequence[Patron], kept: Mapping[str, tuple[str, str]]) -> GroupForm:
    """Return the form with these patrons. `kept` are text and filled-in text by patron id, as the form has them.

    Each patron gets what they owe. Where a total was given, they share it in the order of picking, each up to what they
    owe (charter.splitting). Once somebody has typed an amount, all amounts that are shown stay, and another patron gets
    what is left of the total.
    """
    patrons = patrons[:MOST_TOGETHER]
    typed = any(text != offered for text, offered in kept.values())
    staying = {each.patron_id: kept[each.patron_id] for each in patrons if typed and each.patron_id in kept}
    total = total_of(form.memo)
    if total is not None:
        total -= sum((_amount(text, form.event.currency) or ZERO for text, _ in staying.values()), ZERO)
    new = [patron for patron in patrons if patron.patron_id not in staying]
    offered = {patron.patron_id: (text, text) for patron, text in zip(new, _offered(form, new, total), strict=True)}
    texts = staying | offered
    return replace(form, rows=tuple(GroupRow(patron, *texts[patron.patron_id]) for patron in patrons))


def _offered(form: GroupForm, patrons: Sequence[Patron], total: Decimal | None) -> list[str]:
    owed = [owed_by(form.event, patron) for patron in patrons]
    if total is None and form.memo.asked:
        return [""] * len(owed)  # the typed amount was not understood, so the balances must not replace it
    if total is None and form.memo.is_half:
        return [half_of(each) for each in owed]
    return [plain_amount(share) if share > 0 else "" for share in split(total, owed)]


def total_of(memo: Memo) -> Decimal | None:
    """Return the amount that the payer gave, where it is known."""
    return Decimal(memo.total) if memo.total else None


def build(form: GroupForm, settings: ViewSettings) -> Block:
    """Return the modal."""
    event, currency = form.event, form.event.currency
    method = menu("method", settings.methods, form.method, placeholder=plain("How it was paid"))
    notes = text_input("notes", form.notes[:LONGEST_NOTES], multiline=True, max_length=LONGEST_NOTES)
    blocks = [
        *origin(form.memo),
        *(context(f":warning: {remark}") for remark in _remarks(form)),
        section(f"*{escape(clip(event.title, 150))}* · {when(event.starts_at, settings.zone)}"),
        _patrons_input(form),
        *_how_split(form),
        *(_share_input(row, event) for row in form.rows),
        section(sum_in_words([row.text for row in form.rows], form.memo, currency), block_id=SUM),
        actions(button("Pay for one patron", action_id=ONE), block_id=ONE),
        labelled("method", "Method", method),
        labelled("notes", "Notes", notes, hint="They are kept with each payment.", optional=True),
        labelled("tip", f"Tip in {currency}", text_input("tip", form.tip), hint=_TIP, optional=True),
    ]
    return modal(
        "Log for several",
        blocks,
        callback_id=GROUP_FORM,
        private_metadata=form.memo.dump(),
        submit="Log",
        close="Cancel",
        notify_on_close=form.memo.home,
    )


def _remarks(form: GroupForm) -> list[str]:
    memo, event = form.memo, form.event
    said = [escape(form.trouble)] if form.trouble else []
    said += about_the_event(event, form.now)
    picked = [row.patron.name for row in form.rows]
    for name in memo.unclear:
        if not any(names.contains(name, each) for each in picked):
            fits = sum(names.contains(name, patron.name) for patron in event.people)
            why = f"fits {fits} patrons" if fits > 1 else "was not clear" if fits else "fits no patron of this event"
            said.append(f"“{escape(clip(name, 80))}” {why}. Please pick who that is from the list.")
    if memo.payer and not any(names.contains(memo.payer, each) for each in picked):
        pays = "pay and are" if " and " in memo.payer or "&" in memo.payer else "pays and is"
        payer = escape(clip(memo.payer, 80))
        said.append(f"{payer} {pays} not charged. Pick them too if they pay for themselves.")
    if memo.asked:
        said.append(amounts_asked(memo.asked))
    elif memo.is_half and picked and total_of(memo) is None and all(row.text == row.filled for row in form.rows):
        said.append("Half of what each owes is filled in.")
    if memo.lost:
        said.append(f"Not understood: “{escape(clip(memo.lost, 150))}”.")
    return said


def _patrons_input(form: GroupForm) -> Block:
    element: Block = {
        "type": "multi_external_select",
        "action_id": f"{PATRONS}.{form.menu}",
        "min_query_length": 0,
        "max_selected_items": MOST_TOGETHER,
        "placeholder": plain("Type a few letters of each name"),
    }
    if form.rows:
        element["initial_options"] = [patron_option(form.event, row.patron) for row in form.rows]
    hint = f"Up to {MOST_TOGETHER}. Log a new patron alone: they join the roster with their payment."
    return labelled(PATRONS, "Patrons", element, hint=hint, dispatch_action=True)


def _how_split(form: GroupForm) -> list[Block]:
    """Return how a total that is not what the patrons owe together was split."""
    total, currency = total_of(form.memo), form.event.currency
    owed = sum((max(owed_by(form.event, row.patron), ZERO) for row in form.rows), ZERO)
    if total is None or not form.rows or owed == total:
        return []
    given, due = format_amount(total, currency), format_amount(owed, currency)
    return [
        context(f"{given} was given, and they owe {due} together. Filled in from the top, each up to what they owe.")
    ]


def _share_input(row: GroupRow, event: Event) -> Block:
    """Return the input of one patron's amount. Slack keeps its value while its action id stays."""
    name = f"{distinct_name(row.patron, event.alike, 100)} · {short_balance(event, row.patron)}"
    field = text_input(f"{SHARE}{row.filled}", row.text, dispatch_action_config=_EACH_LETTER)
    label = f"{name}: amount in {event.currency}"
    return labelled(f"{SHARE}{row.patron.patron_id}", label, field, dispatch_action=True)


def with_sum(view: dict[str, Any], currency: str) -> Block:
    """Return the form with the sum of the amounts as they are typed now. Nothing else changes."""
    kept = ("type", "callback_id", "private_metadata", "title", "submit", "close", "notify_on_close")
    text = sum_in_words([text for text, _ in shares_in(view).values()], Memo.load(view), currency)
    blocks = [section(text, block_id=SUM) if block.get("block_id") == SUM else block for block in view["blocks"]]
    return {**{name: view[name] for name in kept if view.get(name)}, "blocks": blocks}


def sum_in_words(texts: Sequence[str], memo: Memo, currency: str) -> str:
    """Return the sum of the amounts, how many of them are no amount yet, and how it differs from what was given."""
    if not texts:
        return "Pick the patrons. Each gets an amount, and the sum is shown here."
    read = [_amount(text, currency) for text in texts]
    missing, total = read.count(None), total_of(memo)
    added = sum((each for each in read if each is not None), ZERO)
    said = f"*Sum: {format_amount(added, currency)}* for {len(texts)} patron{'s' if len(texts) > 1 else ''}"
    if missing:
        said += f", {missing} amount{'s are' if missing > 1 else ' is'} missing"
    if total is None or added == total:
        return f"{said}."
    given, off = format_amount(total, currency), format_amount(abs(total - added), currency)
    gap = f"{off} is not assigned" if total > added else f"the sum is {off} more"
    return f"{said}.\n:warning: {given} was given, and {gap}. Correct the amounts, or log them as they are."


def _amount(text: str, currency: str) -> Decimal | None:
    try:
        return parse_amount(text, currency=currency)
    except Refusal:
        return None


def shares_in(view: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return text and filled-in text of each amount in the form, by patron id."""
    values: Mapping[str, Mapping[str, Any]] = (view.get("state") or {}).get("values") or {}
    texts = read_state(view)
    return {
        block_id.removeprefix(SHARE): (texts[block_id], next(iter(held), SHARE).removeprefix(SHARE))
        for block_id, held in values.items()
        if block_id.startswith(SHARE)
    }


def menu_in(view: dict[str, Any], *, without: Sequence[str]) -> str:
    """Return the end of the action id of the menu of patrons: another one where these patrons must not stay picked."""
    if without:
        return f"{crc32(json.dumps(without).encode()):08x}"
    held = ((view.get("state") or {}).get("values") or {}).get(PATRONS) or {}
    return next(iter(held), "").partition(".")[2] or "0"


def is_changing(view: dict[str, Any]) -> bool:
    """Return whether the form shows other amounts than those of the patrons who are picked by now."""
    return set(shares_in(view)) != set(picked_many(view, PATRONS))


def read_group(view: dict[str, Any], settings: ViewSettings) -> GroupDraft:
    """Return the payments in the form. Raises an ExceptionGroup with the Refusals of all fields."""
    state, memo, checks = read_state(view), Memo.load(view), FieldChecks()
    currency, texts = memo.currency or settings.currency, shares_in(view)
    payment_id = check_payment_id(memo.payment_id)
    eid = checks.run(lambda: check_served(memo.eid or ""))
    picked = checks.run(lambda: _picked(view))
    shares = [checks.run(partial(_share, each, texts[each][0], currency)) for each in picked or ()]
    method = checks.run(lambda: check_method(state.get("method", ""), settings.methods))
    notes = checks.run(lambda: check_notes(state.get("notes", "")))
    tip = checks.run(lambda: parse_tip(state.get("tip", ""), currency=currency))
    if checks.refusals or eid is None or method is None or notes is None:
        raise checks.error()
    draft = GroupDraft(payment_id, eid, tuple(filter(None, shares)), method, notes, tip, memo.permalink)
    return replace(draft, confirmed=repeated.several_confirmed(state, memo, draft))


def _picked(view: dict[str, Any]) -> list[str]:
    picked = picked_many(view, PATRONS)
    if not picked:
        raise NothingPicked(PATRONS)
    if is_changing(view) or len(picked) > MOST_TOGETHER:
        raise AmountsNotShown
    return picked


def _share(patron_id: str, text: str, currency: str) -> PatronShare:
    return on_field(
        f"{SHARE}{patron_id}", lambda: PatronShare(check_patron_id(patron_id), parse_amount(text, currency=currency))
    )
