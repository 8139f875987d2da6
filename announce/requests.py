"""Requests to the office to void an entry: one post each, with a button, and the post after the void."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from announce import posts
from announce.authors import author_name
from announce.once import once
from charter.announcements import ChannelClosed, PostGone
from charter.frozen import dataclass
from charter.payments import REVERSALS
from charter.refusals import EventIdMalformed, EventUnknown
from charter.returned import undone_by
from charter.void_requests import VoidRequested, request_history

if TYPE_CHECKING:
    from typing import Any

    from announce.channels import Channels
    from announce.services import Services
    from charter.announcements import EntryLogged
    from charter.records import MessagePlace, Record

KIND: Final = "void_requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPosts:
    """The posts of requests, in the office's channel where there is one."""

    services: Services
    channels: Channels

    def announce(self, fact: VoidRequested) -> bool:
        """Post once. Return whether this call did it. Raises as Posting.announce."""
        return once(
            fact.id,
            event=fact.event,
            posted=self.services.posted,
            now=self.services.now(),
            do=partial(self._post, fact),
            find_earlier=partial(self._find_earlier, fact),
        )

    def close(self, void: EntryLogged) -> None:
        """Strike the posts of the requests that this void grants. A second call changes nothing."""
        if void.entry.kind not in REVERSALS:
            return
        wanted = (void.patron.patron_id, void.entry.reverses)
        with suppress(EventUnknown, EventIdMalformed):  # it is gone since, or has an id that nobody serves
            event = self.services.ledger.event(void.event.eid)
            for request in request_history(event):
                granted = (request.patron.patron_id, request.entry.payment_id) == wanted
                record = self.services.posted.find(request.id) if granted else None
                if record is not None and record.place is not None:
                    with suppress(PostGone, ChannelClosed):
                        self.services.poster.update(record.place, self._message(request))

    def _post(self, fact: VoidRequested) -> MessagePlace | None:
        return self.channels.post(fact.event, self._message(fact), kind=KIND, key=fact.id, office_first=True)

    def _message(self, fact: VoidRequested) -> dict[str, Any]:
        by, void = self._name(fact.edit.by), fact.void
        if void is None:
            return posts.request_line(fact, by=by)
        return posts.granted_line(fact, by=by, undone=undone_by(void.kind, self._name(void.logged_by)))

    def _find_earlier(self, fact: VoidRequested, record: Record) -> MessagePlace | None:
        return self.channels.find(fact.event, key=fact.id, since=record.claimed_at)

    def _name(self, logged_by: str) -> str:
        return author_name(logged_by, self.services.poster.name)
