"""Refusals about events."""

from __future__ import annotations

from charter.refusals.base import Conflict, Malformed, Unknown, shortened


class EventIdMalformed(Malformed):
    """The event id breaks the rule; `reason` says how, as the end of a sentence that starts with the id."""

    default_field = "event"

    def __init__(self, eid: str, reason: str, *, field: str | None = None) -> None:
        super().__init__(
            f"“{shortened(eid)}” {reason}. An event id looks like 2026-05-23-captain-cory-afternoon.", field=field
        )
        self.reason = reason
        self.facts = {"eid": shortened(eid)}


class TitleMissing(Malformed):
    """Neither a title nor a captain's name was given, so there is nothing to call the event by."""

    default_field = "title"
    sentence = "Write what the event is called, or its captain's name."


class TitleMalformed(Malformed):
    """The event's title is too long, or shows nothing."""

    default_field = "title"

    def __init__(self, limit: int, *, field: str | None = None) -> None:
        super().__init__(f"Write it in visible letters, {limit} at most.", field=field)


class DayMalformed(Malformed):
    """No day was picked."""

    default_field = "day"
    sentence = "Pick the day of the event."


class TimeMalformed(Malformed):
    """No time was picked."""

    default_field = "time"
    sentence = "Pick the time at which the event starts."


class BoatMalformed(Malformed):
    """The boat's name is too long, or shows nothing."""

    default_field = "boat"

    def __init__(self, limit: int) -> None:
        super().__init__(f"Write the boat's name in visible letters, {limit} at most, or leave it empty.")


class CapacityMalformed(Malformed):
    """The capacity is no number of people that a boat takes."""

    default_field = "capacity"

    def __init__(self, most: int) -> None:
        super().__init__(f"Write how many people the boat takes, 1 to {most:,}, or leave it empty.")


class EventUnknown(Unknown):
    """The table has no row at all under this id."""

    default_field = "event"

    def __init__(self, eid: str) -> None:
        super().__init__(f"There is no event “{shortened(eid)}”. Pick one from the list.")
        self.facts = {"eid": shortened(eid)}


class EventCancelled(Conflict):
    """The event does not take place, so there is nothing to sign for."""

    default_field = "event"

    def __init__(self, title: str) -> None:
        super().__init__(f"{shortened(title)} is cancelled, so there is nothing to sign.")
        self.facts = {"title": shortened(title)}


class EventOver(Conflict):
    """The event has ended, so nobody can sign for it any more."""

    default_field = "event"

    def __init__(self, title: str) -> None:
        super().__init__(f"{shortened(title)} is over, so its waiver cannot be signed any more.")
        self.facts = {"title": shortened(title)}


class EventExists(Conflict):
    """Another event has the id, or had it before it was renamed. Nothing was written."""

    default_field = "eid"

    def __init__(self, eid: str, title: str, another: str) -> None:
        super().__init__(
            f"“{shortened(eid)}” is taken by {shortened(title, 40)}. Write another id, like {shortened(another, 100)}."
        )


class TooManyDues(Conflict):
    """A new price changes more dues than one write can keep a trace of."""

    default_field = "dues"

    def __init__(self, dues: int, most: int) -> None:
        super().__init__(
            f"This changes what {dues} patrons owe, and at most {most} can change together. Save the price alone, then "
            "paste a list with the new dues."
        )


class EventIdTaken(Conflict):
    """Another event has the new id, perhaps one that only crew rows know. Nothing was written."""

    default_field = "eid"

    def __init__(self, eid: str) -> None:
        super().__init__(f"An event “{shortened(eid)}” already exists. Choose another id.")


class EventIdIsOld(Conflict):
    """Another event had the new id before, and people have its links. Nothing was written."""

    default_field = "eid"

    def __init__(self, eid: str, target: str) -> None:
        super().__init__(
            f"“{shortened(eid)}” is an old id of {shortened(target)}, and its links still work. Choose another id."
        )


class EventIdBusy(Conflict):
    """Another event is getting the new id at this moment. Nothing was written."""

    default_field = "eid"

    def __init__(self, eid: str, source: str) -> None:
        super().__init__(f"“{shortened(source)}” is getting the id “{shortened(eid)}”. Choose another id.")
        self.eid, self.source = eid, source


class NoRoomForId(Conflict):
    """The event's row has no room for a longer id. Nothing was written."""

    default_field = "eid"

    def __init__(self, eid: str) -> None:
        super().__init__(f"The row of “{shortened(eid)}” is full to its last bytes. Choose a shorter new id.")
