"""Every expected no, as one tree of types. Each knows its form field and says in one sentence what is wrong.

    Refusal
    ├── Malformed                 the text cannot be read
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
    │   ├── AmountsNotShown           patrons
    │   ├── MethodUnknown             method
    │   ├── NotesTooLong              notes
    │   ├── ReasonMissing             reason
    │   ├── SignatureIdMalformed      signature_id
    │   ├── NotAgreed                 agreed
    │   ├── TitleMissing              title
    │   ├── TitleMalformed            title
    │   ├── DayMalformed              day
    │   ├── TimeMalformed             time
    │   ├── BoatMalformed             boat
    │   ├── CapacityMalformed         capacity
    │   ├── PartyMalformed            party
    │   ├── DueMissing                due
    │   ├── ListEmpty                 list
    │   ├── ListTooLong               list
    │   ├── CompIsWhole               amount
    │   ├── EmailMalformed            email
    │   ├── PhoneMalformed            phone
    │   ├── CountMalformed            count
    │   ├── MonthMalformed            month
    │   ├── TooManyMinors             minors
    │   ├── MinorMalformed            minors
    │   ├── ForCaptainMalformed       emergency_contact or medical_note
    │   ├── ReceiverMissing           person
    │   ├── ReceiverNotOfCrew         person
    │   ├── ReceiverIsGiver           person
    │   ├── ReferenceMissing          reference
    │   ├── SignatureMissing          signature
    │   └── SignatureMalformed        signature
    ├── Unknown                   it reads well, but there is no such thing
    │   ├── EventUnknown              event
    │   ├── PatronUnknown             patron
    │   │   └── PatronGone                share, one of several patrons
    │   ├── EntryUnknown              payment_id
    │   ├── SignerUnknown             party
    │   ├── BooksMissing
    │   ├── NotCastOff                event
    │   ├── HandOverUnknown           the hand-over
    │   └── SignatureUnknown          signature_id
    ├── Conflict                  it contradicts what is already written
    │   ├── PaymentIdReused           amount
    │   ├── PossibleDuplicate         amount
    │   ├── EventCancelled            event
    │   ├── EventOver                 event
    │   ├── SignaturesFull            event
    │   ├── NothingToRemind           event
    │   ├── RemindedJustNow           event
    │   ├── WaiverChanged             version
    │   ├── SignatureReused           signature_id
    │   ├── PatronExists              name
    │   ├── PatronAdded               name
    │   ├── TooManyChanges            list
    │   ├── DiscountTooLarge          amount
    │   ├── NothingToTakeOff          kind
    │   ├── EventExists               eid
    │   ├── TooManyDues               dues
    │   ├── EventIdTaken              eid
    │   ├── EventIdIsOld              eid
    │   ├── EventIdBusy               eid
    │   ├── NoRoomForId               eid
    │   ├── EntryReversed             payment_id
    │   ├── NothingToReverse          payment_id
    │   ├── NotReturnable             payment_id
    │   ├── TransferStays             payment_id
    │   ├── MoneyMoved                amount
    │   ├── SameTrip                  event
    │   ├── TripCancelled             event
    │   ├── CurrencyDiffers           event
    │   ├── NamesakeThere             person
    │   ├── TripTakesPlace            event
    │   ├── NothingToSettle           patrons
    │   ├── TooManyToSettle           patrons
    │   ├── RefundMethodOpen          method
    │   ├── WaiverOutdated            unsigned
    │   ├── BoatTooSmall              beyond
    │   ├── TooManyToMove             event
    │   ├── MonthNotOver              month
    │   ├── BooksNotCompared          month
    │   ├── ExportTooLarge
    │   ├── LedgersDisagree
    │   ├── TooLateToUndo             payment_id
    │   ├── RefundedSince             payment_id
    │   ├── SignatureMatched          patron
    │   ├── SignatureSetAside         patron
    │   ├── NobodyBoards              event
    │   ├── NotClear                  reason
    │   ├── NotExpected               patron
    │   ├── BoatFull                  reason
    │   ├── AboardAlready             patron
    │   ├── CheckedInAgain            patron
    │   ├── ListFrozen                event
    │   ├── ListChanged               event
    │   ├── NobodyAboard              event
    │   ├── HandOverClosed            the hand-over
    │   ├── HandOverReused            counted
    │   ├── NothingHeld               counted
    │   ├── MoreThanHeld              counted
    │   ├── WrittenOffTooMuch         amount
    │   └── PaidTooLittle             amount
    ├── RowFull                   the event's row has no room left          event
    │   ├── NoRoomForAll              only for one payment at a time        patrons
    │   ├── NoRoomToMove              the row of one of two events          event
    │   └── NoRoomToReverse       not even for a refund or a void           reason
    ├── TooManySignings           one address has signed too often in a while
    ├── NotAllowed                the person lacks the role
    │   ├── NotYours                  another person logged the entry
    │   ├── NotTheReceiver            the money is for somebody else
    │   └── NotTheGiver               somebody else handed the money over
    └── Unavailable               something did not answer in time; nothing is known to be lost
        ├── TableUnavailable          the table
        └── EvidenceUnavailable       where the evidence of signatures is kept

`str(refusal)` is the sentence that people read, on every face; a face adds only its own escaping and layout.
"""

# ruff: noqa: F403 - the modules share the names of one tree among them, and each name is in one module
from charter.refusals.base import *
from charter.refusals.boarding import *
from charter.refusals.books import *
from charter.refusals.cash import *
from charter.refusals.events import *
from charter.refusals.patrons import *
from charter.refusals.payments import *
from charter.refusals.settling import *
from charter.refusals.transfers import *
from charter.refusals.undoing import *
from charter.refusals.waivers import *
