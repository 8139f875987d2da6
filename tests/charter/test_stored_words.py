"""Words that the table, the exports, forms and the API use. Changing one would break stored and sent data."""

from __future__ import annotations

import importlib
from enum import StrEnum

from tests.charter.test_refusals import _leaves

# The values of enumerations, by module and name.
ENUMERATIONS = {
    "balances.BalanceState": ["unpaid", "partial", "paid", "overpaid"],
    "boarding_edits.MoneyDecision": ["as_it_is", "nothing_due", "keep"],
    "cash.HandOverState": ["offered", "accepted", "declined", "withdrawn"],
    "edits.Adjustment": ["discount", "comp", "surcharge"],
    "events.Status": ["scheduled", "cancelled"],
    "kinds.Kind": ["payment", "refund", "void", "bounced", "chargeback", "transfer"],
    "patrons.PatronState": ["no_show", "removed"],
    "payments.Source": ["slack", "web"],
    "settling.How": ["refund", "move", "credit"],
    "settling.SettlingState": ["undecided", "decided", "credit"],
    "signatures.MatchedBy": ["name", "link", "booked_by"],
    "trip_news.News": ["moved", "cancelled", "again"],
    "waivers.MarkKind": ["drawn", "typed"],
}

# Texts, by module and name.
TEXTS = {
    "boarding_news.REOPENED": "cast_off",
    "books.OPEN": "open",
    "books.HAND": "hand:",
    "books.BY_METHOD": "by_method",
    "books.BY_HAND": "by_hand",
    "books.BY_EVENT": "by_event",
    "books.ADJUSTMENTS": "adjustments",
    "books.TAKEN": "taken",
    "books.OWED": "owed",
    "books.BACK": "back",
    "books.CREDIT": "credit",
    "books.WAITING": "waiting:",
    "books.UNMATCHED": "unmatched",
    "books.VOID_REQUESTS": "void_requests",
    "books.TIP": "tip",
    "books.ENTRIES": "entries",
    "books.AMOUNT": "amount",
    "cash.OFFICE": "office",
    "cash.BANK": "bank",
    "cash.DIFFERENCE": "difference",
    "cash.OFFERED": "offered",
    "cash.GIVEN": "given",
    "cash.RECEIVED": "received",
    "cash.DEPOSITED": "deposited",
    "cash.WRITTEN_OFF": "written_off",
    "credits.CREDIT": "credit",
    "credits.REFUND_DECIDED": "refund_decided",
    "credits.MOVE_DECIDED": "move_decided",
    "group_payments.SHARE": "share.",
    "kinds.OLD_IDS": "old:",
    "kinds.ADOPTED_BY": "web:roster",
    "late.POST_POSITION": "sweep:position",
    "late.MAIL_POSITION": "sweep:position:mail",
    "mail_links.PATH": "/api/mails",
    "mail_links.ONE_CLICK": "List-Unsubscribe=One-Click",
    "moves.TRANSFER": "transfer",
    "moves.SOMEBODY_ELSE": "somebody:else",
    "past.MATCHED": "signature",
    "past.SET_ASIDE": "signature_set_aside",
    "past.MOVED_TO": "moved_to",
    "past.MOVED_FROM": "moved_from",
    "past.JOINED": "joined",
    "patron_mails.RECEIPTS": "receipts",
    "patron_mails.CHANGES": "changes",
    "patron_mails.REMINDERS": "reminders",
    "payments.BEFORE_THE_LEDGER": "before-the-ledger",
    "pseudonyms.FORGOTTEN": "forgotten",
    "reminders.REMINDED": "reminded",
    "renaming.RENAMED": "eid",
    "settings.DEFAULT_CURRENCY": "USD",
    "settings.DEFAULT_TIMEZONE": "America/Los_Angeles",
    "trip_news.STARTS_AT": "starts_at",
    "trip_news.STATUS": "status",
    "undoing.UNDONE": "undone by whoever logged it",
    "void_requests.VOID_REQUESTED": "void_requested",
    "waivers.ENGLISH": "en",
}

