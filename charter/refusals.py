"""Every expected no, as one tree of types that know the form field they belong to and say it in one sentence.

    Refusal
    ├── Malformed                 what was typed cannot be read
    │   ├── NothingPicked             the field that is empty
    │   ├── EventIdMalformed          event
    │   ├── PatronIdMalformed         patron
    │   ├── PaymentIdMalformed        payment_id
    │   ├── NameMalformed             name
    │   ├── AmountUnclear             amount
    │   ├── AmountOfAnotherDue        amount
    │   ├── AmountOfAnotherParty      amount
    │   ├── AmountTooFine             amount
    │   ├── AmountOutOfRange          amount
    │   ├── MethodUnknown             method
    │   ├── NotesTooLong              notes
    │   ├── ReasonMissing             reason
    │   ├── SignatureIdMalformed      signature_id
    │   ├── NotAgreed                 agreed
    │   ├── TitleMissing              title
    │   ├── TitleMalformed            title
    │   ├── DayMalformed              day
    │   ├── TimeMalformed             time
    │   ├── PartyMalformed            party
    │   ├── DueMissing                due
    │   ├── EmailMalformed            email
    │   ├── PhoneMalformed            phone
    │   ├── TooManyMinors             minors
    │   ├── MinorMalformed            minors
    │   ├── SignatureMissing          signature
    │   └── SignatureMalformed        signature
    ├── Unknown                   it reads well, but there is no such thing
    │   ├── EventUnknown              event
    │   ├── PatronUnknown             patron
    │   ├── EntryUnknown              payment_id
    │   ├── SignerUnknown             party
    │   └── SignatureUnknown          signature_id
    ├── Conflict                  it contradicts what is already written
    │   ├── PaymentIdReused           amount
    │   ├── EventCancelled            event
    │   ├── EventOver                 event
    │   ├── SignaturesFull            event
    │   ├── WaiverChanged             version
    │   ├── SignatureReused           signature_id
    │   ├── PatronExists              name
    │   ├── PatronAdded               name
    │   ├── EventExists               eid
    │   ├── EntryReversed             payment_id
    │   ├── NothingToReverse          payment_id
    │   ├── SignatureMatched          patron
    │   ├── SignatureSetAside         patron
    │   └── PaidTooLittle             amount
    ├── RowFull                   the event's row has no room left          event
    │   └── NoRoomToReverse       not even for a refund or a void           reason
    ├── TooManySignings           one address has signed too often in a while
    ├── NotAllowed                the person lacks the role
    └── Unavailable               something did not answer in time; nothing is known to be lost
        ├── TableUnavailable          the table
        └── EvidenceUnavailable       where the evidence of signatures is kept

`str(refusal)` is the sentence that people read, on every face; a face adds only its own escaping and layout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")


class Refusal(Exception):  # noqa: N818 - an expected no is not an error
    """An expected no. `field` names the form field it belongs to, or is None when it belongs to no single one."""

    default_field: ClassVar[str | None] = None

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field or self.default_field


class Malformed(Refusal):
    """What was typed cannot be read."""


class NothingPicked(Malformed):
    """A field that is to be picked from a list is empty."""

    def __init__(self, field: str) -> None:
        super().__init__(f"Pick the {field} from the list.", field=field)


class EventIdMalformed(Malformed):
    """The event id breaks the rule; `reason` says how, as the end of a sentence that starts with the id."""

    default_field = "event"

    def __init__(self, eid: str, reason: str, *, field: str | None = None) -> None:
        super().__init__(
            f"“{shortened(eid)}” {reason}. An event id looks like 2026-05-23-captain-cory-afternoon.", field=field
        )
        self.reason = reason


class PatronIdMalformed(Malformed):
    """The patron id breaks `[A-Za-z0-9._@+-]{1,64}`."""

    default_field = "patron"

    def __init__(self, patron_id: str, *, field: str | None = None) -> None:
        super().__init__(
            f"“{shortened(patron_id)}” is not a patron id: use up to 64 letters, digits and . _ @ + - only.",
            field=field,
        )


class PaymentIdMalformed(Malformed):
    """The payment id, which a client mints, breaks `[A-Za-z0-9._:-]{1,64}` or begins as the ledger's own ids do."""

    default_field = "payment_id"

    def __init__(self, payment_id: str) -> None:
        super().__init__(
            f"“{shortened(payment_id)}” cannot name a payment: use up to 64 letters, digits and . _ : - only, "
            "and begin neither with void: nor with before-the-ledger."
        )


