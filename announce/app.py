"""The stream's application: each kind of invocation in one place."""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from announce.canary import CanaryRun
from announce.cards import Cards
from announce.channels import Channels
from announce.digests import Digests
from announce.event_news import EventNews
from announce.groups import Groups
from announce.hand_overs import HandOvers
from announce.late import Sweep
from announce.mail import MailWriter
from announce.mailing import Mailing
from announce.patron_mailing import PatronMailing
from announce.patron_reminders import PatronReminders
from announce.patron_writer import PatronWriter
from announce.posting import Posting
from announce.records import Records
from announce.redrive import late_transports, redrive, sweep_all
from announce.reminders import ReminderCards
from announce.requests import RequestPosts
from announce.run import RESERVE
from announce.settings import SLACK, UNSIGNED
from announce.waiting import WaitingSignatures
from charter.announcements import ChannelClosed, PostGone, Refused, RetryLater
from charter.frozen import dataclass
from charter.mail_links import MailLinks
from charter.party_links import PartyLinks
from charter.patron_mails import REMINDERS
from charter.refusals import TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from announce.run import Transport
    from announce.services import Services
    from announce.settings import AnnounceSettings
    from charter.announce_ports import Mailer


class InvocationUnknown(Exception):  # noqa: N818 - a fact
    """The event of an invocation is neither a batch of the stream nor an order of our schedules."""


class DigestFailed(Exception):  # noqa: N818 - a fact
    """The digest met an error that nobody expected. It names the error's kind alone."""


