"""Refusals of hand-overs of cash and checks."""

from __future__ import annotations

from charter.refusals.base import Conflict, Malformed, NotAllowed, Unknown


class HandOverUnknown(Unknown):
    """There is no such hand-over."""

    sentence = "The table has no such hand-over any more. /payment-status cash shows what waits."


class HandOverClosed(Conflict):
    """It was accepted, declined or taken back before. `how` says which, as the end of a sentence."""

    def __init__(self, how: str) -> None:
        super().__init__(f"That hand-over was already {how}. Nothing was changed.")


class HandOverReused(Conflict):
    """The id of the form names a hand-over with other content."""

    default_field = "counted"
    sentence = "This form was already sent with other content. Close it, and see /payment-status cash for what waits."


class NotTheReceiver(NotAllowed):
    """The hand-over is for somebody else."""

    sentence = "Only the person who gets the money can say so. For the office, that is any admin but the giver."


class NotTheGiver(NotAllowed):
    """Somebody else handed it over."""

    sentence = "Only the person who handed it over can take it back."


class NothingHeld(Conflict):
    """The books have nothing in this hand that is not handed over already."""

    default_field = "counted"
    sentence = "The books have nothing in your hand to hand over. Log the payments that you took first."


class MoreThanHeld(Conflict):
    """More was counted than the books have in this hand. `left` is what they have, as people read it."""

    default_field = "counted"

    def __init__(self, left: str) -> None:
        super().__init__(
            f"The books say that you have {left} left to hand over. Count again, or tick below that it is more."
        )


class WrittenOffTooMuch(Conflict):
    """The hand has less than what is written off. `left` is what it has, as people read it."""

    default_field = "amount"

    def __init__(self, left: str) -> None:
        super().__init__(f"The books have only {left} in that hand. Write off at most that.")


class ReceiverMissing(Malformed):
    """Nobody was picked."""

    default_field = "person"
    sentence = "Pick the person who gets the money."


class ReceiverNotOfCrew(Malformed):
    """The person has no role here, or none that Slack confirms."""

    default_field = "person"
    sentence = "That person is not of the crew. Pick somebody who may log payments, or hand it to the office."


class ReceiverIsGiver(Malformed):
    """They picked themselves."""

    default_field = "person"
    sentence = "That is you. Pick the person who gets the money."


class ReferenceMissing(Malformed):
    """A deposit without its slip. `limit` is the most letters that it takes."""

    default_field = "reference"

    def __init__(self, limit: int) -> None:
        super().__init__(f"Write the number of the deposit slip, at most {limit} letters.")
