"""Payments: by words, for several people at once, by the API, for somebody new, and the same one again."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tests.histories.day import Missing, verdict
from tests.histories.deeds import PAYMENT, ZERO, Deed, Line, Said

if TYPE_CHECKING:
    from collections.abc import Callable

    from devkit.slack import Modal, Person
    from tests.histories.day import Day
    from tests.histories.steps import Step

METHODS: Final = ("cash", "cash", "check", "card", "venmo")
LOGGED: Final = ("Payment logged", "Already logged, and counted once", "This form was already logged, as")
"""The last one answers a form that was logged, whose patron has another id since then: they were forgotten."""


def log(day: Day, step: Step) -> None:
    """Log a payment by words, perhaps with a tip."""
    row = day.event(step)
    patron, person = day.patron(row, step), day.person(step)
    line = _line(step)
    form = _opened(day, person, f"{row['eid']} {patron} {line.amount} {line.method}{_tip(line)}")
    _check(form, patron, line)
    deed = Deed(step.number, (line,), Said.UNKNOWN, by=f"slack:{person.id}", patrons=(patron,))
    day.submit_deed(form, deed, LOGGED)


def log_same_again(day: Day, step: Step) -> None:
    """Log a payment like an earlier one: the form asks, and the person confirms it or not."""
    earlier = [
        each for each in day.deeds.all if len(each.lines) == 1 and each.lines[0].kind == PAYMENT and each.patrons
    ]
    if not earlier:
        raise Missing("nothing was paid")
    deed = earlier[step.pick(0, len(earlier))]
    (line,), patron, row = deed.lines, deed.patrons[0], day.event(step)
    if patron not in row.get("patrons", {}) or line.tip:
        raise Missing("they are on another event")
    person = day.person(step)
    form = _opened(day, person, f"{row['eid']} {patron} {line.amount} {line.method}")
    _check(form, patron, line)
    again = Deed(step.number, (line,), Said.UNKNOWN, by=f"slack:{person.id}", patrons=(patron,))
    day.submit_deed(form, again, LOGGED)
    if "confirm" in form.errors and step.pick(3, 2):
        again.said = Said.NO
        form.choose("confirm", str(form.block("confirm")["element"]["options"][0]["value"]))
        confirmed = Deed(step.number, (line,), Said.UNKNOWN, by=f"slack:{person.id}", patrons=(patron,))
        day.submit_deed(form, confirmed, LOGGED)


def log_walk_up(day: Day, step: Step) -> None:
    """Log the payment of somebody who is on no roster."""
    row, person = day.event(step), day.person(step)
    line = _line(step)
    form = _opened(day, person, str(row["eid"]))
    name = f"Walker {_word(step.number)}"
    try:
        form.choose("patron", name, pick=f"New patron “{name}”")
        form.fill("amount", str(line.amount)).choose("method", line.method.title())
        if line.tip:
            form.fill("tip", str(line.tip))
    except LookupError as error:
        raise Missing(str(error)) from error
    day.submit_deed(form, Deed(step.number, (line,), Said.UNKNOWN, by=f"slack:{person.id}"), LOGGED)


def log_group(day: Day, step: Step) -> None:
    """Log one payment for two patrons, each with an amount of their own."""
    row, person = day.event(step), day.person(step)
    first, second = day.patron(row, step), day.patron(row, step, 3)
    if first == second:
        raise Missing("two people are needed")
    method = METHODS[step.pick(4, len(METHODS))]
    form = _opened(day, person, f"{row['eid']} {first} and {second} 99 {method}", "Log for several")
    amounts = {first: step.amount(1), second: step.amount(2)}
    try:
        for patron, amount in amounts.items():
            form.fill(f"share.{patron}", str(amount))
    except LookupError as error:
        raise Missing(str(error)) from error
    if form.values.get("patrons") != [first, second]:
        raise Missing("the words were understood in another way")
    lines = tuple(Line(PAYMENT, amount, method) for amount in amounts.values())
    deed = Deed(step.number, lines, Said.UNKNOWN, by=f"slack:{person.id}", patrons=(first, second))
    day.submit_deed(form, deed, LOGGED)


def log_by_api(day: Day, step: Step) -> None:
    """Log a payment on the dispatch page, which tries again by itself with the same key."""
    row = day.event(step)
    patron, line, key = day.patron(row, step), _line(step), f"key-{step.number:06}"
    body = {"patron_id": patron, "amount": f"{line.amount}", "method": line.method}
    if line.tip:
        body["tip"] = f"{line.tip}"
    ask = _asking(day, f"/api/events/{row['eid']}/payment-log", body, key)
    deed = Deed(step.number, (line,), Said.UNKNOWN, by="web:U0OLIVIA", patrons=(patron,))
    day.deeds.add(deed)
    deed.ask_again = ask
    deed.said = ask()
    if step.twice and deed.said is not Said.NO:
        deed.said = ask() if deed.said is Said.UNKNOWN else deed.said


def _asking(day: Day, path: str, body: dict[str, str], key: str) -> Callable[[], Said]:
    def ask() -> Said:
        status, answer = day.boat.office("POST", path, body, **{"idempotency-key": key})
        if status in {200, 201} or any(each in str(answer) for each in LOGGED):
            return Said.YES
        return Said.UNKNOWN if status >= 500 else Said.NO

    return ask


def undo(day: Day, step: Step) -> None:
    """Log a payment, and undo it from its receipt."""
    log(day, step)
    deed = next(each for each in day.deeds.all if each.number == step.number)  # another act may have come between
    person = day.boat.as_(deed.by.partition("U0")[2].lower())
    form = day.form(person, "Payment logged")
    if not all(f"${line.amount:.2f}" in form.text for line in deed.lines):
        raise Missing("the receipt is that of another payment, which the same person logged meanwhile")
    taken = Deed(step.number, tuple(line.reversed for line in deed.lines), Said.UNKNOWN)
    day.deeds.add(taken)
    try:
        form.click("undo_entry")
    except LookupError as error:
        taken.said = Said.NO
        raise Missing(str(error)) from error
    taken.said = verdict(form.text, ("Payment undone", "Already undone"))
    if taken.said is Said.NO:
        taken.said = Said.UNKNOWN  # the receipt stays as it was where its update was lost


def _opened(day: Day, person: Person, words: str, title: str = "Log a payment") -> Modal:
    person.command("/log-payment", words, channel="C0DOCK")
    return day.form(person, title)


def _check(form: Modal, patron: str, line: Line) -> None:
    """Raise Missing if the form does not hold the typed values, as after a fault of the table."""
    amount = str(form.values.get("amount") or "0")
    if form.values.get("patron") != patron or Decimal(amount.replace(",", "")) != line.amount:
        raise Missing("the words were understood in another way")


def _line(step: Step) -> Line:
    tip = Decimal("5.00") if step.pick(5, 4) == 0 else ZERO
    return Line(PAYMENT, step.amount(), METHODS[step.pick(4, len(METHODS))], tip)


def _tip(line: Line) -> str:
    return f" tip {line.tip}" if line.tip else ""


def _word(number: int) -> str:
    """Return a number as letters, because names have no digits."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number)).title()


ACTS: Final = {
    "log": log,
    "log_same_again": log_same_again,
    "log_walk_up": log_walk_up,
    "log_group": log_group,
    "log_by_api": log_by_api,
    "undo": undo,
}
