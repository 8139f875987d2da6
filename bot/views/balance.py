"""Answer of `/payment-status` about one patron: admins see the balance and every entry, crew see who may board."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bot.admin_ids import ADJUST, EDIT_PATRON, MOVE
from bot.blocks import Block, actions, button, context, header, section
from bot.route_ids import REFUND, RETURNED, STATUS_PAGE, VOID
from bot.settle_menu import settle_row
from bot.signature_menu import aside_button, match_block, match_menu
from bot.text import author, balance_in_words, clip, clock_of, distinct_name, escape, isolated, quoted, shown, when
from bot.views.aboard import mark_in_words
from bot.views.choices import short_balance
from bot.views.corrections import returnable
from bot.views.explained import explanation_page
from bot.views.pages import pager
from bot.views.status import balance_mark, event_flags, message
from bot.waiver_menu import qr_button
from charter.events import Status
from charter.money import ZERO, format_amount
from charter.patrons import PatronState
from charter.signatures import MatchedBy

if TYPE_CHECKING:
    from bot.views.status import Viewer
    from charter.events import Event
    from charter.patrons import Patron
    from charter.signatures import Signature

SIGNATURES: Final = 10


def patron_page(event: Event, patron: Patron, viewer: Viewer, *, page: int) -> dict[str, Any]:
    """Return one patron's balance with every entry; for crew, whether the party may board and what is missing."""
    blocks = [
        header(patron.name),
        context(
            f"{escape(clip(event.title, 150))} · {when(event.starts_at, viewer.zone)}{event_flags(event, viewer.now)}"
            + (f" · id `{escape(patron.patron_id)}`" if patron.patron_id in event.alike else "")
        ),
    ]
    blocks += _at_boarding(event, patron, viewer)
    if not viewer.role.sees_money:
        verdict = _boarding(event, patron)
        blocks += [section(verdict), *_signatures(event, patron, viewer)]
        return message(f"{shown(patron.name, 500)}: {verdict}", blocks)
    comes = event.status is not Status.CANCELLED and patron.state is None
    first = f"{_boarding(event, patron)}\n" if comes else ""
    blocks.append(section(f"{first}{_balance_line(event, patron)}"))
    if contact := [shown(text, 300) for text in (patron.email, patron.phone) if text]:
        blocks.append(context(" · ".join(contact)))
    lines, explanation = explanation_page(event, patron, viewer, page=page)
    blocks += explanation
    blocks += _signatures(event, patron, viewer)
    blocks += [_admin_actions(event, patron), *settle_row(event, patron_id=patron.patron_id)]
    blocks += pager(lines, action=STATUS_PAGE, count=True, eid=event.eid, patron=patron.patron_id)
    return message(f"{shown(patron.name, 500)}: {escape(short_balance(event, patron))}", blocks)


def _at_boarding(event: Event, patron: Patron, viewer: Viewer) -> list[Block]:
    """Return whether the party is aboard, or did not come and, for admins, what becomes of the money."""
    party = event.boarding.aboard.get(patron.patron_id)
    if party is not None:
        because = f" · because “{shown(party.reason, 300)}”" if party.reason else ""
        count = f"{party.count} of {patron.party} aboard"
        at = clock_of(party.at, viewer.zone)
        return [section(f":white_check_mark: *{count}* · {author(party.by)}, {at}{because}")]
    if patron.state is None:
        return []
    mark, balance = mark_in_words(event, patron, viewer.zone), event.balance(patron.patron_id)
    if viewer.role.sees_money and balance.paid > 0 and event.status is not Status.CANCELLED:
        back = max(-balance.owed, ZERO)
        mark += f"\n*{format_amount(back, event.currency)} must go back*" if back else ""
        mark += f"\n{format_amount(balance.paid - back, event.currency)} is kept" if balance.paid > back else ""
    return [section(mark)]


