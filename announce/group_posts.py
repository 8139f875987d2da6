"""The one post of payments that were logged together: a line for each patron, struck through after its void."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from announce.authors import author_name
from announce.posts import LONGEST_METHOD, LONGEST_NAME, LONGEST_TITLE
from announce.rich_text import bullets, rich, section, struck, text
from bot.blocks import actions
from bot.text import balance_in_words, clip, distinct_name, escape
from bot.undo_menu import ROW, UNDO, GroupTarget, UndoTarget, undo_all_button, undo_button
from charter.announcements import EntryLogged
from charter.frozen import dataclass
from charter.group_payments import is_voided, together
from charter.money import ZERO, format_amount
from charter.names import listed
from charter.payments import Kind
from charter.refusals import EventIdMalformed, EventUnknown
from charter.returned import undone_by
from charter.undoing import is_undoable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from announce.services import Services
    from bot.blocks import Block
    from charter.events import Event
    from charter.patrons import Patron
    from charter.payments import Entry

Paid = tuple["Patron", "Entry"]


def leader_of(fact: EntryLogged) -> EntryLogged:
    """Return the fact of the first payment of the group, whose post all share; of a payment alone, the fact itself."""
    if fact.entry.kind is not Kind.PAYMENT:
        return fact
    paid = together(fact.event, fact.entry.group)
    return EntryLogged(fact.event, *paid[0], fact.at) if len(paid) > 1 else fact


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPosts:
    """Writes the posts of groups."""

    services: Services

    def message(self, fact: EntryLogged) -> dict[str, Any] | None:
        """Return the post of the payment's group right after the fact; None for one that was logged alone."""
        return self._message(fact.event, fact.entry.group)

    def message_by_now(self, event: Event, entry: Entry) -> dict[str, Any] | None:
        """Return the post as of the table's present: an older change must not take back a later strike."""
        if len(together(event, entry.group)) < 2:  # noqa: PLR2004 - a payment that was logged alone
            return None
        with suppress(EventUnknown, EventIdMalformed):  # it is gone since, or has an id that nobody serves
            event = self.services.ledger.event(event.eid)
        return self._message(event, entry.group)

    def _message(self, event: Event, group: str) -> dict[str, Any] | None:
        paid = together(event, group)
        if len(paid) < 2:  # noqa: PLR2004 - as above
            return None
        _, first = paid[0]
        left = [each for each in paid if not is_voided(event, *each)]
        by = clip(author_name(first.logged_by, self.services.poster.name), LONGEST_NAME)
        amount, method = _sum(event, paid), f" by {clip(first.method, LONGEST_METHOD)}"
        headline = [text("💵 "), text(amount, bold=True), text(f"{method} for {len(paid)} patrons")]
        if 0 < len(left) < len(paid):
            undone = [event.payment(patron.patron_id).reversal_of(entry.payment_id) for patron, entry in paid]
            are_voids = all(each is None or each.kind is Kind.VOID for each in undone)  # no check that bounced
            headline.append(text(f" · {_sum(event, left)} {'after voids' if are_voids else 'left'}"))
        if not left:
            headline = [struck(run) for run in headline]
        title = clip(event.title, LONGEST_TITLE)
        headline += [text(f" · logged by {by}"), text(f" · {title}")]
        lines = [section(*self._line(event, each)) for each in paid]
        blocks = [rich(section(*headline), bullets(*lines))]
        named = listed([distinct_name(patron, event.alike, LONGEST_NAME) for patron, _ in paid])
        said = f"💵 {by} logged {amount}{method} for {named} · {title}"
        return {"text": escape(said), "blocks": [*blocks, *self._buttons(event, left)]}

    def _line(self, event: Event, paid: Paid) -> list[Block]:
        patron, entry = paid
        name = text(distinct_name(patron, event.alike, LONGEST_NAME), bold=True)
        runs = [name, text(" paid "), text(format_amount(entry.amount, event.currency), bold=True)]
        if void := event.payment(patron.patron_id).reversal_of(entry.payment_id):
            by = author_name(void.logged_by, self.services.poster.name)
            return [*map(struck, runs), text(f" · {undone_by(void.kind, clip(by, LONGEST_NAME))}")]
        balance = balance_in_words(event, patron.patron_id)
        return [*runs, text(f" · {balance[0].lower()}{balance[1:]}")]

    def _buttons(self, event: Event, left: Sequence[Paid]) -> list[Block]:
        """Return the row that undoes what is left, together or singly, while whoever logged it may."""
        now = self.services.now()
        if not left or not all(is_undoable(event.payment(each.patron_id), entry, now) for each, entry in left):
            return []
        several, method = len(left) > 1, clip(left[0][1].method, LONGEST_METHOD)
        names = [distinct_name(patron, event.alike, LONGEST_NAME) for patron, _ in left]
        buttons = [
            undo_button(
                UndoTarget(event.eid, patron.patron_id, entry.payment_id),
                f"{format_amount(entry.amount, event.currency)} by {method}",
                name,
                label=f"Undo {name}" if several else "Undo",
                action_id=f"{UNDO}.{number}" if several else UNDO,
            )
            for number, ((patron, entry), name) in enumerate(zip(left, names, strict=True), start=1)
        ]
        if several:
            target = GroupTarget(event.eid, left[0][1].group)
            buttons.insert(0, undo_all_button(target, f"{_sum(event, left)} by {method}", listed(names)))
        return [actions(*buttons, block_id=ROW)]


def _sum(event: Event, paid: Sequence[Paid]) -> str:
    return format_amount(sum((entry.amount for _, entry in paid), ZERO), event.currency)
