"""Refusals of people who lack a role. bot/refused.py adds who has it."""

from __future__ import annotations

from charter.refusals import NotAllowed


class OfficeOnly(NotAllowed):
    """Only admins may do this. The sentence says what."""

    asks_office = True


class CrewOnly(NotAllowed):
    """The person is not of the crew. `outside`: nor of our workspace, so nobody's id is shown to them."""

    sentence = "This is for the crew of Ship Captain Crew."

    def __init__(self, *, outside: bool) -> None:
        super().__init__()
        self.outside = outside


class NotPostedByYou(NotAllowed):
    """Somebody else had the bot post the message. `by` is their Slack id."""

    asks_office = True
    sentence = "Only the person who posted this and the office can take it back."

    def __init__(self, by: str) -> None:
        super().__init__()
        self.by = by
