"""The embedded DynamoDB's fast copies of rows share nothing with the originals."""

from __future__ import annotations

from decimal import Decimal

from devkit.embedded_table import copied


def test_a_copy_is_equal_and_shares_nothing_that_can_change() -> None:
    row = {"eid": {"S": "2026-05-03"}, "open": {"BOOL": True}, "list": {"L": [{"N": "1"}, {"NULL": True}]}}

    copy = copied(row)
    assert copy == row
    copy["list"]["L"][0]["N"] = "2"
    copy["eid"]["S"] = "another"

    assert row["list"] == {"L": [{"N": "1"}, {"NULL": True}]}
    assert row["eid"] == {"S": "2026-05-03"}


def test_what_is_no_json_is_copied_too() -> None:
    seen = {"sizes": {1, 2}, "price": Decimal("1.50")}

    copy = copied(seen)
    copy["sizes"].add(3)

    assert seen == {"sizes": {1, 2}, "price": Decimal("1.50")}
