"""Answer of `/payment-status` about one event. Admins see amounts, crew see who is clear to board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.blocks import OPTION_VALUE, Block, actions, context, header, plain, section, table
from bot.event_menu import event_row
from bot.roster_menu import roster_buttons
from bot.route_ids import PICK_NAME, STATUS_PAGE
from bot.settle_menu import cancelled_in_words, settle_row
from bot.text import clip, distinct_name, escape, when
from bot.views.aboard import STATES, aboard_in_words, cast_off_in_words, open_button
from bot.views.choices import patron_option
from bot.views.clearance import CLEAR, missing_in_words, not_clear_first
from bot.views.pages import page_of, pager, turn_button
from bot.views.signatures import about_signatures
from bot.waiver_menu import remind_button
from charter.balances import BalanceState
from charter.events import Status
from charter.frozen import dataclass
from charter.money import ZERO, format_amount
from charter.patrons import PatronState
from charter.reminders import is_worth_it
from charter.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from bot.understanding.moments import Asked
    from charter.events import Event
    from charter.party_links import PartyLinks
    from charter.patrons import Patron

ROSTER: Final = "roster_of."  # an event's id follows

# Slack shows 50 blocks with 13,200 characters and, in a table, 100 rows and 10,000 characters. Thirty rows of the
# longest names, and the menu of the same patrons, stay within that.
PATRONS_A_PAGE: Final = 30
# Letters of a name in a table, so that the column beside it is still on the screen of a phone.
_NAME: Final = 28
FOUND_AT_MOST: Final = 10

_PAID: Final = {BalanceState.UNPAID: "not paid", BalanceState.PARTIAL: "partly paid"}
MARKS: Final = {
    BalanceState.UNPAID: "🔴",
    BalanceState.PARTIAL: "🟠",
    BalanceState.PAID: "🟢",
    BalanceState.OVERPAID: "🔵",
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Reader of the answer, with the time zone and the maker of the parties' waiver links."""

    role: Role
    zone: tzinfo
    links: PartyLinks | None = None
    now: datetime | None = None
    """Decides whether an event is shown as finished."""
    asked: Asked | None = None
    """The question about the past that is answered; None where the present is shown."""

    @property
    def carried(self) -> dict[str, str]:
        """The question about the past, for the value of a button."""
        return self.asked.carried if self.asked else {}


def event_page(event: Event, viewer: Viewer, *, page: int, unknown: str = "") -> dict[str, Any]:
    """Return one event with a table of its patrons, those first who are not clear to board."""
    removed = [patron for patron in event.left_out if patron.state is PatronState.REMOVED]
    people = page_of(not_clear_first(event, [*event.people, *removed]), page, size=PATRONS_A_PAGE)
    shown = people.items
    blocks = [
        header(event.title),
        context(f"{when(event.starts_at, viewer.zone)} · `{escape(event.eid)}`{event_flags(event, viewer.now)}"),
        section(counts_for(event, viewer)),
        *_aboard(event, viewer),
    ]
    if unknown:
        blocks.append(context(f":warning: Nobody on this roster is called “{escape(clip(unknown, 100))}”."))
    if not shown:
        blocks.append(section("Nobody is on this roster yet."))
    elif viewer.role.sees_money:
        blocks.append(_money_table(event, shown))
    else:
        blocks.append(_boarding_table(event, shown))
    blocks += about_signatures(event, viewer.zone)
    blocks += settle_row(event) if viewer.role.sees_money else []
    blocks += [_buttons(event, shown, viewer), *([event_row(event)] if viewer.role.sees_money else [])]
    blocks += pager(people, action=STATUS_PAGE, count=True, eid=event.eid)
    return message(f"{escape(clip(event.title, 150))}: {_plain_counts(event)}", blocks)


def several_found(found: Sequence[tuple[Event, Patron | None]], viewer: Viewer) -> dict[str, Any]:
    """Return the question which of several patrons is meant, with a button each."""
    blocks = [section("Several patrons match. Whom do you mean?")]
    for number, (event, patron) in enumerate(found[:FOUND_AT_MOST]):
        name = distinct_name(patron, event.alike, 80) if patron else clip(event.title, 80)
        person = {"patron": patron.patron_id} if patron else {}
        blocks.append(
            section(
                f"*{escape(name)}* · {escape(clip(event.title, 100))}, {when(event.starts_at, viewer.zone)}",
                accessory=turn_button("Open", f"{STATUS_PAGE}.{number}", eid=event.eid, **person, **viewer.carried),
            )
        )
    if len(found) > FOUND_AT_MOST:
        blocks.append(context(f"And {len(found) - FOUND_AT_MOST} more. Write more of the name."))
    return message("Several patrons match.", blocks)


