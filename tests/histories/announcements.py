"""Checks of the announcements: each payment, correction and signature is posted and mailed once."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from tests.histories.deeds import PAYMENT, REVERSAL, lines_of
from tests.histories.fault_injection import SLACK, TABLE
from tests.histories.long_faults import CLOSED, POST

_TWO_DAYS: Final = 2 * 86400
# The beginning of a post about one late fact.
_LATE: Final = re.compile(r"^🕰 Late: this is from [^.]*\. ")

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.histories.day import Day


def is_unsearched(day: Day) -> bool:
    """Return whether Slack refused to search a channel for a doubtful post.

    The bot then posts in the next channel, and the post may be in both (ADR 0015).
    """
    return any(kind.startswith("conversations.") for kind in day.met)


def is_passed_over(day: Day, patron: str) -> bool:
    """Return whether a closed channel may have refused the posts about somebody until they were forgotten.

    Nothing of a forgotten person is announced (ADR 0053), so the schedule does not announce it late.
    """
    return patron.startswith("forgotten-") and any(day.met[f"{POST} {error}"] for error in CLOSED)


def each_payment_is_posted_once(day: Day) -> Iterator[str]:
    """Check that the channels read each payment once, and each reversal once."""
    posts = [post.text for post in day.boat.slack.board.posts if post.only_for is None and post.metadata]
    all_text = "\n".join(text for text in posts if "asks the office" not in text)  # a request quotes the payment
    lines = [each for row in day.event_rows() for each in _with_entries(row)]
    amounts = Counter(line.amount for _, key, line, _ in lines if line.kind == PAYMENT and not key.startswith("old:"))
    own = {line.amount for _, key, line, entry in lines if _is_posted(key, line, entry)}
    own -= {line.amount for patron, _, line, _ in lines if is_passed_over(day, patron)}
    missing = {amount: amounts[amount] - len(re.findall(rf" paid \${amount:,.2f} by ", all_text)) for amount in own}
    if is_unsearched(day):
        missing = {amount: max(0, number) for amount, number in missing.items()}
    if min(missing.values(), default=0) >= 0 and sum(missing.values()) <= _posted_late(posts, "payment"):
        return
    for amount, number in missing.items():
        if number:
            posted = amounts[amount] - number
            yield f"the payment of {amount} is in {amounts[amount]} ledgers and was posted {posted} times"


def _posted_late(texts: Sequence[str], noun: str) -> int:
    """Return how many facts of a kind the posts or mails about many late facts of one event speak of."""
    lines = "\n".join(each for each in texts if each.startswith(("🕰 Late, from ", "Late: ")))
    return sum(int(number) for number in re.findall(rf"\b(\d+) {noun}s?\b", lines))


def _is_posted(key: str, line: Any, entry: Mapping[str, Any]) -> bool:
    """Return whether an entry has a post of its own. A group shares one, and an older system's entries have none."""
    return line.kind == PAYMENT and not entry.get("group") and not key.startswith("old:")


def _same(one: Any, other: Any) -> bool:
    return bool(one.kind == other.kind and one.amount == other.amount)


def _with_entries(row: Mapping[str, Any]) -> list[tuple[str, str, Any, Mapping[str, Any]]]:
    entries = {
        (patron, key): entry
        for patron, record in (row.get("payments") or {}).items()
        for key, entry in record.get("entries", {}).items()
    }
    return [(patron, key, line, entries[patron, key]) for patron, key, line in lines_of(row)]


def nothing_is_posted_twice(day: Day) -> Iterator[str]:
    """Check that no fact has two posts, for facts of every kind. A card is a state, and may move.

    Where a doubtful post could not be searched for, no channel has two of a fact.
    The bot may not read direct messages, so it asks there once more where it does not know whether it has asked.
    """
    unsure = any(kind.startswith((SLACK, TABLE)) or "death" in kind for kind in day.met)
    marks = Counter(
        (post.metadata["event_payload"]["id"], post.text, post.channel if is_unsearched(day) else "")
        for post in day.boat.slack.board.posts
        if post.only_for is None
        and post.metadata
        and "card" not in str(post.metadata["event_type"])
        and not (unsure and post.channel.startswith("D"))
        and not str(post.metadata["event_payload"]["id"]).endswith(":now")  # a digest that is shown to whoever asks
    )
    yield from (f"“{text}” was posted {times} times" for (_, text, _), times in marks.items() if times > 1)


