"""Reads the `events` table's rows into charter's types and writes rows from them.

Other programs write these rows too. Unknown attributes are ignored, and known ones may be missing or odd. An odd value
is read as a person would understand it. Only a row without any date is refused.
"""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from adapters.moved import RENAMED_FROM
from charter.edits import Edit
from charter.event_ids import day_of, title_of
from charter.events import Event, Listing, Status, Taking
from charter.moments import utc
from charter.money import CENT, ZERO, is_currency_code
from charter.patrons import Patron, PatronState
from charter.payments import BEFORE_THE_LEDGER, ENTRY_FIELDS, REVERSALS, Entry, Kind, Payment, Source
from charter.refusals import EventUnknown
from charter.signatures import MatchedBy, Signature
from charter.starts import day_only, read_start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import tzinfo

    _Reader = Callable[[Mapping[str, Any], str], Any]

# The sort keys of an event's rows that are ours; an id follows where there are many.
EVENT_ROW: Final = "#event"
SIGNATURE_ROW: Final = "#signature:"
CHANGE_ROW: Final = "#change:"

# When `roster restore` last wrote to a row of an event or of a signature.
RESTORED_AT: Final = "restored_at"

# When `roster forget` last took a name, phone or e-mail out of a row, and the hash of a frozen list after that.
FORGOTTEN_AT: Final = "forgotten_at"
REDACTED_SHA256: Final = "redacted_sha256"

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read_listing(item: Mapping[str, Any], *, zone: tzinfo) -> Listing:
    """Return an event as the index holds it. Raises EventUnknown when neither row nor id says when it starts."""
    eid = str(item["eid"])
    return Listing(
        eid=eid,
        title=_text(item, "title") or title_of(eid),
        starts_at=read_start(_text(item, "starts_at"), eid, zone) or _start_by_id(eid, zone),
        status=Status.CANCELLED if item.get("status") == Status.CANCELLED else Status.SCHEDULED,
        channel=_text(item, "channel") or None,
    )


def read_event(
    item: Mapping[str, Any],
    *,
    zone: tzinfo,
    currency: str,
    full: bool = False,
    payments: Mapping[str, Payment] | None = None,
) -> Event:
    """Return an event from its own row, without its signatures. `full`: the row takes no more payments.

    `payments` are those of the row where they have been read already. Raises EventUnknown as
    `read_listing` does.
    """
    listing = read_listing(item, zone=zone)
    if payments is None:
        payments = {key: read_payment(line) for key, line in _lines(item, "payments").items()}
    price, capacity = number(item, "price"), number(item, "capacity")
    return Event(
        eid=listing.eid,
        title=listing.title,
        starts_at=listing.starts_at,
        status=listing.status,
        channel=listing.channel,
        price=price,
        boat=_text(item, "boat") or None,
        capacity=int(capacity) if capacity and capacity >= 1 else None,
        currency=_currency(item) or currency,
        patrons={key: _patron(key, line, price=price or ZERO) for key, line in _lines(item, "patrons").items()},
        payments=payments,
        signatures=None,
        boarding_read=None,
        full=full,
        card_asked_at=_text(item, "card_asked_at") or None,
        renamed_from=_texts(item, RENAMED_FROM),
    )


def read_taking(item: Mapping[str, Any], *, currency: str) -> Taking:
    """Return the payments of an event's own row. A row that nothing dates has them too."""
    return Taking(
        first_eid=(*_texts(item, RENAMED_FROM), str(item["eid"]))[0],
        currency=_currency(item) or currency,
        payments={key: read_payment(line) for key, line in _lines(item, "payments").items()},
    )


def read_signature(item: Mapping[str, Any]) -> Signature:
    """Return the signature in a row `#signature:<id>`."""
    minors = item.get("minors")
    return Signature(
        signature_id=str(item["crew_id"]).removeprefix(SIGNATURE_ROW),
        name=_text(item, "name"),
        signed_at=_text(item, "signed_at"),
        patron_id=_text(item, "patron_id") or None,
        minors=tuple(str(minor) for minor in minors) if isinstance(minors, list) else (),
        version=_text(item, "version"),
        language=_text(item, "language"),
        booked_by=_text(item, "booked_by"),
        matched_at=_text(item, "matched_at") or None,
        matched_by=_text(item, "matched_by") or None,
        companion=item.get("companion") is True,
        set_aside_at=_text(item, "set_aside_at") or None,
        set_aside_by=_text(item, "set_aside_by") or None,
        party_link=item.get("party_link") is True or item.get("matched_by") == MatchedBy.LINK,
        for_captain=item.get("for_captain") is True,
        signed_for=_texts(item, "signed_for"),
    )


def signature_row(eid: str, signature: Signature) -> dict[str, Any]:
    """Return the row of a signature; fields that say nothing are left out."""
    row = {
        "eid": eid,
        "crew_id": f"{SIGNATURE_ROW}{signature.signature_id}",
        "name": signature.name,
        "minors": list(signature.minors),
        "version": signature.version,
        "language": signature.language,
        "signed_at": signature.signed_at,
        "booked_by": signature.booked_by,
        "patron_id": signature.patron_id,
        "matched_at": signature.matched_at,
        "matched_by": signature.matched_by,
        "companion": signature.companion or None,
        "party_link": signature.party_link or None,
        "for_captain": signature.for_captain or None,
        "set_aside_at": signature.set_aside_at,
        "set_aside_by": signature.set_aside_by,
        "signed_for": list(signature.signed_for) or None,
    }
    return {name: value for name, value in row.items() if value is not None and (value != "" or name == "version")}


