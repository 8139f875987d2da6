"""The posts about payments, signatures and boarding.

They are rich text, whose style a name cannot change: a `*` in a name is a star, and a struck line is struck to its end.
Nobody is mentioned, because a mention notifies the person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from announce.rich_text import line_message, struck, text
from bot.blocks import actions
from bot.signature_menu import aside_button, match_block, match_menu
from bot.text import balance_in_words, clip, clock_of, distinct_name, quoted
from bot.undo_menu import UndoTarget, undo_row, void_row
from charter.events import Status
from charter.money import format_amount
from charter.names import fold
from charter.payments import RETURNED, Kind
from charter.returned import WORDS, undone_by

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import tzinfo

    from bot.blocks import Block
    from charter.announcements import EntryLogged, PatronSigned, SignatureResolved
    from charter.boarding import CastOff
    from charter.boarding_news import CastOffDone, Reopened
    from charter.events import Event
    from charter.patrons import Patron
    from charter.payments import Entry
    from charter.signatures import Signature
    from charter.void_requests import VoidRequested

LONGEST_NAME: Final = 80
LONGEST_SIGNER: Final = 40  # a stranger wrote it
LONGEST_TITLE: Final = 80
LONGEST_METHOD: Final = 40
MOST_PARTIES: Final = 10  # in a line that many signatures share

_DETAILS: Final = " · "


def payment_line(fact: EntryLogged, *, by: str, undoable: bool = False) -> dict[str, Any]:
    """Return the post of an entry: patron, amount, method, balance, and the name of its author, `by`.

    One that is `undoable` has a button for whoever logged it.
    """
    entry, event = fact.entry, fact.event
    has_left = entry.kind is Kind.TRANSFER and entry.amount < 0
    message = line_message(
        *_what_happened(fact.patron, event, entry),
        *([] if has_left else [_detail(_balance(fact))]),
        _detail(f"logged by {clip(by, LONGEST_NAME)}"),
        _title(event),
    )
    if undoable:
        what = f"{format_amount(entry.amount, event.currency)} by {clip(entry.method, LONGEST_METHOD)}"
        name = distinct_name(fact.patron, event.alike, LONGEST_NAME)
        message["blocks"].append(undo_row(UndoTarget(event.eid, fact.patron.patron_id, entry.payment_id), what, name))
    return message


def correction_line(fact: EntryLogged, *, by: str) -> dict[str, Any]:
    """Return the post of a correction, in the thread of the payment that it reverses."""
    entry, currency = fact.entry, fact.event.currency
    mark, undone = {
        Kind.VOID: ("🚫 ", "Voided"),
        **{kind: ("🏦 ", WORDS[kind].capitalize()) for kind in RETURNED},
    }.get(entry.kind, ("↩️ ", f"{format_amount(abs(entry.amount), currency)} given back"))
    return line_message(
        text(mark),
        text(undone, bold=True),
        text(f"{', logged' if entry.kind in RETURNED else ''} by {clip(by, LONGEST_NAME)}"),
        *([_detail(f"“{clip(entry.reason, 200)}”")] if entry.reason else []),
        _detail(f"{distinct_name(fact.patron, fact.event.alike, LONGEST_NAME)}: {_balance(fact)}"),
    )


def struck_line(fact: EntryLogged, reversed_entry: Entry, *, kind: Kind, by: str) -> dict[str, Any]:
    """Return the payment's post after a reversal of this kind."""
    return line_message(
        *map(struck, _what_happened(fact.patron, fact.event, reversed_entry)),
        _detail(undone_by(kind, clip(by, LONGEST_NAME))),
        _title(fact.event),
    )


def request_line(fact: VoidRequested, *, by: str) -> dict[str, Any]:
    """Return the post of a request to void an entry, with the button that does it. `by` is the name of who asks."""
    entry, event = fact.entry, fact.event
    paid = _what_happened(fact.patron, event, entry)[1:]
    message = line_message(
        text("🙋 "),
        text(f"{clip(by, LONGEST_NAME)} asks the office to void: "),
        *paid,
        _title(event),
    )
    what = f"{format_amount(abs(entry.amount), event.currency)} by {clip(entry.method, LONGEST_METHOD)}"
    name = distinct_name(fact.patron, event.alike, LONGEST_NAME)
    target = UndoTarget(event.eid, fact.patron.patron_id, entry.payment_id)
    message["blocks"].append(void_row(target, what, name))
    return message


