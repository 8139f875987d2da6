"""Answers to `/payment-status cash`: what a person holds, from which trips, and what waits; for admins everybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, actions, button, context, header, section
from bot.cash_ids import HAND_OVER, WRITE_OFF
from bot.cash_menu import (
    books_in_words,
    day_in_words,
    pile_in_words,
    row_for_giver,
    row_for_receiver,
    sum_in_words,
    trip_in_words,
)
from bot.text import author, escape, when
from charter import cash
from charter.holdings import trips_in
from charter.money import ZERO, format_amount
from charter.roles import SLACK_USER_ID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.views.status import Viewer
    from charter.cash import HandOver
    from charter.held import Holdings
    from charter.holdings import Pile

# With these limits an answer has fewer than Slack's 50 blocks.
PEOPLE: Final = 15
WAITING: Final = 10
_TRIPS: Final = 6
_TRIPS_OF_MANY: Final = 3

NO_BOOKS: Final = (
    ":warning: The books are not kept yet, so nobody knows who holds what. "
    "The office makes them with `python -m roster rebuild`."
)

NOT_COMPARED: Final = (
    "Payments from before the books may be missing, until an operator runs `python -m roster rebuild` once."
)


def own_page(held: Holdings, user_id: str, viewer: Viewer, titles: Mapping[str, str]) -> dict[str, Any]:
    """Return what one person holds, what waits for them, and what they handed over that still waits."""
    return _answer(own_blocks(held, user_id, viewer, titles, heading="What you hold"))


def own_blocks(held: Holdings, user_id: str, viewer: Viewer, titles: Mapping[str, str], *, heading: str) -> list[Block]:
    """Return the same as blocks, for the Home tab too."""
    piles = held.of(user_id)
    blocks = [header(heading)]
    if not held.has_books:
        return [*blocks, section(NO_BOOKS)]
    if not piles:
        blocks.append(section("The books have no cash and no checks in your hand."))
    blocks += [section(_pile(pile, held, viewer, titles, most=_TRIPS)) for pile in piles]
    blocks += [*_remark(held), *_waiting(held, user_id, viewer)]
    if any(pile.left for pile in piles):
        blocks.append(_buttons(_hand_over_button()))
    return blocks


def all_page(held: Holdings, user_id: str, viewer: Viewer, titles: Mapping[str, str]) -> dict[str, Any]:
    """Return what everybody holds, whoever holds most first, and every hand-over that waits. For admins."""
    blocks = [header("Who holds cash and checks")]
    if not held.has_books:
        return _answer([*blocks, section(NO_BOOKS)])
    if not held.people:
        blocks.append(section("The books have no cash and no checks in anybody's hand."))
    elif len(held.people) > 1:
        blocks.append(section(f"In all {_in_all(held)} with {len(held.people)} people"))
    for who, piles in list(held.people.items())[:PEOPLE]:
        name = f"*{author(f'slack:{who}') if SLACK_USER_ID.fullmatch(who) else escape(who)}*"
        lines = [_pile(pile, held, viewer, titles, most=_TRIPS_OF_MANY) for pile in piles]
        correct = button("Write off…", action_id=WRITE_OFF, value=who)
        blocks.append(section("\n".join([name, *lines])[:3000], accessory=correct))
    if len(held.people) > PEOPLE:
        blocks.append(context(f"And {len(held.people) - PEOPLE} more people who hold less."))
    blocks += [*_remark(held), *_waiting(held, user_id, viewer, everybodys=True)]
    own = [_hand_over_button()] if any(pile.left for pile in held.of(user_id)) else []
    return _answer([*blocks, *([_buttons(*own)] if own else [])])


def accepted_message(hand_over: HandOver) -> dict[str, Any]:
    """Return the answer to who pressed *I have it* below a post. The stream changes the post itself."""
    what = f"{sum_in_words(hand_over)} from {author(hand_over.giver)}"
    return _answer([section(f":white_check_mark: You have {what}. The books count it in your hand.")])


def withdrawn_message(hand_over: HandOver) -> dict[str, Any]:
    """Return the answer to the giver who took a hand-over back."""
    return _answer([section(f":leftwards_arrow_with_hook: You took back {sum_in_words(hand_over)}.")])


def waits_for(hand_over: HandOver, viewer: Viewer) -> str:
    """Return the sentence `$100.00 in cash waits for Olivia since Sat May 23, 1:30 PM`."""
    since = when(hand_over.offered_at, viewer.zone)
    return f"{sum_in_words(hand_over)} waits for {receiver(hand_over)} since {since}."


def receiver(hand_over: HandOver) -> str:
    """Return the receiver as mrkdwn."""
    if hand_over.receiver == cash.OFFICE:
        return "the office"
    return "the bank" if hand_over.receiver == cash.BANK else author(hand_over.receiver)


def _pile(pile: Pile, held: Holdings, viewer: Viewer, titles: Mapping[str, str], *, most: int) -> str:
    """Return one pile: the sum, its trips and the day of the oldest."""
    if pile.held < ZERO:
        owed = pile_in_words(-pile.held, pile.currency, escape(pile.method))
        return f"The boat owes {owed}: more was paid out than taken."
    lines = [f"*{pile_in_words(pile.held, pile.currency, escape(pile.method))}*"]
    trips = trips_in(pile.lots, held.known)
    for source in sorted(trips)[:most]:
        amount = format_amount(trips[source], pile.currency)
        lines.append(f"• {amount} from {escape(trip_in_words(source, titles))}")
    if len(trips) > most:
        rest = sum((trips[source] for source in sorted(trips)[most:]), ZERO)
        lines.append(f"• {format_amount(rest, pile.currency)} from {len(trips) - most} more")
    if pile.oldest and viewer.now and (days := (viewer.now.astimezone(viewer.zone).date() - pile.oldest).days) > 0:
        lines.append(f"Oldest: {day_in_words(pile.oldest)}, {days} day{'s' if days > 1 else ''} ago")
    if waiting := sum(pile.waiting.values(), ZERO):
        lines.append(f"{format_amount(waiting, pile.currency)} of it is handed over and waits")
    return "\n".join(lines)


def _waiting(held: Holdings, user_id: str, viewer: Viewer, *, everybodys: bool = False) -> list[Block]:
    """Return the hand-overs that wait: those for this person with their buttons, and their own with *Take it back*."""
    me, admin = f"slack:{user_id}", viewer.role.sees_money
    mine = held.waiting_for(user_id, admin=admin)
    shown = [each for each in held.waiting() if everybodys or each in mine or each.giver == me]
    blocks: list[Block] = []
    for hand_over in shown[:WAITING]:
        giver = author(hand_over.giver)
        note = f" “{escape(hand_over.note)}”" if hand_over.note else ""
        blocks.append(
            section(
                f":hourglass_flowing_sand: {giver}: {waits_for(hand_over, viewer)} {books_in_words(hand_over)}{note}"
            )
        )
        if hand_over in mine:
            blocks.append(row_for_receiver(hand_over.hand_over_id))
        elif hand_over.giver == me:
            blocks.append(row_for_giver(hand_over.hand_over_id))
    if len(shown) > WAITING:
        blocks.append(context(f"And {len(shown) - WAITING} more hand-overs wait."))
    return blocks


def _remark(held: Holdings) -> list[Block]:
    return [] if held.is_compared else [context(NOT_COMPARED)]


def _in_all(held: Holdings) -> str:
    sums: dict[tuple[str, str], Any] = {}
    for piles in held.people.values():
        for pile in piles:
            sums[pile.currency, pile.method] = sums.get((pile.currency, pile.method), ZERO) + pile.held
    return " and ".join(
        f"*{pile_in_words(amount, currency, escape(method))}*" for (currency, method), amount in sorted(sums.items())
    )


def _hand_over_button() -> Block:
    return button("Hand over…", action_id=HAND_OVER, style="primary")


def _buttons(*elements: Block) -> Block:
    return actions(*elements, block_id="cash")


def _answer(blocks: Sequence[Block]) -> dict[str, Any]:
    first = next((block["text"]["text"] for block in blocks if block["type"] in {"section", "header"}), "")
    return {"response_type": "ephemeral", "text": first, "blocks": list(blocks)}