def read_edit(item: Mapping[str, Any]) -> Edit:
    """Return the edit in a row `#change:<ulid>`."""
    return Edit(
        what=_text(item, "what"),
        before=_text(item, "from"),
        after=_text(item, "to"),
        by=_text(item, "by"),
        at=_moment(item, "at", UTC) or _LONG_AGO,
        patron_id=_text(item, "patron_id") or None,
        reason=_text(item, "reason"),
        form=_text(item, "form"),
    )


def edit_row(eid: str, edit: Edit) -> dict[str, Any]:
    """Return the row of an edit; fields that say nothing are left out, but never what it was and what it became."""
    row = {
        "eid": eid,
        "crew_id": f"{CHANGE_ROW}{edit.edit_id}",
        "what": edit.what,
        "patron_id": edit.patron_id,
        "from": edit.before,
        "to": edit.after,
        "by": edit.by,
        "at": utc(edit.at),
        "reason": edit.reason or None,
        "form": edit.form or None,
    }
    return {name: value for name, value in row.items() if value is not None}


def read_payment(record: Mapping[str, Any], known: Iterable[Entry] = ()) -> Payment:
    """Return one patron's payment. A record without entries is older than the ledger and counts as one entry.

    `known` are entries that were read before, which the record lacks here.
    """
    if not isinstance(record.get("entries"), dict):
        return Payment((_entry(BEFORE_THE_LEDGER, {**record, "kind": Kind.PAYMENT}),))
    entries = [*known, *(_entry(key, line) for key, line in _lines(record, "entries").items())]
    # A reversal comes after the entry that it undoes, also where both have the same second.
    return Payment(
        tuple(sorted(entries, key=lambda entry: (entry.timestamp, entry.kind in REVERSALS, entry.payment_id)))
    )


def entry_line(entry: Entry) -> dict[str, Any]:
    """Return an entry as the table keeps it under its payment id. Empty fields are left out."""
    return {name: value for name, value in entry.plain().items() if value is not None and name != "payment_id"}


def number(item: Mapping[str, Any], name: str) -> Decimal | None:
    """Return a number, also one that is stored as text. None when it is missing or is no number."""
    value = item.get(name)
    if not isinstance(value, (Decimal, str)):
        return None
    try:
        number = Decimal(value).quantize(CENT)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def _entry(payment_id: str, line: Mapping[str, Any]) -> Entry:
    return Entry(payment_id, *[read(line, name) for name, read in _ENTRY_READERS.items()])


def _source(item: Mapping[str, Any], name: str) -> Source:
    """Return the source. Where the row has none, it follows from who logged the entry."""
    known = _SOURCES.get(_text(item, name))
    return known or (Source.SLACK if _text(item, "logged_by").startswith("slack:") else Source.WEB)


def _patron(patron_id: str, line: Mapping[str, Any], *, price: Decimal) -> Patron:
    due, party = number(line, "due"), number(line, "party")
    return Patron(
        patron_id=patron_id,
        name=_text(line, "name") or patron_id,
        due=price if due is None else due,
        party=int(party) if party and party >= 1 else 1,
        email=_text(line, "email") or None,
        phone=_text(line, "phone") or None,
        state=_STATES.get(_text(line, "state")),
    )


def _lines(item: Mapping[str, Any], name: str) -> dict[str, dict[str, Any]]:
    lines = item.get(name)
    return {key: line for key, line in lines.items() if isinstance(line, dict)} if isinstance(lines, dict) else {}


def _texts(item: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = item.get(name)
    return tuple(value for value in values if isinstance(value, str)) if isinstance(values, list) else ()


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _currency(item: Mapping[str, Any]) -> str:
    """Return the event's currency code, empty when it is not one: it is shown beside amounts, in Slack's markup too."""
    code = _text(item, "currency").strip().upper()
    return code if is_currency_code(code) else ""


def _moment(item: Mapping[str, Any], name: str, zone: tzinfo) -> datetime | None:
    """Return an ISO 8601 moment; one without an offset is local to `zone`.

    None when it is missing, is no moment, or is in the first or last year of the calendar, as `9999-12-31` for "never":
    a conversion to another time zone could leave the calendar.
    """
    try:
        moment = datetime.fromisoformat(_text(item, name))
    except ValueError:
        return None
    if not MINYEAR < moment.year < MAXYEAR:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _start_by_id(eid: str, zone: tzinfo) -> datetime:
    try:
        return day_only(day_of(eid), eid, zone)
    except ValueError:
        raise EventUnknown(eid) from None


_STATES: Final = {state.value: state for state in PatronState}
_KINDS: Final = {kind.value: kind for kind in Kind}
_SOURCES: Final = {source.value: source for source in Source}
# The reader of a row's field, by the field's type.
_READERS: Final[Mapping[object, _Reader]] = {
    str: _text,
    str | None: lambda item, name: _text(item, name) or None,
    Decimal: lambda item, name: number(item, name) or ZERO,
    Decimal | None: number,
    datetime: lambda item, name: _moment(item, name, UTC) or _LONG_AGO,
    Kind: lambda item, name: _KINDS.get(_text(item, name), Kind.PAYMENT),
    Source: _source,
}
_ENTRY_READERS: Final[Mapping[str, _Reader]] = {
    **{name: _READERS[kind] for name, kind in ENTRY_FIELDS.items() if name != "payment_id"},
    "method": lambda item, name: _text(item, name) or "other",
}
