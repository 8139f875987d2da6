"""One day of a boat: the boat, what people did on it, and how they use its forms and buttons."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from tests.histories.deeds import Deeds, Said

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from devkit.slack import Delivery, Message, Modal, Person
    from tests.histories.boat import Boat
    from tests.histories.deeds import Deed
    from tests.histories.steps import Step

CREW: Final = ("dana", "marco", "olivia")
# Parts of answers that leave the result unknown.
_UNSURE: Final = (
    "did not answer in time",
    "Something went wrong on our side",
    "No answer came",
    "within three seconds only",
)


def verdict(text: str, yes: tuple[str, ...]) -> Said:
    """Return whether an answer confirms a deed, refuses it, or leaves it unknown."""
    if any(each in text for each in yes):
        return Said.YES
    return Said.UNKNOWN if not text or any(each in text for each in _UNSURE) else Said.NO


class Missing(Exception):  # noqa: N818 - a fact
    """The button or form that a step needs is missing. The step then does nothing."""


@dataclass
class Day:
    """A boat and its people. `started` are the ids that events had when they were made."""

    boat: Boat
    deeds: Deeds = field(default_factory=Deeds)
    started: list[str] = field(default_factory=list)
    signatures: dict[str, tuple[str, Said]] = field(default_factory=dict)
    """Ids of signatures with the names of those who signed, and the answer that they got."""
    unsure_signatures: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Every signing with its path, to be sent once more at the end."""
    hand_overs: list[tuple[Decimal, Said, Callable[[], Said], Delivery]] = field(default_factory=list)
    """Hand-overs of cash: the sum, the answer, a function that repeats the request, and the request."""
    forgotten: bool = False

    # Rows and people

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield every row of the table in Python's types."""
        for _, item in self.boat.events.all():
            yield from_wire(item)

    def row(self, eid: str, crew_id: str = "#event") -> dict[str, Any]:
        """Return one row; an empty one where there is none."""
        return from_wire(self.boat.events.get((eid, crew_id)) or {})

    def event_rows(self) -> list[dict[str, Any]]:
        """Return the own rows of all events, without redirects."""
        return [row for row in self.rows() if row["crew_id"] == "#event" and "moved_to" not in row]

    def event(self, step: Step, place: int = 0) -> dict[str, Any]:
        """Return the row of one of the events, the first one more often than others."""
        rows = self.event_rows()
        return rows[max(0, step.pick(place, len(rows) * 2) - len(rows))]

    def patron(self, row: dict[str, Any], step: Step, place: int = 1) -> str:
        """Return one of an event's patrons who is expected. Raises Missing."""
        roster = [key for key, line in (row.get("patrons") or {}).items() if line.get("state") in {None, "no_show"}]
        if not roster:
            raise Missing("nobody is on the roster")
        return str(sorted(roster)[step.pick(place, len(roster))])

    def person(self, step: Step, place: int = 2, among: tuple[str, ...] = CREW) -> Person:
        """Return one of the people, with nothing open on their screen."""
        return self.fresh(among[step.pick(place, len(among))])

    def fresh(self, name: str) -> Person:
        """Return a person with nothing open on their screen."""
        person = self.boat.as_(name)
        self.boat.slack.modals.clear(person.id)
        return person

    # Forms and messages

    def form(self, person: Person, title: str = "") -> Modal:
        """Return the form that is open. Raises Missing where none is, or another one."""
        if person.modal is None or (title and person.modal.title != title):
            raise Missing(f"no form {title}")
        return person.modal

    def answer(self, person: Person, command: str, text: str, *, channel: str = "C0DOCK") -> Message:
        """Type a command, and return the message that answers it. Raises Missing where none does."""
        before = len(self.boat.slack.board.posts)
        person.command(command, text, channel=channel)
        if len(self.boat.slack.board.posts) == before:
            raise Missing("no answer came")
        return person.sees(channel)[-1]

    def press(self, person: Person, message: Message, action_id: str, **choice: Any) -> None:
        """Press a button of a message. Raises Missing where there is none."""
        try:
            person.click(message, action_id=action_id, **choice)
        except LookupError as error:
            raise Missing(str(error)) from error

    def sent(self, kind: str = "view_submission") -> Delivery | None:
        """Return the newest request of this type that went to the bot."""
        found = [each for each in self.boat.slack.deliveries if each.payload.get("type") == kind]
        return found[-1] if found else None

    def submit(self, form: Modal, yes: tuple[str, ...]) -> tuple[Said, Delivery | None]:
        """Submit a form. Return the meaning of the answer, and the request; none if Slack's client sent none."""
        before = len(self.boat.slack.deliveries)
        top = form.submit()
        delivered = [
            each for each in self.boat.slack.deliveries[before:] if each.payload.get("type") == "view_submission"
        ]
        if not delivered:
            return Said.NO, None
        delivery = delivered[-1]
        if delivery.error is not None:
            return Said.UNKNOWN, delivery
        shown = top.text if top is not None else ""
        return verdict("\n".join([readable(delivery.answer), shown]).strip(), yes), delivery

    def submit_deed(self, form: Modal, deed: Deed, yes: tuple[str, ...]) -> Deed:
        """Submit a form that makes entries, and keep the deed with its answer."""
        self.deeds.add(deed)  # first: a process may die, or another act may read it
        deed.said = Said.UNKNOWN
        deed.said, delivery = self.submit(form, yes)
        deed.delivery = delivery
        if delivery is not None:
            deed.ask_again = lambda: self.again(delivery, yes)
        return deed

    def again(self, delivery: Delivery, yes: tuple[str, ...]) -> Said:
        """Send a request once more, and return the meaning of its answer."""
        status, text = self.boat.press_again(delivery)
        return verdict(readable(text.encode()), yes) if status < 500 else Said.UNKNOWN

    @property
    def met(self) -> Counter[str]:
        """The number of calls with each kind of fault until now."""
        return self.boat.injector.met

    def settle(self) -> None:
        """Repeat every request whose answer was lost."""
        self.deeds.settle()
        for deed in self.deeds.all:
            # A payment that was refused as a possible duplicate is accepted ten minutes later.
            if deed.said is Said.NO and any(deed.delivery is each for each in self.boat.pressed_again):
                deed.said = Said.UNKNOWN
        for path, body in self.unsure_signatures:
            name, said = self.signatures[body["signature_id"]]
            if said is Said.UNKNOWN:
                status, _ = self.boat.web("POST", path, body, headers={"user-agent": "Mozilla/5.0 (iPhone)"})
                said = Said.YES if status in {200, 201} else Said.NO
                self.signatures[body["signature_id"]] = (name, said)
        for place, (counted, said, ask, sent) in enumerate(self.hand_overs):
            pressed_again = any(sent is each for each in self.boat.pressed_again)
            if said is Said.UNKNOWN or (said is Said.NO and pressed_again):
                self.hand_overs[place] = (counted, ask(), ask, sent)


def readable(answer: bytes) -> str:
    """Return all text of an answer, with its letters as people read them."""
    try:
        return json.dumps(json.loads(answer), ensure_ascii=False)
    except ValueError:
        return answer.decode(errors="replace")