def granted_line(fact: VoidRequested, *, by: str, undone: str) -> dict[str, Any]:
    """Return the post of a request after the void, or what else has `undone` the entry. It has no button."""
    return line_message(
        struck(text("🙋 ")),
        struck(text(f"{clip(by, LONGEST_NAME)} asks the office to void: ")),
        *map(struck, _what_happened(fact.patron, fact.event, fact.entry)[1:]),
        _detail(clip(undone, 2 * LONGEST_NAME)),
        _title(fact.event),
    )


def signature_line(fact: PatronSigned) -> dict[str, Any]:
    """Return the post of a signature: the signer, the number of minors, and the party's count of signatures.

    A button sets a false signature aside. An unmatched signature also has a menu, in which crew choose the patron.
    """
    return _signature_message(fact, _standing(fact))


def matched_line(fact: SignatureResolved, *, by: str) -> dict[str, Any]:
    """Return the post of a signature after somebody matched it."""
    if fact.patron is None or fact.signature.is_set_aside:
        return signature_line(fact)
    return _signature_message(fact, _standing(fact, named=True), f"matched by {clip(by, LONGEST_NAME)}")


def signatures_line(event: Event, refs: Collection[str]) -> dict[str, Any]:
    """Return the shared line of one event: the number of signers, and their parties' counts. It names no strangers.

    `refs` are the references of the signatures.
    """
    signatures = [signature for signature in (event.signatures or {}).values() if signature.ref in refs]
    number, for_minors = len(refs), _for_minors(signatures)
    alike = len({fold(signature.name) for signature in signatures}) < len(signatures)
    matched = [patron for patron in event.people if any(each.patron_id == patron.patron_id for each in signatures)]
    parties = [
        f"{clip(patron.name, LONGEST_NAME)}'s party: {event.coverage(patron.patron_id)}"
        for patron in matched[:MOST_PARTIES]
    ]
    if len(matched) > MOST_PARTIES:
        parties.append(f"and {len(matched) - MOST_PARTIES} more parties")
    of_nobody = len({each.ref for each in event.unmatched} & set(refs))
    if of_nobody:
        parties.append(f"{of_nobody} not matched to anybody on the roster yet: /payment-status shows them")
    return line_message(
        text("📝 "),
        text(f"{number} people" if number > 1 else "1 person", bold=True),
        text(f" signed the waiver{for_minors}{' (some under the same name)' if alike else ''}"),
        *(_detail(party) for party in parties),
        _title(event),
    )


