"""Refusals about waivers and their signatures."""

from __future__ import annotations

from typing import ClassVar

from charter.refusals.base import Conflict, Malformed, Refusal, Unknown, shortened


class SignatureIdMalformed(Malformed):
    """The signature id, which the page mints, is too short to be random, or not plain."""

    default_field = "signature_id"
    sentence = "A signature id is 16 to 64 random letters and digits, like 3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b."


class NotAgreed(Malformed):
    """The waiver was sent without consent."""

    default_field = "agreed"
    sentence = "Tick the box to say that you have read the waiver and agree to it."


class TooManyMinors(Malformed):
    """More minors than one signature can cover."""

    default_field = "minors"

    def __init__(self, limit: int) -> None:
        super().__init__(f"One signature can cover {limit} minors at most. Sign again for the others.")
        self.facts = {"limit": limit}


class MinorMalformed(Malformed):
    """A minor's age is none, or that of an adult."""

    default_field = "minors"

    def __init__(self, oldest: int, *, field: str | None = None) -> None:
        super().__init__(f"Write the age as a number from 0 to {oldest}. Adults sign for themselves.", field=field)
        self.facts = {"oldest": oldest}


class SignatureMissing(Malformed):
    """Nothing was drawn, or no name was typed."""

    default_field = "signature"
    sentence = "Sign with your finger, or type your name instead."


class SignatureMalformed(Malformed):
    """The drawing is not a path that the pad makes, or too long."""

    default_field = "signature"
    sentence = "That drawing cannot be read. Clear it and sign again, or type your name instead."


class ForCaptainMalformed(Malformed):
    """An emergency contact or a medical note is too long, or a contact has no phone number. Never quotes it."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence, field=field)

    @classmethod
    def too_long(cls, field: str, what: str, limit: int) -> ForCaptainMalformed:
        """Return the refusal of a text of more than `limit` letters. `what` is all that the field needs."""
        refusal = cls(f"Write {what} in at most {limit} letters.", field)
        refusal.variant, refusal.facts = "long", {"limit": limit}
        return refusal


class SignerUnknown(Unknown):
    """The waiver's personal link is of no party that is on this event's roster."""

    default_field = "party"
    sentence = "The party of this link is no longer on this event's roster. Sign with your own name."


class SignatureUnknown(Unknown):
    """No evidence is kept under this id."""

    default_field = "signature_id"
    sentence = "There is no such signature. Check that the link is complete."


class SignaturesFull(Conflict):
    """The event has all the signatures over its plain link that it takes. Personal links still work."""

    default_field = "event"

    def __init__(self, title: str) -> None:
        super().__init__(
            f"{shortened(title)} takes no more signatures over this link. "
            "Ask the crew for your party's own link, or sign on paper."
        )
        self.facts = {"title": shortened(title)}


class WaiverChanged(Conflict):
    """The waiver was revised between reading and signing: nothing was written."""

    default_field = "version"
    sentence = "The waiver was changed while you were reading. Please read it again, then sign."


class SignatureReused(Conflict):
    """The same signature id came with other content. The first signature is kept, and nothing was written."""

    default_field = "signature_id"
    sentence = "This waiver was already signed with other content. The first signature is kept."


class SignatureMatched(Conflict):
    """Somebody else matched the signature to another patron meanwhile: nothing was changed."""

    default_field = "patron"

    def __init__(self, name: str, patron: str) -> None:
        super().__init__(
            f"{shortened(name)}'s signature was matched to {shortened(patron)} meanwhile. Nothing was changed."
        )


class SignatureSetAside(Conflict):
    """A signature that was set aside is matched to nobody."""

    default_field = "patron"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The signature of {shortened(name)} is set aside. Open the status again and take it back first."
        )


class NothingToRemind(Conflict):
    """A reminder to sign would reach nobody who can sign."""

    default_field = "event"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)

    @classmethod
    def nobody(cls, title: str) -> NothingToRemind:
        """Return the refusal for an event without a roster."""
        return cls(f"Nobody is on the roster of {shortened(title)} yet, so there is nobody to remind.")

    @classmethod
    def all_signed(cls, title: str) -> NothingToRemind:
        """Return the refusal for an event whose people have all signed."""
        return cls(f"Everybody on {shortened(title)} has signed, so there is nobody to remind.")

    @classmethod
    def cast_off(cls, title: str, at: str) -> NothingToRemind:
        """Return the refusal for an event that cast off at this time on the boat's clock."""
        return cls(f"{shortened(title)} cast off at {at}, so nobody is reminded any more.")

    @classmethod
    def no_channel(cls, title: str) -> NothingToRemind:
        """Return the refusal for an event without a channel of its own."""
        refusal = cls(
            f"{shortened(title)} has no channel to remind people in. "
            "Share the waiver with /waiver where they read it. Only the office can have the event's channel set."
        )
        refusal.asks_office = True
        return refusal


class RemindedJustNow(Conflict):
    """Somebody reminded a few minutes ago. Nothing was written; a press that knows of it is.

    `by` pressed (`slack:U…`) `at` that time on the boat's clock. `seen` is the id of that reminder.
    """

    default_field = "event"

    def __init__(self, at: str, *, by: str, seen: str) -> None:
        self.at, self.by, self.seen = at, by, seen
        super().__init__(f"The channel was reminded at {at} already. Wait ten minutes, or remind again.")


class TooManySignings(Refusal):
    """One address has signed too often over plain links. `retry_after`: the seconds until it may sign again."""

    retry_after: ClassVar[int] = 600
    sentence = (
        "Too many waivers were signed from this connection just now. Try again in ten minutes, "
        "or ask the crew for your party's own link."
    )
