"""Answers to an added and to an edited patron, with each changed field before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.admin_ids import PATRON_ADDED
from bot.blocks import Block, context, fields, modal, section
from bot.text import balance_in_words, clip, escape, quoted, shown
from bot.views.choices import namesakes_in_words
from bot.views.seats import over_in_words
from charter.enrolling import FIELDS
from charter.money import ZERO, format_amount
from charter.parties import for_all
from charter.refusals import AmountOutOfRange

if TYPE_CHECKING:
    from decimal import Decimal

    from charter.enrolling import Added, Changed
    from charter.events import Event
    from charter.patrons import Patron

NOTHING: Final = "–"
LABELS: Final = {"name": "Name", "party": "Party", "due": "Due", "email": "E-mail", "phone": "Phone"}


def added(new: Added, *, memo: str) -> Block:
    """Return the answer to an added patron. `memo` is passed on to the next form."""
    event, patron = new.event, new.patron
    heading = "Already added, and counted once" if new.replayed else "Added"
    says = fields_in_words(patron, event)
    contact = [says[name] for name in ("email", "phone") if says[name] != NOTHING]
    blocks = [
        section(f":white_check_mark: *{heading}: {says['name']}*"),
        fields(
            ("Due", says["due"]),
            ("Party", says["party"]),
            ("Contact", "\n".join(contact) or NOTHING),
            ("Event", escape(clip(event.title, 150))),
        ),
    ]
    blocks += [context(remark) for remark in (over_in_words(event), namesakes_in_words(event, patron)) if remark]
    return modal(
        "Patron added",
        blocks,
        callback_id=PATRON_ADDED,
        private_metadata=memo,
        submit="Add another",
        close="Done",
    )


def changed(change: Changed) -> Block:
    """Return the answer to an edit: each changed field, before and after, and the new balance."""
    event, before, after = change.event, change.before, change.after
    was, now, balance = fields_in_words(before, event), fields_in_words(after, event), event.balance(after.patron_id)
    lines = [f"*{LABELS[name]}:* {was[name]} → {now[name]}" for name in FIELDS if was[name] != now[name]]
    heading = "Already saved" if change.replayed else "Saved" if lines else "Nothing was changed"
    paid = f"paid {format_amount(balance.paid, event.currency)} of {format_amount(balance.due, event.currency)}"
    blocks = [
        section(f":white_check_mark: *{heading}: {now['name']}*"),
        *([section("\n".join(lines))] if lines else []),
        context(f"{balance_in_words(event, after.patron_id)} · {paid}"),
    ]
    if before.name != after.name and (alike := namesakes_in_words(event, after)):
        blocks.append(context(alike))
    if before.name != after.name and (signers := _signed_as_another(event, after)):
        blocks.append(context(signers))
    usual = price_for(event, after.party)
    if before.party != after.party and usual not in {None, after.due}:
        price, verb = format_amount(usual or ZERO, event.currency), "stays" if before.due == after.due else "is"
        blocks.append(context(f":warning: Due {verb} {now['due']}; the price for a party of {after.party} is {price}."))
    if before.party < after.party and (over := over_in_words(event)):
        blocks.append(context(over))
    return modal("Patron saved", blocks, close="Done")


def _signed_as_another(event: Event, patron: Patron) -> str:
    """Return a warning in mrkdwn if somebody of another name signed as this patron; else an empty text.

    After a corrected name the signature still counts. If the seat went to somebody else, it does not. Only people know
    which it was.
    """
    signed = [each for each in event.signatures_of(patron.patron_id) if each.covers(patron)]
    if not signed or any(each.names(patron) for each in signed):
        return ""
    signers = ", ".join(escape(quoted(each.name, 100)) for each in signed[:3])
    return (
        f":warning: {signers} signed as this patron. If {shown(patron.name, 100)} is somebody else, who has not "
        "signed, match that signature to its signer in `/payment-status`."
    )


def fields_in_words(patron: Patron, event: Event) -> dict[str, str]:
    """Return the patron's fields as mrkdwn."""
    return {
        "name": shown(patron.name, 300),
        "party": str(patron.party),
        "due": format_amount(patron.due, event.currency),
        "email": shown(patron.email or NOTHING, 300),
        "phone": shown(patron.phone or NOTHING, 100),
    }


def price_for(event: Event, party: int) -> Decimal | None:
    """Return the event's price for a party; None if it has no price or the amount is out of range."""
    try:
        return for_all(event.price, party) if event.price else None
    except AmountOutOfRange:
        return None
