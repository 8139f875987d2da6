"""Carrying out what was decided about the money of a cancelled event, as far as the time of one press reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.deadline import left
from charter.frozen import dataclass
from charter.moves import MovePlan
from charter.payments import Refund, Source
from charter.refusals import Refusal, TableUnavailable
from charter.settling import SettlingState, Stake, check_cancelled, stakes, step_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.services import Services
    from charter.events import Event

# Seconds that must be left of Slack's three to begin one more step: a move reads two events and writes one transaction.
_ONE_STEP: Final = 0.9
_CHANGED: Final = "Something was paid or given back meanwhile, so decide again."


@dataclass(frozen=True, slots=True)
class SettlingResult:
    """The result of one press. `event` is as it was read after it, `refused` has those who were not settled, and why.

    `skip` is how many of those that are left were tried by now; None once everybody was. The next press begins there.
    """

    event: Event
    done: Sequence[Stake] = ()
    refused: Sequence[tuple[Stake, str]] = ()
    skip: int | None = None
    slow: bool = False
    """True if the table did not answer, so that the rest was not tried."""

    @property
    def left(self) -> int:
        """The number of decisions that are not carried out yet."""
        return len(decided(self.event))


def decided(event: Event) -> list[Stake]:
    """Return the stakes whose refund or move is decided and not carried out yet."""
    return [stake for stake in stakes(event) if stake.standing is SettlingState.DECIDED]


def carry_out(eid: str, *, by: str, services: Services, skip: int = 0) -> SettlingResult:
    """Carry out decisions, each once, while there is time. The first `skip` of them were refused by earlier presses.

    What is refused stays open, and the others go on. Raises TripTakesPlace, and as Ledger.event does.
    """
    event = services.ledger.event(eid)
    check_cancelled(event)
    waiting = decided(event)[skip:]
    done, refused, slow = list[Stake](), list[tuple[Stake, str]](), False
    for stake in waiting:
        if (done or refused) and left() < _ONE_STEP:
            break
        try:
            why = _settle(event, stake, by=by, services=services)
        except TableUnavailable:
            slow = True
            break
        if why:
            refused.append((stake, why))
        else:
            done.append(stake)
    now = services.ledger.event(event.eid) if done or refused else event
    tried = len(done) + len(refused)
    return SettlingResult(now, done, refused, None if tried == len(waiting) else skip + len(refused), slow)


def _settle(event: Event, stake: Stake, *, by: str, services: Services) -> str:
    """Carry out one decision. Return why it was refused; an empty text where it is done."""
    step = step_of(event, stake)
    try:
        if isinstance(step, Refund):
            services.ledger.reverse(step, by=by, source=Source.SLACK, now=services.now())
            return ""
        outcome = services.transfers.move(step, by=by, now=services.now())
    except TableUnavailable:
        raise
    except Refusal as refusal:
        return str(refusal)
    return _CHANGED if isinstance(outcome, MovePlan) else ""
