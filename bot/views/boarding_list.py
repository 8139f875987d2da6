"""The boarding list: who is aboard of those expected, what each party lacks, and a button for each party."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bot import board_ids as ids
from bot.blocks import OPTION, Block, actions, button, context, dialog, header, modal, option, section
from bot.text import author, clip, clock_of, distinct_name, escape, shown, when
from bot.views.aboard import aboard_in_words, cast_off_in_words, mark_in_words, open_button
from bot.views.pages import page_of, pager
from bot.views.remarks import flags
from bot.views.status import event_flags
from bot.waiver_menu import party_label, remind_button
from charter.events import Status
from charter.moments import utc
from charter.money import format_amount
from charter.patrons import PatronState
from charter.reminders import is_worth_it

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from bot.board_ids import BoardMemo
    from bot.views.status import Viewer
    from charter.events import Event, Listing
    from charter.patrons import Patron

# A view has at most 100 blocks. A party has two: its lines, and its buttons.
PARTIES_A_PAGE: Final = 40
ASKED_AT_MOST: Final = 8

# Longest ids that fit into a block id of 255 characters, beside the word before them.
_LONGEST_ID: Final = 200


def build(event: Event, viewer: Viewer, memo: BoardMemo, *, banner: str = "") -> Block:
    """Return the list as a modal. `banner` is a refusal's sentence as mrkdwn."""
    page = page_of(in_order(event, memo.sorted_at), memo.page, size=PARTIES_A_PAGE)
    blocks = [
        *([section(f":warning: {banner}", block_id="trouble")] if banner else []),
        header(event.title),
        context(_trip(event, viewer)),
        *_standing(event, viewer),
        _list_buttons(event, viewer),
    ]
    for patron in page.items:
        blocks += _party(event, patron, viewer)
    if not page.total:
        blocks.append(section("Nobody is on this roster yet."))
    blocks += pager(page, action=ids.PAGE, count=True)
    return modal(
        "Boarding",
        blocks,
        callback_id=ids.LIST,
        private_metadata=memo.dump(),
        close="Close",
        notify_on_close=memo.home,
    )


def in_order(event: Event, sorted_at: str) -> list[Patron]:
    """Return the parties: not clear first, then clear ones, then those aboard, then the others, each by name.

    Aboard are those who were checked in before `sorted_at`, as `moments.utc`, so that a press moves no row.
    """
    aboard = {key for key, party in event.boarding.aboard.items() if utc(party.at) < sorted_at}

    def place(patron: Patron) -> tuple[bool, bool, str]:
        key = patron.patron_id
        return key in aboard, key not in aboard and not event.missing(key), patron.name.casefold()

    return [*sorted(event.expected, key=place), *event.left_out]


def ask(events: Sequence[Listing], *, trouble: str, words: str, zone: tzinfo, now: datetime) -> dict[str, Any]:
    """Return the question whose list is meant, with a button for each event. Only the sender sees it."""
    text = escape(clip(trouble, 400)) or (
        f"I am not sure which event “{escape(clip(words, 100))}” means." if words else "Whose boarding list?"
    )
    if not events:
        text += " No events are coming; write its id, as in `/board 2026-05-23-captain-cory-afternoon`."
    choices = [
        section(
            f"*{escape(clip(listing.title, 150))}* · {when(listing.starts_at, zone)}{flags(listing, now)}",
            accessory=open_button(listing),
        )
        for listing in events[:ASKED_AT_MOST]
        if listing.served
    ]
    return {"response_type": "ephemeral", "text": text, "blocks": [section(text), *choices]}


def _trip(event: Event, viewer: Viewer) -> str:
    boat = f" · {shown(event.boat, 100)}" if event.boat else ""
    return f"{when(event.starts_at, viewer.zone)}{boat}{event_flags(event, viewer.now)}"


def _standing(event: Event, viewer: Viewer) -> list[Block]:
    done, loose = event.boarding.cast_off, len(event.unmatched)
    blocks = []
    if event.status is Status.CANCELLED:
        blocks.append(section(":no_entry: *This event is cancelled: nobody boards.*"))
    if done is not None:
        blocks.append(section(f"{cast_off_in_words(done, viewer.zone)}. The list is frozen."))
    blocks.append(section(aboard_in_words(event)))
    if loose:
        signatures = f"{loose} signature{'s are' if loose > 1 else ' is'}"
        blocks.append(context(f":grey_question: {signatures} not matched to a party yet: see `/payment-status`."))
    return blocks


def _list_buttons(event: Event, viewer: Viewer) -> Block:
    done = event.boarding.cast_off
    buttons = [
        button("Refresh", action_id=ids.REFRESH),
        button("Passenger list", action_id=ids.PASSENGERS),
        *([remind_button(event.eid)] if viewer.now is not None and is_worth_it(event, viewer.now) else []),
    ]
    if done is not None and viewer.role.sees_money:
        buttons.append(button("Reopen…", action_id=ids.REOPEN, value=done.list_id))
    if done is None and event.status is not Status.CANCELLED:
        asks = dialog("Cast off?", _before_casting_off(event), "Cast off", "Not yet")
        seen = event.boarding.fingerprint
        complete = {"style": "primary"} if event.boarding.souls >= event.souls else {}
        buttons.append(button("Cast off", action_id=ids.CAST_OFF, value=seen, confirm=asks, **complete))
    return actions(*buttons, block_id="list_buttons")


