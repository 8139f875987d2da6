"""The passenger list in Slack: who is aboard and who is not, by name, with guardians, signatures and phones.

It never shows an emergency contact or a medical note. The captain finds those on the list that is printed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot import board_ids as ids
from bot.blocks import Block, actions, button, context, header, modal, section
from bot.text import author, clip, clock_of, isolated, shown, when
from bot.views.aboard import STATES
from bot.views.pages import page_of, pager

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.board_ids import BoardMemo
    from bot.views.status import Viewer
    from charter.passengers import ListedParty, Passenger, PassengerList

# Within a view's 100 blocks and 250 KB, also with letters of four bytes.
_BLOCKS_A_PAGE: Final = 45
_LETTERS: Final = 1200  # of one block


def build(listed: PassengerList, viewer: Viewer, memo: BoardMemo, *, link: str, page: int = 0) -> Block:
    """Return the list as a modal. `link` leads to the list for a printer."""
    shown_page = page_of(_lines(listed, viewer), page, size=_BLOCKS_A_PAGE)
    blocks = [
        header(listed.title),
        context(_standing(listed, viewer)),
        context(_crew(listed)),
        actions(button("Print or save as PDF", action_id=ids.PRINT, url=link), block_id="print"),
        context("The link is yours alone and works for 12 hours."),
    ]
    blocks += shown_page.items or [section("Nobody is expected.")]
    blocks += pager(shown_page, action=ids.PASSENGERS_PAGE)
    return modal("Passenger list", blocks, callback_id=ids.PASSENGER_LIST, private_metadata=memo.dump(), close="Back")


def _standing(listed: PassengerList, viewer: Viewer) -> str:
    boat = f" · {shown(listed.boat, 100)}" if listed.boat else ""
    done = listed.cast_off
    souls = f"{listed.souls} aboard of {listed.expected} expected"
    cast_off = f" · :anchor: cast off at {clock_of(done.at, viewer.zone)} by {author(done.by)}" if done else ""
    return f"{when(listed.starts_at, viewer.zone)}{boat} · *{souls}*{cast_off}"


def _crew(listed: PassengerList) -> str:
    """Return the captain and the crew by name."""
    others = [shown(isolated(member.name), 100) for member in listed.crew if not member.is_captain]
    captain = shown(isolated(listed.captain), 100) if listed.captain else "not known"
    return f"Captain: *{captain}*" + (f" · Crew: {', '.join(others[:20])}" if others else "")


def _lines(listed: PassengerList, viewer: Viewer) -> list[Block]:
    aboard = [party for party in listed.parties if party.aboard]
    ashore = [party for party in listed.parties if not party.aboard]
    blocks = list[Block]()
    for heading, parties in (("Aboard", aboard), ("Not aboard", ashore), ("Not expected", listed.absent)):
        if parties:
            blocks.append(section(f"*{heading}*"))
            blocks += [block for party in parties for block in _party(party, viewer)]
    if listed.unmatched:
        blocks.append(section(":grey_question: *Signed, but not matched to a party*"))
        blocks += _sections([_person(person) for person in listed.unmatched])
    return blocks


def _party(party: ListedParty, viewer: Viewer) -> list[Block]:
    facts = [f"*{shown(isolated(party.name), 200)}*"]
    if party.people > 1:
        facts.append(f"{party.people} people")
    if party.aboard:
        facts.append(f":white_check_mark: {party.aboard.count} at {clock_of(party.aboard.at, viewer.zone)}")
    if party.state:
        facts.append(STATES[party.state])
    if party.phone:
        facts.append(_phone(party.phone))
    lines = [" · ".join(facts), *(_person(person) for person in party.passengers)]
    if party.unnamed:
        lines.append(f"• {party.unnamed} {'person' if party.unnamed == 1 else 'people'} not named")
    if party.aboard and party.aboard.reason:
        lines.append(f"• Let aboard by {author(party.aboard.by)} because “{shown(party.aboard.reason, 300)}”")
    return _sections(lines)


def _person(person: Passenger) -> str:
    name = shown(isolated(clip(person.name, 100)), 200)
    guardian = f", minor, with {shown(isolated(clip(person.guardian, 100)), 200)}" if person.guardian else ""
    return f"• {name}{guardian} · {'signed' if person.signed else '*not signed*'}"


def _phone(phone: str) -> str:
    """Return a link that calls the number, or the text where it has no number to call."""
    number = re.sub(r"[^+0-9]", "", re.split("[xX]", phone, maxsplit=1)[0])
    text = shown(phone.replace("|", " "), 100)
    return f"<tel:{number}|{text}>" if re.fullmatch(r"\+?[0-9]{5,20}", number) else text


def _sections(lines: Sequence[str]) -> list[Block]:
    """Return the lines as sections that are short enough for a view of many."""
    texts = [""]
    for line in lines:
        if texts[-1] and len(texts[-1]) + len(line) > _LETTERS:
            texts.append("")
        texts[-1] += f"\n{line}" if texts[-1] else line
    return [section(text) for text in texts if text]
