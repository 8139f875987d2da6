"""`forget` in several steps: it continues after any interruption, and simultaneous writes are kept."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from adapters.attribute_values import to_wire
from adapters.manifests import S3Manifests
from adapters.rows import edit_row
from charter.edits import Edit
from charter.payments import Source
from devkit.buckets import create_locked_bucket, s3_client
from terminal.failures import Stopped
from tests.builders import DANA, a_draft
from tests.roster.forgetting.trip import AT, EID, named_in, new_id, put_trip, text_of, totals
from tests.roster.renames import between, ledger_on

if TYPE_CHECKING:
    from tests.conftest import Engine
    from tests.roster.operating import Operator

pytestmark = pytest.mark.transactions

MANY = 120  # edits: more rows than one transaction writes


def put_large(operator: Operator) -> None:
    """Put the trip with so many edits that they do not fit into one transaction."""
    put_trip(operator)
    rows = []
    for number in range(MANY):
        at = AT + timedelta(seconds=number)
        edit = Edit("due", "1.00", f"{number}.00", by=DANA, at=at, patron_id="dave-kowalski", reason="Dave Kowalski")
        rows.append({name: to_wire(value) for name, value in edit_row(EID, edit).items()})
    for place in range(0, MANY, 25):
        requests: Any = [{"PutRequest": {"Item": row}} for row in rows[place : place + 25]]
        operator.client.batch_write_item(RequestItems={operator.table: requests})


def test_wherever_it_is_interrupted_the_same_command_finishes_it(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_large(operator)
    sums = totals(operator)

    def die() -> None:
        raise Stopped("killed")

    for call in (1, 2, 3):
        with monkeypatch.context() as patched:
            between(patched, call=call if call == 1 else 2, do=die)
            assert operator.run("forget", EID, "dave-kowalski", "--yes").exit_code == 1
        if call > 1:
            assert "forgotten in part" in operator.run("verify").stdout
            assert "finish what was begun" in operator.run("forget", EID, "dave-kowalski", "--dry-run").stderr

    operator.done("forget", EID, "dave-kowalski", "--yes")

    assert named_in(text_of(operator)) == []
    assert totals(operator) == sums
    assert "Nothing is broken or odd." in operator.done("verify", "--strict").stdout


def test_a_payment_that_is_logged_at_that_moment_is_kept(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    put_trip(operator)

    def pay() -> None:
        draft = a_draft("p9", "dave-kowalski", "5.00", eid=EID, confirmed=True)
        ledger_on(operator).log(draft, by=DANA, source=Source.SLACK, now=AT)

    between(monkeypatch, call=1, do=pay)
    operator.done("forget", "Dave Kowalski", "--yes")

    entries = ledger_on(operator).event(EID).payment(new_id(operator)).entries
    assert "p9" in {entry.payment_id for entry in entries}
    assert named_in(text_of(operator)) == []


def test_a_frozen_list_waits_until_its_copy_is_filed_and_the_dates_of_the_locks_are_read(
    operator: Operator, dynamodb: Engine
) -> None:
    at = datetime.now(UTC) - timedelta(days=2)
    eid = f"{at:%Y-%m-%d}-cory"
    put_trip(operator, eid, at=at)
    (frozen,) = ledger_on(operator).event(eid).cast_offs
    bucket = f"evidence-{operator.table}"
    with closing(s3_client(dynamodb.endpoint)) as client:
        create_locked_bucket(client, bucket)

    waits = operator.run("forget", eid, "dave-kowalski", "--yes", "--bucket", bucket)

    assert (waits.exit_code, "a passenger list keeps the names until" in waits.stderr) == (1, True)
    assert ledger_on(operator).event(eid).cast_offs == (frozen,)
    with closing(s3_client(dynamodb.endpoint)) as client:
        S3Manifests(lambda: client, bucket).keep(eid, frozen, lambda: b"%PDF")
        client.put_object(Bucket=bucket, Key=f"waivers/{eid}/s1.json", Body=b"{}", ChecksumAlgorithm="SHA256")
    done = operator.done("forget", eid, "dave-kowalski", "--yes", "--bucket", bucket)
    assert named_in(text_of(operator)) == []
    assert f"1 signed waiver in the bucket {bucket}, locked until {datetime.now(UTC).year + 7}" in done.stdout
    assert f"1 passenger list in the bucket {bucket}, locked until {datetime.now(UTC).year + 7}" in done.stdout
    (redacted,) = ledger_on(operator).event(eid).cast_offs
    assert (redacted.redacted, redacted.sha256) == (True, frozen.sha256)
    operator.done("verify")
