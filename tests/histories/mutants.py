"""Faults planted into the product, to show that histories find them. Each removes one of the product's precautions."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Final
from unittest import mock

from slack_bolt import BoltResponse
from slack_sdk.errors import SlackApiError

from adapters import books, event_rows, evidence, mail_ses, posted, s3, slack_posts
from adapters.books import BooksRow
from adapters.expressions import Update
from announce import channels
from announce.records import Records
from bot import app
from charter.announcements import NoChannel, SlackUnavailable
from charter.payments import Draft, Void
from charter.records import MessagePlace, Record, Turn
from charter.refusals import TableUnavailable

Mutant = Callable[[], AbstractContextManager[Any]]


def _put_in(owner: Any, name: str, make: Callable[[Any], Any]) -> AbstractContextManager[Any]:
    """Replace a function by what `make` returns for it."""
    return mock.patch.object(owner, name, make(getattr(owner, name)))


def updates_have_no_condition() -> AbstractContextManager[Any]:
    """A row is changed without a condition, so a known payment id is written again, and its amount is added."""

    def make(request: Any) -> Any:
        def unguarded(self: Any) -> dict[str, Any]:
            whole = request(self)
            del whole["ConditionExpression"]
            used = set(re.findall(r"[#:][A-Za-z0-9]+", whole["UpdateExpression"]))
            for part in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
                whole[part] = {alias: each for alias, each in whole[part].items() if alias in used}
            return {name: part for name, part in whole.items() if part}

        return unguarded

    return _put_in(Update, "request", make)


def a_form_gets_a_new_payment_id_with_each_press() -> AbstractContextManager[Any]:
    """The second tap is another payment."""

    def make(entry: Any) -> Any:
        return lambda self, **said: entry(replace(self, payment_id=uuid.uuid4().hex), **said)

    return _put_in(Draft, "entry", make)


def an_outage_is_answered_as_a_success() -> AbstractContextManager[Any]:
    """A payment whose write got no answer is reported as logged."""

    def make(update: Any) -> Any:
        def hopeful(self: Any, eid: str, changed: Any, budget: Any) -> Any:
            try:
                return update(self, eid, changed, budget)
            except TableUnavailable:
                return {"Attributes": {"eid": {"S": eid}, "crew_id": {"S": "#event"}}}

        return hopeful

    return _put_in(event_rows.EventRows, "_update", make)


def an_announcement_is_not_claimed() -> AbstractContextManager[Any]:
    """A record that the stream delivers twice is posted and mailed twice."""

    def claim(self: Any, key: str, *, now: Any, until: Any, wanted: str = "") -> Any:  # noqa: ARG001 - the port's shape
        self._held[key] = "nobody"
        return Turn.FIRST, Record(claimed_at=now, wanted=wanted)

    return mock.patch.object(posted.DynamoPosted, "claim", claim)


def a_post_is_sent_again_after_a_lost_answer() -> AbstractContextManager[Any]:
    """A POST whose answer was lost is repeated at once, although Slack may have carried it out."""

    def make(post: Any) -> Any:
        def twice(self: Any, *args: Any, **named: Any) -> Any:
            try:
                return post(self, *args, **named)
            except SlackUnavailable:
                return post(self, *args, **named)

        return twice

    return _put_in(slack_posts.SlackPosts, "post", make)


def the_history_of_a_channel_is_not_searched() -> AbstractContextManager[Any]:
    """A post of a process that died is not found, and posted again."""
    return mock.patch.object(slack_posts.SlackPosts, "find", return_value=None)


def what_no_channel_took_is_recorded_as_posted() -> AbstractContextManager[Any]:
    """A post that every channel refused is never posted."""

    def make(post_in: Any) -> Any:
        def careless(self: Any, *args: Any, **named: Any) -> Any:
            try:
                return post_in(self, *args, **named)
            except NoChannel:
                return None

        return careless

    return _put_in(channels.Channels, "post_in", make)


def a_post_beyond_a_long_rate_limit_is_recorded_as_posted() -> AbstractContextManager[Any]:
    """A post is given up where Slack asks for a longer wait than the process has time for."""

    def make(post: Any) -> Any:
        def impatient(self: Any, channel: str, *args: Any, **named: Any) -> Any:
            try:
                return post(self, channel, *args, **named)
            except SlackUnavailable as error:
                if str(error) == "ratelimited":
                    return MessagePlace(channel, "")
                raise

        return impatient

    return _put_in(slack_posts.SlackPosts, "post", make)


def nobody_reads_that_slack_opened_no_form() -> AbstractContextManager[Any]:
    """An error of Slack's is answered with nothing."""

    def make(answer: Any) -> Any:
        def silent(error: Exception, *args: Any) -> Any:
            return BoltResponse(status=200, body="") if isinstance(error, SlackApiError) else answer(error, *args)

        return silent

    return _put_in(app, "answer", make)


