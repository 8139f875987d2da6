"""The mails to the office, in text and in HTML.

A mail is forwarded, printed and kept for years, so it holds only what is needed: no notes, no addresses or telephone
numbers, no names of minors, no ids, and no link that signs anybody in.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from announce.authors import author_name
from announce.late_lines import counted, time_of
from announce.plain_lines import one_line as _line
from bot.text import balance_in_words, quoted, when
from charter.announcements import EntryLogged
from charter.balances import BalanceState
from charter.events import Status
from charter.frozen import dataclass
from charter.group_payments import others_of
from charter.money import format_amount
from charter.names import listed
from charter.payments import Kind, Source
from charter.records import Mail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo

    from jinja2 import Environment

    from charter.announcements import PatronSigned
    from charter.events import Event
    from charter.late import PatronFact

LONGEST_NAME: Final = 80
LONGEST_SIGNER: Final = 40  # a stranger wrote it
LONGEST_TITLE: Final = 120
LONGEST_REASON: Final = 200
MOST_PARTIES: Final = 20

_FOLDER: Final = Path(__file__).with_name("templates")
_NOT_CLEARED: Final = {BalanceState.UNPAID: "not paid yet", BalanceState.PARTIAL: "not paid in full yet"}
_SOURCES: Final = {Source.SLACK: "in Slack", Source.WEB: "on the web"}

Wording = tuple[str, list[tuple[str, str]]]
"""The sentence about the fact, and the lines below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailWriter:
    """Writes mails about facts. `name` returns a person's name by their Slack id, or None."""

    name: Callable[[str], str | None]
    zone: tzinfo
    public_base_url: str

    def mail(self, fact: PatronFact) -> Mail:
        """Return the mail about one fact."""
        return self._mail(fact.event, *self._wording(fact))

    def late_mail(self, fact: PatronFact) -> Mail:
        """Return the late mail about one fact."""
        happened, lines = self._wording(fact)
        return self._mail(fact.event, f"Late: {happened}", [*lines, self._late([fact])])

    def late_mail_of_many(self, facts: Sequence[PatronFact]) -> Mail:
        """Return the late mail about many facts of one event."""
        event = facts[0].event
        kinds = ", ".join(counted(event, facts))
        lines = [("Missed", kinds), ("Event", self._event(event)), self._late(facts)]
        return self._mail(event, f"Late: {kinds}", lines)

    def _late(self, facts: Sequence[PatronFact]) -> tuple[str, str]:
        return "Late", f"this is from {time_of(facts, zone=self.zone)}, and was not mailed then"

    def _wording(self, fact: PatronFact) -> Wording:
        return self._of_entry(fact) if isinstance(fact, EntryLogged) else self._of_signature(fact)

    def _of_entry(self, fact: EntryLogged) -> Wording:
        entry, event = fact.entry, fact.event
        name, amount = _line(fact.patron.name, LONGEST_NAME), format_amount(abs(entry.amount), event.currency)
        happened = {
            Kind.PAYMENT: f"{name} paid {amount}",
            Kind.REFUND: f"{name} was given back {amount}",
            Kind.VOID: f"Voided: {amount} of {name}",
            Kind.BOUNCED: f"Check bounced: {amount} of {name}",
            Kind.TRANSFER: f"{name} moved with {amount}",
            Kind.CHARGEBACK: f"Card payment charged back: {amount} of {name}",
        }[entry.kind]
        by = _line(author_name(entry.logged_by, self.name), LONGEST_NAME)
        lines = [
            ("Patron", name),
            ("Amount", format_amount(entry.amount, event.currency)),
            ("Moved", _line(entry.notes, LONGEST_TITLE))
            if entry.kind is Kind.TRANSFER
            else ("Method", _line(entry.method, 40)),
            ("Balance", balance_in_words(event, fact.patron.patron_id)),
            ("Event", self._event(event)),
            ("Logged", f"by {by} {_SOURCES[entry.source]}, {when(entry.timestamp, self.zone)}"),
        ]
        if others := others_of(event, fact.patron.patron_id, entry):
            names = listed([_line(each.name, LONGEST_NAME) for each in others])
            lines.append(("Together", f"paid together with {names}"))
        if entry.reason:
            lines.append(("Because", _line(entry.reason, LONGEST_REASON)))
        return happened, lines

    def _of_signature(self, fact: PatronSigned) -> Wording:
        signature, event = fact.signature, fact.event
        name, minors = quoted(_line(signature.name, LONGEST_NAME), LONGEST_SIGNER), len(signature.minors)
        signed = f"Waiver signed by {name}"
        lines = [("Signed", f"by {name}")]
        if minors:
            lines.append(("Minors", f"for {minors} too"))
        if fact.patron is None:
            return signed, [
                *lines,
                ("Party", "not matched to anybody on the roster yet"),
                ("Event", self._event(event)),
            ]
        coverage, patron_id = event.coverage(fact.patron.patron_id), fact.patron.patron_id
        paid = _NOT_CLEARED.get(event.balance(patron_id).state, "")
        unsigned = "not expected any more" if coverage.complete else "not everybody has signed"
        boarding = "clear to board" if event.clear_to_board(patron_id) else paid or unsigned
        if event.status is Status.CANCELLED:
            boarding = "the event is cancelled"
        lines += [
            ("Party", f"{_line(fact.patron.name, LONGEST_NAME)}, {coverage}"),
            ("Boarding", boarding),
            ("Event", self._event(event)),
        ]
        return signed, lines

    def mail_of_signatures(self, facts: Sequence[PatronSigned]) -> Mail:
        """Return the mail about signatures. Where they are many, it names only people on the roster."""
        if len(facts) == 1:
            return self.mail(facts[0])
        if len({fact.event.first_eid for fact in facts}) == 1:
            return self._of_one_event(facts)
        return self._of_events(facts)

    def _of_events(self, facts: Sequence[PatronSigned]) -> Mail:
        events = {fact.event.first_eid: fact.event for fact in facts}
        numbers = Counter(fact.event.first_eid for fact in facts)
        shown = [events[eid] for eid, _ in numbers.most_common(MOST_PARTIES)]
        lines = [
            ("Event", f"{_line(self._event(event), LONGEST_TITLE)}: {numbers[event.first_eid]}") for event in shown
        ]
        if len(events) > len(shown):
            lines.append(("Events", f"{len(events) - len(shown)} more"))
        if of_nobody := sum(fact.patron is None for fact in facts):
            lines.append(("Others", f"{of_nobody} not matched to anybody on a roster yet"))
        return self._mail(None, f"{len(facts)} people signed the waivers of {len(events)} events", lines)

    def _of_one_event(self, facts: Sequence[PatronSigned]) -> Mail:
        event = facts[0].event
        patrons = {fact.patron.patron_id: fact.patron for fact in facts if fact.patron}
        lines = [
            ("Party", f"{_line(patron.name, LONGEST_NAME)}, {event.coverage(patron.patron_id)}")
            for patron in list(patrons.values())[:MOST_PARTIES]
        ]
        if len(patrons) > MOST_PARTIES:
            lines.append(("Parties", f"{len(patrons) - MOST_PARTIES} more"))
        if of_nobody := sum(fact.patron is None for fact in facts):
            lines.append(("Others", f"{of_nobody} not matched to anybody on the roster yet"))
        lines.append(("Event", self._event(event)))
        return self._mail(event, f"{len(facts)} people signed the waiver", lines)

    def _event(self, event: Event) -> str:
        return f"{_line(event.title, LONGEST_TITLE)}, {when(event.starts_at, self.zone)}"

    def _mail(self, event: Event | None, happened: str, lines: list[tuple[str, str]]) -> Mail:
        page = f"{self.public_base_url.rstrip('/')}/dispatch"
        shown = {"happened": happened, "lines": lines, "page": page}
        return Mail(
            subject=f"{happened} · {_line(event.title, LONGEST_TITLE)}" if event else happened,
            text=_templates().get_template("mail.txt").render(shown),
            html=_templates().get_template("mail.html").render(shown),
        )


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