class RemindersFailed(Exception):  # noqa: N818 - a fact
    """The run of reminders to patrons met an error that nobody expected. It names the error's kind alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceApp:
    """Handles the invocations of the announce Lambda."""

    services: Services
    transports: list[Transport]
    records: Records
    digests: Digests
    zone: tzinfo

    def handle(self, event: dict[str, Any]) -> dict[str, Any]:
        """Handle one invocation.

        A batch of the stream's records is announced; the answer lists the records that must come again.
        `{"digest": "morning"}` sends today's digest, once. `{"digest": "now"}` posts it as of this moment, and does
        not count as the morning's. `{"sweep": "late"}` announces what the stream never did, and `{"sweep": "now"}`
        also settles the dead letters. `{"sweep": "waiting"}` only mails the signatures that wait.
        `{"remind": "patrons"}` mails the patrons' reminders that are due, if these are on.
        `{"canary": true}` makes a payment that is nobody's, and counts whether it got through. Anything else is logged
        and counted, and nothing is done.
        """
        match event:
            case {"digest": "morning" | "now" as which}:
                self._send_digest(self.digests.show if which == "now" else self.digests.send)
            case {"remind": "patrons"}:
                return self._remind_patrons()
            case {"canary": True}:
                CanaryRun(self.services, self.records).run()
            case {"sweep": "late" | "now" | "waiting" as order}:
                self._send_waiting()
                return self._sweep(order)
            case {"Records": list() as records}:
                answer = self.records.announce(records)
                self._send_waiting()
                return answer
            case _:  # another try would meet the same
                self.records.log_error("the invocation is of no known kind", InvocationUnknown())
                self.services.meter.count("RecordFailed", why=InvocationUnknown.__name__)
        return {}

    def _send_digest(self, send: Callable[[], None]) -> None:
        """Send a digest. An error is raised without its text, which Lambda would log and which may quote a patron."""
        failure: Exception | None = None
        try:
            send()
        except Exception as error:  # noqa: BLE001 - no error's text may be logged
            self.records.log_error("the digest failed", error)
            known = isinstance(error, (RetryLater, ChannelClosed, PostGone, Refused, TableUnavailable))
            failure = type(error)() if known else DigestFailed(type(error).__name__)
        if failure is not None:
            raise failure  # out here no cause is attached to it

    def _remind_patrons(self) -> dict[str, Any]:
        """Mail the reminders that are due. Errors are raised as by `_send_digest`."""
        failure: Exception | None = None
        for transport in self.transports:
            if isinstance(transport, PatronMailing) and REMINDERS in transport.kinds:
                try:
                    return PatronReminders(mailing=transport).run()
                except Exception as error:  # noqa: BLE001 - no error's text may be logged
                    self.records.log_error("the reminders failed", error)
                    is_known = isinstance(error, TableUnavailable)
                    failure = type(error)() if is_known else RemindersFailed(type(error).__name__)
        if failure is not None:
            raise failure  # out here no cause is attached to it
        return {}

    def _sweep(self, order: str) -> dict[str, Any]:
        """Announce late what the stream never did, by each channel. What waits is not late."""
        if not self.transports or order == "waiting":
            return {}
        transports = late_transports(self.transports, zone=self.zone)
        sweeps = [Sweep(services=self.services, transport=transport) for transport in transports]
        return redrive(sweeps, self.services.dead_letters) if order == "now" else sweep_all(sweeps)

    def _send_waiting(self) -> None:
        """Mail the signatures that waited long enough. Where that fails, they wait on."""
        for transport in self.transports:
            if isinstance(transport, Mailing) and self.services.time_left() >= RESERVE:
                try:
                    transport.send_waiting()
                except Exception as error:  # noqa: BLE001 - the records of this batch are announced all the same
                    self.records.log_error("the waiting mail failed", error)
                    self.services.meter.count("WaitingMailFailed", why=type(error).__name__)


def create_app(*, settings: AnnounceSettings, services: Services) -> AnnounceApp:
    """Return the application for these settings."""
    transports: list[Transport] = []
    if SLACK in settings.announce_by:
        transports.append(_posting(settings, services))
    if services.mailer is not None:
        transports.append(_mailing(settings, services, services.mailer))
        if settings.mail_patrons and settings.admin_token_secret:
            transports.append(_patron_mailing(settings, services, services.mailer, settings.admin_token_secret))
    return AnnounceApp(
        services=services,
        transports=transports,
        records=Records(services, transports, settings.announce_by),
        digests=Digests(
            services=services, channel=settings.ops_channel, methods=settings.payment_methods, zone=settings.timezone
        ),
        zone=settings.timezone,
    )


def _posting(settings: AnnounceSettings, services: Services) -> Posting:
    channels = Channels(services.poster, services.meter, settings.ops_channel)
    return Posting(
        services=services,
        channels=channels,
        cards=Cards(
            services=services,
            channels=channels,
            zone=settings.timezone,
            names_unsigned=settings.card_names == UNSIGNED,
        ),
        groups=Groups(services=services, channels=channels),
        requests=RequestPosts(services=services, channels=channels),
        hand_overs=HandOvers(services=services, channels=channels, zone=settings.timezone),
        reminders=ReminderCards(
            services=services,
            channels=channels,
            public_base_url=settings.public_base_url,
            zone=settings.timezone,
        ),
        event_news=EventNews(services=services, channels=channels, zone=settings.timezone),
        methods=settings.payment_methods,
        zone=settings.timezone,
    )


def _mailing(settings: AnnounceSettings, services: Services, mailer: Mailer) -> Mailing:
    name, zone = services.name_for_mail, settings.timezone
    return Mailing(
        services=services,
        mailer=mailer,
        writer=MailWriter(name=name, zone=zone, public_base_url=settings.public_base_url),
        waiting=WaitingSignatures(posted=services.posted, now=services.now),
    )


def _patron_mailing(settings: AnnounceSettings, services: Services, mailer: Mailer, secret: str) -> PatronMailing:
    writer = PatronWriter(
        contact=parseaddr(settings.notify_email_to[0])[1],
        parties=PartyLinks(secret, settings.public_base_url),
        links=MailLinks(secret, settings.public_base_url),
        zone=settings.timezone,
    )
    return PatronMailing(services=services, mailer=mailer, writer=writer, kinds=settings.mail_patrons)