def each_correction_is_posted(day: Day) -> Iterator[str]:
    """Check that the channels read of each refund, and of each reversal once."""
    posted = [post.text for post in day.boat.slack.board.posts if post.only_for is None and post.metadata]
    lines = [(is_passed_over(day, patron), line) for row in day.event_rows() for patron, _, line in lines_of(row)]
    for may_miss, line in lines:
        if line.kind == "refund" and not may_miss and not any(f"${-line.amount:,.2f}" in text for text in posted):
            yield f"the refund of {line.amount} was not posted"
    reversals = sum(line.kind == REVERSAL for _, line in lines)
    least = sum(line.kind == REVERSAL and not may_miss for may_miss, line in lines)
    posts = sum(_LATE.sub("", text)[:1] in {"🚫", "🏦"} for text in posted)
    posts += sum(_posted_late(posted, noun) for noun in ("void", "bounced check", "chargeback"))
    if not (least <= posts and (posts <= reversals or is_unsearched(day))):
        yield f"{reversals} entries were taken back, and {posts} posts say so"


def each_signature_is_posted_once(day: Day) -> Iterator[str]:
    """Check that the posts speak of as many signatures as there are; those of one minute share a post."""
    posted = [post.text for post in day.boat.slack.board.posts if post.only_for is None and post.metadata]
    number = sum("Waiver signed by" in text for text in posted) + _posted_late(posted, "signature")
    for text in posted:
        if found := re.search(r"(\d+) (?:people|person) signed the waiver", text):
            number += int(found[1])
    rows = [row for row in day.rows() if str(row["crew_id"]).startswith("#signature:") and "signed_for" not in row]
    history, present = _history(day), {row["eid"] for row in day.event_rows()}
    rows = [row for row in rows if row["crew_id"] not in history and row["eid"] in present]
    if number != len(rows) and not (is_unsearched(day) and number > len(rows)):
        yield f"{len(rows)} signatures are there, and {number} were posted"


def _history(day: Day) -> set[str]:
    """Return the signatures that were written more than two days after they were made: they are not announced."""
    came = {
        change["Keys"]["crew_id"]["S"]: (change["ApproximateCreationDateTime"], change["NewImage"])
        for change in (record["dynamodb"] for record in reversed(day.boat.changes))
        if change["Keys"]["crew_id"]["S"].startswith("#signature:") and "NewImage" in change
    }
    return {
        key
        for key, (at, row) in came.items()
        if "signed_at" in row and at - datetime.fromisoformat(row["signed_at"]["S"]).timestamp() > _TWO_DAYS
    }


def each_payment_is_mailed(day: Day) -> Iterator[str]:
    """Check that the office got one mail about each payment; more only where it was not recorded that it was sent."""
    subjects = day.boat.outbox.subjects("office@shipcaptaincrew.example")
    unsure = day.boat.mails_in_trouble
    for row in day.event_rows():
        for _, key, line, entry in _with_entries(row):
            if not _is_posted(key, line, entry):
                continue
            mails = sum(f" paid ${line.amount:,.2f}" in subject for subject in subjects)
            alike = sum(
                _same(line, each) and not other.startswith("old:")  # an older system's payments are not mailed
                for event in day.event_rows()
                for _, other, each in lines_of(event)
            )
            if mails < alike - _posted_late(subjects, "payment") or (mails > alike and not unsure):
                yield f"the payment of {line.amount} was mailed {mails} times"


ANNOUNCED: Final = (
    each_payment_is_posted_once,
    nothing_is_posted_twice,
    each_correction_is_posted,
    each_signature_is_posted_once,
    each_payment_is_mailed,
)
