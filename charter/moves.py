"""A move of a patron to another event: what is asked for, what it would do, and what it did.

What was paid leaves the ledger of the one event by an entry of the kind `transfer`, and enters that of the other one by
a second entry of the same id. So the two add up to zero, and no money appears in a hand, by a method, or in a month.
The patron's line stays on the first event, marked as removed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from charter.capacity import is_beyond
from charter.edits import Edit
from charter.enrolling import PatronChange, beyond_capacity, fingerprint_of
from charter.events import Event  # noqa: TC001 - a dataclass field
from charter.frozen import dataclass
from charter.kinds import Kind
from charter.money import CENT, ZERO
from charter.names import listed
from charter.past import JOINED, MOVED_FROM, MOVED_TO
from charter.patrons import Patron, PatronState
from charter.payments import Entry, Source
from charter.refusals import BoatTooSmall, NamesakeThere, WaiverOutdated, shortened
from charter.signatures import Signature  # noqa: TC001 - a dataclass field

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

# The method of both entries. No hand and no account has the money of a transfer.
TRANSFER: Final = "transfer"

# A choice in the form: nobody on the other event is the same person.
SOMEBODY_ELSE: Final = "somebody:else"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronMove:
    """A request to move a patron from the event `eid` to the event `target`. The form's id makes it count once.

    `due` is what they owe there; None stands for what is usual. `person` is the namesake there who is the same person,
    SOMEBODY_ELSE, or empty where nobody was asked. `unsigned`: signatures of an older text stay behind. `beyond`: more
    people may come than the boat takes. `seen` is the plan's mark that the form showed, and `amount` the sum to be
    moved that was shown; each is checked if given.
    """

    form: str
    eid: str
    patron_id: str
    target: str
    due: Decimal | None = None
    reason: str = ""
    person: str = ""
    unsigned: bool = False
    beyond: bool = False
    seen: str = ""
    amount: Decimal | None = None

    @property
    def entry_id(self) -> str:
        """The id of both entries."""
        return f"{TRANSFER}:{self.form}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePlan:
    """The effect of a move, by both events as they are.

    `amount` is moved, zero where nothing was paid. `before` is the patron's line on the other event, if there is one,
    and `line` the one after. `signatures` are moved along; `outdated` ones are of an older text.
    """

    move: PatronMove
    source: Event
    target: Event
    patron: Patron
    amount: Decimal
    before: Patron | None
    line: Patron
    namesakes: tuple[Patron, ...]
    signatures: tuple[Signature, ...]
    outdated: tuple[Signature, ...]

    @property
    def joining(self) -> int:
        """The number of people who come to the other event by this."""
        return 0 if self.before and self.before.state is None else self.line.party

    @property
    def is_beyond(self) -> bool:
        """True if the other event's boat does not take so many people."""
        return is_beyond(self.target, self.joining)

    @property
    def asks(self) -> bool:
        """True if a person has to say whether a namesake on the other event is the same person."""
        return bool(self.namesakes) and not self.move.person

    @property
    def mark(self) -> str:
        """Fingerprint of what a person decides about. It changes whenever that does."""
        there = sorted(
            fingerprint_of(each) + each.patron_id for each in (*self.namesakes, *filter(None, [self._exact]))
        )
        refs = [sorted(each.ref for each in some) for some in (self.signatures, self.outdated)]
        parts = [self.source.eid, self.target.eid, fingerprint_of(self.patron), str(self.amount), there, refs]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    @property
    def _exact(self) -> Patron | None:
        return self.target.patrons.get(self.patron.patron_id)

    @property
    def is_overtaken(self) -> bool:
        """True if something else would be moved than the person saw."""
        seen, amount = self.move.seen, self.move.amount
        return bool(seen and seen != self.mark) or (amount is not None and amount != self.amount)

    def check(self) -> None:
        """Check what a person may decide in the form. Raises NamesakeThere, WaiverOutdated, BoatTooSmall."""
        if self.asks:
            raise NamesakeThere(self.patron.name)
        if self.outdated and not self.move.unsigned:
            raise WaiverOutdated(listed([shortened(each.name, 30) for each in self.outdated]))
        if self.is_beyond and not self.move.beyond:
            capacity = self.target.capacity or 0
            raise BoatTooSmall(self.target.boat, capacity, self.target.souls + self.joining)

    def entries(self, *, by: str, now: datetime) -> tuple[Entry, Entry] | None:
        """Return the entry that takes the money out, and the one that puts it in; None where nothing was paid."""
        if not self.amount:
            return None
        out = Entry(
            payment_id=self.move.entry_id,
            kind=Kind.TRANSFER,
            amount=-self.amount,
            method=TRANSFER,
            logged_by=by,
            timestamp=now,
            source=Source.SLACK,
            notes=f"To {_named(self.target)}",
            reason=self.move.reason,
            group=self.move.entry_id,
            counterpart=f"{self.target.eid}/{self.line.patron_id}",
        )
        into = replace(
            out,
            amount=self.amount,
            notes=f"From {_named(self.source)}",
            counterpart=f"{self.source.eid}/{self.patron.patron_id}",
        )
        return out, into

    @property
    def leaving(self) -> PatronChange:
        """The change of the patron's line on the first event: removed, and nothing is due there any more."""
        after = replace(self.patron, state=PatronState.REMOVED, due=ZERO.quantize(CENT))
        return self._change(self.source, self.patron, after)

    @property
    def arriving(self) -> PatronChange | None:
        """The change of the line that is on the other event already; None where the patron joins its roster."""
        return self._change(self.target, self.before, self.line) if self.before else None

    def edits(self, *, by: str, now: datetime) -> tuple[list[Edit], list[Edit]]:
        """Return the edits of the first event, and those of the other one."""
        patron_id, there, move = self.patron.patron_id, self.line.patron_id, self.move
        away = Edit(MOVED_TO, "", self.target.eid, by, now, patron_id, move.reason, move.form)
        joined = "" if self.before else JOINED
        here = Edit(MOVED_FROM, self.source.eid, joined, by, now, there, move.reason, move.form)
        arrived = self.arriving.edits(self.before, by=by, now=now) if self.arriving and self.before else []
        if self.is_beyond:
            souls = self.target.souls
            arrived.append(beyond_capacity(souls, souls + self.joining, by=by, now=now, who=there, reason=move.reason))
        return [away, *self.leaving.edits(self.patron, by=by, now=now)], [here, *arrived]

    def _change(self, event: Event, before: Patron, after: Patron) -> PatronChange:
        names = [name for name in ("party", "due", "email", "phone", "state") if _differ(before, after, name)]
        values = {name: getattr(after, name) for name in names}
        move = self.move
        return PatronChange(event.eid, after.patron_id, fingerprint_of(before), values, move.reason, None, move.form)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A patron who was moved, with both events right after. `amount` was moved. `replayed` is as in Created.

    `patron` is the line on the first event, `line` that on the other one.
    """

    source: Event
    target: Event
    patron: Patron
    line: Patron
    amount: Decimal
    edit: Edit
    replayed: bool = False


def _named(event: Event) -> str:
    return f"{shortened(event.title, 100)} ({event.eid})"


def _differ(before: Patron, after: Patron, name: str) -> bool:
    return bool(getattr(before, name) != getattr(after, name))