def signatures_of_events_line(events: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """Return the shared line of many events: the number of signers of each, by its title."""
    most = sorted(events, key=lambda event: -event[1])[:MOST_PARTIES]
    shown = [f"{clip(title, LONGEST_TITLE)}: {number}" for title, number in most]
    if len(events) > len(shown):
        shown.append(f"and {len(events) - len(shown)} more events")
    number = sum(number for _, number in events)
    return line_message(
        text("📝 "),
        text(f"{number} people", bold=True),
        text(f" signed the waivers of {len(events)} event{'s' if len(events) > 1 else ''}"),
        *(_detail(each) for each in shown),
        _detail("/payment-status shows who they are"),
    )


def flood_line(title: str, number: int) -> dict[str, Any]:
    """Return the warning about very many signatures within a minute, for the event or events of this title."""
    return line_message(
        text("⚠️ "),
        text(f"{number} signatures within one minute", bold=True),
        text(
            f" for {clip(title, LONGEST_TITLE)}. If no large group is signing now, somebody may be flooding the"
            " waiver page. Further signatures share one line, and payments are announced first."
        ),
    )


def souls(number: int) -> str:
    """Return `1 soul` or `23 souls`."""
    return f"{number} soul{'' if number == 1 else 's'}"


def cast_off_line(fact: CastOffDone, *, by: str, zone: tzinfo) -> dict[str, Any]:
    """Return the post of a cast-off: the number of souls aboard, who pressed it, and when. It names no passenger."""
    return line_message(
        text("⚓ "),
        text(f"Cast off with {souls(fact.cast_off.souls)}", bold=True),
        _detail(f"by {clip(by, LONGEST_NAME)} at {time_of(fact.cast_off, zone=zone)}"),
        _title(fact.event),
    )


def time_of(cast_off: CastOff, *, zone: tzinfo) -> str:
    """Return the time of a cast-off on the boat's clock: `1:05 PM`."""
    return clock_of(cast_off.at, zone)


def reopened_line(fact: Reopened, *, by: str) -> dict[str, Any]:
    """Return the post of a list that an admin opened again, with the reason."""
    reason = f": “{clip(fact.reason, 200)}”" if fact.reason else ""
    return line_message(
        text("🔓 "),
        text("The list was reopened", bold=True),
        text(f" by {clip(by, LONGEST_NAME)}{reason}"),
        _title(fact.event),
    )


def _signature_message(fact: PatronSigned, *details: str) -> dict[str, Any]:
    """Return a post of one signature, with its buttons."""
    eid, signature = fact.event.eid, fact.signature
    message = line_message(*_who_signed(signature), *map(_detail, details), _title(fact.event))
    menu = [match_menu()] if fact.patron is None and not signature.is_set_aside else []
    buttons = *menu, aside_button(eid, signature, named=False)
    message["blocks"].append(actions(*buttons, block_id=match_block(eid, signature)))
    return message


def _detail(words: str) -> Block:
    return text(_DETAILS + words)


def _title(event: Event) -> Block:
    return _detail(clip(event.title, LONGEST_TITLE))


def _balance(fact: EntryLogged) -> str:
    words = balance_in_words(fact.event, fact.patron.patron_id)
    return words[0].lower() + words[1:]


def _for_minors(signatures: Sequence[Signature]) -> str:
    minors = sum(len(signature.minors) for signature in signatures)
    return f", for {minors} minor{'s' if minors > 1 else ''} too" if minors else ""


def _who_signed(signature: Signature) -> list[Block]:
    for_minors = _for_minors([signature])
    return [
        text("📝 "),
        text("Waiver signed by "),
        text(quoted(signature.name, LONGEST_SIGNER), bold=True),
        *([text(for_minors)] if for_minors else []),
    ]


def _standing(fact: PatronSigned, *, named: bool = False) -> str:
    """Return the party's count of signatures, with the patron's name unless the signer wrote exactly that name.

    A party that has paid is clear to board once all have signed. A channel reads of nobody that they have not paid.
    """
    event, patron = fact.event, fact.patron
    if fact.signature.is_set_aside:
        return "set aside as false, so it counts for nobody"
    if patron is None:
        return "not matched to anybody on the roster yet"
    coverage, name = event.coverage(patron.patron_id), distinct_name(patron, event.alike, LONGEST_NAME)
    if event.status is Status.CANCELLED:
        return f"{name}'s party: {coverage}{_DETAILS}the event is cancelled"
    boards = "clear to board" if event.clear_to_board(patron.patron_id) else ""
    if patron.party == 1 and fact.signature.name == patron.name and patron.patron_id not in event.alike and not named:
        return boards or str(coverage)
    return _DETAILS.join(part for part in (f"{name}'s party: {coverage}", boards) if part)


def _what_happened(patron: Patron, event: Event, entry: Entry) -> list[Block]:
    name = text(distinct_name(patron, event.alike, LONGEST_NAME), bold=True)
    amount = text(format_amount(abs(entry.amount), event.currency), bold=True)
    method = text(f" by {clip(entry.method, LONGEST_METHOD)}")
    match entry.kind:
        case Kind.PAYMENT:
            return [text("💵 "), name, text(" paid "), amount, method]
        case Kind.REFUND:
            return [text("↩️ "), name, text(" was given back "), amount, method]
        case Kind.VOID:
            return [text("🚫 "), name, text(": "), amount, method, text(" voided")]
        case Kind.TRANSFER:  # its notes say where the money went or came from
            where = clip(entry.notes, LONGEST_TITLE + LONGEST_NAME)
            return [text("🔀 "), name, text(" moved: "), amount, text(f" {where[:1].lower()}{where[1:]}")]
        case Kind.BOUNCED | Kind.CHARGEBACK:
            return [text("🏦 "), name, text(": "), amount, method, text(f", {WORDS[entry.kind]}")]
