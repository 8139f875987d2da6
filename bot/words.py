"""General sentences and help texts of the bot. Each refusal carries its own sentence."""

from __future__ import annotations

from typing import Final

# What only admins may do. bot/refused.py adds whom to ask.
ADMINS_ONLY: Final = "Only the office can take a payment back. For ten minutes you can undo your own, below its post."
LINT_FOR_ADMINS: Final = "Only the office can check the events' ids."
EVENTS_FOR_ADMINS: Final = "Only the office can create an event."
EDIT_FOR_ADMINS: Final = "Only the office can change an event."
DUE_FOR_ADMINS: Final = "Only the office can change what is due."
VERSION_FOR_ADMINS: Final = "Only the office can see which version serves."
OPEN_FOR_ADMINS: Final = "Only the office can see who owes."
ROSTER_FOR_ADMINS: Final = "Only the office can change who is on the roster."
MONTH_FOR_ADMINS: Final = "Only the office can see a month's money."
REOPEN_FOR_ADMINS: Final = "Only the office can reopen a list after cast-off."
CASH_FOR_ADMINS: Final = "Only the office can correct what somebody holds."
BANK_FOR_ADMINS: Final = "Only the office can bring money to the bank."
DISPATCH_FOR_ADMINS: Final = "Only the office can open the dispatch page."
TROUBLE: Final = "Something went wrong on our side. Please try once more: nothing is counted twice."
UNKNOWN: Final = (
    "Nothing was done: this version of the app does not have that command, shortcut, button or form. "
    "Start again with /log-payment, /payment-status, /board, /waiver or /dispatch."
)
TOO_LATE: Final = "Slack opens a form within three seconds only, and this took longer. Nothing is saved yet."
ASK_AGAIN: Final = "Please ask for it again."
GO_ON: Final = "Open the form"
TRY_AGAIN: Final = "Try again"

HELP: Final = {
    "/log-payment": (
        "*Log a payment.* Type what you know, in any order. A form opens; nothing is saved before you press Log.\n"
        "• `/log-payment` opens the form for the current event\n"
        "• `/log-payment dave 120 cash` fills in patron, amount and method\n"
        "• `/log-payment sunset dave 120 venmo half now` picks the event by its words or its day; the rest is a note\n"
        "• `/log-payment dave half` fills in half of the amount that Dave owes; `60x2` is 120\n"
        "• `/log-payment dave 125 cash tip 20` keeps the tip beside the amount; it does not count toward what is due\n"
        "• `/log-payment maria pays for dave and ana 250` has an amount for each of several patrons; Maria is a note\n"
        "• `/log-payment refund dave 20` and `/log-payment void dave` take money back, for admins\n"
        "• *Log payment* in the menu of a message fills in what the message says. In a thread, where Slack takes no "
        "commands, use it, or *Log payment* among the shortcuts\n"
        "Words that are not understood are shown in the form; nothing is guessed in their place.\n"
        "A wrong payment? *Undo* on the receipt or below its post takes it back, for ten minutes, if you logged it.\n"
        "Somebody who just walked up? Type the name into the patron list and choose *New patron*."
    ),
    "/payment-status": (
        "*See who is clear to board.* Only you see the answer.\n"
        "• `/payment-status` begins with the trip of this channel, or of today, and who is not clear to board\n"
        "• `/payment-status cory afternoon` shows one event, patron by patron\n"
        "• `/payment-status cory afternoon public` posts its boarding card in its channel, for everybody\n"
        "• `/payment-status dave` explains one patron's balance, entry by entry, and lets admins void or refund; "
        "people of the last three months are found too\n"
        "• `/payment-status cory since 10:00` shows what changed: payments, signatures, edits, check-ins. `yesterday`, "
        "`since monday 18:00`, `since 3h` and `since 2026-05-20` work too, also behind a patron\n"
        "• `/payment-status cory asof 14:00` shows the balances as they were then\n"
        "• `/payment-status cash` shows the cash and checks that you hold, and from which trips; *Hand over…* there "
        "passes them on, and the other side presses *I have it*. Admins see everybody's\n"
        "Only admins see other amounts. They also have *Add patron…* and *Paste a roster…* below an event, *Edit…* "
        "below a patron, and:\n"
        "• `/payment-status month` shows this month by method, hand and trip; `month 2026-11`, `month november` and "
        "`last month` others. *Tips by crew* and *Close the month* are below it\n"
        "• `/payment-status open` lists every event with open money, past ones too, and who owes; `open november`, "
        "`open 2026-11`, `open whale` and `open dave` list some of it\n"
        "• `/payment-status roster` and `roster cory afternoon` open the form for a pasted list of patrons, and show "
        "the plan before anything is written\n"
        "• `/payment-status new` creates an event, and proposes its id\n"
        "• `/payment-status edit cory to saturday 9:30`, `edit cory price 150`, `edit cory cancel` and "
        "`edit cory bring back` open the form that changes an event, filled in; *Edit event…* below it does too\n"
        "• `/payment-status lint` lists the events whose id breaks the rule, and how to repair them\n"
        "• `/payment-status version` says which release of the app serves"
    ),
    "/board": (
        "*Check people aboard, and cast off.* Only you see the list.\n"
        "• `/board` opens the list of this channel's event, else of today's; if there are several, only you are asked\n"
        "• `/board cory afternoon` picks the event by its words or its day\n"
        "One press checks in a whole party, and a second press on a bad network counts nobody twice. "
        "A party that is not clear to board comes aboard with a reason. The menu beside a party corrects the number of "
        "people and marks a no-show.\n"
        "*Cast off* freezes the list and tells the channel how many are aboard. Admins can reopen it, with a reason.\n"
        "*Passenger list* shows every name, and has a link to print it."
    ),
    "/waiver": (
        "*Share the waiver.* Posts the link in this channel, for everybody to read and sign.\n"
        "• `/waiver` shares it for this channel's event, if only one is coming\n"
        "• `/waiver sunset` picks the event by its words or its day; if several fit, only you are asked which one\n"
        "• `/waiver dave` gives you the link of Dave's party, and its QR code\n"
        "• `/waiver remind` or `/waiver remind sunset` reminds the event's channel how many people still have to sign\n"
        "*Take back* below a shared waiver or a reminder deletes it, for whoever posted it and for the office."
    ),
    "/dispatch": (
        "*Open the office's dispatch page.* Only you see the answer.\n"
        "• `/dispatch` gives you a link of your own, valid for 12 hours; payments there are logged in your name\n"
        "The page is for admins. Do not pass your link on: type `/dispatch` again for a new one."
    ),
}
