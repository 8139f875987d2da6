"""Cash from hand to hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tests.histories.acts import payments
from tests.histories.boat import POSTS
from tests.histories.day import CREW, Missing
from tests.histories.deeds import Said

if TYPE_CHECKING:
    from tests.histories.day import Day
    from tests.histories.steps import Step


def hand_over(day: Day, step: Step) -> None:
    """Hand over all cash of a person to the office, or to somebody of the crew."""
    person = day.person(step, among=("dana", "marco"))
    log_cash(day, step, str(person.human.handle))
    day.press(person, day.answer(person, "/payment-status", "cash"), "cash_hand_over")
    form = day.form(person)
    counted = step.amount(3)
    try:
        if any(block["block_id"] == "pile" for block in form.blocks):
            form.choose("pile", str(form.block("pile")["element"]["options"][0]["value"]))
        if step.pick(3, 3):
            form.choose("to", "The office")
        else:
            form.choose("to", "Somebody of the crew").choose("person", "U0MARCO" if person.id == "U0DANA" else "U0DANA")
        form.fill("counted", str(counted))
    except LookupError as error:
        raise Missing(str(error)) from error
    said, delivery = day.submit(form, ("waits for",))
    if said is Said.NO and "more" in str(form.blocks) and form.is_open:
        try:
            form.choose("more", "more")
        except LookupError as error:
            raise Missing(str(error)) from error
        said, delivery = day.submit(form, ("waits for",))
    if delivery is not None:
        sent = delivery
        day.hand_overs.append((counted, said, lambda: day.again(sent, ("waits for",)), sent))


def log_cash(day: Day, step: Step, who: str) -> None:
    """Let a person take cash that the books know of, unless they hold some."""
    hand = day.row("#books", f"hand:slack:U0{who.upper()}")
    if hand.get("taken"):
        return
    payments.log(day, replace(step, picks=(step.picks[0], step.picks[1], CREW.index(who), 0, 0, 1)))
    day.boat.announce(POSTS)


def answer_hand_over(day: Day, step: Step) -> None:
    """Accept or decline a hand-over, or take it back."""
    if not any(row["eid"] == "#cash" for row in day.rows()):
        hand_over(day, step)
    person = day.person(step)
    answer = day.answer(person, "/payment-status", "cash")
    action = ("cash_i_have_it", "cash_i_have_it", "cash_another_sum", "cash_take_back")[step.pick(3, 4)]
    day.press(person, answer, action)
    if action == "cash_another_sum":
        form = day.form(person)
        form.fill("reason", f"I counted less {step.number}")
        day.submit(form, ())


ACTS: Final = {"hand_over": hand_over, "answer_hand_over": answer_hand_over}
