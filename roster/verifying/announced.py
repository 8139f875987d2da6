"""Check that everything was announced, by the rule by which the sweep announces late (charter/late.py)."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

from charter.announcements import EntryLogged
from charter.boarding_news import CastOffDone, Reopened
from charter.late import GIVEN_UP, LOOKED_BACK, MAIL_POSITION, late_mail_key, never_announced, post_key
from charter.refusals import EventIdMalformed, EventUnknown
from roster.verifying.findings import Finding, Remark, broken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from charter.announce_ports import Posted
    from charter.events import Event
    from charter.late import LateFact
    from charter.records import TablePage

_REPAIR: Final = "`python -m infra announce` announces it late."


def is_mailing(posted: Posted) -> bool:
    """Return whether a sweep ever looked for mails, which it does only where mails are sent."""
    return posted.find(MAIL_POSITION) is not None


def check_announced(
    pages: Iterable[TablePage], *, read: Callable[[str], Event], posted: Posted, mail: bool, now: datetime
) -> Iterator[Finding]:
    """Report what was neither posted nor, where mails are sent, mailed, and what the stream does not try any more."""
    channels: dict[str, Callable[[LateFact], str | None]] = {"posted in Slack": post_key}
    if mail:
        channels["mailed"] = late_mail_key
    for eid in dict.fromkeys(eid for page in pages for eid in page.eids):
        try:
            event = read(eid)
        except (EventUnknown, EventIdMalformed):
            continue  # nobody serves it, which the walk over the rows reports
        for done, key in channels.items():
            for fact in never_announced(event, now - LOOKED_BACK, now - GIVEN_UP, key=key, posted=posted):
                yield Finding(eid, _remark(fact, done))


def _remark(fact: LateFact, done: str) -> Remark:
    """Return the remark. It names no signature by its id, which opens the evidence."""
    at = f"{fact.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if isinstance(fact, EntryLogged):
        where = f"payments.{fact.patron.patron_id}.entries.{fact.entry.payment_id}"
        what = f"the {fact.entry.kind} of {at}"
    elif isinstance(fact, CastOffDone | Reopened):
        where, what = "#boarding", f"the {'cast-off' if isinstance(fact, CastOffDone) else 'reopening'} of {at}"
    else:
        where, what = "signatures", f"the signature of {at}"
    return broken(where, f"{what} was never {done}. {_REPAIR}")
