"""The pass: what a signed waiver says at arm's length, and whether that still holds."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from charter.events import GOING_ON, Status
from charter.frozen import dataclass
from charter.starts import is_same

if TYPE_CHECKING:
    from datetime import datetime

    from charter.events import Event
    from charter.signatures import Coverage
    from charter.waivers import Signed
    from web.languages import Language


class PassState(StrEnum):
    """State of a signature: it still counts for its trip, or why it does not."""

    SIGNED = "signed"
    CANCELLED = "cancelled"
    SET_ASIDE = "set_aside"
    OVER = "over"
    UNLISTED = "unlisted"
    CHANGED = "changed"


class PassLook(StrEnum):
    """The class of a pass in the style: green with a check mark, red with a cross, or plain with a note mark."""

    GOOD = "good"
    BAD = "bad"
    PLAIN = "plain"


_LOOKS = {PassState.SIGNED: PassLook.GOOD, PassState.CANCELLED: PassLook.BAD, PassState.SET_ASIDE: PassLook.BAD}


@dataclass(frozen=True, slots=True)
class PassParty:
    """The party over whose link the waiver was signed, and how many of it have signed."""

    name: str
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Pass:
    """The facts of a pass. `event` is None where the table could not be read; then the evidence alone is shown."""

    signed: Signed
    event: Event | None
    standing: PassState

    @property
    def look(self) -> PassLook:
        """The look; only a signature that counts is green."""
        return _LOOKS.get(self.standing, PassLook.PLAIN)

    @property
    def word(self) -> str:
        """The key of the largest words of the pass."""
        return f"word.{self.standing}"

    @property
    def sentence(self) -> str | None:
        """The key of the sentence beside the word, or None where there is nothing to add."""
        if self.standing is not PassState.SIGNED:
            return f"sentence.{self.standing}"
        return None if self.event else "sentence.not_checked"

    @property
    def changed_to(self) -> Event | None:
        """The trip as it is now, where it was changed since the waiver was signed."""
        return self.event if self.standing is PassState.CHANGED else None

    @property
    def boat(self) -> str | None:
        """The boat, if it is known."""
        return self.event.boat if self.event else None

    @property
    def party(self) -> PassParty | None:
        """The party of the personal link, unless it is not expected any more."""
        patron = self.event.patron(self.signed.signing.patron_id or "") if self.event else None
        if self.event is None or patron is None or patron.state is not None:
            return None
        return PassParty(patron.name, self.event.coverage(patron.patron_id))


def pass_of(signed: Signed, event: Event | None, *, now: datetime) -> Pass:
    """Return the pass of a signed waiver at `now` (aware). `event` is the event as it is now, or None if unknown."""
    return Pass(signed, event, _standing(signed, event, now))


def progress(coverage: Coverage, language: Language) -> str:
    """Return one sentence with the numbers of a party's people who have signed and who have not."""
    signed, people = coverage.signed, coverage.people
    if coverage.complete:
        return language.say("pass.everybody")
    count = people - signed
    left = language.say("pass.left_one" if count == 1 else "pass.left", count=count)
    key = "pass.progress_one" if 1 in (signed, people) else "pass.progress"
    return language.say(key, signed=signed, people=people, left=left)


def _standing(signed: Signed, event: Event | None, now: datetime) -> PassState:
    if event is None:
        return PassState.OVER if now > signed.starts_at + GOING_ON else PassState.SIGNED
    entry = (event.signatures or {}).get(signed.signing.signature_id)
    found = {
        PassState.CANCELLED: event.status is Status.CANCELLED,
        PassState.SET_ASIDE: entry is not None and entry.is_set_aside,
        PassState.OVER: event.over(now),
        PassState.UNLISTED: entry is None,
        PassState.CHANGED: event.title != signed.title or not is_same(event.starts_at, signed.starts_at),
    }
    return next((standing for standing, holds in found.items() if holds), PassState.SIGNED)
