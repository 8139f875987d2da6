"""Words with a meaning of their own: in notes, in events, for days, and around names."""

from __future__ import annotations

from typing import Final


def a_set(words: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(words.split())


_ADDRESSED: Final = a_set("mr mrs ms miss dr sir family please pls plz log payment trip trips event waiver qr link")
# Words around a name or an event that are part of neither.
FILLERS: Final = _ADDRESSED | a_set(
    "a an the and or of on in at to from for by with this that his her their my our is was are it he she they has have "
    "just so plus via as into aboard today tonight"
)

# A run of remaining words that has one of these is a note.
NOTE_WORDS: Final = FILLERS - _ADDRESSED | a_set(
    "half halves rest remainder remaining balance deposit down full all both each other second first third last "
    "now later soon tomorrow yesterday next before after until till since already still again once twice more less "
    "paid pay pays paying owes owed owe owing due gave gives got gets received took brings bring brought will "
    "promised said says asked ask tip tips change check cheque receipt refund refunded void credit gift voucher "
    "coupon discount off extra included includes not no none only because if when where who what dock boat pier "
    "office phone seats seat table tables room cabin party people persons person ppl pax guests guest kids kid "
    "children child adults adult tickets ticket passengers friend friends wife husband son daughter sister brother "
    "mom dad mother father couple one two three four five six seven eight nine ten eleven twelve early late "
    "morning afternoon evening night thanks thank birthday number ref group cash card venmo zelle "
    "usd eur gbp dollar dollars buck bucks euro euros pounds total amount amt instead approx"
)

# Words that any message about a payment may have, which change nothing about it.
OF_A_PAYMENT: Final = FILLERS | a_set("paid pay pays gave gives got received thanks thank me you i")

# Names of near days, by their distance from today.
NEAR_DAYS: Final = {
    name: off
    for off, names in {
        -1: "yesterday yesterdays yday",
        0: "today todays tonight tonights tonite 2day",
        1: "tomorrow tomorrows tmrw tmr tmw tmrow tomorow tommorow tommorrow 2moro 2morrow 2mrw",
    }.items()
    for name in names.split()
}

NO_NAMES: Final = NOTE_WORDS | FILLERS | NEAR_DAYS.keys()

# The words after one of these are about money or promises, not about the event.
STARTS_A_NOTE: Final = a_set(
    "rest remainder remaining balance later promised because deposit will brings bring until till"
)

CAPTAINS: Final = frozenset({"captain", "capt", "skipper"})
# Kinds of trips. The word before one of these names the event.
TRIPS: Final = a_set("cruise cruises sail charter tour outing excursion festival regatta")
PERIODS: Final = a_set("morning afternoon evening night sunset sunrise midday noon")
# These name an event only beside another of its words: `half day` does, `half` does not.
WEAK: Final = FILLERS | a_set("half full day days event trip new all one two rest now paid out up first")

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"),
            ("july", "jul"), ("august", "aug"), ("september", "sep", "sept"), ("october", "oct"), ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
# Months that are no first names, so that one alone means the month.
MONTHS_ALONE: Final = a_set("january february july september october november december feb jun aug sept oct nov")
WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("monday", "mon"), ("tuesday", "tue", "tues"), ("wednesday", "wed"), ("thursday", "thu", "thur", "thurs"),
            ("friday", "fri"), ("saturday", "sat"), ("sunday", "sun"),
        )
    )
    for name in (*names, f"{names[0]}s")
}  # fmt: skip