def _boarding(event: Event, patron: Patron) -> str:
    """Return whether the party may board, and what is missing, without amounts."""
    if event.status is Status.CANCELLED:
        return ":no_entry: This event is cancelled: nobody boards."
    if patron.state is not None:
        return "⚪ Not expected."
    missing = event.missing(patron.patron_id)
    if missing:
        return f"🔴 Not clear to board: {' and '.join(missing)} missing."
    return "🟢 Clear to board." if patron.party == 1 else f"🟢 Clear to board: party of {patron.party}, all signed."


def _balance_line(event: Event, patron: Patron) -> str:
    balance, currency = event.balance(patron.patron_id), event.currency
    coverage = event.coverage(patron.patron_id)
    count = str(coverage) if coverage.complete else f"*{coverage}*"
    alone = "signed" if coverage.complete else "*not signed*"
    waiver = count if patron.party > 1 and coverage.signed else alone
    party = f" for a party of {patron.party}" if patron.party > 1 else ""
    if event.status is Status.CANCELLED and balance.paid > 0:
        words = balance_in_words(event, patron.patron_id).replace(" must go back", " paid must go back")
        return f":no_entry: *{words}* · waiver {waiver}"
    return (
        f"{balance_mark(event, patron)} *{escape(short_balance(event, patron))}* · "
        f"due {format_amount(balance.due, currency)}{party} · "
        f"paid {format_amount(balance.paid, currency)} · waiver {waiver}"
    )


def _signatures(event: Event, patron: Patron, viewer: Viewer) -> list[Block]:
    """Return the party's signers, how each was matched, and the party's link if somebody has not signed."""
    blocks = []
    signatures = event.signatures_of(patron.patron_id)[:SIGNATURES]
    for signature in signatures:
        minors = f", for {escape(isolated(clip(', '.join(signature.minors), 150)))}" if signature.minors else ""
        blocks.append(
            section(
                f":memo: {escape(quoted(signature.name, 80))}{minors} · {_how_matched(signature)}",
                accessory=match_menu(label="Not theirs? This is…"),
                block_id=match_block(event.eid, signature),
            )
        )
    if false := [aside_button(event.eid, signature, number=place) for place, signature in enumerate(signatures)]:
        blocks.append(actions(*false, block_id="false_signatures"))
    if viewer.links and not event.signed(patron.patron_id) and _may_still_sign(event, viewer):
        link, page = viewer.links.link(event, patron.patron_id), viewer.links.qr_page(event, patron.patron_id)
        code = qr_button(page, name=distinct_name(patron, event.alike, 80))
        blocks += [context(f":link: <{link}|Waiver link for this party>"), actions(code, block_id="waiver")]
    return blocks


def _may_still_sign(event: Event, viewer: Viewer) -> bool:
    """Return whether the event's waiver page still accepts signatures."""
    is_over = viewer.now is not None and event.over(viewer.now)
    return event.status is not Status.CANCELLED and not is_over


def _how_matched(signature: Signature) -> str:
    match signature.matched_by:
        case MatchedBy.LINK:
            return "by the party's link"
        case MatchedBy.BOOKED_BY:
            return "named them as who booked"
        case None | MatchedBy.NAME:
            return "by the name"
    return f"matched by {author(signature.matched_by)}"


def _admin_actions(event: Event, patron: Patron) -> Block:
    """Return the admins' buttons. A mistake in the ledger is undone by a new entry: a void or a refund."""
    value = json.dumps({"eid": event.eid, "patron": patron.patron_id}, separators=(",", ":"))
    buttons = [button("Edit…", action_id=EDIT_PATRON, value=value), button("Adjust…", action_id=ADJUST, value=value)]
    if event.payment(patron.patron_id).entries:
        buttons.append(button("Void an entry…", action_id=VOID, value=value))
        buttons.append(button("Refund…", action_id=REFUND, value=value))
    if patron.state is not PatronState.REMOVED or event.balance(patron.patron_id).paid > 0:
        buttons.append(button("Move to another trip…", action_id=MOVE, value=value))
    if returnable(event.payment(patron.patron_id)):
        buttons.append(button("Bounced or charged back…", action_id=RETURNED, value=value))
    return actions(*buttons, block_id="corrections")
