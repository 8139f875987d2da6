"""The patrons of a trip who are not clear to board, in short lines for a phone: what is missing, then whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.text import clip, distinct_name, escape, quoted, shown
from charter.events import Status
from charter.money import format_amount
from charter.names import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from charter.events import Event
    from charter.patrons import Patron
    from charter.roles import Role

# Letters of names that fit into one line of a phone, after the count.
_LINE: Final = 28
_NAME: Final = 32
_QUESTIONED: Final = 2

CLEAR: Final = "🟢 clear"


def not_clear(event: Event) -> list[Patron]:
    """Return the expected patrons who lack something, those who lack the most first and those aboard last."""
    if event.status is Status.CANCELLED:
        return []
    found = [patron for patron in event.expected if event.missing(patron.patron_id)]
    return sorted(found, key=lambda each: (each.patron_id in event.boarding.aboard, -_lacks(event, each)))


def not_clear_first(event: Event, people: Sequence[Patron]) -> list[Patron]:
    """Return the patrons, those who are not clear before the others."""
    lacking = {patron.patron_id for patron in not_clear(event)}
    return [*not_clear(event), *(patron for patron in people if patron.patron_id not in lacking)]


def missing_in_words(event: Event, patron: Patron, role: Role) -> str:
    """Return `payment, waiver 1 of 2` of a patron who lacks these; for admins `$65.00` in place of the payment."""
    balance, coverage = event.balance(patron.patron_id), event.coverage(patron.patron_id)
    pays = format_amount(balance.owed, event.currency) if role.sees_money else "payment"
    signs = f"waiver {coverage.signed} of {coverage.people}" if coverage.signed else "waiver"
    return ", ".join([*([] if balance.cleared else [pays]), *([] if coverage.complete else [signs])])


def not_clear_lines(event: Event, role: Role, *, most: int) -> list[str]:
    """Return a line of mrkdwn for each patron who is not clear, at most so many, and for each question about names."""
    lacking, alike = not_clear(event), event.alike
    lines = []
    for patron in lacking[:most]:
        mark = "🟠" if event.balance(patron.patron_id).cleared else "🔴"
        aboard = " · aboard" if patron.patron_id in event.boarding.aboard else ""
        name = escape(distinct_name(patron, alike, _NAME))
        lines.append(f"{mark} *{missing_in_words(event, patron, role)}* · {name}{_party(event, patron)}{aboard}")
    if len(lacking) > most:
        lines.append(f"… and {len(lacking) - most} more")
    return lines + _questions(event)


def clear_line(event: Event) -> str:
    """Return `🟢 3 clear: Ana Lima, Ben…`, with how many do not come, on one line; empty if there is nobody."""
    clear = [patron for patron in event.expected if event.clear_to_board(patron.patron_id)]
    said = []
    if clear:
        said.append(f"🟢 {len(clear)} clear: {shown(', '.join(patron.name for patron in clear), _LINE)}")
    if absent := len(event.left_out):
        said.append(f"{absent} not expected")
    return " · ".join(said)


def _lacks(event: Event, patron: Patron) -> int:
    return len(event.missing(patron.patron_id))


def _party(event: Event, patron: Patron) -> str:
    """Return how many they are, unless what is missing says so."""
    coverage = event.coverage(patron.patron_id)
    is_said = coverage.signed and not coverage.complete
    return "" if patron.party == 1 or is_said else f", party of {patron.party}"


def _questions(event: Event) -> list[str]:
    """Return what is asked: whose an unmatched signature is, and patrons whose names are alike."""
    lines = []
    if loose := event.unmatched:
        names = ", ".join(escape(quoted(each.name, _NAME)) for each in loose[:_QUESTIONED])
        more = f" and {len(loose) - _QUESTIONED} more" if len(loose) > _QUESTIONED else ""
        lines.append(f"❓ *not matched* · signed by {names}{more}")
    same = {fold(patron.name) or patron.name: patron.name for patron in event.people if patron.patron_id in event.alike}
    if same:
        names = ", ".join(shown(clip(name, _NAME), 5 * _NAME) for name in list(same.values())[:_QUESTIONED])
        lines.append(f"❓ *same name* · several are called {names}")
    return lines