def nothing_found(words: str) -> dict[str, Any]:
    """Return the answer to words that name no event and no patron."""
    text = f"Nothing near today is called “{escape(clip(words, 100))}”. `/payment-status` alone lists the events."
    return message(text, [section(text)])


def _money_table(event: Event, people: Sequence[Patron]) -> Block:
    rows, alike = [], event.alike
    for patron in people:
        balance, latest = event.balance(patron.patron_id), event.payment(patron.patron_id).latest
        kept = event.credits.get(patron.patron_id, ZERO)
        owed = kept - balance.paid if event.status is Status.CANCELLED else balance.owed
        rows.append(
            [
                f"{balance_mark(event, patron)} {distinct_name(patron, alike, _NAME)}{_state(event, patron)}",
                _missing(event, patron),
                format_amount(owed, event.currency),
                format_amount(balance.due, event.currency),
                format_amount(balance.paid, event.currency),
                clip(latest.method, 40) if latest else "",
            ]
        )
    columns = [("Patron", "left"), ("Missing", "left"), ("Balance", "right"), ("Due", "right"), ("Paid", "right")]
    return table([*columns, ("Method", "left")], rows)


def aboard_lines(event: Event, viewer: Viewer) -> list[str]:
    """Return how many are aboard, and the cast-off, as mrkdwn; nothing before the first check-in."""
    done = event.boarding.cast_off
    words = [cast_off_in_words(done, viewer.zone)] if done else []
    return [*words, *([aboard_in_words(event)] if event.boarding.aboard else [])]


def _aboard(event: Event, viewer: Viewer) -> list[Block]:
    lines = aboard_lines(event, viewer)
    return [section("\n".join(lines))] if lines else []


def _state(event: Event, patron: Patron) -> str:
    """Return ` · aboard`, ` · no-show` or ` · off the roster` as the end of a name; empty for the others."""
    if patron.patron_id in event.boarding.aboard:
        return " · aboard"
    return f" · {STATES[patron.state]}" if patron.state else ""


def _buttons(event: Event, people: Sequence[Patron], viewer: Viewer) -> Block:
    """Return the row below the table: the boarding list; for admins also what changes the roster."""
    if viewer.role.sees_money:
        return _roster(event, people, viewer)
    return actions(open_button(event), *_remind(event, viewer), *_changes(event, viewer), block_id="boarding")


def _remind(event: Event, viewer: Viewer) -> list[Block]:
    """Return the button that reminds people to sign, where it makes sense."""
    return [remind_button(event.eid)] if viewer.now is not None and is_worth_it(event, viewer.now) else []


