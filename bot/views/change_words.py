"""Changes, as a line of mrkdwn each. Amounts, and texts that may have some, are for admins."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from bot.text import author, clip, distinct_name, escape, isolated, quoted, shown, when
from bot.views.aboard import STATES
from charter.boarding import Aboard, FrozenList
from charter.credits import CREDIT, DECISIONS, MOVE_DECIDED
from charter.events import Status
from charter.money import format_amount
from charter.names import same
from charter.past import MATCHED, MOVED_FROM, MOVED_TO, SET_ASIDE, joined_with
from charter.patrons import PatronState
from charter.payments import Entry, Kind
from charter.returned import WORDS
from charter.signatures import Signature
from charter.starts import read_start
from charter.void_requests import VOID_REQUESTED

if TYPE_CHECKING:
    from charter.changes import PastChange
    from charter.edits import Edit
    from charter.events import Event
    from charter.roles import Role

_NAME: Final = 60
_TEXT: Final = 120
_AMOUNTS: Final = frozenset({"due", "price"})
# Fields whose values and reasons are for admins.
_FOR_ADMINS: Final = _AMOUNTS | {"email", "phone", "currency"}
# Edits of a patron who was moved to another event, or whose money of a cancelled event was decided about.
_OF_MONEY: Final = DECISIONS | {MOVED_TO, MOVED_FROM}
_LABELS: Final = {"eid": "id", "starts_at": "start", "email": "e-mail", "party": "party of"}


def in_words(event: Event, change: PastChange, role: Role, *, named: bool) -> str:
    """Return what changed and who did it; begun with the patron's name if `named`."""
    whose = f"{_name(event, change.patron_id)}: " if named and change.patron_id else ""
    match change.what:
        case Entry() as entry:
            return f"{whose}{_of_entry(event, entry, change.patron_id or '', role)}"
        case Signature() as signature:
            return _of_signature(event, signature)
        case Aboard() as party:
            return f"{whose}{party.count} aboard · {author(party.by)}{_because(party.reason)}"
        case FrozenList() as frozen:
            souls = f"{frozen.souls} soul{'' if frozen.souls == 1 else 's'}"
            return f":anchor: Cast off with {souls} · {author(frozen.by)}"
    return _of_edit(event, change.what, role, whose)


def _of_entry(event: Event, entry: Entry, patron_id: str, role: Role) -> str:
    """Return `payment $125.00 by cash · tip $5.00 · @Dana`; for crew `payment by cash · @Dana`."""
    joins = entry.kind is Kind.PAYMENT and joined_with(event, patron_id) == entry.timestamp
    joined = " · joined the roster" if joins else ""
    if entry.kind is Kind.TRANSFER and not role.sees_money:
        return f"moved with their money · {author(entry.logged_by)}"
    if not role.sees_money:
        return f"{WORDS[entry.kind]} by {shown(entry.method, 40)} · {author(entry.logged_by)}{joined}"
    words = f"{WORDS[entry.kind]} *{format_amount(entry.amount, event.currency)}*"
    words += f" by {shown(entry.method, 40)}" if entry.kind is not Kind.TRANSFER else ""
    words += f" · tip {format_amount(entry.tip, event.currency)}" if entry.tip else ""
    words += f" · {author(entry.logged_by)}{joined}"
    words += f" · “{shown(entry.notes, _TEXT)}”" if entry.notes else ""
    return words + _because(entry.reason)


def _of_signature(event: Event, signature: Signature) -> str:
    minors = f", for {escape(isolated(clip(', '.join(signature.minors), _TEXT)))}" if signature.minors else ""
    patron = event.patron(signature.patron_id or "")
    party = "" if patron and same(patron.name, signature.name) else f" · {_whose(event, signature)}"
    aside = " · set aside since" if signature.is_set_aside else ""
    return f"{escape(quoted(signature.name, _NAME))} signed{minors}{party}{aside}"


def _whose(event: Event, signature: Signature) -> str:
    return f"in the party of {_name(event, signature.patron_id)}" if signature.patron_id else "not matched yet"


