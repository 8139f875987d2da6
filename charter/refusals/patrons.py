"""Refusals about patrons and the lines of a roster."""

from __future__ import annotations

from charter.refusals.base import Conflict, Malformed, Unknown, shortened


class PatronIdMalformed(Malformed):
    """The patron id breaks `[A-Za-z0-9._@+-]{1,64}`."""

    default_field = "patron"

    def __init__(self, patron_id: str) -> None:
        super().__init__(
            f"“{shortened(patron_id)}” is not a patron id: use up to 64 letters, digits and . _ @ + - only.",
        )


class NameMalformed(Malformed):
    """A person's name is empty or longer than 80 letters. `whose` says whose, as the end of `Write …`.

    `forged`: it holds what could pass for words of ours, or what nobody sees.
    """

    default_field = "name"

    def __init__(self, *, whose: str = "the patron's name", field: str | None = None, forged: bool = False) -> None:
        wanted = "without links, invisible characters, and signs such as · or |" if forged else "80 letters at most"
        super().__init__(f"Write {whose}, {wanted}.", field=field)
        self.variant = "forged" if forged else ""


class PartyMalformed(Malformed):
    """The party is no number of people that fits on the boat."""

    default_field = "party"

    def __init__(self, most: int) -> None:
        super().__init__(f"Write how many people come along with this name, 1 to {most}.")


class DueMissing(Malformed):
    """The due was left empty, and the event has no price from which it would follow."""

    default_field = "due"
    sentence = "This event has no price, so write what the whole party owes, or 0."


class EmailMalformed(Malformed):
    """It is no e-mail address."""

    default_field = "email"
    sentence = "Write one e-mail address, like dave@example.com, or leave it empty."


class PhoneMalformed(Malformed):
    """It is no phone number."""

    default_field = "phone"
    sentence = "Write one phone number, like +1 415 555 0114, or leave it empty."


class PatronUnknown(Unknown):
    """The patron is not on this event's roster. `plainly` is what holds also where no new patron can be chosen."""

    default_field = "patron"

    def __init__(self, patron_id: str) -> None:
        self.plainly = f"“{shortened(patron_id)}” is not on this event's roster."
        super().__init__(f"{self.plainly} Pick somebody on it, or choose New patron.")


class PatronGone(PatronUnknown):
    """One of several patrons is not on this event's roster, where nobody can be chosen as new."""

    def __init__(self, patron_id: str) -> None:
        super().__init__(patron_id)
        self.args = ("This patron is not on the event's roster any more. Take them off the list of patrons.",)


class PatronExists(Conflict):
    """A new patron would take the id of somebody who is already on the roster."""

    default_field = "name"

    def __init__(self, name: str) -> None:
        super().__init__(f"{shortened(name)} is already on this roster. Pick them from the list instead.")


class PatronAdded(Conflict):
    """The same form came with other content. It has already added a patron, who stays as they are."""

    default_field = "name"

    def __init__(self, name: str) -> None:
        super().__init__(f"This form already added {shortened(name)}. Close it and edit them in the status instead.")


class CompIsWhole(Malformed):
    """A comp has another amount than the due, all of which it takes off. `amount` is the due."""

    default_field = "amount"

    def __init__(self, amount: str) -> None:
        super().__init__(f"A comp takes off all {amount} that is due. Leave the amount empty, or pick Discount.")


class DiscountTooLarge(Conflict):
    """The discount is more than is due. `amount` is the due."""

    default_field = "amount"

    def __init__(self, amount: str) -> None:
        super().__init__(f"Only {amount} is due, so a discount is at most that. Write a smaller amount.")


class NothingToTakeOff(Conflict):
    """Nothing is due, so that there is nothing for a discount or a comp to take off."""

    default_field = "kind"
    sentence = "Nothing is due, so nothing can be taken off. Only a surcharge is possible."


class ListEmpty(Malformed):
    """The pasted list has no line."""

    default_field = "list"
    sentence = "Paste a list with one patron a line."


class ListTooLong(Malformed):
    """The pasted list has more lines than one list may have."""

    default_field = "list"

    def __init__(self, lines: int, most: int) -> None:
        super().__init__(f"This list has {lines} lines. Paste at most {most} at a time.")


class TooManyChanges(Conflict):
    """The pasted list changes more fields of patrons than one write can keep a trace of."""

    default_field = "list"

    def __init__(self, changes: int, most: int) -> None:
        super().__init__(
            f"This changes {changes} fields of patrons. Paste fewer lines: at most {most} changes at a time."
        )
