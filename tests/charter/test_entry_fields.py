"""An entry's fields are listed once: every reader and writer handles a field that is added to the list.

The test adds two fields to a copy of charter and runs the unchanged rest of the product on it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).resolve().parents[2]
LAST_FIELD: Final = '    permalink: str = field(default="", metadata={"longest": LONGEST_PERMALINK})\n'
NEW_FIELDS: Final = """\
    fee: Decimal | None = None
    voucher: str = field(default="", metadata={"longest": 8})
"""

FACES: Final = """\
import json
from dataclasses import replace
from decimal import Decimal

from adapters.rows import entry_line, read_payment
from adapters.attribute_values import to_wire
from charter.exported import ExportedEntry, ExportedLedger
from exports.plain import as_csv, as_json
from roster.merging import merge
from roster.verifying.records import check_record
from tests.builders import an_entry, an_event
from web.answers import entry_answer

entry = replace(an_entry("p1"), fee=Decimal(5), voucher="SUMMER")
line = entry_line(entry)
record = {"amount": entry.amount, "entries": {"p1": line}, **{k: line[k] for k in ("timestamp", "method", "logged_by")}}
ledger = ExportedLedger(an_event(), (ExportedEntry("dave", "Dave", entry, "slack:U0DANA"),))
restored = merge({}, {"payments": to_wire({"dave": record})})


def faults(**changed):
    return [remark.what for remark in check_record("dave", {**record, "entries": {"p1": {**line, **changed}}})]


print(json.dumps({
    "written": {name: str(line.get(name)) for name in ("fee", "voucher")},
    "read": read_payment(record).entries == (entry,),
    "another": [entry.says_the_same_as(replace(entry, fee=None)), entry.says_the_same_as(replace(entry, voucher=""))],
    "csv": list(as_csv([ledger])),
    "json": json.loads("".join(as_json([ledger])))[0],
    "api": entry_answer(entry).model_dump(),
    "api_empty": entry_answer(an_entry("p1")).model_dump(),
    "restored": restored.sets["payments"]["M"]["dave"]["M"]["entries"]["M"]["p1"]["M"],
    "sound": faults(),
    "long": faults(voucher="SUMMER 2026"),
    "no_number": faults(fee="five"),
}))
"""


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Return what each reader and writer makes of an entry with two more fields."""
    folder = tmp_path_factory.mktemp("product")
    shutil.copytree(ROOT / "charter", folder / "charter", ignore=shutil.ignore_patterns("__pycache__"))
    model = folder / "charter" / "payments.py"
    text = model.read_text()
    assert text.count(LAST_FIELD) == 1
    model.write_text(text.replace(LAST_FIELD, LAST_FIELD + NEW_FIELDS))
    script = folder / "faces.py"
    script.write_text(FACES)
    path = os.pathsep.join([str(folder), str(ROOT)])
    done = subprocess.run(  # noqa: S603 - this test's own script
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: Mapping[str, Any] = json.loads(done.stdout)
    return answer


def test_the_table_keeps_and_gives_back_a_new_field(faces: Mapping[str, Any]) -> None:
    assert faces["written"] == {"fee": "5", "voucher": "SUMMER"}
    assert faces["read"] is True


def test_a_replay_with_another_value_in_a_new_field_is_another_payment(faces: Mapping[str, Any]) -> None:
    assert faces["another"] == [False, False]


def test_exports_have_a_column_for_a_new_field(faces: Mapping[str, Any]) -> None:
    heading, line = faces["csv"]
    assert heading.rstrip().endswith(",reason,tip,group,permalink,fee,voucher")
    assert line.rstrip().endswith(",5.00,SUMMER")
    assert (faces["json"]["fee"], faces["json"]["voucher"]) == ("5.00", "SUMMER")


def test_the_api_answers_a_new_field_and_null_where_it_is_empty(faces: Mapping[str, Any]) -> None:
    assert (faces["api"]["fee"], faces["api"]["voucher"]) == ("5.00", "SUMMER")
    assert (faces["api_empty"]["fee"], faces["api_empty"]["voucher"]) == (None, None)


def test_a_restored_entry_brings_its_new_fields_back(faces: Mapping[str, Any]) -> None:
    assert (faces["restored"]["fee"], faces["restored"]["voucher"]) == ({"N": "5"}, {"S": "SUMMER"})


def test_verification_knows_what_a_new_field_may_hold(faces: Mapping[str, Any]) -> None:
    assert faces["sound"] == []
    assert faces["long"] == ["voucher is not a text of at most 8 characters."]
    assert faces["no_number"] == ["fee is “five”, not a number."]