# The refusals by the field of a form that they are shown at.
FIELDS = {
    "patron": (
        "AboardAlready CheckedInAgain NotExpected PatronGone PatronIdMalformed SignatureMatched SignatureSetAside"
    ),
    "amount": (
        "AmountOfAnotherDue AmountOfAnotherParty AmountOutOfRange AmountTooFine AmountUnclear CompIsWhole "
        "DiscountTooLarge MoneyMoved PaidTooLittle PaymentIdReused PossibleDuplicate WrittenOffTooMuch"
    ),
    "patrons": "AmountsNotShown NoRoomForAll NothingToSettle TooManyToSettle",
    "reason": "BoatFull NoRoomToReverse NotClear ReasonMissing",
    "boat": "BoatMalformed",
    "beyond": "BoatTooSmall",
    "None": (
        "BooksMissing EvidenceUnavailable ExportTooLarge ForCaptainMalformed HandOverClosed HandOverUnknown "
        "LedgersDisagree NotTheGiver NotTheReceiver NotYours NothingPicked TableUnavailable TooManySignings"
    ),
    "month": "BooksNotCompared MonthMalformed MonthNotOver",
    "capacity": "CapacityMalformed",
    "count": "CountMalformed",
    "event": (
        "CurrencyDiffers EventCancelled EventIdMalformed EventOver EventUnknown ListChanged ListFrozen "
        "NoRoomToMove NobodyAboard NobodyBoards NotCastOff NothingToRemind RemindedJustNow SameTrip "
        "SignaturesFull TooManyToMove TripCancelled TripTakesPlace"
    ),
    "day": "DayMalformed",
    "due": "DueMissing",
    "email": "EmailMalformed",
    "payment_id": (
        "EntryReversed EntryUnknown NotReturnable NothingToReverse PaymentIdMalformed RefundedSince "
        "TooLateToUndo TransferStays"
    ),
    "eid": "EventExists EventIdBusy EventIdIsOld EventIdTaken NoRoomForId",
    "counted": "HandOverReused MoreThanHeld NothingHeld",
    "list": "ListEmpty ListTooLong TooManyChanges",
    "method": "MethodUnknown RefundMethodOpen",
    "minors": "MinorMalformed TooManyMinors",
    "name": "NameMalformed PatronAdded PatronExists",
    "person": "NamesakeThere ReceiverIsGiver ReceiverMissing ReceiverNotOfCrew",
    "agreed": "NotAgreed",
    "notes": "NotesTooLong",
    "kind": "NothingToTakeOff",
    "party": "PartyMalformed SignerUnknown",
    "phone": "PhoneMalformed",
    "reference": "ReferenceMissing",
    "signature_id": "SignatureIdMalformed SignatureReused SignatureUnknown",
    "signature": "SignatureMalformed SignatureMissing",
    "time": "TimeMalformed",
    "title": "TitleMalformed TitleMissing",
    "dues": "TooManyDues",
    "version": "WaiverChanged",
    "unsigned": "WaiverOutdated",
}


def test_enumerations_have_the_values_that_are_stored() -> None:
    for name, values in ENUMERATIONS.items():
        module, kind = name.split(".")
        found = getattr(importlib.import_module(f"charter.{module}"), kind)
        assert issubclass(found, StrEnum)
        assert [each.value for each in found] == values, name


def test_texts_are_those_that_are_stored() -> None:
    for name, text in TEXTS.items():
        module, constant = name.split(".")
        assert getattr(importlib.import_module(f"charter.{module}"), constant) == text, name


def test_each_refusal_is_shown_at_the_field_that_it_is_about() -> None:
    found: dict[str, list[str]] = {}
    for each in sorted(_leaves(), key=lambda kind: kind.__name__):
        found.setdefault(str(each.default_field), []).append(each.__name__)
    assert {field: " ".join(names) for field, names in found.items()} == FIELDS


def test_refusals_that_only_the_office_can_help_with_say_so() -> None:
    assert sorted(each.__name__ for each in _leaves() if each.asks_office) == [
        "NoRoomForAll",
        "NoRoomToMove",
        "NoRoomToReverse",
        "NotYours",
        "RefundedSince",
        "TooLateToUndo",
    ]
    assert sorted(each.__name__ for each in _leaves() if each.is_trouble) == ["EvidenceUnavailable", "TableUnavailable"]