class NameMalformed(Malformed):
    """A person's name is empty or longer than 80 letters. `whose` says whose, as the end of `Write …`.

    `forged`: it holds what could pass for words of ours, or what nobody sees.
    """

    default_field = "name"

    def __init__(self, *, whose: str = "the patron's name", field: str | None = None, forged: bool = False) -> None:
        wanted = "without links, invisible characters, and signs such as · or |" if forged else "80 letters at most"
        super().__init__(f"Write {whose}, {wanted}.", field=field)


class AmountUnclear(Malformed):
    """The text is not plainly one amount."""

    default_field = "amount"

    def __init__(self, text: str, currency: str) -> None:
        super().__init__(
            f"“{shortened(text)}” is not an amount in {currency}. Write one number, like 125 or 1,250.00."
            if text.strip()
            else "Write the amount, like 125 or 1,250.00."
        )


class AmountOfAnotherParty(Malformed):
    """The amount was filled in by the form for another party than the one that it holds by now."""

    default_field = "amount"

    def __init__(self, party: int) -> None:
        super().__init__(f"This was filled in for another party. Write what was paid for the party of {party}.")


class AmountOfAnotherDue(Malformed):
    """The amount was filled in by the form for another due than the one that it holds by now."""

    default_field = "amount"

    def __init__(self) -> None:
        super().__init__("This was filled in for another due. Write what was paid.")


class AmountTooFine(Malformed):
    """More than two decimals."""

    default_field = "amount"

    def __init__(self) -> None:
        super().__init__("Write at most two decimals, like 125.50.")


class AmountOutOfRange(Malformed):
    """Not above 0, or above 100,000.00."""

    default_field = "amount"

    def __init__(self) -> None:
        super().__init__("The amount must be above 0 and at most 100,000.00.")


class MethodUnknown(Malformed):
    """The method is none of PAYMENT_METHODS."""

    default_field = "method"

    def __init__(self, method: str, known: Iterable[str]) -> None:
        methods = ", ".join(known)
        super().__init__(
            f"“{shortened(method)}” is not a method here. Choose one of: {methods}."
            if method
            else f"Choose how it was paid: {methods}."
        )


class NotesTooLong(Malformed):
    """Longer than the limit in letters."""

    default_field = "notes"

    def __init__(self, limit: int) -> None:
        super().__init__(f"Keep the notes to {limit} letters.")


class ReasonMissing(Malformed):
    """A reversal has no reason, or one that is too long."""

    default_field = "reason"

    def __init__(self, limit: int) -> None:
        super().__init__(f"Say why, in {limit} letters at most.")


class SignatureIdMalformed(Malformed):
    """The signature id, which the page mints, is too short to be random, or not plain."""

    default_field = "signature_id"

    def __init__(self) -> None:
        super().__init__(
            "A signature id is 16 to 64 random letters and digits, like 3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b."
        )


class NotAgreed(Malformed):
    """The waiver was sent without consent."""

    default_field = "agreed"

    def __init__(self) -> None:
        super().__init__("Tick the box to say that you have read the waiver and agree to it.")


class TitleMissing(Malformed):
    """Neither a title nor a captain's name was given, so there is nothing to call the event by."""

    default_field = "title"

    def __init__(self) -> None:
        super().__init__("Write what the event is called, or its captain's name.")


class TitleMalformed(Malformed):
    """The event's title is too long, or shows nothing."""

    default_field = "title"

    def __init__(self, limit: int, *, field: str | None = None) -> None:
        super().__init__(f"Write it in letters that show, {limit} at most.", field=field)


class DayMalformed(Malformed):
    """No day was picked."""

    default_field = "day"

    def __init__(self) -> None:
        super().__init__("Pick the day of the event.")


class TimeMalformed(Malformed):
    """No time was picked."""

    default_field = "time"

    def __init__(self) -> None:
        super().__init__("Pick the time at which the event starts.")


class PartyMalformed(Malformed):
    """The party is no number of people that fits on the boat."""

    default_field = "party"

    def __init__(self, most: int) -> None:
        super().__init__(f"Write how many people come along with this name, 1 to {most}.")


