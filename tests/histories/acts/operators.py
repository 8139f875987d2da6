"""Acts without a person: the stream's readers, schedules, restarts, duplicates of Slack's requests, and time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.histories.boat import BOT, MAILS, POSTS, WEB
from tests.histories.day import Missing

if TYPE_CHECKING:
    from tests.histories.day import Day
    from tests.histories.steps import Step

_READERS: Final = (POSTS, MAILS)


def announce(day: Day, step: Step) -> None:
    """Deliver the next records of the stream to both readers, or to one."""
    for reader in _READERS if step.pick(0, 3) else _READERS[step.pick(1, 2) :][:1]:
        day.boat.announce(reader)


def redeliver(day: Day, step: Step) -> None:
    """Deliver records of the stream once more that were delivered before."""
    reader = _READERS[step.pick(0, 3) // 2]
    day.boat.announce(reader, again=1 + step.pick(1, 8))


def restart(day: Day, step: Step) -> None:
    """End processes, so that the next requests start new ones."""
    day.boat.restart(*((BOT,), (WEB,), _READERS, ())[step.pick(0, 4)])


def time_passes(day: Day, step: Step) -> None:
    """Let seconds, minutes or days pass."""
    day.boat.clock.seconds += (2, 61, 700, 3700, 26 * 3600)[step.pick(0, 5)]


def press_again(day: Day, step: Step) -> None:
    """Deliver an earlier request of Slack's once more."""
    sent = [each for each in day.boat.slack.deliveries if each.kind in {"interaction", "event"}]
    if not sent:
        raise Missing("nothing was sent")
    interactions = [each for each in sent if each.kind == "interaction"] or sent
    day.boat.press_again(interactions[-1 - step.pick(0, min(4, len(interactions)))])


def digest(day: Day, step: Step) -> None:
    """Send the morning digest, or show it."""
    day.boat.invoke(POSTS, {"digest": ("morning", "now")[step.pick(0, 2)]})


def sweep(day: Day, step: Step) -> None:
    """Run the search for entries that were never announced, or for mails that wait."""
    order = ("late", "waiting")[step.pick(1, 2)]
    day.boat.invoke(_READERS[step.pick(0, 2)], {"sweep": order})


def remind_patrons(day: Day, step: Step) -> None:
    """Mail the reminders that are due."""
    day.boat.invoke(MAILS, {"remind": "patrons"})
    if step.twice:
        day.boat.invoke(MAILS, {"remind": "patrons"})


def canary(day: Day, step: Step) -> None:
    """Let the canary pay."""
    day.boat.invoke(POSTS, {"canary": True})
    if step.twice:
        day.boat.invoke(POSTS, {"canary": True})


ACTS: Final = {
    "announce": announce,
    "redeliver": redeliver,
    "restart": restart,
    "time_passes": time_passes,
    "press_again": press_again,
    "digest": digest,
    "sweep": sweep,
    "remind_patrons": remind_patrons,
    "canary": canary,
}
