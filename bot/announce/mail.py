"""The mails to the office: what happened, in text and in HTML.

A mail is forwarded, printed and kept for years, so it holds what is needed to know what happened and no more: no notes,
no addresses or telephone numbers, no names of minors, no ids, and no link that opens anything by itself.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.announce.authors import author_name
from bot.text import balance_in_words, clip, quoted, when
from charter.announcements import EntryLogged
from charter.events import Status
from charter.money import format_amount
from charter.names import without_unseen
from charter.payments import Kind, Source
from charter.ports import Mail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo

    from jinja2 import Environment

    from charter.announcements import Fact, PatronSigned

LONGEST_NAME: Final = 80
LONGEST_SIGNER: Final = 40  # a stranger wrote it
LONGEST_TITLE: Final = 120
LONGEST_REASON: Final = 200
MOST_PARTIES: Final = 20

_FOLDER: Final = Path(__file__).with_name("templates")
_DOORS: Final = {Source.SLACK: "in Slack", Source.WEB: "on the web"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """Words facts for the office. `name` tells what a person is called by their Slack id, if it is known."""

    name: Callable[[str], str | None]
    zone: tzinfo
    public_base_url: str

    def letter(self, fact: Fact) -> Mail:
        """The mail of one fact."""
        return self._of_entry(fact) if isinstance(fact, EntryLogged) else self._of_signature(fact)

    def _of_entry(self, fact: EntryLogged) -> Mail:
        entry, event = fact.entry, fact.event
        name, amount = _line(fact.patron.name, LONGEST_NAME), format_amount(abs(entry.amount), event.currency)
        happened = {
            Kind.PAYMENT: f"{name} paid {amount}",
            Kind.REFUND: f"{name} was given back {amount}",
            Kind.VOID: f"Voided: {amount} of {name}",
        }[entry.kind]
        by = _line(author_name(entry.logged_by, self.name), LONGEST_NAME)
        lines = [
            ("Patron", name),
            ("Amount", format_amount(entry.amount, event.currency)),
            ("Method", _line(entry.method, 40)),
            ("Balance", balance_in_words(event, fact.patron.patron_id)),
            ("Event", self._event(fact)),
            ("Logged", f"by {by} {_DOORS[entry.source]}, {when(entry.timestamp, self.zone)}"),
        ]
        if entry.reason:
            lines.append(("Because", _line(entry.reason, LONGEST_REASON)))
        return self._mail(happened, fact, lines)

    def _of_signature(self, fact: PatronSigned) -> Mail:
        signature, event = fact.signature, fact.event
        name, minors = quoted(_line(signature.name, LONGEST_NAME), LONGEST_SIGNER), len(signature.minors)
        signed = f"Waiver signed by {name}"
        lines = [("Signed", f"by {name}")]
        if minors:
            lines.append(("Minors", f"for {minors} too"))
        if fact.patron is None:
            return self._mail(
                signed,
                fact,
                [*lines, ("Party", "not matched to anybody on the roster yet"), ("Event", self._event(fact))],
            )
        coverage, patron_id = event.coverage(fact.patron.patron_id), fact.patron.patron_id
        paid = "" if event.balance(patron_id).cleared else "not paid yet"
        boarding = "clear to board" if event.clear_to_board(patron_id) else paid or "not everybody has signed"
        if event.status is Status.CANCELLED:
            boarding = "the event is cancelled"
        lines += [
            ("Party", f"{_line(fact.patron.name, LONGEST_NAME)}, {coverage}"),
            ("Boarding", boarding),
            ("Event", self._event(fact)),
        ]
        return self._mail(signed, fact, lines)

    def letter_of_many(self, facts: Sequence[PatronSigned]) -> Mail:
        """The mail of many signatures of one event. It names only people on the roster."""
        first, event = facts[0], facts[0].event
        patrons = {fact.patron.patron_id: fact.patron for fact in facts if fact.patron}
        lines = [
            ("Party", f"{_line(patron.name, LONGEST_NAME)}, {event.coverage(patron.patron_id)}")
            for patron in list(patrons.values())[:MOST_PARTIES]
        ]
        if len(patrons) > MOST_PARTIES:
            lines.append(("Parties", f"{len(patrons) - MOST_PARTIES} more"))
        if of_nobody := sum(fact.patron is None for fact in facts):
            lines.append(("Others", f"{of_nobody} not matched to anybody on the roster yet"))
        lines.append(("Event", self._event(first)))
        return self._mail(f"{len(facts)} people signed the waiver", first, lines)

    def _event(self, fact: Fact) -> str:
        return f"{_line(fact.event.title, LONGEST_TITLE)}, {when(fact.event.starts_at, self.zone)}"

    def _mail(self, happened: str, fact: Fact, lines: list[tuple[str, str]]) -> Mail:
        page = f"{self.public_base_url.rstrip('/')}/dispatch"
        shown = {"happened": happened, "lines": lines, "page": page}
        return Mail(
            subject=f"{happened} · {_line(fact.event.title, LONGEST_TITLE)}",
            text=_templates().get_template("letter.txt").render(shown),
            html=_templates().get_template("letter.html").render(shown),
        )


def _line(text: str, limit: int) -> str:
    """What people typed, on one line: nothing ends a header, turns the words around, or pushes them out of sight."""
    # Cc: line ends and the like; Cf: what turns text, joiners, which emoji need, excepted; Cs: halves of letters.
    kept = (
        letter if letter == "\u200d" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"} else " "
        for letter in without_unseen(text)
    )
    return clip("".join(kept), limit)


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
