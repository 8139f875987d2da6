"""The roster: patrons added, edited and pasted by the office, imported, forgotten, renamed and adopted by operators."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from adapters.attribute_values import to_wire
from tests.histories.day import Missing
from tests.histories.deeds import PAYMENT, Deed, Line, Said

if TYPE_CHECKING:
    from tests.histories.day import Day
    from tests.histories.steps import Step

_LETTERS: Final = "abcdefghijklmnop"


def _name(step: Step) -> str:
    return f"Pat {_LETTERS[step.number % 16].upper()}{_LETTERS[step.number // 16 % 16]}berg"


def add_patron(day: Day, step: Step) -> None:
    """Add somebody to a roster."""
    olivia = day.fresh("olivia")
    day.press(olivia, day.answer(olivia, "/payment-status", str(day.event(step)["eid"])), "add_patron")
    form = day.form(olivia)
    try:
        form.fill("name", _name(step)).fill("party", str(1 + step.pick(3, 3))).fill("due", "90")
    except LookupError as error:
        raise Missing(str(error)) from error
    day.submit(form, ("Added:",))


def edit_patron(day: Day, step: Step) -> None:
    """Change the number of people, or what they owe."""
    row = day.event(step)
    olivia = day.fresh("olivia")
    day.press(olivia, day.answer(olivia, "/payment-status", f"{row['eid']} {day.patron(row, step)}"), "edit_patron")
    form = day.form(olivia)
    try:
        form.fill("party", str(1 + step.pick(3, 4))).fill("due", f"{100 + step.pick(4, 50)}")
    except LookupError as error:
        raise Missing(str(error)) from error
    day.submit(form, ("Saved:",))


def paste_roster(day: Day, step: Step) -> None:
    """Paste a list of people, and press the button below its plan."""
    olivia = day.fresh("olivia")
    day.press(olivia, day.answer(olivia, "/payment-status", str(day.event(step)["eid"])), "paste_roster")
    form = day.form(olivia, "Paste a roster")
    form.fill("list", f"{_name(step)}, party of 2, 180\nAna Lima, 3 people").submit()
    day.submit(day.form(olivia, "Roster: the plan"), ("Roster saved",))


def import_roster(day: Day, step: Step) -> None:
    """Import patrons from a file; an interrupted run is repeated."""
    eid = str(day.event(step)["eid"])
    lines = ["id,name,party,due", f"imp-{step.number},{_name(step)},2,140", "ana,Ana Lima,2,200"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "patrons.csv"
        file.write_text("\n".join(lines))
        _until_done(day, "patrons", "import", str(file), "--event", eid, "--yes")


def adopt(day: Day, step: Step) -> None:
    """Lift a payment that an older system keeps in a row of its own."""
    row = day.event(step)
    patron, amount = day.patron(row, step), step.amount()
    old = {"amount": amount, "timestamp": "2026-05-20T18:00:00Z", "method": "venmo", "logged_by": "cb"}
    if day.boat.events.get((row["eid"], "old-cb")):
        raise Missing("the older system has one here already")
    item = {"eid": row["eid"], "crew_id": "old-cb", "role": "deckhand", "payments": {patron: old}}
    day.boat.events.put((row["eid"], "old-cb"), {name: to_wire(value) for name, value in item.items()})
    deed = Deed(step.number, (Line(PAYMENT, amount, "venmo"),), Said.UNKNOWN, by="old:cb", patrons=(patron,))
    day.deeds.add(deed)
    if _until_done(day, "payments", "adopt", "--yes"):
        deed.said = Said.YES


def forget(day: Day, step: Step) -> None:
    """Forget a person of an event; an interrupted run is repeated."""
    row = day.event(step)
    patron = day.patron(row, step)
    day.forgotten = True
    _until_done(day, "forget", str(row["eid"]), patron, "--yes")


def rename_by_roster(day: Day, step: Step) -> None:
    """Give an event another id at the command line; an interrupted run is repeated."""
    row = day.event(step)
    eid = str(row["eid"])
    new = f"{eid[:10]}-renamed-{_LETTERS[step.pick(3, 4)]}-morning"
    if day.row(new):
        raise Missing("the id is taken")
    _until_done(day, "events", "rename", eid, new, "--yes")


def rebuild(day: Day, step: Step) -> None:
    """Make the books anew."""
    _until_done(day, "rebuild", "--yes")
    if step.twice:
        _until_done(day, "rebuild", "--yes")


def _until_done(day: Day, *words: str) -> bool:
    """Run a command, and repeat it without faults if it failed or was killed, as its operator does.

    Return whether it succeeded.
    """
    code, _ = day.boat.roster(*words)
    if code != 0:
        faults, day.boat.injector.faults = day.boat.injector.faults, ()
        code, _ = day.boat.roster(*words)
        day.boat.injector.faults = faults
    return code == 0


ACTS: Final = {
    "add_patron": add_patron,
    "edit_patron": edit_patron,
    "paste_roster": paste_roster,
    "import_roster": import_roster,
    "adopt": adopt,
    "forget": forget,
    "rename_by_roster": rename_by_roster,
    "rebuild": rebuild,
}
