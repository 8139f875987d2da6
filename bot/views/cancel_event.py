"""The forms that cancel an event and bring it back, each with what that means, and their reader. For admins."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, context, labelled, modal, section, text_input
from bot.event_menu import BRING_BACK, CANCEL
from bot.kept import read_kept
from bot.text import distinct_name, shown
from bot.views.aboard import aboard_in_words, cast_off_in_words
from bot.views.edit_event import heading_of
from bot.views.state import read_state
from charter.editing import EventChange, fingerprint_of
from charter.events import Status
from charter.money import ZERO, format_amount
from charter.names import listed
from charter.payments import LONGEST_REASON, check_reason

if TYPE_CHECKING:
    from datetime import tzinfo

    from charter.events import Event

# Most parties that are named as having signed, and letters of each.
_NAMED: Final = 10
_NAME: Final = 80


def cancel_form(event: Event, zone: tzinfo, *, form: str, reason: str = "", said: str = "") -> Block:
    """Return the form that cancels the event: who is expected, paid and signed. `said` is a remark, escaped."""
    then = (
        "Then nobody boards or signs, nobody owes, and no reminder is posted. Payments and signatures are kept, and "
        "refunds and voids can still be logged. The event's channel is told, and you can bring the event back."
    )
    element = text_input("reason", reason[:LONGEST_REASON], max_length=LONGEST_REASON)
    why = labelled("reason", "Why", element, hint="Kept, and posted in the event's channel.")
    blocks = [*_of(event, zone, said), section("\n".join(_means(event, zone))), context(then), why]
    return _modal("Cancel event", blocks, event, CANCEL, form, submit="Cancel the event", close="Keep it")


def bring_back_form(event: Event, zone: tzinfo, *, form: str, reason: str = "", said: str = "") -> Block:
    """Return the form that brings a cancelled event back, with what is owed again. `said` is a remark, escaped."""
    owed = _scheduled(event).outstanding
    money = f"{format_amount(owed, event.currency)} is owed then." if owed else "Nothing is owed then."
    lines = [f"*{_people(event)}* {_are(event)} expected again. {money}", f":memo: {event.covered}"]
    element = text_input("reason", reason[:LONGEST_REASON], max_length=LONGEST_REASON)
    why = labelled("reason", "Why", element, hint="Kept, and posted in the event's channel.", optional=True)
    blocks = [*_of(event, zone, said), section("\n".join(lines)), why]
    return _modal("Bring event back", blocks, event, BRING_BACK, form, submit="Bring it back", close="Leave it")


def read_form(view: dict[str, Any]) -> EventChange:
    """Return the change of the event's status. Raises ReasonMissing: cancelling needs a reason, bringing back none."""
    memo, text = read_kept(view.get("private_metadata")), read_state(view).get("reason", "")
    cancels = view["callback_id"] == CANCEL
    reason = check_reason(text) if cancels or text.strip() else ""
    status = Status.CANCELLED if cancels else Status.SCHEDULED
    return EventChange(eid=memo["eid"], seen=memo["seen"], form=memo["form"], values={"status": status}, reason=reason)


def overtaken(event: Event, view: dict[str, Any], zone: tzinfo, *, remark: str) -> Block:
    """Return the form over the event as it is now, with the reason that was typed."""
    memo, reason = read_kept(view.get("private_metadata")), read_state(view).get("reason", "")
    make = cancel_form if view["callback_id"] == CANCEL else bring_back_form
    return make(event, zone, form=memo["form"], reason=reason, said=remark)


def _means(event: Event, zone: tzinfo) -> list[str]:
    """Return the people, the money and the signatures that a cancellation concerns, as lines of mrkdwn."""
    payers = [payment for payment in event.payments.values() if payment.amount > 0]
    paid = format_amount(sum((payment.amount for payment in payers), ZERO), event.currency)
    by = "1 patron" if len(payers) == 1 else f"{len(payers)} patrons"
    return [
        f"*{_people(event)}* {_are(event)} expected.",
        f":moneybag: *{paid}* was paid by {by} and must go back." if payers else "Nobody has paid.",
        f":memo: {event.covered}{_signers(event)}",
        *([aboard_in_words(event)] if event.boarding.aboard else []),
        *([cast_off_in_words(event.boarding.cast_off, zone)] if event.boarding.cast_off else []),
    ]


def _signers(event: Event) -> str:
    """Return `: Dave Kowalski, Ana Lima and 3 more parties`, those in which somebody has signed."""
    signed = [patron for patron in event.expected if event.coverage(patron.patron_id).signed]
    names = [shown(distinct_name(patron, event.alike, _NAME), _NAME) for patron in signed[:_NAMED]]
    if len(signed) > _NAMED:
        names.append(f"{len(signed) - _NAMED} more parties")
    return f": {listed(names)}" if names else ""


def _people(event: Event) -> str:
    parties, people = len(event.expected), event.souls
    if not people:
        return "Nobody"
    in_parties = f" in {parties} parties" if parties > 1 else ""
    return f"{people} {'person' if people == 1 else 'people'}{in_parties}"


def _are(event: Event) -> str:
    return "are" if event.souls > 1 else "is"


def _scheduled(event: Event) -> Event:
    return replace(event, status=Status.SCHEDULED)


def _of(event: Event, zone: tzinfo, said: str) -> list[Block]:
    return [*([section(said)] if said else []), context(heading_of(event, zone))]


def _modal(  # noqa: PLR0913 - the parts of a form, by name
    title: str, blocks: list[Block], event: Event, callback_id: str, form: str, *, submit: str, close: str
) -> Block:
    memo = json.dumps({"eid": event.eid, "seen": fingerprint_of(event), "form": form})
    return modal(title, blocks, callback_id=callback_id, private_metadata=memo, submit=submit, close=close)