def a_mail_is_sent_twice() -> AbstractContextManager[Any]:
    """Each mail goes out a second time."""

    def make(send: Any) -> Any:
        return lambda self, mail: (send(self, mail), send(self, mail))[0]

    return _put_in(mail_ses.SesMailer, "send", make)


def failed_records_do_not_come_again() -> AbstractContextManager[Any]:
    """The stream goes on after a failure, and the failed record is lost."""

    def make(announce: Any) -> Any:
        return lambda self, records: (announce(self, records), {"batchItemFailures": []})[1]

    return _put_in(Records, "announce", make)


def the_books_add_what_they_have() -> AbstractContextManager[Any]:
    """An event's earlier contribution is not subtracted before the new one is added."""

    def make(replace_: Any) -> Any:
        def forgetful(self: Any, source: str, new: Any, kept: Any, budget: Any) -> Any:
            return replace_(self, source, new, {name: BooksRow(each.version) for name, each in kept.items()}, budget)

        return forgetful

    return _put_in(books.DynamoBooks, "replace", make)


def a_void_has_a_new_id_each_time() -> AbstractContextManager[Any]:
    """The same entry is taken back twice."""

    def make(entry: Any) -> Any:
        def anew(self: Any, payment: Any, **said: Any) -> Any:
            with mock.patch.object(type(payment), "voided", return_value=False):
                return replace(entry(self, payment, **said), payment_id=uuid.uuid4().hex)

        return anew

    return _put_in(Void, "entry", make)


def evidence_is_written_over() -> AbstractContextManager[Any]:
    """The evidence of a signature is written without `If-None-Match`."""

    def make(connect: Any) -> Any:
        del connect

        def keep(self: Any, signed: Any) -> Any:
            import json

            place = evidence.key(signed.eid, signed.signing.signature_id)
            content = json.dumps(evidence.to_json(signed)).encode()
            with s3.outages_as_refusals():
                self._client.put_object(Bucket=self._bucket, Key=place, Body=content)
            return signed

        return keep

    return _put_in(evidence.S3Evidence, "keep", make)


def an_amount_is_rounded_up() -> AbstractContextManager[Any]:
    """The total of a patron is a cent more than their entries."""
    from decimal import Decimal

    def make(increase: Any) -> Any:
        return lambda self, *path, by: increase(self, *path, by=Decimal(str(by)) + Decimal("0.01"))

    return _put_in(Update, "increase", make)


MUTANTS: Final[dict[str, Mutant]] = {
    make.__name__: make
    for make in (
        updates_have_no_condition,
        a_form_gets_a_new_payment_id_with_each_press,
        an_outage_is_answered_as_a_success,
        an_announcement_is_not_claimed,
        a_post_is_sent_again_after_a_lost_answer,
        the_history_of_a_channel_is_not_searched,
        what_no_channel_took_is_recorded_as_posted,
        a_post_beyond_a_long_rate_limit_is_recorded_as_posted,
        nobody_reads_that_slack_opened_no_form,
        a_mail_is_sent_twice,
        failed_records_do_not_come_again,
        the_books_add_what_they_have,
        a_void_has_a_new_id_each_time,
        evidence_is_written_over,
        an_amount_is_rounded_up,
    )
}