def _before_casting_off(event: Event) -> str:
    souls = event.boarding.souls
    aboard = event.boarding.aboard
    ashore = [patron for patron in event.expected if patron.patron_id not in aboard]
    fewer = sum(
        max(patron.party - aboard[patron.patron_id].count, 0) for patron in event.expected if patron not in ashore
    )
    missing = sum(patron.party for patron in ashore) + fewer
    text = f"{souls} {'person is' if souls == 1 else 'people are'} aboard."
    if missing:
        names = clip(", ".join(patron.name for patron in ashore), 120)
        text += f" {missing} expected {'is' if missing == 1 else 'are'} not{f': {names}' if names else ''}."
    return f"{text} This freezes the list and posts the cast-off."


def _party(event: Event, patron: Patron, viewer: Viewer) -> list[Block]:
    people = f" · {patron.party} people" if patron.party > 1 else ""
    lines = [f"*{escape(distinct_name(patron, event.alike, 80))}*{people}", *_aboard(event, patron, viewer)]
    if patron.state is not None:
        lines.append(mark_in_words(event, patron, viewer.zone))
    elif event.missing(patron.patron_id) or patron.patron_id not in event.boarding.aboard:
        lines.append(_missing(event, patron, viewer))
    fits = len(patron.patron_id) <= _LONGEST_ID
    elements = [*_press(event, patron, viewer), *_menu(event, patron, viewer)] if fits else []
    buttons = [actions(*elements, block_id=f"{ids.OF_PARTY}{patron.patron_id}")] if elements else []
    return [section("\n".join(lines)), *buttons]


def _aboard(event: Event, patron: Patron, viewer: Viewer) -> list[str]:
    party = event.boarding.aboard.get(patron.patron_id)
    if party is None:
        return []
    count = f"{party.count} of {patron.party}" if party.count != patron.party else str(party.count)
    line = f":white_check_mark: *{count} aboard* · {author(party.by)}, {clock_of(party.at, viewer.zone)}"
    return [line + (f" · because “{shown(party.reason, 300)}”" if party.reason else "")]


def _missing(event: Event, patron: Patron, viewer: Viewer) -> str:
    coverage, balance = event.coverage(patron.patron_id), event.balance(patron.patron_id)
    lacks = []
    if not balance.cleared:
        lacks.append(f"owes {format_amount(balance.owed, event.currency)}" if viewer.role.sees_money else "payment")
    if not coverage.complete:
        lacks.append(str(coverage) if patron.party > 1 else "not signed")
    return f"🔴 Not clear: {' · '.join(lacks)}" if lacks else "🟢 Clear to board"


def _press(event: Event, patron: Patron, viewer: Viewer) -> list[Block]:
    """Return the button of a party, or none where there is nothing to press."""
    party, boarding = event.boarding.aboard.get(patron.patron_id), event.boarding
    if boarding.cast_off is not None or event.status is Status.CANCELLED:
        return []
    if party is not None:
        people = f"{party.count} {'person' if party.count == 1 else 'people'}"
        text = f"{clip(patron.name, 80)}: {people} would not be aboard any more."
        asks = dialog("Take the check-in back?", text, "Take back", "Keep")
        value = json.dumps({"patron": patron.patron_id, "at": utc(party.at)}, separators=(",", ":"))
        return [button("Take back…", action_id=ids.TAKE_BACK, value=value, confirm=asks)]
    if patron.state is not None:
        return []
    # Beyond the capacity an admin gives a reason. For crew the press is refused, so no form is opened for that.
    full = event.capacity is not None and boarding.souls + patron.party > event.capacity and viewer.role.sees_money
    if full or event.missing(patron.patron_id):
        return [button("Let aboard…", action_id=ids.LET_ABOARD, value=patron.patron_id)]
    value = json.dumps({"patron": patron.patron_id, "count": patron.party}, separators=(",", ":"))
    return [button("Check in", action_id=ids.CHECK_IN, value=value, style="primary")]


def _show_qr(event: Event, patron: Patron, viewer: Viewer) -> list[Block]:
    """Return the option that opens the party's QR code, while somebody of it has to sign and can."""
    closed = event.status is Status.CANCELLED or (viewer.now is not None and event.over(viewer.now))
    frozen = event.boarding.cast_off is not None
    if viewer.links is None or closed or frozen or event.signed(patron.patron_id):
        return []
    label = party_label(clip(patron.name, OPTION - len(party_label(""))))
    return [{**option(label, ids.SHOW_QR), "url": viewer.links.qr_page(event, patron.patron_id)}]


def _menu(event: Event, patron: Patron, viewer: Viewer) -> list[Block]:
    """Return the menu of what is pressed less often; none where it has no option."""
    here, frozen = patron.patron_id in event.boarding.aboard, event.boarding.cast_off is not None
    admin, options = viewer.role.sees_money, []
    if patron.state is PatronState.NO_SHOW:
        options.append(option("Not a no-show", ids.COME_BACK))
    elif patron.state is PatronState.REMOVED:
        options += [option("Put back on the roster", ids.COME_BACK)] if admin else []
    else:
        if not frozen and event.status is not Status.CANCELLED:
            options.append(option("Number of people…", ids.PARTY))
            if patron.party > 1:
                options.append(option("Another number aboard…" if here else "Not all aboard…", ids.LET_ABOARD))
        if not here:
            options.append(option("No-show…", ids.NO_SHOW))
            options += [option("Take off the roster…", ids.REMOVE)] if admin else []
        options = [*_show_qr(event, patron, viewer), *options]
    return [{"type": "overflow", "action_id": ids.MENU, "options": options}] if options else []
