"""Writes the mails to patrons. Their texts are in `templates/patrons`: the subject in the first line, then the text.

They say what the books say, and nothing of others. A mail may be read by whoever shares the mailbox, so it has no
notes, no reasons and no names of others.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from announce.plain_lines import one_line
from bot.text import when
from charter.balances import BalanceState
from charter.events import Status
from charter.frozen import dataclass
from charter.money import format_amount
from charter.patron_mails import can_sign
from charter.records import Mail
from charter.trip_news import News

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from jinja2 import Environment

    from charter.announcements import EntryLogged
    from charter.events import Event
    from charter.mail_links import MailLinks
    from charter.party_links import PartyLinks
    from charter.patrons import Patron
    from charter.trip_news import TripNews

LONGEST_NAME: Final = 80
LONGEST_TITLE: Final = 120
LONGEST_METHOD: Final = 40

_FOLDER: Final = Path(__file__).parent.joinpath("templates", "patrons")


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronWriter:
    """Writes mails to patrons. Answers go to `contact`, an address of the office."""

    contact: str
    parties: PartyLinks
    links: MailLinks
    zone: tzinfo

    def receipt(self, fact: EntryLogged, event: Event, *, to: str, now: datetime) -> Mail:
        """Return the receipt for an entry. `event` is as it is now, with its signatures."""
        entry, patron = fact.entry, fact.patron
        return self._mail(
            "receipt.txt",
            to,
            self._shown(event, patron, now),
            kind=entry.kind.value,
            amount=format_amount(abs(entry.amount), event.currency),
            signed=format_amount(entry.amount, event.currency),
            tip=format_amount(entry.tip, event.currency) if entry.tip else "",
            method=one_line(entry.method, LONGEST_METHOD),
            entered=when(entry.timestamp, self.zone),
            balance=_balance(fact.event, patron),
        )

    def changed(self, news: TripNews, event: Event, patron: Patron, *, to: str, now: datetime) -> Mail:
        """Return the mail about an event that was moved, cancelled, or takes place again."""
        shown = self._shown(event, patron, now)
        paid = event.payment(patron.patron_id).amount
        if news.news is News.CANCELLED:
            balance = f"{format_amount(paid, event.currency)} paid" if paid > 0 else "nothing to pay"
        else:
            balance = _balance(event, patron)
        before = when(news.before, self.zone) if news.before else ""
        more = {"news": news.news.value, "before": before, "balance": balance, "has_paid": paid > 0}
        return self._mail("changed.txt", to, shown, **more)

    def reminder(self, event: Event, patron: Patron, *, to: str, now: datetime) -> Mail:
        """Return the reminder of what is still open.

        Where signatures are not matched, nobody knows whose they are, so the mail does not say who has not signed.
        """
        owed = event.balance(patron.patron_id).owed
        signed = "" if event.unmatched else _signed(event, patron)
        more = {"owed": format_amount(owed, event.currency) if owed > 0 else "", "signed": signed}
        return self._mail("reminder.txt", to, self._shown(event, patron, now), **more)

    def _shown(self, event: Event, patron: Patron, now: datetime) -> dict[str, Any]:
        """Return what each text shows. The link of the party is there as long as somebody can sign."""
        title, starts = one_line(event.title, LONGEST_TITLE), when(event.starts_at, self.zone)
        return {
            "name": one_line(patron.name, LONGEST_NAME),
            "title": title,
            "starts": starts,
            "trip": f"{title}, {starts}",
            "waiver": self.parties.link(event, patron.patron_id) if can_sign(event, patron, now) else "",
        }

    def _mail(self, template: str, to: str, shown: dict[str, Any], **more: Any) -> Mail:
        ending = {"contact": self.contact, "unsubscribe": self.links.link(to)}
        written = _texts().get_template(template).render(**shown, **more, **ending)
        subject, _, text = written.partition("\n\n")
        return Mail(
            subject=subject.removeprefix("Subject: "),
            text=text,
            to=to,
            reply_to=self.contact,
            unsubscribe=ending["unsubscribe"],
        )


def _balance(event: Event, patron: Patron) -> str:
    """Return `paid in full`, `$20.00 to pay`, `$5.00 more than due`; of a cancelled event what was paid."""
    balance, currency = event.balance(patron.patron_id), event.currency
    if event.status is Status.CANCELLED:
        return f"{format_amount(balance.paid, currency)} paid, the trip is cancelled"
    match balance.state:
        case BalanceState.PAID:
            return "paid in full"
        case BalanceState.OVERPAID:
            return f"{format_amount(-balance.owed, currency)} more than due"
        case _:
            return f"{format_amount(balance.owed, currency)} to pay"


def _signed(event: Event, patron: Patron) -> str:
    """Return the number of people of the party of whom we have a signature."""
    coverage = event.coverage(patron.patron_id)
    if coverage.people == 1:
        return "we have no signature from you yet"
    return f"we have signatures for {coverage.signed} of {coverage.people} people of your party"


@cache
def _texts() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=False,  # noqa: S701 - plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