class DueMissing(Malformed):
    """What the party owes was left empty, and the event has no price that would tell it."""

    default_field = "due"

    def __init__(self) -> None:
        super().__init__("This event has no price, so write what the whole party owes, or 0.")


class EmailMalformed(Malformed):
    """It is no e-mail address."""

    default_field = "email"

    def __init__(self) -> None:
        super().__init__("Write one e-mail address, like dave@example.com, or leave it empty.")


class PhoneMalformed(Malformed):
    """It is no phone number."""

    default_field = "phone"

    def __init__(self) -> None:
        super().__init__("Write one phone number, like +1 415 555 0114, or leave it empty.")


class TooManyMinors(Malformed):
    """More minors than one signature can stand for."""

    default_field = "minors"

    def __init__(self, limit: int) -> None:
        super().__init__(f"One signature can stand for {limit} minors at most. Sign again for the others.")


class MinorMalformed(Malformed):
    """A minor's age is none, or that of an adult."""

    default_field = "minors"

    def __init__(self, oldest: int, *, field: str | None = None) -> None:
        super().__init__(f"Write the age as a number from 0 to {oldest}. Adults sign for themselves.", field=field)


class SignatureMissing(Malformed):
    """Nothing was drawn, or no name was typed."""

    default_field = "signature"

    def __init__(self) -> None:
        super().__init__("Sign with your finger, or type your name instead.")


class SignatureMalformed(Malformed):
    """The drawing is not a path that the pad makes, or too long."""

    default_field = "signature"

    def __init__(self) -> None:
        super().__init__("That drawing cannot be read. Clear it and sign again, or type your name instead.")


class Unknown(Refusal):
    """It reads well, but there is no such thing."""


class EventUnknown(Unknown):
    """The table has no row at all under this id."""

    default_field = "event"

    def __init__(self, eid: str, *, field: str | None = None) -> None:
        super().__init__(f"There is no event “{shortened(eid)}”. Pick one from the list.", field=field)


class PatronUnknown(Unknown):
    """The patron is not on this event's roster. `plainly` is what holds also where no new patron can be chosen."""

    default_field = "patron"

    def __init__(self, patron_id: str, *, field: str | None = None) -> None:
        self.plainly = f"“{shortened(patron_id)}” is not on this event's roster."
        super().__init__(f"{self.plainly} Pick somebody on it, or choose New patron.", field=field)


class EntryUnknown(Unknown):
    """The patron's ledger has no entry under this id."""

    default_field = "payment_id"

    def __init__(self) -> None:
        super().__init__("That entry is not in this patron's ledger. Open the status again.")


class SignerUnknown(Unknown):
    """The waiver's personal link is of no party that is on this event's roster."""

    default_field = "party"

    def __init__(self) -> None:
        super().__init__("This link is of no party on this event's roster any more. Sign with your own name.")


class SignatureUnknown(Unknown):
    """No evidence is kept under this id."""

    default_field = "signature_id"

    def __init__(self) -> None:
        super().__init__("There is no such signature. Check that the link is complete.")


class Conflict(Refusal):
    """It contradicts what is already written."""


class PaymentIdReused(Conflict):
    """The same payment id came with other content: the first one stands, nothing was written."""

    default_field = "amount"

    def __init__(self, written: str) -> None:
        super().__init__(
            f"This form was already logged, as {written}. Nothing was changed. For another payment, start a new form."
        )


class EventCancelled(Conflict):
    """The event does not take place, so there is nothing to sign for."""

    default_field = "event"

    def __init__(self, title: str) -> None:
        super().__init__(f"{shortened(title)} is cancelled, so there is nothing to sign.")


class EventOver(Conflict):
    """The event has ended, so nobody can sign for it any more."""

    default_field = "event"

    def __init__(self, title: str) -> None:
        super().__init__(f"{shortened(title)} is over, so its waiver cannot be signed any more.")


class SignaturesFull(Conflict):
    """The event has all the signatures over its plain link that it takes. Personal links still work."""

    default_field = "event"

    def __init__(self, title: str) -> None:
        super().__init__(
            f"{shortened(title)} takes no more signatures over this link. "
            "Ask the crew for your party's own link, or sign on paper."
        )


