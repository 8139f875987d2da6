"""Plays a history from its steps, and returns the promises that it broke."""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from adapters.attribute_values import to_wire
from charter.late import GIVEN_UP
from tests.builders import a_crew_row, a_row
from tests.histories.acts import ACTS
from tests.histories.boat import MAILS, POSTS
from tests.histories.day import Day, Missing
from tests.histories.long_faults import CLOSED, POST
from tests.histories.promises import broken_promises

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.histories.boat import Boat, Harness
    from tests.histories.steps import Step

OTHER: Final = "2026-05-24-golden-gate-sunset"
_MOST_INVOCATIONS: Final = 30  # invocations of a reader
_ROSTER: Final = {
    "dave": {"name": "Dave Kowalski", "party": 1, "due": 125},
    "ana": {"name": "Ana Lima", "party": 2, "due": 250, "email": "ana@patrons.example"},
    "maria": {"name": "Maria Santos", "party": 1, "due": 90},
}


@dataclass
class Played:
    """The result of a history. `faults` is empty if every promise was kept."""

    faults: list[str]
    done: Counter[str] = field(default_factory=Counter)
    """Acts that were carried out; those with nothing to act on have a `-` before their name."""
    met: Counter[str] = field(default_factory=Counter)
    """The number of calls with each kind of fault."""


def play(harness: Harness, seed: str, steps: Sequence[Step]) -> Played:
    """Play the steps on a new boat, end all faults, and look for broken promises.

    An exception that one of the product's handlers raises is one.
    """
    try:
        return _played(harness, seed, steps)
    except Exception:  # noqa: BLE001 - as the docstring says
        return Played([traceback.format_exc(limit=-6)])


def _played(harness: Harness, seed: str, steps: Sequence[Step]) -> Played:
    boat = harness.new_boat(seed)
    day = Day(boat)
    _begin(boat)
    done = Counter[str]()
    for step in steps:
        _act(day, step, done)
    met = Counter(boat.injector.met)
    _finish(day)
    return Played([*boat.mishaps, *broken_promises(day)], done, met)


def _begin(boat: Boat) -> None:
    """Write two events with their crew, which the readers of the stream know."""
    sunset = {"title": "Golden Gate sunset", "starts_at": "2026-05-24T18:00:00-07:00", "channel": "C0SUNSET"}
    kai = {"kai": {"name": "Kai Nakamura", "party": 1, "due": 300}, "ana": _ROSTER["ana"]}
    for row in (a_row(patrons=_ROSTER), a_crew_row(), a_row(OTHER, **sunset, patrons=kai)):
        boat.events.put((row["eid"], row["crew_id"]), {name: to_wire(value) for name, value in row.items()})


def _act(day: Day, step: Step, done: Counter[str]) -> None:
    boat = day.boat
    meanwhile = None
    if step.twice == "meanwhile":
        meanwhile = boat.same_again
    elif step.meanwhile is not None:
        other = step.meanwhile

        def meanwhile() -> None:
            _alone(day, other, done)

    if step.long is not None:
        boat.injector.long.begin(step.long, boat.clock())
    boat.injector.set(step.faults, meanwhile=meanwhile, at=step.at)
    _alone(day, step, done)
    if step.twice == "after":
        boat.press_last_again()
    boat.injector.clear()
    boat.gather()
    boat.clock.seconds += 5


def _alone(day: Day, step: Step, done: Counter[str]) -> None:
    try:
        ACTS[step.act](day, step)
        done[step.act] += 1
    except Missing:
        done[f"-{step.act}"] += 1
    except LookupError:
        if not day.boat.injector.faults and not day.boat.injector.met:
            raise
        done[f"-{step.act}"] += 1  # a fault lost something that the act needs, such as a form's options


def _finish(day: Day) -> None:
    """End all faults, deliver everything again, and repeat the requests that got no answer.

    If channels were closed to the bot, the schedule also searches for entries that were never announced.
    """
    boat = day.boat
    boat.injector.clear()
    boat.injector.long.end()
    _deliver_all(boat)
    day.settle()
    _deliver_all(boat)
    boat.clock.seconds += 700
    boat.invoke(MAILS, {"sweep": "waiting"})
    _deliver_all(boat)
    if any(boat.injector.met[f"{POST} {error}"] for error in CLOSED):
        _announce_late(boat)


def _announce_late(boat: Boat) -> None:
    """Let a day pass, and run the schedule that searches for entries that were never announced."""
    boat.clock.seconds += GIVEN_UP.total_seconds() + 3600
    for _ in range(_MOST_INVOCATIONS):
        if (boat.invoke(POSTS, {"sweep": "late"}) or {}).get("finished"):
            return
    boat.mishaps.append("the search for what was never announced does not end")


def _deliver_all(boat: Boat) -> None:
    for _ in range(_MOST_INVOCATIONS):
        if boat.is_quiet:
            return
        for reader in (POSTS, MAILS):
            before = boat.read[reader]
            boat.announce(reader)
            if boat.read[reader] == before < len(boat.changes):
                boat.clock.seconds += 70  # a claim of a dead process ends a minute after it began
    boat.mishaps.append(f"records are never done: {boat.read} of {len(boat.changes)}")
