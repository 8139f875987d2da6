"""Corrections: void, refund, money that a bank took back, adjustments, and undo below a post."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from tests.histories.acts import payments
from tests.histories.acts.payments import METHODS
from tests.histories.boat import POSTS
from tests.histories.day import Missing, verdict
from tests.histories.deeds import PAYMENT, REFUND, Deed, Line, Said, lines_of

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.histories.day import Day
    from tests.histories.steps import Step

_RETURNED: Final = {"check": "Check bounced", "card": "Card payment charged back"}


def void(day: Day, step: Step) -> None:
    """Void a payment by the office's form."""
    row, patron, key, line = _paid(day, step)
    form = _correcting(day, row, patron, "void_entry")
    _take_back(day, step, form, (key, line), ("Voided:", "Already voided, and counted once"))


def returned(day: Day, step: Step) -> None:
    """Log that a check bounced, or that a card payment was charged back."""
    row, patron, key, line = _paid(day, step, methods=tuple(_RETURNED))
    form = _correcting(day, row, patron, "returned_payment")
    _take_back(day, step, form, (key, line), (*_RETURNED.values(), "Already logged, and counted once"))


def _take_back(day: Day, step: Step, form: Modal, entry: tuple[str, Line], yes: tuple[str, ...]) -> None:
    key, line = entry
    try:
        form.choose("payment_id", key).fill("reason", f"wrong {step.number}")
    except LookupError as error:
        raise Missing(str(error)) from error
    day.submit_deed(form, Deed(step.number, (line.reversed,), Said.UNKNOWN, takes_back=key), yes)


def refund(day: Day, step: Step) -> None:
    """Give back a part of what was paid."""
    row, patron, _, line = _paid(day, step)
    amount = step.amount() / 4
    amount = amount.quantize(Decimal("0.01"))
    form = _correcting(day, row, patron, "refund_payment")
    method = line.method
    try:
        form.fill("amount", str(amount)).choose("method", method.title()).fill("reason", f"seasick {step.number}")
    except LookupError as error:
        raise Missing(str(error)) from error
    deed = Deed(step.number, (Line(REFUND, -amount, method),), Said.UNKNOWN)
    day.submit_deed(form, deed, ("Refunded:", "Already refunded, and counted once", "Already logged, and counted once"))


def adjust(day: Day, step: Step) -> None:
    """Give a discount, a comp, or ask for more."""
    row = day.event(step)
    form = _correcting(day, row, day.patron(row, step), "adjust_due")
    kind = ("Discount", "Surcharge", "Comp")[step.pick(3, 3)]
    try:
        form.choose("kind", kind).fill("reason", f"because {step.number}")
        if kind != "Comp":
            form.fill("amount", "1.25")
    except LookupError as error:
        raise Missing(str(error)) from error
    day.submit(form, (kind,))


def undo_below_post(day: Day, step: Step) -> None:
    """Press *Undo* below the post of a payment, as the person who logged it or as somebody else."""
    posts = _posts(day, step)
    post, person = posts[step.pick(0, len(posts))], day.person(step)
    message = next((each for each in person.sees(post.channel) if each.ts == post.ts), None)
    if message is None:
        raise Missing("the post is in another channel")
    lines = _in(day, message.text)
    if len(lines) != 1:
        raise Missing("it is the post of several")
    deed = Deed(step.number, (lines[0].reversed,), Said.UNKNOWN)
    day.deeds.add(deed)
    day.press(person, message, "undo_entry")
    if person.sees(post.channel)[-1].ephemeral:
        deed.said = verdict(person.sees(post.channel)[-1].text, ("Undone:", "Already undone"))
    if deed.said is Said.NO:
        deed.said = Said.UNKNOWN  # the message may be the answer to an earlier press


def ask_office(day: Day, step: Step) -> None:
    """Ask the office to void a payment of more than ten minutes ago; perhaps it does so at once."""
    posts = _posts(day, step)
    day.boat.clock.seconds += 660
    post = posts[step.pick(0, len(posts))]
    lines = _in(day, post.text)
    person = day.person(step, among=("dana", "marco"))
    message = next((each for each in person.sees(post.channel) if each.ts == post.ts), None)
    if message is None or len(lines) != 1:
        raise Missing("the post is in another channel, or of several")
    day.press(person, message, "undo_entry")
    answer = person.sees(post.channel)[-1]
    if answer.ephemeral:
        day.press(person, answer, "ask_office")


def _posts(day: Day, step: Step) -> list[Any]:
    """Return the posts with a button to undo; one is made first where there is none. Raises Missing."""
    for _ in range(2):
        board = day.boat.slack.board.posts
        if posts := [post for post in board if post.only_for is None and "undo_entry" in str(post.blocks)]:
            return posts
        payments.log(day, step)
        day.boat.announce(POSTS)
    raise Missing("nothing is posted")


def _in(day: Day, text: str) -> list[Line]:
    """Return the payments that a post is about."""
    paid = [line for row in day.event_rows() for _, _, line in lines_of(row) if line.kind == PAYMENT]
    return [line for line in paid if f" paid ${line.amount:.2f}" in text]


def _paid(day: Day, step: Step, *, methods: tuple[str, ...] = ()) -> tuple[dict[str, Any], str, str, Line]:
    """Return a payment of the ledgers with its event, patron and id; one that is logged now where there is none."""
    found = _payments(day, methods)
    if not found:
        payments.log(day, replace(step, picks=(*step.picks[:4], METHODS.index((methods or METHODS)[0]), 1)))
        found = _payments(day, methods)
    if not found:
        raise Missing("nothing was paid")
    return found[step.pick(0, len(found))]


def _payments(day: Day, methods: tuple[str, ...]) -> list[tuple[dict[str, Any], str, str, Line]]:
    return [
        (row, patron, key, line)
        for row in day.event_rows()
        for patron, key, line in lines_of(row)
        if line.kind == PAYMENT and (not methods or line.method in methods)
    ]


def _correcting(day: Day, row: dict[str, Any], patron: str, action_id: str) -> Modal:
    """Return the office's form from the button of a balance. Raises Missing."""
    olivia = day.fresh("olivia")
    answer = day.answer(olivia, "/payment-status", f"{row['eid']} {patron}")
    day.press(olivia, answer, action_id)
    return day.form(olivia)


ACTS: Final = {
    "void": void,
    "returned": returned,
    "refund": refund,
    "adjust": adjust,
    "undo_below_post": undo_below_post,
    "ask_office": ask_office,
}