class WaiverChanged(Conflict):
    """The waiver was revised between reading and signing: nothing was written."""

    default_field = "version"

    def __init__(self) -> None:
        super().__init__("The waiver was changed while you were reading. Please read it again, then sign.")


class SignatureReused(Conflict):
    """The same signature id came with other content: the first one stands, nothing was written."""

    default_field = "signature_id"

    def __init__(self) -> None:
        super().__init__("This waiver was already signed, with something else in it. The first one stands.")


class PatronExists(Conflict):
    """A new patron would take the id of somebody who is already on the roster."""

    default_field = "name"

    def __init__(self, name: str) -> None:
        super().__init__(f"{shortened(name)} is already on this roster. Pick them from the list instead.")


class PatronAdded(Conflict):
    """The same form came with other content: it has already added a patron, who stands as they are."""

    default_field = "name"

    def __init__(self, name: str) -> None:
        super().__init__(f"This form already added {shortened(name)}. Close it and edit them in the status instead.")


class EventExists(Conflict):
    """Another event stands under the id, or leads on from it since it was renamed: nothing was written."""

    default_field = "eid"

    def __init__(self, eid: str, title: str, another: str) -> None:
        super().__init__(
            f"“{shortened(eid)}” is taken by {shortened(title, 40)}. Write another id, like {shortened(another, 100)}."
        )


class EntryReversed(Conflict):
    """The entry was voided before."""

    default_field = "payment_id"

    def __init__(self) -> None:
        super().__init__("That entry is already voided. Nothing was changed.")


class NothingToReverse(Conflict):
    """A void cannot itself be voided: log the payment again instead."""

    default_field = "payment_id"

    def __init__(self) -> None:
        super().__init__("A void stays as it is. To take it back, log the payment again.")


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


class PaidTooLittle(Conflict):
    """The refund or void would take the patron's net paid below zero."""

    default_field = "amount"

    def __init__(self, paid: str) -> None:
        super().__init__(f"Only {paid} is paid here, so no more than that can go back.")


class RowFull(Refusal):
    """The event's row is near DynamoDB's 400 KB: no new entries, reading goes on."""

    default_field = "event"

    def __init__(self) -> None:
        super().__init__(self.sentence)

    sentence: ClassVar[str] = (
        "This event's ledger is full, so nothing was saved. Ask the office to open a second event for the day."
    )


class NoRoomToReverse(RowFull):
    """The event's row is full to its last bytes, so that not even a refund or a void fits."""

    default_field = "reason"

    sentence: ClassVar[str] = (
        "This event's ledger has no room left for this, so nothing was saved. Write a shorter reason and try again. "
        "If that is refused too, ask the office to have room made in the event's row."
    )


class TooManySignings(Refusal):
    """One address has signed too often over plain links. `retry_after`: the seconds until it may sign again."""

    def __init__(self, *, retry_after: int = 600) -> None:
        super().__init__(
            "Too many waivers were signed from this connection just now. Try again in ten minutes, "
            "or ask the crew for your party's own link."
        )
        self.retry_after = retry_after


class NotAllowed(Refusal):
    """The person lacks the role for this."""


class Unavailable(Refusal):
    """Something did not answer in time. `retry_after`: the seconds after which another try makes sense."""

    def __init__(self, sentence: str, *, retry_after: int = 2) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class TableUnavailable(Unavailable):
    """Throttled, slow or unreachable. The write may or may not have landed; the same payment id makes a retry safe."""

    def __init__(self, *, retry_after: int = 2) -> None:
        super().__init__(
            "The ledger did not answer in time. Try again: it is safe, nothing is counted twice.",
            retry_after=retry_after,
        )


class EvidenceUnavailable(Unavailable):
    """The evidence's store is slow or unreachable. The same signature id makes a retry safe."""

    def __init__(self, *, retry_after: int = 2) -> None:
        super().__init__(
            "Your signature could not be kept just now. Try again: it is safe, you sign only once.",
            retry_after=retry_after,
        )


def on_field(field: str, check: Callable[[], T]) -> T:
    """Return what `check` gives; a refusal of it belongs to `field`."""
    try:
        return check()
    except Refusal as refusal:
        refusal.field = field
        raise


def shortened(text: str, limit: int = 60) -> str:
    """`text` on one line, cut to `limit` letters, so that a sentence stays a sentence whatever was typed."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