def _of_edit(event: Event, edit: Edit, role: Role, whose: str) -> str:
    by = author(edit.by)
    match edit.what:
        case what if what == MATCHED:
            instead = f", before {_name(event, edit.before)}" if edit.before else ""
            signer = escape(quoted(edit.reason, _NAME))
            return f"signature of {signer} matched to {_name(event, edit.after)}{instead} · {by}"
        case what if what == SET_ASIDE:
            done = "set aside" if edit.after else "counts again"
            return f"signature of {escape(quoted(edit.reason, _NAME))} {done} · {by}"
        case what if what == VOID_REQUESTED:
            return f"{whose}the office was asked to void {_void_of(event, edit, role)} · {by}"
        case what if what in _OF_MONEY:
            done = _of_money(event, edit, role)
        case "aboard":
            done = f"{shown(edit.after, 10)} aboard" if edit.after else "check-in taken back"
        case "cast_off":
            done = "the frozen list was reopened"
        case "state":
            done = _state(edit)
        case "capacity" if edit.patron_id is not None:
            done = f"{shown(edit.before, 10)} → {shown(edit.after, 10)} people expected, more than the boat takes"
        case _:
            done = field_in_words(event, edit, role)
    hidden = edit.field in _FOR_ADMINS and not role.sees_money
    return f"{whose}{done} · {by}{'' if hidden else _because(edit.reason)}"


def _of_money(event: Event, edit: Edit, role: Role) -> str:
    """Return where a patron was moved, or what was decided about their money of a cancelled event.

    Amounts are for admins.
    """
    if edit.what in {MOVED_TO, MOVED_FROM}:
        to = edit.what == MOVED_TO
        return f"moved to `{shown(edit.after, 80)}`" if to else f"moved here from `{shown(edit.before, 80)}`"
    about = edit.after if edit.what == CREDIT else edit.before
    amount = f"{_value(event, 'due', about)} " if role.sees_money else ""
    if edit.what == CREDIT:
        return f"{amount}kept as credit"
    return f"{amount}to be {'moved to' if edit.what == MOVE_DECIDED else 'refunded by'} {shown(edit.after, 80)}"


def _state(edit: Edit) -> str:
    """Return `no-show`, `off the roster`, or `expected again`."""
    if not edit.after:
        return "expected again"
    return STATES[PatronState(edit.after)] if edit.after in set(PatronState) else shown(edit.after, 40)


def field_in_words(event: Event, edit: Edit, role: Role) -> str:
    """Return `due $100.00 → $125.00`, begun with `discount: ` for one; of what is for admins alone `due changed`."""
    label = _LABELS.get(edit.field, shown(edit.field, 40).replace("_", " "))
    if edit.field in _FOR_ADMINS and not role.sees_money:
        return f"{label} changed"
    before, after = (_value(event, edit.field, text) for text in (edit.before, edit.after))
    adjustment = f"{edit.what}: " if edit.what != edit.field else ""
    return f"{adjustment}{label} {before} → {after}"


def _value(event: Event, what: str, text: str) -> str:
    """Return a value of an edit as people read it."""
    if not text:
        return "nothing"
    if what in _AMOUNTS and text.replace(".", "", 1).isdigit():
        return format_amount(Decimal(text), event.currency)
    if what == "starts_at":
        zone = event.starts_at.tzinfo or UTC
        start = read_start(text, event.eid, zone)
        return when(start, zone) if start else shown(text, 40)
    if what == "status" and text == Status.SCHEDULED:
        return "takes place"
    return f"<#{text}>" if what == "channel" and text.isalnum() else shown(text, 80)


def _void_of(event: Event, edit: Edit, role: Role) -> str:
    entry = event.payment(edit.patron_id or "").entry(edit.after)
    if entry is None or not role.sees_money:
        return "a payment"
    return f"{format_amount(entry.amount, event.currency)} by {shown(entry.method, 40)}"


def _name(event: Event, patron_id: str | None) -> str:
    """Return the patron's name, or the id of one who is not known any more."""
    patron = event.patron(patron_id or "")
    return escape(distinct_name(patron, event.alike, _NAME) if patron else clip(patron_id or "", _NAME))


def _because(reason: str) -> str:
    return f" · because “{shown(reason, _TEXT)}”" if reason else ""