def _changes(event: Event, viewer: Viewer) -> list[Block]:
    """Return the button that shows what changed on the event today."""
    if viewer.now is None:
        return []
    today = viewer.now.astimezone(viewer.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return [turn_button("Changes today", f"{STATUS_PAGE}.changes", eid=event.eid, since=today.isoformat())]


def _roster(event: Event, people: Sequence[Patron], viewer: Viewer) -> Block:
    """Return the admins' row: the crew's buttons, two to add patrons, and a menu to open one of the page's."""
    options = [patron_option(event, patron) for patron in people if len(patron.patron_id) <= OPTION_VALUE]
    menu = {"type": "static_select", "action_id": PICK_NAME, "placeholder": plain("Open a patron"), "options": options}
    # An option's value only has room for a patron's id, so the block id has the event's.
    buttons = [*roster_buttons(event.eid), open_button(event), *_remind(event, viewer), *_changes(event, viewer)]
    buttons += [menu] if options else []
    return actions(*buttons, block_id=f"{ROSTER}{event.eid}")


def _boarding_table(event: Event, people: Sequence[Patron]) -> Block:
    alike = event.alike
    rows = [
        [
            distinct_name(patron, alike, _NAME),
            _boarding(event, patron),
            _PAID.get(event.balance(patron.patron_id).state, "paid"),
            _signed(event, patron),
        ]
        for patron in people
    ]
    return table([("Patron", "left"), ("Missing", "left"), ("Payment", "left"), ("Waiver", "left")], rows)


def counts_for(event: Event, viewer: Viewer) -> str:
    """Return who is clear, as mrkdwn; for admins who has paid and what is outstanding."""
    if not viewer.role.sees_money:
        return boarding_counts(event)
    owed = f" · {format_amount(event.outstanding, event.currency)} outstanding" if event.outstanding else ""
    if event.status is Status.CANCELLED:
        return f"⛔ {cancelled_in_words(event)}\n{_signed_counts(event)}"
    states = " · ".join(f"{MARKS[state]} {count} {state.value}" for state, count in _shown_counts(event))
    back = f" · {format_amount(event.to_give_back, event.currency)} to give back" if event.to_give_back else ""
    return f"{states}{owed}{back}\n{_signed_counts(event)}"


def balance_mark(event: Event, patron: Patron) -> str:
    """Return the dot of the patron's balance. For a cancelled event, blue means money that must go back."""
    balance = event.balance(patron.patron_id)
    if event.status is Status.CANCELLED:
        return MARKS[BalanceState.OVERPAID] if balance.paid > 0 else "⚪"
    return MARKS[balance.state]


def _boarding(event: Event, patron: Patron) -> str:
    """Return what the party lacks to board, `🔴 payment, waiver 1 of 2`, or that it is clear, aboard or absent."""
    if event.status is Status.CANCELLED:
        return "⛔ cancelled"
    missing = missing_in_words(event, patron, Role.CREW)
    if patron.patron_id in event.boarding.aboard:
        lacks = f", lacks {missing}" if missing else ""
        return f"✅ {event.boarding.aboard[patron.patron_id].count} aboard{lacks}"
    if patron.state is not None:
        return STATES[patron.state]
    return f"🔴 {missing}" if missing else CLEAR


def _missing(event: Event, patron: Patron) -> str:
    """Return what the party lacks to board, without marks, as the name has one; `clear` if it lacks nothing."""
    if event.status is Status.CANCELLED:
        return "kept as credit" if patron.patron_id in event.credits else "cancelled"
    if patron.state is not None:
        return STATES[patron.state]
    return missing_in_words(event, patron, Role.CREW) or "clear"


def boarding_counts(event: Event) -> str:
    """Return `🟠 3 of 9 clear to board`. It counts people, not patrons."""
    if event.status is Status.CANCELLED:
        return ":no_entry: Nobody boards"
    if not event.souls:
        return "⚪ Nobody is on the roster yet"
    mark = "🟢" if event.souls_clear == event.souls else "🟠" if event.souls_clear else "🔴"
    return f"{mark} {event.souls_clear} of {event.souls} clear to board\n{_signed_counts(event)}"


def _signed_counts(event: Event) -> str:
    number = len(event.unmatched)
    loose = f" · {number} signature{'s' if number > 1 else ''} not matched yet" if number else ""
    return f":memo: {event.covered}{loose}" if event.souls or number else ""


def _plain_counts(event: Event) -> str:
    """Return the counts of patrons without amounts, which everybody may see."""
    return ", ".join(f"{count} {state.value}" for state, count in _shown_counts(event))


def _shown_counts(event: Event) -> list[tuple[BalanceState, int]]:
    """Return the counts of paid, partial and unpaid, and of overpaid if there are any."""
    counts = event.counts()
    order = (BalanceState.PAID, BalanceState.PARTIAL, BalanceState.UNPAID, BalanceState.OVERPAID)
    return [(state, counts[state]) for state in order if counts[state] or state is not BalanceState.OVERPAID]


def outstanding(events: Sequence[Event]) -> str:
    """Return what is still owed on these events, one sum for each currency."""
    sums = {event.currency: ZERO for event in events}
    for event in events:
        sums[event.currency] += event.outstanding
    return ", ".join(format_amount(amount, currency) for currency, amount in sorted(sums.items()))


def event_flags(event: Event, now: datetime | None = None) -> str:
    """Return warnings about an event as the end of a line of mrkdwn; usually empty."""
    cancelled = " · :no_entry: cancelled" if event.status is Status.CANCELLED else ""
    over = " · finished" if now is not None and event.over(now) and not cancelled else ""
    return cancelled + over + "".join(f" · :warning: id {escape(reason)}" for reason in event.warnings[:1])


def _signed(event: Event, patron: Patron) -> str:
    coverage = event.coverage(patron.patron_id)
    if patron.party > 1 and coverage.signed:
        return str(coverage)
    return "signed" if coverage.complete else "not signed"


def message(text: str, blocks: list[Block]) -> dict[str, Any]:
    """Return a message. Notifications and screen readers use `text`, which must be escaped, instead of the blocks."""
    return {"text": text, "blocks": blocks}
