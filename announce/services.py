"""The adapters that announcements use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from charter.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from aws_lambda_powertools import Logger

    from charter.announce_ports import Mailer, Meter, Posted, Poster
    from charter.announcements import AnyChange
    from charter.bookkeeping import Books
    from charter.custody import Custody
    from charter.mail_links import Unsubscribed
    from charter.passengers import PassengerList
    from charter.ports import Ledger, Manifests, Renames
    from charter.records import Letter, TablePage


class TableHistory(Protocol):
    """The whole table. Every method may raise TableUnavailable."""

    def pages(self, since: datetime, *, after: str) -> Iterable[TablePage]:
        """Return the events with entries, signatures, edits or cast-offs since then, page by page, from `after`.

        An event may be on two pages.
        """
        ...


class Queue(Protocol):
    """The queue of dead letters."""

    def put(self, letter: dict[str, str]) -> None:
        """Put a letter into it, which must name nobody."""
        ...

    def take(self) -> Sequence[Letter]:
        """Return the letters in it."""
        ...

    def remove(self, letter: Letter) -> None:
        """Take one out of it."""
        ...


class Canary(Protocol):
    """A payment on a row of its own, which is in no event, book or export."""

    def pay(self, *, now: datetime) -> None:
        """Log a payment of 1.00, read it, void it, and read again; the row of the last run is replaced.

        Raises TableUnavailable, and another error where the row does not hold what was written.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The adapters. `now` returns the time on the boat's clock, and `time_left` the seconds left of this invocation.

    `in_order` sorts a batch. `read_change` returns the change that a record holds, or None where nothing follows, and
    may raise ChangeUnreadable. `is_outage` returns whether an error of a library is temporary. `mailer` is None where
    no mail is sent, and `dead_letters` where there is no queue. `name_for_mail` returns a person's name by their Slack
    id, without a long wait. `manifests` is None where no frozen list is filed, and `print_list` returns the PDF of one.
    `books` is None where another function keeps them, and `renames` where another one renames events. `read_rename`
    returns the old and the new id of a rename that a record asks for, or None. `custody` reads who holds the cash, and
    `unsubscribed` the addresses to which no mail is sent. `canary` makes the payment that shows that
    payments get through.
    """

    ledger: Ledger
    posted: Posted
    poster: Poster
    history: TableHistory
    in_order: Callable[[Sequence[Mapping[str, Any]]], list[Mapping[str, Any]]]
    read_change: Callable[[Mapping[str, Any]], AnyChange | None]
    is_outage: Callable[[Exception], bool]
    mailer: Mailer | None
    name_for_mail: Callable[[str], str | None]
    dead_letters: Queue | None
    manifests: Manifests | None
    print_list: Callable[[PassengerList], bytes]
    books: Books | None
    renames: Renames | None
    read_rename: Callable[[Mapping[str, Any]], tuple[str, str] | None]
    custody: Custody
    unsubscribed: Unsubscribed
    canary: Canary
    meter: Meter
    log: Logger
    now: Callable[[], datetime]
    time_left: Callable[[], float]
